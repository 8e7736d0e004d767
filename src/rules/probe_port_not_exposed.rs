//! See `rules/probe-port-not-exposed.md`.

use super::support::listing::declared_ports;
use super::support::service_port;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Container, ContainerPort, PortRef, Probe, ServicePort};
use crate::link::{Backend, Links, Resolution, ServiceLink, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::PROBE_PORT_NOT_EXPOSED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in links.backends(unit) {
        let template = &backend.workload().template;
        if !backend.is_fully_known() {
            continue;
        }
        for container in template.serving_containers() {
            for probe in &container.probes {
                if let Some((number, span)) = undeclared(backend, probe) {
                    out.extend(finding(backend, container, probe, number, span));
                }
            }
        }
    }
}

/// The number that a probe asks the pod for, if nothing in the template speaks of it.
fn undeclared(backend: Backend<'_>, probe: &Probe) -> Option<(i64, Span)> {
    let port = probe.port.as_ref().filter(|_| probe.host.is_none())?;
    let PortRef::Number(number) = port.value else {
        return None;
    };
    let template = &backend.workload().template;
    let mut declared = template.serving_ports();
    let is_declared =
        declared.any(|(_, own)| own.number.as_ref().is_some_and(|own| own.value == number));
    let is_said = u16::try_from(number).is_ok_and(|number| template.mentioned.contains(&number));
    let is_patched = backend.may_be_patched(&port.value);
    (!is_declared && !is_said && !is_patched).then_some((number, port.span))
}

fn finding(
    backend: Backend<'_>,
    container: &Container,
    probe: &Probe,
    number: i64,
    span: Span,
) -> Option<Diagnostic> {
    let new = |severity, message: String| {
        Diagnostic::new(RULE.id, severity, span, message)
            .object(&backend.object().identity)
            .given([Premise::Accepted(span)])
    };
    let kind = probe.kind.as_str();
    if let Some((service, port, target)) = taken_for_target(backend, number) {
        let message = format!(
            "{kind} of container `{}` asks port {number}, which is the port of Service `{}`: the \
             pods listen on {target}",
            container.display(),
            service.name()
        );
        let place = port.place();
        let found = new(Severity::Warning, message)
            .label("the kubelet asks the pod, not the Service")
            .related(
                place,
                format!(
                    "Service `{}` translates {number} to {target}",
                    service.name()
                ),
            )
            .help(format!("write `port: {target}`"));
        return Some(declared_ports(found, backend));
    }
    if let Some((other, meant)) = container.asks_elsewhere(probe) {
        let message = format!(
            "{kind} of container `{}` asks port {number}, which it does not declare, but its {} \
             asks the same of port {meant}",
            container.display(),
            other.kind.as_str()
        );
        let place = other.port.as_ref().map_or(other.span, |port| port.span);
        let found = new(Severity::Warning, message)
            .label("no container declares this port")
            .related(place, format!("{} asks here", other.kind.as_str()))
            .help(format!(
                "write `port: {meant}`, or declare containerPort {number}"
            ));
        return Some(declared_ports(found, backend));
    }
    let declared: Vec<String> = container.ports.iter().map(ContainerPort::display).collect();
    if declared.is_empty() {
        return None;
    }
    let message = format!(
        "{kind} of container `{}` asks port {number}, but the container declares only {}",
        container.display(),
        declared.join(", ")
    );
    let first = container.ports.first()?;
    Some(
        new(Severity::Info, message)
            .label("no container declares this port")
            .related(first.span, "declared here")
            .help(format!(
                "declare containerPort {number}, or ask a declared port"
            )),
    )
}

/// A Service port of this number that leads to another one, where none leads to this number.
fn taken_for_target(
    backend: Backend<'_>,
    number: i64,
) -> Option<(ServiceLink<'_>, &ServicePort, i64)> {
    let target = |port: &ServicePort| match backend.resolve(port) {
        Resolution::Declared { port, .. } => port.number.as_ref().map(|number| number.value),
        Resolution::Undeclared(number) => Some(number),
        Resolution::Missing(_) | Resolution::Unknown => None,
    };
    let ports: Vec<_> = service_port::before(backend)
        .map(|(service, port)| (service, port, target(port)))
        .collect();
    if ports
        .iter()
        .any(|(_, _, target)| target.is_none_or(|target| target == number))
    {
        return None;
    }
    let has_number = |port: &ServicePort| port.port.as_ref().is_some_and(|own| own.value == number);
    let (service, port, target) = ports.into_iter().find(|(_, port, _)| has_number(port))?;
    Some((service, port, target?))
}
