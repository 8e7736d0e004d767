//! See `rules/same-port-two-protocols.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Protocol, ServicePort};
use crate::link::{Links, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SAME_PORT_TWO_PROTOCOLS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        let ports = &service.service().ports;
        for (at, port) in ports.iter().enumerate() {
            let twin = ports[..at].iter().find(|other| is_twin(other, port));
            out.extend(twin.and_then(|twin| finding(service, twin, port)));
        }
    }
}

fn finding(
    service: ServiceLink<'_>,
    first: &ServicePort,
    second: &ServicePort,
) -> Option<Diagnostic> {
    let number = second.port.as_ref()?;
    let (other, own) = (first.protocol.as_str(), second.protocol.as_str());
    let message = format!(
        "Service `{}` has port {} for {other} and for {own}: client-side `kubectl apply` \
         tells ports apart by number only, and may lose one",
        service.name(),
        number.value
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Info, number.span, message)
            .label(format!("{own} on the same number"))
            .related(first.place(), format!("{other} first"))
            .help("apply it with `kubectl apply --server-side`")
            .object(&service.object().identity),
    )
}

/// Whether two ports differ in their protocol only.
fn is_twin(left: &ServicePort, right: &ServicePort) -> bool {
    let number = |port: &ServicePort| port.port.as_ref().map(|number| number.value);
    let is_known = |port: &ServicePort| port.protocol != Protocol::Unknown;
    number(left) == number(right)
        && left.protocol != right.protocol
        && is_known(left)
        && is_known(right)
}
