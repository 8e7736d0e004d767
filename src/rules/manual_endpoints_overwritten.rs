//! See `rules/manual-endpoints-overwritten.md`.

use super::support::endpoints::AllEndpoints;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Kind, Selector, Writer};
use crate::link::{Links, Unit};
use crate::object::Object;

pub(super) const RULE: Rule = Rule {
    id: ids::MANUAL_ENDPOINTS_OVERWRITTEN,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let all = AllEndpoints::of(links, unit);
    for service in links.services(unit).filter(|service| service.routes()) {
        let Some(selector) = &service.service().selector else {
            continue;
        };
        let own = all.of_service(service);
        // What leads an election has no addresses.
        let written = own.filter(|(object, endpoints)| {
            object.kind == Kind::Endpoints
                && endpoints.has_addresses
                && endpoints.writer == Writer::User
        });
        out.extend(written.map(|(object, _)| finding(service.name(), selector, object)));
    }
}

fn finding(name: &str, selector: &Selector, endpoints: &Object) -> Diagnostic {
    let message = format!(
        "the addresses of Endpoints `{name}` do not last: Service `{name}` has a selector, \
         so the control plane replaces them by the pods that it selects"
    );
    Diagnostic::new(RULE.id, Severity::Error, endpoints.name, message)
        .label("overwritten by the endpoints controller")
        .related(selector.key, "the addresses come from this selector")
        .help(format!(
            "remove the selector of Service `{name}`, or these Endpoints"
        ))
        .object(&endpoints.identity)
        // A patch may take the selector away.
        .given([Premise::Unpatched])
}
