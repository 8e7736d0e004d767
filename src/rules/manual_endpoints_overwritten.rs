//! See `rules/manual-endpoints-overwritten.md`.

use super::support::endpoints::AllEndpoints;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Kind, Writer};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::MANUAL_ENDPOINTS_OVERWRITTEN,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let all = AllEndpoints::of(index, unit);
    for service in index.services(unit).filter(|service| service.routes()) {
        let Some(selector) = &service.service().selector else {
            continue;
        };
        let own = all.of_service(service);
        for (object, _) in own.filter(|(object, endpoints)| {
            // What leads an election has no addresses.
            object.kind == Kind::Endpoints
                && endpoints.has_addresses
                && endpoints.writer == Writer::User
        }) {
            let name = service.name();
            let message = format!(
                "the addresses of Endpoints `{name}` do not last: Service `{name}` has a selector, so the control plane replaces them by the pods that it selects"
            );
            out.push(
                Diagnostic::new(RULE.id, Severity::Error, object.name, message)
                    .label("overwritten by the endpoints controller")
                    .related(selector.key, "the addresses come from this selector")
                    .help(format!(
                        "remove the selector of Service `{name}`, or these Endpoints"
                    ))
                    .object(&object.identity)
                    // A patch may take the selector away.
                    .given([Premise::Unpatched]),
            );
        }
    }
}
