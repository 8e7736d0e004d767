//! See `rules/pod-monitor-port-not-found.md`.

use super::support::monitor_port::{certain, is_name, monitors, no_container_port};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::{Kind, PortRef, ScrapeEndpoint};
use crate::link::{Links, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::POD_MONITOR_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in monitors(links, unit, Kind::PodMonitor) {
        // Pods that the configuration says are elsewhere may have the port.
        let pods = certain(link.pods()).filter(|_| !link.selects_external_pods());
        let Some(pods) = pods else {
            continue;
        };
        let endpoints = link.monitor().endpoints.iter();
        let wanted = endpoints.filter_map(wanted);
        let own = &link.object().identity;
        out.extend(wanted.filter_map(|port| no_container_port(RULE.id, own, &port, &pods)));
    }
}

/// Ports that a mesh adds to the pods of a whole namespace.
const INJECTED: &[&str] = &["http-envoy-prom", "linkerd-admin"];

/// What an endpoint names, if it is a port and no pattern.
fn wanted(endpoint: &ScrapeEndpoint) -> Option<Spanned<PortRef>> {
    let name = endpoint.port.as_ref();
    let name = name.map(|name| Spanned::new(PortRef::Name(name.value.clone()), name.span));
    let wanted = name.or_else(|| endpoint.container_port.clone())?;
    let is_clear = match &wanted.value {
        PortRef::Name(name) => {
            is_name(name) && !is_placeholder(name) && !INJECTED.contains(&name.as_str())
        }
        PortRef::Number(_) => true,
        PortRef::Unknown => false,
    };
    is_clear.then_some(wanted)
}
