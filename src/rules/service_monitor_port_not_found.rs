//! See `rules/service-monitor-port-not-found.md`.

use super::support::monitor_port::{certain, monitors, no_service_port, no_target_port};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::{Kind, ScrapeEndpoint};
use crate::link::{Links, MonitorLink, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_MONITOR_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in monitors(links, unit, Kind::ServiceMonitor) {
        // A Service that the configuration says is elsewhere may have the port.
        let services = certain(link.services()).filter(|_| !link.selects_external_service());
        let Some(services) = services else {
            continue;
        };
        let endpoints = link.monitor().endpoints.iter();
        out.extend(endpoints.filter_map(|endpoint| finding(link, endpoint, &services)));
    }
}

fn finding(
    link: MonitorLink<'_>,
    endpoint: &ScrapeEndpoint,
    services: &[ServiceLink<'_>],
) -> Option<Diagnostic> {
    let own = &link.object().identity;
    match (&endpoint.port, &endpoint.container_port) {
        (Some(name), _) => no_service_port(RULE.id, own, name, services),
        (None, Some(port)) => no_target_port(RULE.id, own, port, services),
        (None, None) => None,
    }
}
