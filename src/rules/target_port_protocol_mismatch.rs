//! See `rules/target-port-protocol-mismatch.md`.

use super::port::targets;
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Backend, Index, Missing, Resolution, ServiceLink, Unit};
use crate::model::{Container, ContainerPort, PortRef, Protocol, ServicePort};
use crate::rule::{Check, Rule};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "target-port-protocol-mismatch",
    doc: include_str!("../../rules/target-port-protocol-mismatch.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(index, unit) {
        for backend in service
            .backends()
            .filter(|backend| backend.is_fully_known())
        {
            match backend.resolve(port) {
                Resolution::Missing(Missing::OtherProtocol {
                    container,
                    port: own,
                }) if !port
                    .target()
                    .is_some_and(|target| backend.may_be_patched(&target.value)) =>
                {
                    let found = (Severity::Error, "gets endpoints without a port");
                    out.push(finding(service, port, backend, (container, own), found));
                }
                Resolution::Undeclared(number) => {
                    if let Some(own) = with_other_protocol(backend, port, number) {
                        let found = (Severity::Info, "sends there all the same");
                        out.push(finding(service, port, backend, own, found));
                    }
                }
                _ => {}
            }
        }
    }
}

/// The declared port of this number, if all of that number have another protocol.
fn with_other_protocol<'i>(
    backend: Backend<'i>,
    port: &ServicePort,
    number: i64,
) -> Option<(&'i Container, &'i ContainerPort)> {
    let same = |own: &ContainerPort| own.number.as_ref().is_some_and(|own| own.value == number);
    let mut ports = backend
        .workload()
        .template
        .serving_ports()
        .filter(|(_, own)| same(own));
    ports
        .next()
        .filter(|(_, own)| own.protocol != Protocol::Unknown && own.protocol != port.protocol)
}

fn finding(
    service: ServiceLink<'_>,
    port: &ServicePort,
    backend: Backend<'_>,
    (container, own): (&Container, &ContainerPort),
    (severity, outcome): (Severity, &str),
) -> Diagnostic {
    let target = port
        .target()
        .map_or(PortRef::Unknown, |target| target.value);
    let message = format!(
        "targetPort `{target}` is {} in Service `{}`, but {} in container `{}` of {}: the Service {outcome}",
        port.protocol.as_str(),
        service.name(),
        own.protocol.as_str(),
        container.display(),
        backend.display(),
    );
    let span = port.protocol_span.unwrap_or_else(|| place(port));
    let label = match port.protocol_span {
        Some(_) => format!("{} here", port.protocol.as_str()),
        None => format!("no protocol: {} is the default", port.protocol.as_str()),
    };
    Diagnostic::new(RULE.id, severity, span, message)
        .label(label)
        .related(
            own.protocol_span.unwrap_or(own.span),
            match own.protocol_span {
                Some(_) => format!("{} here", own.protocol.as_str()),
                None => format!("no protocol: {} is the default", own.protocol.as_str()),
            },
        )
        .help(format!(
            "set `protocol: {}` on the Service port",
            own.protocol.as_str()
        ))
        .object(&service.object().identity)
}

/// Where a protocol would be missed: the target, or the item.
fn place(port: &ServicePort) -> Span {
    port.target_port
        .as_ref()
        .map(|target| target.span)
        .or(port.port.as_ref().map(|own| own.span))
        .unwrap_or(port.span)
}
