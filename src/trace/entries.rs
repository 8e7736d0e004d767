//! What sends to the Services of a unit.

use super::code;
use super::findings::Findings;
use super::model::{Hop, HopKind, Located, Step};
use crate::diagnostic::Severity;
use crate::kinds::{PortRef, ServicePort};
use crate::link::{Links, Named, NamedPort, Reference, ServiceLink};
use crate::unit::Unit;
use std::collections::HashMap;

/// The references of a unit by which something is sent, by the Services that they lead to.
#[derive(Debug, Default)]
pub(super) struct Entries<'i> {
    by_service: HashMap<usize, Vec<Reference<'i>>>,
}

impl<'i> Entries<'i> {
    pub(super) fn of(links: &'i Links, unit: &'i Unit) -> Self {
        let mut by_service: HashMap<_, Vec<_>> = HashMap::new();
        let references = links.references(unit);
        for reference in references.filter(|own| own.target().role.sends()) {
            if let Named::Found(services) = reference.named() {
                for service in services {
                    by_service.entry(service.at()).or_default().push(reference);
                }
            }
        }
        Self { by_service }
    }

    /// What sends to a port of a Service, or to the Service if no port is meant, in the order of
    /// the unit.
    pub(super) fn to(
        &self,
        service: ServiceLink<'i>,
        port: Option<&ServicePort>,
        findings: &Findings<'_>,
    ) -> Vec<Hop> {
        let sending = self.sending(service);
        let here = sending.filter(|own| port.is_none_or(|port| leads_to(*own, service, port)));
        let here = here.filter(|own| astray(*own, service, findings).is_none());
        let mut hops: Vec<Hop> = here.map(|own| hop(own, findings)).collect();
        hops.dedup_by(|own, before| {
            let place = |hop: &Hop| hop.object.as_ref().map(|own| own.place);
            place(own) == place(before) && own.step.value == before.step.value
        });
        hops
    }

    /// What sends to a port that a Service does not have, the port, and how wrong that is.
    pub(super) fn astray(
        &self,
        service: ServiceLink<'i>,
        findings: &Findings<'_>,
    ) -> Vec<(PortRef, Hop, Severity)> {
        let sending = self.sending(service);
        let astray = sending.filter_map(|own| {
            let (port, severity) = astray(own, service, findings)?;
            Some((port, hop(own, findings), severity))
        });
        astray.collect()
    }

    fn sending(&self, service: ServiceLink<'i>) -> impl Iterator<Item = Reference<'i>> {
        let found = self.by_service.get(&service.at());
        found.into_iter().flatten().copied()
    }
}

/// The port of a reference, if the Service does not have it: what a rule says of that.
fn astray<'i>(
    reference: Reference<'i>,
    service: ServiceLink<'i>,
    findings: &Findings<'_>,
) -> Option<(PortRef, Severity)> {
    match reference.port() {
        Some(NamedPort::Missing(own, wanted)) if own.is(service) => {
            let found = findings.gravest([wanted.span])?;
            Some((wanted.value, found.severity))
        }
        _ => None,
    }
}

/// Whether a reference leads to a port of a Service: for certain, or as far as anybody knows.
fn leads_to<'i>(reference: Reference<'i>, service: ServiceLink<'i>, port: &ServicePort) -> bool {
    match reference.port() {
        Some(NamedPort::Found(own, found) | NamedPort::Unfit(own, found, _)) if own.is(service) => {
            found.place() == port.place()
        }
        _ => {
            let wanted = reference.target().wanted_port();
            let mut ports = service.service().ports.iter();
            wanted.is_none_or(|wanted| {
                port.is(&wanted.value) || !ports.any(|port| port.is(&wanted.value))
            })
        }
    }
}

/// The step from a reference to the Service that it names.
pub(super) fn hop(reference: Reference<'_>, findings: &Findings<'_>) -> Hop {
    let target = reference.target();
    let port = target.port.as_ref();
    let value = port.map(|port| match &port.value {
        PortRef::Number(number) => format!("port {number}"),
        PortRef::Name(name) => format!("port {name}"),
        PortRef::Unknown => "a port that is filled in later".to_owned(),
    });
    let places = [Some(target.name.span), port.map(|own| own.span)];
    let here = findings.gravest(places.into_iter().flatten());
    let here = here.filter(|found| found.severity == Severity::Error);
    let found = findings.refusal(reference.object()).or(here);
    Hop {
        kind: HopKind::Entry,
        step: Step {
            fault: found.map(|found| found.message.clone()),
            ..Step::plain(
                found.map_or(code::SENDS, |found| found.rule),
                &value.unwrap_or_default(),
                Some(target.name.span),
            )
        },
        object: Some(Located {
            identity: reference.object().identity.clone(),
            namespace: reference.home().name.clone(),
            place: reference.object().name,
        }),
    }
}
