//! See `rules/duplicate-cluster-ip.md`.

use super::support::collision::{Collision, collisions};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::ServiceType;
use crate::link::{Links, ServiceLink, Unit};
use crate::text::source::Span;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: ids::DUPLICATE_CLUSTER_IP,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for collision in collisions(links, unit, addresses) {
        out.push(finding(&collision));
    }
}

/// The addresses that a Service asks for. What is no address is refused for that alone.
fn addresses(service: ServiceLink<'_>) -> Vec<(IpAddr, Span)> {
    let gets_any = matches!(
        service.service().service_type,
        ServiceType::ClusterIP | ServiceType::NodePort | ServiceType::LoadBalancer
    );
    let written = service.service().cluster_ips.iter().filter(|_| gets_any);
    written
        .filter_map(|address| Some((address.value.parse().ok()?, address.span)))
        .collect()
}

fn finding(collision: &Collision<'_, IpAddr>) -> Diagnostic {
    let [(first, taken), (second, place)] = collision.places;
    let message = format!(
        "cluster IP {} of Service `{}` is already taken by Service `{}`: the API server refuses \
         the one that comes later",
        collision.wanted,
        second.name(),
        first.name()
    );
    Diagnostic::new(RULE.id, collision.severity, place, message)
        .label("an address belongs to one Service of the cluster")
        .related(taken, format!("taken by Service `{}`", first.name()))
        .help("remove it: the server then gives the Service a free address")
        .object(&second.object().identity)
}
