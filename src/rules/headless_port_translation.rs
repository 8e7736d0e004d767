//! See `rules/headless-port-translation.md`.

use super::support::reference::ROUTE;
use super::support::service_port::targets;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{PortRef, Role, ServicePort};
use crate::link::{Links, Named, Resolution, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::HEADLESS_PORT_TRANSLATION,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(links, unit) {
        if let Some(mut found) = finding(service, port) {
            if is_read_from_endpoints(links, unit, service) {
                found.severity = Severity::Info;
            }
            out.push(found);
        }
    }
}

/// A port of a headless Service that leads to another number.
fn finding(service: ServiceLink<'_>, port: &ServicePort) -> Option<Diagnostic> {
    let headless = service.service().headless?;
    let (target, own) = (port.target_port.as_ref()?, port.port.as_ref()?.value);
    let declared = service
        .backends()
        .find_map(|backend| match backend.resolve(port) {
            Resolution::Declared { port, .. } => port.number.as_ref(),
            _ => None,
        });
    let number = match (&target.value, declared) {
        (PortRef::Number(number), _) => *number,
        (PortRef::Name(_), Some(number)) => number.value,
        _ => return None,
    };
    if number == own {
        return None;
    }
    let name = service.name();
    let message = format!(
        "headless Service `{name}` does not translate ports: a client of `{name}:{own}` \
         reaches pod port {own}, not {number}"
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, target.span, message)
        .label("ignored by clients that look the name up")
        .related(headless, "no proxy, so no translation")
        .object(&service.object().identity);
    Some(match declared.filter(|declared| declared.value == number) {
        Some(declared) => found
            .related(declared.span, format!("the pods listen on {number}"))
            .help(format!(
                "set `port: {number}`, so that clients use the port of the pods"
            )),
        // Which of the two it is nothing says.
        None => Diagnostic {
            severity: Severity::Info,
            ..found.help("make both numbers the one that the pods listen on")
        },
    })
}

/// Whether only those are seen to use a Service that take addresses and ports from its
/// `EndpointSlice`s, where `targetPort` counts: the controllers of Ingresses and routes, and
/// Prometheus.
fn is_read_from_endpoints(links: &Links, unit: &Unit, service: ServiceLink<'_>) -> bool {
    let references = links
        .references(unit)
        .filter(|reference| match reference.named() {
            Named::Found(services) => services.iter().any(|own| own.is(service)),
            _ => false,
        });
    let roles: Vec<Role> = references.map(|own| own.target().role).collect();
    let from_endpoints = |role: &Role| *role == Role::Backend || ROUTE.contains(role);
    let is_scraped = || {
        let mut monitors = links.monitors(unit);
        monitors.any(|monitor| monitor.services().iter().any(|(own, _)| own.is(service)))
    };
    roles.iter().all(from_endpoints) && (!roles.is_empty() || is_scraped())
}
