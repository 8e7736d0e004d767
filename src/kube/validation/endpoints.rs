//! Endpoints and `EndpointSlices` written by hand.

use std::net::IpAddr;

use k8s_openapi::api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset, Endpoints};
use k8s_openapi::api::discovery::v1::{
    Endpoint, EndpointHints, EndpointPort as SlicePort, EndpointSlice,
};

use super::errors::Errors;
use super::ip::{is_valid_ip, is_valid_ip_for_legacy_field, parse_ip_sloppy, validate_endpoint_ip};
use super::labels::{validate_label_name, validate_label_value};
use super::metadata::{Scope, validate_generation, validate_object_meta};
use super::names::{
    Messages, NameShape, is_dns1123_label, is_dns1123_subdomain, is_fully_qualified_domain_name,
    is_valid_port_num,
};
use super::ports::{PROTOCOLS, validate_protocol};
use super::{Options, Validate, Violation, Written, items, text};
use crate::yaml::field::Path;

const MAX_PORTS: usize = 20_000;
const MAX_ENDPOINTS: usize = 1_000;
const MAX_ADDRESSES: usize = 100;
const MAX_HINTS: usize = 8;

impl Validate for EndpointSlice {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_endpoint_slice(self, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for Endpoints {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_endpoints(self, options, &mut errors);
        errors.into_violations()
    }
}

/// Kubernetes, `pkg/apis/discovery/validation/validation.go`: `ValidateEndpointSlice`.
fn validate_endpoint_slice(slice: &EndpointSlice, options: &Options, errors: &mut Errors) {
    validate_object_meta(
        &slice.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let path = Path::new("addressType");
    match slice.address_type.as_str() {
        "IPv4" | "IPv6" | "FQDN" => {}
        "" => {
            errors.required(&path, "");
        }
        unknown => {
            errors.not_supported(&path, unknown, &["FQDN", "IPv4", "IPv6"]);
        }
    }
    validate_slice_ports(items(slice.ports.as_ref()), &Path::new("ports"), errors);
    let endpoints = items(slice.endpoints.as_ref());
    let list = Path::new("endpoints");
    if endpoints.len() > MAX_ENDPOINTS {
        errors.too_many(&list, MAX_ENDPOINTS);
        return;
    }
    for (index, endpoint) in endpoints.iter().enumerate() {
        let type_ = &slice.address_type;
        validate_endpoint(endpoint, type_, options, &list.index(index), errors);
    }
}

/// One item of `validateEndpoints` in `pkg/apis/discovery/validation/validation.go`.
fn validate_endpoint(
    endpoint: &Endpoint,
    address_type: &str,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("addresses");
    if endpoint.addresses.is_empty() {
        errors.required(&list, "must contain at least 1 address");
    } else if endpoint.addresses.len() > MAX_ADDRESSES {
        errors.too_many(&list, MAX_ADDRESSES);
    }
    for (index, address) in endpoint.addresses.iter().enumerate() {
        validate_slice_address(address, index, address_type, options, &list, errors);
    }
    if let Some(node) = &endpoint.node_name {
        errors.invalid_each(&path.child("nodeName"), node, is_dns1123_subdomain(node));
    }
    if let Some(hostname) = &endpoint.hostname {
        errors.invalid_each(
            &path.child("hostname"),
            hostname,
            is_dns1123_label(hostname),
        );
    }
    if let Some(hints) = &endpoint.hints {
        validate_hints(hints, &path.child("hints"), errors);
    }
}

/// An address of the wrong family is blamed on the whole list.
fn validate_slice_address(
    address: &str,
    index: usize,
    address_type: &str,
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let path = list.index(index);
    let before = errors.len();
    match address_type {
        "IPv4" => is_valid_ip_for_legacy_field(address, options, &path, errors),
        "IPv6" => is_valid_ip(address, &path, errors),
        "FQDN" => {
            errors.invalid_each(&path, address, is_fully_qualified_domain_name(address));
            return;
        }
        _ => return,
    }
    if errors.len() > before {
        return;
    }
    let wrong = match (address_type, parse_ip_sloppy(address)) {
        ("IPv4", Some(IpAddr::V6(_))) => Some("must be an IPv4 address"),
        ("IPv6", Some(IpAddr::V4(_))) => Some("must be an IPv6 address"),
        _ => None,
    };
    if let Some(detail) = wrong {
        let violation = errors.invalid(list, address, detail);
        violation.place = Some(path.to_field_path());
        let other = Path::new("addressType").to_field_path();
        violation.other = Some((other, format!("`{address_type}`")));
    }
    validate_endpoint_ip(address, &path, errors);
}

/// Kubernetes, `pkg/apis/discovery/validation/validation.go`: `validateHints`.
fn validate_hints(hints: &EndpointHints, path: &Path<'_>, errors: &mut Errors) {
    let zones = items(hints.for_zones.as_ref())
        .iter()
        .map(|zone| zone.name.as_str());
    let nodes = items(hints.for_nodes.as_ref())
        .iter()
        .map(|node| node.name.as_str());
    let zones_fit = validate_hint_names(
        &zones.collect::<Vec<_>>(),
        validate_label_value,
        &path.child("forZones"),
        errors,
    );
    if zones_fit {
        validate_hint_names(
            &nodes.collect::<Vec<_>>(),
            is_dns1123_subdomain,
            &path.child("forNodes"),
            errors,
        );
    }
}

/// Whether there are few enough of them.
fn validate_hint_names(
    names: &[&str],
    check: fn(&str) -> Messages,
    list: &Path<'_>,
    errors: &mut Errors,
) -> bool {
    if names.len() > MAX_HINTS {
        errors.too_many(list, MAX_HINTS);
        return false;
    }
    for (index, name) in names.iter().enumerate() {
        let path = list.index(index);
        let path = path.child("name");
        if let Some(first) = names[..index].iter().position(|earlier| earlier == name) {
            let first = list.index(first);
            errors.duplicate(&path, *name, &first.child("name"), "first here");
        }
        errors.invalid_each(&path, name, check(name));
    }
    true
}

/// The port number itself is not looked at.
///
/// Kubernetes, `pkg/apis/discovery/validation/validation.go`: `validatePorts`.
fn validate_slice_ports(ports: &[SlicePort], list: &Path<'_>, errors: &mut Errors) {
    if ports.len() > MAX_PORTS {
        errors.too_many(list, MAX_PORTS);
        return;
    }
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = text(port.name.as_ref());
        if !name.is_empty() {
            errors.invalid_each(&path.child("name"), name, is_dns1123_label(name));
        }
        let same = |earlier: &SlicePort| text(earlier.name.as_ref()) == name;
        if let Some(first) = ports[..index].iter().position(same) {
            let first = list.index(first);
            let label = if name.is_empty() {
                "also without a name"
            } else {
                "first here"
            };
            errors.duplicate(&path.child("name"), name, &first.child("name"), label);
        }
        if let Some(protocol) = &port.protocol
            && !PROTOCOLS.contains(&protocol.as_str())
        {
            errors.not_supported(&path.child("protocol"), protocol, PROTOCOLS);
        }
        if let Some(protocol) = &port.app_protocol {
            validate_label_name(protocol, &path.child("appProtocol"), errors);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateEndpoints`.
fn validate_endpoints(endpoints: &Endpoints, options: &Options, errors: &mut Errors) {
    validate_object_meta(
        &endpoints.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    validate_generation(&endpoints.metadata, errors);
    let list = Path::new("subsets");
    for (index, subset) in items(endpoints.subsets.as_ref()).iter().enumerate() {
        validate_endpoint_subset(subset, options, &list.index(index), errors);
    }
}

/// One item of `validateEndpointSubsets` in `pkg/apis/core/validation/validation.go`.
fn validate_endpoint_subset(
    subset: &EndpointSubset,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let ready = items(subset.addresses.as_ref());
    let not_ready = items(subset.not_ready_addresses.as_ref());
    if ready.is_empty() && not_ready.is_empty() {
        let detail = "must specify `addresses` or `notReadyAddresses`";
        errors.required(path, detail);
    }
    for (field, addresses) in [("addresses", ready), ("notReadyAddresses", not_ready)] {
        let list = path.child(field);
        for (index, address) in addresses.iter().enumerate() {
            validate_endpoint_address(address, options, &list.index(index), errors);
        }
    }
    let ports = items(subset.ports.as_ref());
    let list = path.child("ports");
    for (index, port) in ports.iter().enumerate() {
        validate_endpoint_port(port, ports.len() > 1, &list.index(index), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateEndpointAddress`.
fn validate_endpoint_address(
    address: &EndpointAddress,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    is_valid_ip_for_legacy_field(&address.ip, options, &path.child("ip"), errors);
    let hostname = text(address.hostname.as_ref());
    if !hostname.is_empty() {
        errors.invalid_each(
            &path.child("hostname"),
            hostname,
            is_dns1123_label(hostname),
        );
    }
    if let Some(node) = &address.node_name {
        errors.invalid_each(&path.child("nodeName"), node, is_dns1123_subdomain(node));
    }
    validate_endpoint_ip(&address.ip, &path.child("ip"), errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateEndpointPort`.
fn validate_endpoint_port(
    port: &EndpointPort,
    requires_name: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let name = text(port.name.as_ref());
    if !name.is_empty() {
        errors.invalid_each(&path.child("name"), name, is_dns1123_label(name));
    } else if requires_name {
        errors.required(&path.child("name"), "");
    }
    if let Some(detail) = is_valid_port_num(port.port) {
        errors.invalid(&path.child("port"), port.port, detail);
    }
    validate_protocol(port.protocol.as_ref(), path, errors);
    if let Some(protocol) = &port.app_protocol {
        validate_label_name(protocol, &path.child("appProtocol"), errors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn address(type_: &str, address: &str) -> Vec<String> {
        refused::<EndpointSlice>(&json!({
            "metadata": {"name": "web"}, "addressType": type_,
            "endpoints": [{"addresses": [address]}],
        }))
    }

    fn ports(ports: &Value) -> Vec<String> {
        refused::<EndpointSlice>(&json!({
            "metadata": {"name": "web"}, "addressType": "IPv4", "endpoints": [], "ports": ports,
        }))
    }

    #[test]
    fn addresses_have_the_type_of_their_slice() {
        assert_eq!(address("IPv4", "10.0.0.1"), NOTHING);
        assert_eq!(address("IPv4", "::2"), ["endpoints[0].addresses Invalid"]);
        assert_eq!(
            address("IPv6", "10.0.0.1"),
            ["endpoints[0].addresses Invalid"]
        );
        assert_eq!(
            address("IPv6", "2001:DB8::1"),
            ["endpoints[0].addresses[0] Invalid"]
        );
        assert_eq!(
            address("IPv4", "127.0.0.1"),
            ["endpoints[0].addresses[0] Invalid"]
        );
        assert_eq!(address("FQDN", "127.0.0.1"), NOTHING);
        assert_eq!(
            address("FQDN", "localhost"),
            ["endpoints[0].addresses[0] Invalid"]
        );
        assert_eq!(address("ipv4", "x"), ["addressType NotSupported"]);
    }

    #[test]
    fn numbers_of_slice_ports_are_free_and_names_are_not() {
        assert_eq!(
            ports(&json!([{"port": 70000}, {"name": "a", "port": 0}])),
            NOTHING
        );
        assert_eq!(
            ports(&json!([{}, {"name": ""}])),
            ["ports[1].name Duplicate"]
        );
        assert_eq!(
            ports(&json!([{"protocol": ""}])),
            ["ports[0].protocol NotSupported"]
        );
    }

    #[test]
    fn endpoints_are_checked_more_strictly() {
        let subset = |subset: Value| {
            refused::<Endpoints>(&json!({"metadata": {"name": "web"}, "subsets": [subset]}))
        };
        assert_eq!(subset(json!({})), ["subsets[0] Required"]);
        let ports = json!([{"port": 80, "protocol": ""}, {"name": "a", "port": 0}]);
        let addresses = json!([{"ip": "10.0.0.1"}]);
        let fields = [
            "subsets[0].ports[0].name Required",
            "subsets[0].ports[1].port Invalid",
        ];
        assert_eq!(
            subset(json!({"notReadyAddresses": addresses, "ports": ports})),
            fields
        );
        let addresses = json!([{"ip": ""}]);
        let fields = ["subsets[0].addresses[0].ip Invalid"; 2];
        assert_eq!(subset(json!({"addresses": addresses})), fields);
    }
}
