//! See `rules/headless-port-translation.md`.

use super::support::reference::ROUTE;
use super::support::service_port::targets;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{PortRef, Role};
use crate::link::{Index, Named, Resolution, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::HEADLESS_PORT_TRANSLATION,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(index, unit) {
        let Some(headless) = service.service().headless else {
            continue;
        };
        let (Some(target), Some(own)) = (&port.target_port, &port.port) else {
            continue;
        };
        let declared = service
            .backends()
            .find_map(|backend| match backend.resolve(port) {
                Resolution::Declared { port, .. } => port.number.clone(),
                _ => None,
            });
        let number = match (&target.value, &declared) {
            (PortRef::Number(number), _) => *number,
            (PortRef::Name(_), Some(number)) => number.value,
            _ => continue,
        };
        if number == own.value {
            continue;
        }
        let name = service.name();
        let message = format!(
            "headless Service `{name}` does not translate ports: a client of `{name}:{}` reaches pod port {}, not {number}",
            own.value, own.value
        );
        let severity = if is_read_from_endpoints(index, unit, service) {
            Severity::Info
        } else {
            Severity::Warning
        };
        let mut found = Diagnostic::new(RULE.id, severity, target.span, message)
            .label("ignored by clients that look the name up")
            .related(headless, "no proxy, so no translation");
        if let Some(declared) = declared.filter(|declared| declared.value == number) {
            found = found.related(declared.span, format!("the pods listen on {number}"));
        }
        out.push(
            found
                .help(format!(
                    "set `port: {number}`, so that clients use the port of the pods"
                ))
                .object(&service.object().identity),
        );
    }
}

/// Whether only those are seen to use a Service that take addresses and ports from its
/// `EndpointSlice`s, where `targetPort` counts: the controllers of Ingresses and routes, and
/// Prometheus.
fn is_read_from_endpoints(index: &Index, unit: &Unit, service: ServiceLink<'_>) -> bool {
    let references = index
        .references(unit)
        .filter(|reference| match reference.named() {
            Named::Found(services) => services.iter().any(|own| own.is(service)),
            _ => false,
        });
    let roles: Vec<Role> = references.map(|own| own.target().role).collect();
    let from_endpoints = |role: &Role| *role == Role::Backend || ROUTE.contains(role);
    let is_scraped = || {
        let mut monitors = index.monitors(unit);
        monitors.any(|monitor| monitor.services().iter().any(|(own, _)| own.is(service)))
    };
    roles.iter().all(from_endpoints) && (!roles.is_empty() || is_scraped())
}
