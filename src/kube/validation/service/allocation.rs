//! What the server allocates for a Service before it validates it: addresses and node ports.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServicePort;

use super::cluster_ips::validate_service_cluster_ips_related_fields;
use super::defaulted::{Defaulted, HEADLESS};
use crate::kube::validation::errors::Errors;
use crate::kube::validation::{Options, items};
use crate::yaml::field::Path;

/// Above what can be written: the server chooses a free node port for this Service port.
pub(super) const CHOSEN: i64 = 1 << 40;

/// The node port of each Service port, as allocated.
///
/// Kubernetes, `pkg/registry/core/service/storage/alloc.go`: `allocateCreate`.
pub(super) fn allocate_create(
    spec: &Defaulted<'_>,
    options: &Options,
    errors: &mut Errors,
) -> Vec<i64> {
    let mut node_ports: Vec<i64> = spec.ports.iter().map(node_port).collect();
    if !spec.is_type("ExternalName") {
        init_ip_family_fields(spec, options, errors);
    }
    if errors.is_empty() && (spec.is_type("NodePort") || spec.is_type("LoadBalancer")) {
        init_node_ports(spec, &mut node_ports, options, errors);
    }
    if errors.is_empty() && spec.needs_health_check() {
        allocate_health_check_node_port(spec, &node_ports, options, errors);
    }
    node_ports
}

/// In a cluster that has both families.
///
/// Kubernetes, `pkg/registry/core/service/storage/alloc.go`: `initIPFamilyFields`.
fn init_ip_family_fields(spec: &Defaulted<'_>, options: &Options, errors: &mut Errors) {
    validate_service_cluster_ips_related_fields(spec, options, errors);
    if !errors.is_empty() {
        return;
    }
    let selectorless = spec.spec.selector.as_ref().is_none_or(BTreeMap::is_empty);
    let policy = match &spec.spec.ip_family_policy {
        Some(policy) => policy.as_str(),
        None if spec.cluster_ip == HEADLESS && selectorless => "RequireDualStack",
        None => "SingleStack",
    };
    if policy != "SingleStack" {
        return;
    }
    let path = Path::new("spec");
    let policy_path = path.child("ipFamilyPolicy");
    if spec.cluster_ips.len() == 2 {
        let other = path.child("clusterIPs").to_field_path();
        errors
            .invalid(
                &policy_path,
                policy,
                "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are \
                 specified",
            )
            .other = Some((other, "two addresses".into()));
    }
    if items(spec.spec.ip_families.as_ref()).len() == 2 {
        let other = path.child("ipFamilies").to_field_path();
        errors
            .invalid(
                &policy_path,
                policy,
                "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are \
                 specified",
            )
            .other = Some((other, "two families".into()));
    }
}

/// Two Service ports of one number, one per protocol, share one node port.
///
/// Kubernetes, `pkg/registry/core/service/storage/alloc.go`: `initNodePorts`.
fn init_node_ports(
    spec: &Defaulted<'_>,
    node_ports: &mut [i64],
    options: &Options,
    errors: &mut Errors,
) {
    let chooses =
        spec.is_type("NodePort") || spec.spec.allocate_load_balancer_node_ports.unwrap_or(true);
    // Service port number, node port, index.
    let mut taken: Vec<(i32, i64, usize)> = Vec::new();
    for (index, port) in spec.ports.iter().enumerate() {
        let requested = node_port(port);
        if requested == 0 && !chooses {
            continue;
        }
        let shared = taken.iter().find(|(number, ..)| *number == port.port);
        let wanted = match shared {
            Some((_, shared, _)) if requested == 0 || requested == *shared => {
                node_ports[index] = *shared;
                continue;
            }
            Some(_) => requested,
            None => find_requested_node_port(port.port, spec.ports)
                .unwrap_or(CHOSEN + i64::try_from(index).unwrap_or(0)),
        };
        if let Some((_, _, first)) = taken.iter().find(|(_, other, _)| *other == wanted) {
            refuse_taken_node_port(index, *first, wanted, errors);
            return;
        }
        if wanted < CHOSEN && !options.allocates_node_port(wanted) {
            let detail = options.out_of_node_port_range();
            let path = Path::new("spec");
            let path = path.child("ports");
            let path = path.index(index);
            errors.invalid(&path.child("nodePort"), wanted, &detail);
            return;
        }
        node_ports[index] = wanted;
        taken.push((port.port, wanted, index));
    }
}

fn refuse_taken_node_port(index: usize, first: usize, node_port: i64, errors: &mut Errors) {
    let path = Path::new("spec");
    let path = path.child("ports");
    let (place, first) = (path.index(index), path.index(first));
    let detail = "provided port is already allocated";
    let violation = errors.invalid(&place.child("nodePort"), node_port, detail);
    let other = first.child("nodePort").to_field_path();
    violation.other = Some((other, "taken here".into()));
}

pub(super) fn node_port(port: &ServicePort) -> i64 {
    port.node_port.unwrap_or(0).into()
}

/// Kubernetes, `pkg/registry/core/service/storage/alloc.go`: `findRequestedNodePort`.
fn find_requested_node_port(number: i32, ports: &[ServicePort]) -> Option<i64> {
    let same = ports.iter().filter(|port| port.port == number);
    same.map(node_port).find(|node_port| *node_port != 0)
}

impl Options {
    fn allocates_node_port(&self, port: i64) -> bool {
        i32::try_from(port).is_ok_and(|port| self.node_port_range.contains(&port))
    }

    /// Kubernetes, `pkg/registry/core/service/portallocator/allocator.go`: `ErrNotInRange`.
    fn out_of_node_port_range(&self) -> String {
        let (first, last) = self.node_port_range.clone().into_inner();
        format!(
            "provided port is not in the valid range. The range of valid ports is {first}-{last}"
        )
    }
}

/// The server answers this one with an internal error that names no field.
///
/// Kubernetes, `pkg/registry/core/service/storage/alloc.go`: `allocHealthCheckNodePort`.
fn allocate_health_check_node_port(
    spec: &Defaulted<'_>,
    node_ports: &[i64],
    options: &Options,
    errors: &mut Errors,
) {
    let requested = i64::from(spec.spec.health_check_node_port.unwrap_or(0));
    if requested == 0 {
        return;
    }
    let path = Path::new("spec");
    let place = path.child("healthCheckNodePort");
    let prefix = format!("failed to allocate requested HealthCheck NodePort {requested}");
    if let Some(index) = node_ports.iter().position(|port| *port == requested) {
        let detail = format!("{prefix}: provided port is already allocated");
        let other = path
            .child("ports")
            .index(index)
            .child("nodePort")
            .to_field_path();
        errors.invalid(&place, requested, &detail).other = Some((other, "taken here".into()));
    } else if !options.allocates_node_port(requested) {
        let detail = format!("{prefix}: {}", options.out_of_node_port_range());
        errors.invalid(&place, requested, &detail);
    }
}
