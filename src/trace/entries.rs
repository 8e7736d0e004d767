//! What sends to the Services of a unit, and what else names them on the way.

use super::code;
use super::findings::Findings;
use super::model::{Hop, HopKind, Located, Step};
use super::routing::Routed;
use super::told;
use crate::diagnostic::Severity;
use crate::kinds::{PortRef, Role, ServicePort};
use crate::link::{DnsName, Links, Named, NamedPort, Reference, ServiceLink};
use crate::text::hash::HashMap;
use crate::unit::Unit;

/// What names the Services of a unit, by their positions.
#[derive(Debug, Default)]
pub(super) struct Entries<'i> {
    by_service: HashMap<usize, Vec<Reference<'i>>>,
    /// By routes of Istio.
    routed: HashMap<usize, Vec<Routed<'i>>>,
    /// By Rollouts, which point them at their versions.
    pointed: HashMap<usize, Vec<Reference<'i>>>,
    /// By names that pods are told.
    told: HashMap<usize, Vec<DnsName<'i>>>,
}

impl<'i> Entries<'i> {
    pub(super) fn of(links: &'i Links, unit: &'i Unit) -> Self {
        let references = |is_meant: fn(Role) -> bool| {
            let all = links.references(unit);
            all.filter(move |own| is_meant(own.target().role))
        };
        let named = |own: Reference<'i>| match own.named() {
            Named::Found(services) => services,
            _ => Vec::new(),
        };
        Self {
            by_service: by_service(references(Role::sends), named),
            routed: by_service(Routed::all(links, unit), Routed::services),
            pointed: by_service(references(Role::is_of_rollout), named),
            told: by_service(links.dns_names(unit), DnsName::services),
        }
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
        let routed = of(&self.routed, service);
        let routed = routed.filter(|own| port.is_none_or(|port| own.leads_to(service, port)));
        let routed = routed.filter(|own| own.astray(findings).is_none());
        hops.extend(routed.map(|own| own.hop(findings)));
        hops.extend(of(&self.pointed, service).map(|own| Hop {
            kind: HopKind::Rollout,
            ..hop(own, findings)
        }));
        let told = of(&self.told, service);
        let told = told.filter(|own| port.is_none_or(|port| told::is_for(*own, service, port)));
        hops.extend(told.map(told::hop));
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
        let routed = of(&self.routed, service).filter_map(|own| {
            let (port, severity) = own.astray(findings)?;
            Some((port, own.hop(findings), severity))
        });
        astray.chain(routed).collect()
    }

    fn sending(&self, service: ServiceLink<'i>) -> impl Iterator<Item = Reference<'i>> {
        of(&self.by_service, service)
    }
}

/// What names Services, by their positions.
fn by_service<'i, T: Copy>(
    all: impl Iterator<Item = T>,
    services: impl Fn(T) -> Vec<ServiceLink<'i>>,
) -> HashMap<usize, Vec<T>> {
    let mut found: HashMap<usize, Vec<T>> = HashMap::default();
    for own in all {
        for service in services(own) {
            found.entry(service.at()).or_default().push(own);
        }
    }
    found
}

/// What names a Service.
fn of<T: Copy>(all: &HashMap<usize, Vec<T>>, service: ServiceLink<'_>) -> impl Iterator<Item = T> {
    all.get(&service.at()).into_iter().flatten().copied()
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
    let shown = port.map(|port| match &port.value {
        PortRef::Number(number) => format!("port {number}"),
        PortRef::Name(name) => format!("port {name}"),
        PortRef::Unknown => "a port that is filled in later".to_owned(),
    });
    let role = target.role.is_of_rollout();
    let role = role.then(|| target.role.as_str().to_owned());
    let weight = target.weight.map(|weight| format!("weight {weight}"));
    let parts = [role, shown, weight].into_iter().flatten();
    let places = [Some(target.name.span), port.map(|own| own.span)];
    let here = findings.gravest(places.into_iter().flatten());
    let here = here.filter(|found| found.severity == Severity::Error);
    let found = findings.refusal(reference.object()).or(here);
    let plain = if target.role.is_of_rollout() {
        code::POINTS
    } else {
        code::SENDS
    };
    let value = parts.collect::<Vec<_>>().join(", ");
    let place = Some(target.name.span);
    Hop {
        kind: HopKind::Entry,
        step: match found {
            Some(found) => Step::wrong(&value, place, found),
            None => Step::plain(plain, &value, place),
        },
        object: Some(Located {
            identity: reference.object().identity.clone(),
            namespace: reference.home().name.clone(),
            place: reference.object().name,
        }),
    }
}
