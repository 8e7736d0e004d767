//! See `rules/duplicate-node-port.md`.

use super::support::collision::{Collision, collisions};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::ServiceType;
use crate::link::{Links, ServiceLink, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::DUPLICATE_NODE_PORT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for collision in collisions(links, unit, node_ports) {
        out.push(finding(&collision));
    }
}

/// The node ports that a Service asks for, each once: two protocols may share one. Only these
/// types get any; 0 leaves the choice to the server.
fn node_ports(service: ServiceLink<'_>) -> Vec<(i64, Span)> {
    let mut asked: Vec<(i64, Span)> = Vec::new();
    let gets_any = matches!(
        service.service().service_type,
        ServiceType::NodePort | ServiceType::LoadBalancer
    );
    let ports = service.service().ports.iter().filter(|_| gets_any);
    for port in ports.filter_map(|port| port.node_port.as_ref()) {
        let is_asked = asked.iter().any(|(own, _)| *own == port.value);
        // A number that the server refuses by itself is reported for that alone.
        if port.value != 0 && !is_asked && !service.object().has_problem_at(port.span) {
            asked.push((port.value, port.span));
        }
    }
    asked.extend(health_check_port(service));
    asked
}

/// The port of the health checks of a load balancer, which comes from the same numbers (K
/// `pkg/registry/core/service/storage/alloc.go:allocHealthCheckNodePort`).
fn health_check_port(service: ServiceLink<'_>) -> Option<(i64, Span)> {
    let own = service.service();
    let is_local = own
        .setting("externalTrafficPolicy")
        .is_some_and(|policy| policy.value.value == "Local");
    let written = &own.setting("healthCheckNodePort")?.value;
    let number = written.value.parse().ok().filter(|number| *number != 0)?;
    let is_used = own.service_type == ServiceType::LoadBalancer && is_local;
    let is_refused = service.object().has_problem_at(written.span);
    (is_used && !is_refused).then_some((number, written.span))
}

fn finding(collision: &Collision<'_, i64>) -> Diagnostic {
    let [(first, taken), (second, place)] = collision.places;
    let number = collision.wanted;
    let message = format!(
        "node port {number} of Service `{}` is already taken by Service `{}`: the API server \
         refuses the one that comes later",
        second.name(),
        first.name()
    );
    Diagnostic::new(RULE.id, collision.severity, place, message)
        .label("a node port belongs to one Service of the cluster")
        .related(taken, format!("taken by Service `{}`", first.name()))
        .help("choose another number, or leave `nodePort` out: the server then finds a free one")
        .object(&second.object().identity)
}
