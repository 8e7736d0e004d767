//! See `rules/istio-port-not-found.md`.

use super::support::missing_port::leads_to;
use super::support::virtual_service::virtual_services;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Destination, IstioGateway, PortRef, Routing, ServicePort, VirtualService};
use crate::link::{Links, RoutingLink, ServiceLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (link, routes) in virtual_services(links, unit) {
        let destinations = routes.destinations.iter();
        let found = destinations.filter_map(|destination| finding(link, routes, destination));
        // Patches may well give a Service other ports.
        out.extend(found.map(|found| found.given([Premise::Absent, Premise::Unpatched])));
    }
}

fn finding(
    link: RoutingLink<'_>,
    routes: &VirtualService,
    destination: &Destination,
) -> Option<Diagnostic> {
    if let Some(place) = destination.instead_of_number {
        return Some(without_number(link, destination, place));
    }
    let services = link.services(&destination.host.value);
    let service = *services.first()?;
    let ports: Vec<&ServicePort> = services
        .iter()
        .flat_map(|service| &service.service().ports)
        .collect();
    match &destination.port {
        Some(port) => {
            let PortRef::Number(number) = port.value else {
                return None;
            };
            let number = Spanned::new(number, port.span);
            (!ports.is_empty() && !has(&ports, number.value))
                .then(|| missing(link, service, &ports, &number))
        }
        None if destination.has_port || ports.len() < 2 => None,
        None => {
            let (gateway, port) = lost_at(link, routes, &ports)?;
            Some(unclear(link, service, &ports, destination, gateway, port))
        }
    }
}

/// A port by something else than its number, which is then 0: the webhook of Istio refuses that
/// (`pkg/config/validation/validation.go`, `validatePortSelector`).
fn without_number(link: RoutingLink<'_>, destination: &Destination, place: Span) -> Diagnostic {
    let own = &link.object().identity;
    let message = format!(
        "{own} names a port of `{}` without its number",
        destination.host.value
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, place, message)
        .label("a port has a `number` here, and nothing else")
        .object(own);
    let services = link.services(&destination.host.value);
    let ports: Vec<&ServicePort> = services
        .iter()
        .flat_map(|service| &service.service().ports)
        .collect();
    let number = match ports.as_slice() {
        [only] => only.port.as_ref(),
        _ => None,
    };
    found.help(match number {
        Some(port) => format!("write `number: {}`", port.value),
        None => "write the number of a port of the Service".to_owned(),
    })
}

fn has(ports: &[&ServicePort], number: i64) -> bool {
    ports
        .iter()
        .any(|port| port.port.as_ref().is_some_and(|own| own.value == number))
}

fn missing(
    link: RoutingLink<'_>,
    service: ServiceLink<'_>,
    ports: &[&ServicePort],
    number: &Spanned<i64>,
) -> Diagnostic {
    let own = &link.object().identity;
    let message = format!(
        "{own} sends to port {} of Service `{}`, which has {}",
        number.value,
        service.name(),
        listed(ports)
    );
    let is_target = |port: &&&ServicePort| {
        let wanted = PortRef::Number(number.value);
        let target = port.target_port.as_ref();
        target.is_some_and(|target| target.value == wanted) || leads_to(service, port, &wanted)
    };
    let of_target = ports.iter().find(is_target);
    let label = match of_target {
        Some(_) => "the port of the pods",
        None => "the Service has no such port",
    };
    let only = (ports.len() == 1).then(|| &ports[0]);
    let meant = of_target.or(only).and_then(|port| port.port.as_ref());
    let shown = of_target
        .or(ports.first())
        .and_then(|port| port.port.as_ref());
    let found = Diagnostic::new(RULE.id, Severity::Error, number.span, message)
        .label(label)
        .object(own);
    let found = match shown {
        Some(port) => found.related(port.span, format!("the Service listens on {}", port.value)),
        None => found,
    };
    found.help(match meant {
        Some(port) => format!("write `number: {}`", port.value),
        None => "write the number of a port of the Service".to_owned(),
    })
}

/// `only 80`, `80 and 443`
fn listed(ports: &[&ServicePort]) -> String {
    let numbers = ports.iter().filter_map(|port| port.port.as_ref());
    let numbers: Vec<String> = numbers.map(|port| port.value.to_string()).collect();
    match numbers.split_last() {
        Some((only, [])) => format!("only {only}"),
        Some((last, rest)) => format!("only {} and {last}", rest.join(", ")),
        None => "no ports".to_owned(),
    }
}

/// The gateway that traffic comes in by on a port that the Service has not: without a port in the
/// destination it is sent on to the same one.
fn lost_at<'i>(
    link: RoutingLink<'i>,
    routes: &VirtualService,
    ports: &[&ServicePort],
) -> Option<(RoutingLink<'i>, &'i Spanned<i64>)> {
    link.beside().find_map(|other| {
        let Routing::Gateway(gateway) = other.routing() else {
            return None;
        };
        let is_used = routes.gateways.iter().any(|own| is_named(link, own, other));
        let port = first_lost(gateway, ports)?;
        is_used.then_some((other, port))
    })
}

fn first_lost<'g>(gateway: &'g IstioGateway, ports: &[&ServicePort]) -> Option<&'g Spanned<i64>> {
    gateway.ports.iter().find(|own| !has(ports, own.value))
}

/// Whether a name, with or without a namespace before it, is that of a gateway.
fn is_named(link: RoutingLink<'_>, name: &Spanned<String>, gateway: RoutingLink<'_>) -> bool {
    let own = &gateway.object().identity.name;
    let (namespace, name) = match name.value.split_once('/') {
        Some((namespace, name)) => (namespace, name),
        None => (link.namespace().name.as_str(), name.value.as_str()),
    };
    name == own && namespace == gateway.namespace().name && !is_placeholder(name)
}

fn unclear(
    link: RoutingLink<'_>,
    service: ServiceLink<'_>,
    ports: &[&ServicePort],
    destination: &Destination,
    gateway: RoutingLink<'_>,
    port: &Spanned<i64>,
) -> Diagnostic {
    let own = &link.object().identity;
    let message = format!(
        "{own} names no port of Service `{}`, which has {}: what comes in on {} goes nowhere",
        service.name(),
        listed(ports).trim_start_matches("only "),
        port.value
    );
    Diagnostic::new(RULE.id, Severity::Warning, destination.host.span, message)
        .label("no `port` here: the one that traffic comes in on is kept")
        .related(
            port.span,
            format!(
                "traffic comes in on {} at {}",
                port.value,
                gateway.object().identity
            ),
        )
        .help("add `port: {number: ...}` with a port of the Service")
        .object(own)
}
