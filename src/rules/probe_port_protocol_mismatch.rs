//! See `rules/probe-port-protocol-mismatch.md`.

use super::support::serving;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ContainerPort, PortRef, Probe, Protocol};
use crate::link::{Backend, Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::PROBE_PORT_PROTOCOL_MISMATCH,
    check: Check::Unit(check),
};

/// DNS servers listen with both protocols, and often declare one.
const DNS: i64 = 53;

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (backend, container, probe) in serving::probes(links, unit) {
        if !backend.workload().template.unreadable && probe.host.is_none() {
            out.extend(finding(backend, container, probe));
        }
    }
}

fn finding(backend: Backend<'_>, container: &Container, probe: &Probe) -> Option<Diagnostic> {
    let port = probe.port.as_ref()?;
    let PortRef::Number(number) = port.value else {
        return None;
    };
    let has_number =
        |own: &&ContainerPort| own.number.as_ref().is_some_and(|own| own.value == number);
    let mut declared = container.ports.iter().filter(has_number);
    let first = declared.clone().next()?;
    let is_udp = declared.all(|own| own.protocol == Protocol::Udp);
    let is_elsewhere = backend
        .workload()
        .template
        .serving_ports()
        .any(|(_, own)| has_number(&own) && own.protocol != Protocol::Udp);
    if !is_udp || is_elsewhere || number == DNS {
        return None;
    }
    let handler = probe.handler?.as_str();
    let message = format!(
        "{} of container `{}` connects to port {number} with TCP, but the container declares it \
         for UDP only",
        probe.kind.as_str(),
        container.display()
    );
    let place = first.protocol_span.unwrap_or(first.span);
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, port.span, message)
            .label(format!("`{handler}` speaks TCP"))
            .related(place, "UDP only")
            .help("ask a TCP port, use an `exec` probe, or declare the port for TCP as well")
            .object(&backend.object().identity),
    )
}
