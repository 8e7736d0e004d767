//! See `rules/istio-gateway-port-not-found.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{IstioGateway, Protocol, Routing, ServicePort};
use crate::link::{Backend, Fit, Links, Resolution, RoutingLink, ServiceLink, Unit};
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_GATEWAY_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        let Routing::Gateway(gateway) = link.routing() else {
            continue;
        };
        let Some(entries) = entries(link, gateway) else {
            continue;
        };
        let ports = gateway.ports.iter();
        out.extend(ports.filter_map(|port| finding(link, port, &entries)));
    }
}

/// The ports of the Services in front of the pods of a gateway, if there are such and all of them
/// are known.
fn entries<'i>(
    link: RoutingLink<'i>,
    gateway: &IstioGateway,
) -> Option<Vec<(Backend<'i>, ServiceLink<'i>, &'i ServicePort)>> {
    // Without a selector it is about the proxies of all pods, and those that the configuration
    // says are elsewhere have Services there.
    let labels = &gateway.selector.as_ref()?.labels;
    if labels.is_empty() || link.has_external_pods(labels) {
        return None;
    }
    let mut entries = Vec::new();
    for (backend, fit) in link.pods(labels) {
        if fit != Fit::Certain {
            return None;
        }
        for service in backend.services() {
            if !service.are_ports_known() {
                return None;
            }
            let ports = &service.service().ports;
            entries.extend(ports.iter().map(|port| (backend, service, port)));
        }
    }
    (!entries.is_empty()).then_some(entries)
}

fn finding(
    link: RoutingLink<'_>,
    wanted: &Spanned<i64>,
    entries: &[(Backend<'_>, ServiceLink<'_>, &ServicePort)],
) -> Option<Diagnostic> {
    let number = wanted.value;
    // A number that no Service has is listened on as it is, so that of the pods will do, too.
    let leads_there = |(backend, _, port): &(Backend<'_>, ServiceLink<'_>, &ServicePort)| {
        let is_port = port.port.as_ref().is_none_or(|own| own.value == number);
        let is_target = match backend.resolve(port) {
            Resolution::Declared { port, .. } => {
                port.number.as_ref().is_none_or(|own| own.value == number)
            }
            Resolution::Undeclared(own) => own == number,
            Resolution::Missing(_) => false,
            Resolution::Unknown => true,
        };
        is_port || is_target
    };
    if entries.iter().any(leads_there) {
        return None;
    }
    let own = &link.object().identity;
    let (backend, service, port) = entries.first()?;
    let mut numbers: Vec<i64> = entries
        .iter()
        .filter(|(_, _, port)| port.protocol == Protocol::Tcp)
        .filter_map(|(_, _, port)| Some(port.port.as_ref()?.value))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let listed: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let message = format!(
        "port {number} of {own} is no port of Service `{}`, by which traffic comes to the pods of \
         {}",
        service.name(),
        backend.display()
    );
    let place = port.place();
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, wanted.span, message)
            .label("nothing comes in on this port")
            .related(place, format!("the Service has {}", listed.join(", ")))
            .help(format!(
                "add port {number} to the Service, or use one that it has"
            ))
            .object(own)
            .given(Premise::ALL_IS_HERE),
    )
}
