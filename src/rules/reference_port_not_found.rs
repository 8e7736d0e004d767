//! See `rules/reference-port-not-found.md`.

use super::support::described::{self, with_effect};
use super::support::listing::{listed, quoted};
use super::support::missing_port::{Meant, MissingPort};
use super::support::monitor_port::{
    certain, may_declare, no_container_port, no_service_port, no_target_port,
};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Identity, Premise, Severity};
use crate::kinds::described::{Described, PortRow, PortSide, SelectedSide, Selects, Things};
use crate::kinds::{PortRef, Protocol, ServicePort};
use crate::link::{Backend, Links, MonitorLink, Named, NamedPort, Reference, ServiceLink, Unit};
use crate::text::source::Spanned;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    id: ids::REFERENCE_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (reference, row) in described::references(links, unit) {
        let found = finding(reference, row);
        out.extend(found.map(|found| with_effect(found, &row.effect)));
    }
    for (link, selects) in links.selects(unit) {
        let found = of_selected(link, selects);
        out.extend(found.into_iter().map(|mut found| {
            found.severity = found.severity.min(selects.effect.severity);
            with_effect(found, &selects.effect)
        }));
    }
}

/// The ports that what an object selects does not have.
fn of_selected(link: MonitorLink<'_>, selects: &Selects) -> Vec<Diagnostic> {
    let own = &link.object().identity;
    let ports = selects.ports.iter();
    match selects.things {
        Things::Pods => {
            let Some(pods) = certain(link.pods()).filter(|_| !link.selects_external_pods()) else {
                return Vec::new();
            };
            let found = ports.filter_map(|(port, side)| match side {
                SelectedSide::Pod => not_listening(own, port, &pods),
                _ => no_container_port(RULE.id, own, port, &pods),
            });
            found.collect()
        }
        Things::Services => {
            let services = certain(link.services());
            let Some(services) = services.filter(|_| !link.selects_external_service()) else {
                return Vec::new();
            };
            let found = ports.filter_map(|(port, side)| match (side, &port.value) {
                (SelectedSide::Service, PortRef::Name(name)) => {
                    let name = Spanned::new(name.clone(), port.span);
                    no_service_port(RULE.id, own, &name, &services)
                }
                (SelectedSide::Service, _) => None,
                _ => no_target_port(RULE.id, own, port, &services),
            });
            found.collect()
        }
    }
}

/// A port of pods that they do not declare, and that is the one of a Service in front of them,
/// which leads to another one.
fn not_listening(
    own: &Arc<Identity>,
    wanted: &Spanned<PortRef>,
    pods: &[Backend<'_>],
) -> Option<Diagnostic> {
    if pods.iter().any(|own| may_declare(*own, &wanted.value)) {
        return None;
    }
    let services = pods.iter().flat_map(|pod| pod.services());
    let mut translated = services.filter_map(|service| {
        let mut ports = service.service().ports.iter();
        let port = ports.find(|port| port.is(&wanted.value))?;
        let target = port
            .target()
            .filter(|target| target.value != wanted.value)?;
        Some((service, port, target))
    });
    let (service, port, target) = translated.next()?;
    let message = format!(
        "{own} names port {} of pods, but that is the port of Service `{}`, which leads to {}",
        quoted(&wanted.value),
        service.name(),
        quoted(&target.value)
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, wanted.span, message)
        .label("no container declares this port")
        .object(own)
        .related(port.place(), "this port of the Service")
        .given(Premise::ALL_IS_HERE);
    Some(found.help(format!("write {}", quoted(&target.value))))
}

fn finding(reference: Reference<'_>, row: &Described) -> Option<Diagnostic> {
    if let Some(missing) = MissingPort::of(reference).filter(|_| !row.is_builtin) {
        let found = missing.finding(RULE.id, described::gravest(reference, row));
        return Some(advise(found, &missing));
    }
    match reference.port() {
        Some(NamedPort::Unfit(service, port, wanted)) => {
            Some(unfit(reference, row, (service, port), &wanted))
        }
        Some(_) => None,
        None if row.is_builtin => None,
        None => without_port(reference, row),
    }
}

/// Says which port to write, in the form that is written.
fn advise(found: Diagnostic, missing: &MissingPort<'_>) -> Diagnostic {
    let port = missing.meant.map(Meant::port);
    let Some(text) = port.and_then(|port| same_form(port, &missing.wanted().value)) else {
        return found.help("name a port of the Service");
    };
    let found = found.help(format!("write `{text}`, which is a port of the Service"));
    if missing.is_default() {
        return found;
    }
    found.fix(missing.fix(text))
}

/// A port by its name if a name is wanted and it has one, by its number otherwise.
fn same_form(port: &ServicePort, wanted: &PortRef) -> Option<String> {
    let name = || port.name.as_ref().map(|name| name.value.clone());
    match wanted {
        PortRef::Name(_) => name(),
        _ => port.port.as_ref().map(|port| port.value.to_string()),
    }
}

/// A port that is there, but of a protocol or a place that the controller does not take.
fn unfit(
    reference: Reference<'_>,
    row: &Described,
    (service, port): (ServiceLink<'_>, &ServicePort),
    wanted: &Spanned<PortRef>,
) -> Diagnostic {
    let own = &reference.object().identity;
    let side = row.port.as_ref().map(|row| row.side(&wanted.value));
    let (why, help) = match (side, &port.target_port) {
        (Some(PortSide::Node), _) => (
            "which the nodes do not serve".to_owned(),
            "give the Service the type `NodePort`, or name the pods' own addresses".to_owned(),
        ),
        (Some(PortSide::Pod), Some(target)) => (
            format!("which leads to {} of its pods", quoted(&target.value)),
            format!("write {}, the port of the pods", quoted(&target.value)),
        ),
        _ => {
            let protocol = row.port.as_ref().and_then(PortRow::protocol);
            let protocol = protocol.unwrap_or(Protocol::Tcp.as_str());
            (
                format!("which is {}, not {protocol}", port.protocol.as_str()),
                format!("name a {protocol} port of the Service"),
            )
        }
    };
    let message = format!(
        "{own} uses port {} of Service `{}`, {why}",
        quoted(&wanted.value),
        service.name()
    );
    Diagnostic::new(
        RULE.id,
        described::gravest(reference, row),
        wanted.span,
        message,
    )
    .object(own)
    .related(port.place(), "this port of the Service")
    .help(help)
    .given([Premise::Accepted(wanted.span)])
}

/// A reference without a port, where the controller needs one.
fn without_port(reference: Reference<'_>, row: &Described) -> Option<Diagnostic> {
    let target = reference.target();
    let is_needed = row.port.as_ref().is_some_and(PortRow::is_needed);
    let Named::Found(services) = reference.named() else {
        return None;
    };
    if !is_needed || target.port.is_some() {
        return None;
    }
    let service = services.first()?;
    let own = &reference.object().identity;
    let ports = &service.service().ports;
    let message = format!(
        "{own} names no port of Service `{}`, which has {}",
        service.name(),
        listed(ports)
    );
    let found = Diagnostic::new(
        RULE.id,
        described::gravest(reference, row),
        target.key,
        message,
    )
    .label("a port is missing here")
    .object(own)
    .given([Premise::Absent]);
    let found = match ports.first() {
        Some(port) => found.related(port.place(), "the Service has this port"),
        None => found.related(service.object().name, "this Service has no ports"),
    };
    Some(found.help("add `port` with a port of the Service"))
}
