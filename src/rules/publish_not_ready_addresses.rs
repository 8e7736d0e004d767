//! See `rules/publish-not-ready-addresses.md`.

use super::support::routed::Routed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Probe, ProbeKind};
use crate::link::{Links, ServiceLink, Unit};
use std::cell::LazyCell;

pub(super) const RULE: Rule = Rule {
    id: ids::PUBLISH_NOT_READY_ADDRESSES,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let routed = LazyCell::new(|| Routed::of(links, unit));
    for service in links.services(unit).filter(|service| service.routes()) {
        let own = service.service();
        // Peers that look each other up before they are ready are what the field is for.
        if let Some(span) = own.publishes_not_ready.filter(|_| !own.may_be_headless()) {
            let message = format!(
                "Service `{}` sends traffic to pods that are not ready: only clients of a headless \
                 Service can tell them apart",
                service.name()
            );
            // Measured on 40 public uses, it is meant, but where requests from outside come in.
            let severity = if routed.has(service) {
                Severity::Warning
            } else {
                Severity::Info
            };
            let found = Diagnostic::new(RULE.id, severity, span, message)
                .label("readiness does not count")
                .help("remove it, or make a headless Service for peers: `clusterIP: None`")
                .object(&service.object().identity);
            out.push(match defeated(service) {
                Some(probe) => found.related(probe.span, "has no effect on this Service"),
                None => found,
            });
        }
    }
}

/// A readiness probe that the Service does not heed.
fn defeated(service: ServiceLink<'_>) -> Option<&Probe> {
    let mut containers = service
        .backends()
        .flat_map(|backend| backend.workload().template.serving_containers());
    containers.find_map(|container| container.probe(ProbeKind::Readiness))
}
