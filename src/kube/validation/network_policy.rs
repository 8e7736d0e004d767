//! Network policies.

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::errors::{Errors, Scalar};
use super::ip::{is_valid_cidr_for_legacy_field, parse_cidr_sloppy};
use super::labels::validate_label_selector;
use super::metadata::{Scope, validate_object_meta};
use super::names::{NameShape, is_valid_port_num};
use super::ports::validate_port_name;
use super::{Options, Validate, Violation, Written, items};
use crate::yaml::field::Path;

impl Validate for NetworkPolicy {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_network_policy(self, options, &mut errors);
        errors.into_violations()
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateNetworkPolicy`.
fn validate_network_policy(policy: &NetworkPolicy, options: &Options, errors: &mut Errors) {
    validate_object_meta(
        &policy.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let empty = NetworkPolicySpec::default();
    let spec = policy.spec.as_ref().unwrap_or(&empty);
    validate_network_policy_spec(spec, options, &Path::new("spec"), errors);
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateNetworkPolicySpec`.
fn validate_network_policy_spec(
    spec: &NetworkPolicySpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(selector) = &spec.pod_selector {
        validate_label_selector(selector, &path.child("podSelector"), errors);
    }
    let list = path.child("ingress");
    for (index, rule) in items(spec.ingress.as_ref()).iter().enumerate() {
        let path = list.index(index);
        validate_ports(items(rule.ports.as_ref()), &path.child("ports"), errors);
        validate_peers(
            items(rule.from.as_ref()),
            options,
            &path.child("from"),
            errors,
        );
    }
    let list = path.child("egress");
    for (index, rule) in items(spec.egress.as_ref()).iter().enumerate() {
        let path = list.index(index);
        validate_ports(items(rule.ports.as_ref()), &path.child("ports"), errors);
        validate_peers(items(rule.to.as_ref()), options, &path.child("to"), errors);
    }
    let types = items(spec.policy_types.as_ref());
    let list = path.child("policyTypes");
    let known = ["Ingress", "Egress"];
    if types.len() > known.len() {
        let detail = "may not specify more than two policyTypes";
        errors.invalid(&list, Scalar::Other, detail);
        return;
    }
    for (index, type_) in types.iter().enumerate() {
        if !known.contains(&type_.as_str()) {
            errors.not_supported(&list.index(index), type_, &known);
        }
    }
}

fn validate_ports(ports: &[NetworkPolicyPort], list: &Path<'_>, errors: &mut Errors) {
    for (index, port) in ports.iter().enumerate() {
        validate_network_policy_port(port, &list.index(index), errors);
    }
}

fn validate_peers(
    peers: &[NetworkPolicyPeer],
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, peer) in peers.iter().enumerate() {
        validate_network_policy_peer(peer, options, &list.index(index), errors);
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateNetworkPolicyPort`.
fn validate_network_policy_port(port: &NetworkPolicyPort, path: &Path<'_>, errors: &mut Errors) {
    if let Some(protocol) = &port.protocol
        && !matches!(protocol.as_str(), "TCP" | "UDP" | "SCTP")
    {
        errors.not_supported(&path.child("protocol"), protocol, &["TCP", "UDP", "SCTP"]);
    }
    let end_path = path.child("endPort");
    let port_path = path.child("port");
    match (&port.port, port.end_port) {
        (Some(IntOrString::Int(first)), last) => {
            if let Some(detail) = is_valid_port_num(*first) {
                errors.invalid(&port_path, *first, detail);
            }
            let Some(last) = last else { return };
            if last < *first {
                let detail = "must be greater than or equal to `port`";
                errors.invalid(&end_path, last, detail).other =
                    Some((port_path.to_field_path(), format!("`{first}`")));
            }
            if let Some(detail) = is_valid_port_num(last) {
                errors.invalid(&end_path, last, detail);
            }
        }
        (Some(IntOrString::String(name)), last) => {
            if let Some(last) = last {
                let detail = "may not be specified when `port` is non-numeric";
                errors.invalid(&end_path, last, detail).other =
                    Some((port_path.to_field_path(), "a name".into()));
            }
            validate_port_name(name, &port_path, errors);
        }
        (None, Some(last)) => {
            let detail = "may not be specified when `port` is not specified";
            errors.invalid(&end_path, last, detail);
        }
        (None, None) => {}
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateNetworkPolicyPeer`.
fn validate_network_policy_peer(
    peer: &NetworkPolicyPeer,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let selectors = [
        ("podSelector", &peer.pod_selector),
        ("namespaceSelector", &peer.namespace_selector),
    ];
    let mut selecting = None;
    for (field, selector) in selectors {
        if let Some(selector) = selector {
            selecting = selecting.or(Some(field));
            validate_label_selector(selector, &path.child(field), errors);
        }
    }
    if let Some(block) = &peer.ip_block {
        validate_ip_block(block, options, &path.child("ipBlock"), errors);
        if let Some(field) = selecting {
            let detail = "may not specify both ipBlock and another peer";
            let violation = errors.forbidden(path, detail);
            violation.place = Some(path.child("ipBlock").to_field_path());
            violation.other = Some((path.child(field).to_field_path(), "another peer".into()));
        }
    } else if selecting.is_none() {
        errors.required(path, "must specify a peer");
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateIPBlock`.
fn validate_ip_block(block: &IPBlock, options: &Options, path: &Path<'_>, errors: &mut Errors) {
    let cidr_path = path.child("cidr");
    if block.cidr.is_empty() {
        errors.required(&cidr_path, "");
        return;
    }
    is_valid_cidr_for_legacy_field(&block.cidr, options, &cidr_path, errors);
    let Some(cidr) = parse_cidr_sloppy(&block.cidr) else {
        return;
    };
    let list = path.child("except");
    for (index, text) in items(block.except.as_ref()).iter().enumerate() {
        let path = list.index(index);
        is_valid_cidr_for_legacy_field(text, options, &path, errors);
        if parse_cidr_sloppy(text).is_some_and(|except| !cidr.contains_strictly(except)) {
            let detail = "must be a strict subset of `cidr`";
            errors.invalid(&path, text, detail).other =
                Some((cidr_path.to_field_path(), format!("`{}`", block.cidr)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::KubeVersion;
    use crate::kube::validation::testing::{refused, refused_by};
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn rule(rule: &Value) -> Value {
        json!({"metadata": {"name": "web"}, "spec": {"ingress": [rule]}})
    }

    fn peer(peer: &Value) -> Vec<String> {
        refused::<NetworkPolicy>(&rule(&json!({"from": [peer]})))
    }

    fn port(port: &Value) -> Vec<String> {
        refused::<NetworkPolicy>(&rule(&json!({"ports": [port]})))
    }

    #[test]
    fn peers_select_something() {
        let field = "spec.ingress[0].from[0]";
        assert_eq!(peer(&json!({})), [format!("{field} Required")]);
        assert_eq!(
            peer(&json!({"podSelector": null})),
            [format!("{field} Required")]
        );
        assert_eq!(peer(&json!({"podSelector": {}})), NOTHING);
        let both = json!({"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}});
        assert_eq!(peer(&both), [format!("{field} Forbidden")]);
    }

    #[test]
    fn networks_have_no_host_bits_from_1_36_on() {
        let object = rule(&json!({"from": [{"ipBlock": {"cidr": "10.0.0.1/8"}}]}));
        let field = "spec.ingress[0].from[0].ipBlock.cidr Invalid";
        assert_eq!(refused::<NetworkPolicy>(&object), [field]);
        let options = Options {
            kube_version: KubeVersion {
                major: 1,
                minor: 35,
            },
            ..Options::default()
        };
        assert_eq!(refused_by::<NetworkPolicy>(&object, &options), NOTHING);
    }

    #[test]
    fn exceptions_are_smaller() {
        let except =
            |except: &str| peer(&json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": [except]}}));
        assert_eq!(except("10.1.0.0/16"), NOTHING);
        let field = "spec.ingress[0].from[0].ipBlock.except[0] Invalid";
        assert_eq!(except("10.0.0.0/8"), [field]);
        assert_eq!(except("11.0.0.0/16"), [field]);
    }

    #[test]
    fn ranges_of_ports_are_numeric() {
        let field = "spec.ingress[0].ports[0].endPort Invalid";
        assert_eq!(port(&json!({"port": 80, "endPort": 80})), NOTHING);
        assert_eq!(port(&json!({"port": 80, "endPort": 79})), [field]);
        assert_eq!(port(&json!({"port": "http", "endPort": 90})), [field]);
        assert_eq!(port(&json!({"endPort": 90})), [field]);
        // Here the empty text is not unset.
        let field = "spec.ingress[0].ports[0].port Invalid";
        assert_eq!(port(&json!({"port": ""})), [field; 2]);
        let field = "spec.ingress[0].ports[0].protocol NotSupported";
        assert_eq!(port(&json!({"protocol": ""})), [field]);
    }
}
