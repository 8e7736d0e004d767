//! See `rules/headless-port-translation.md`.

use super::port::targets;
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Resolution, Unit};
use crate::model::PortRef;
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "headless-port-translation",
    doc: include_str!("../../rules/headless-port-translation.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(index, unit) {
        let Some(headless) = service.service().headless else {
            continue;
        };
        let (Some(target), Some(own)) = (&port.target_port, &port.port) else {
            continue;
        };
        let declared = service
            .backends()
            .find_map(|backend| match backend.resolve(port) {
                Resolution::Declared { port, .. } => port.number.clone(),
                _ => None,
            });
        let number = match (&target.value, &declared) {
            (PortRef::Number(number), _) => *number,
            (PortRef::Name(_), Some(number)) => number.value,
            _ => continue,
        };
        if number == own.value {
            continue;
        }
        let name = service.name();
        let message = format!(
            "headless Service `{name}` does not translate ports: a client of `{name}:{}` reaches pod port {}, not {number}",
            own.value, own.value
        );
        let mut found = Diagnostic::new(RULE.id, Severity::Warning, target.span, message)
            .label("ignored by clients that look the name up")
            .related(headless, "no proxy, so no translation");
        if let Some(declared) = declared.filter(|declared| declared.value == number) {
            found = found.related(declared.span, format!("the pods listen on {number}"));
        }
        out.push(
            found
                .help(format!(
                    "set `port: {number}`, so that clients use the port of the pods"
                ))
                .object(&service.object().identity),
        );
    }
}
