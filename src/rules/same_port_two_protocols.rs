//! See `rules/same-port-two-protocols.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Protocol, ServicePort};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SAME_PORT_TWO_PROTOCOLS,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in index.services(unit) {
        let ports = &service.service().ports;
        for (at, port) in ports.iter().enumerate() {
            let Some(number) = &port.port else { continue };
            let first = ports[..at].iter().find(|other| is_twin(other, port));
            let Some(twin) = first else { continue };
            let message = format!(
                "Service `{}` has port {} for {} and for {}: client-side `kubectl apply` tells ports apart by number only, and may lose one",
                service.name(),
                number.value,
                twin.protocol.as_str(),
                port.protocol.as_str()
            );
            let place = twin.place();
            out.push(
                Diagnostic::new(RULE.id, Severity::Info, number.span, message)
                    .label(format!("{} on the same number", port.protocol.as_str()))
                    .related(place, format!("{} first", twin.protocol.as_str()))
                    .help("apply it with `kubectl apply --server-side`")
                    .object(&service.object().identity),
            );
        }
    }
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
