//! See `rules/target-port-protocol-mismatch.md`.

use super::support::dangling_port::dangling;
use super::support::service_port::targets;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ContainerPort, Protocol, ServicePort};
use crate::link::{Backend, Links, Missing, Resolution, ServiceLink, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::TARGET_PORT_PROTOCOL_MISMATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for dangling in dangling(links, unit) {
        let (backend, why) = dangling.cause();
        if let Missing::OtherProtocol { port, .. } = why {
            let message = dangling.message(backend, why);
            let service = (dangling.service, dangling.port);
            let found = finding(service, port, dangling.severity(), message);
            out.push(dangling.declared_ports(found, 1));
        }
    }
    for (service, port) in targets(links, unit) {
        for backend in service
            .backends()
            .filter(|backend| backend.is_fully_known())
        {
            if let Resolution::Undeclared(number) = backend.resolve(port)
                && let Some(own) = with_other_protocol(backend, port, number)
            {
                let message = sent_all_the_same((service, port), backend, number, own);
                out.push(finding((service, port), own.1, Severity::Info, message));
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

/// Who sends to a number need not care which protocol is declared.
fn sent_all_the_same(
    (service, port): (ServiceLink<'_>, &ServicePort),
    backend: Backend<'_>,
    number: i64,
    (container, own): (&Container, &ContainerPort),
) -> String {
    format!(
        "targetPort `{number}` is {} in Service `{}`, but {} in container `{}` of {}: the Service \
         sends there all the same",
        port.protocol.as_str(),
        service.name(),
        own.protocol.as_str(),
        container.display(),
        backend.display(),
    )
}

fn finding(
    (service, port): (ServiceLink<'_>, &ServicePort),
    own: &ContainerPort,
    severity: Severity,
    message: String,
) -> Diagnostic {
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
            "set `protocol: {}` on the Service port, or use the name of another port",
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
