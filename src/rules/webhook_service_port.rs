//! See `rules/webhook-service-port.md`.

use super::reference::{MissingPort, with_role, write_number};
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Named, Reference, Unit};
use crate::model::Role;
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "webhook-service-port",
    doc: include_str!("../../rules/webhook-service-port.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if index.is_operator_bundle(unit) {
        return;
    }
    for service in with_role(index, unit, &[Role::Webhook]) {
        let source = service.target().name.span.source;
        let severity = index.lowered(unit, source, Severity::Error);
        let port = || {
            let missing = MissingPort::of(service)?;
            let found = missing.finding(RULE.id, severity);
            Some(write_number(found, &missing, "the API server calls"))
        };
        out.extend(headless(service, severity).or_else(port));
    }
}

/// The API server calls the address of the Service itself, which a headless one does not have.
fn headless(reference: Reference<'_>, severity: Severity) -> Option<Diagnostic> {
    let Named::Found(services) = reference.named() else {
        return None;
    };
    let all: Option<Vec<_>> = services
        .iter()
        .map(|service| service.service().headless)
        .collect();
    let headless = *all?.first()?;
    let own = &reference.object().identity;
    let name = &reference.target().name;
    let message = format!(
        "{own} calls headless Service `{}`, which has no address for the API server",
        name.value
    );
    Some(
        Diagnostic::new(RULE.id, severity, name.span, message)
            .label("a headless Service")
            .related(headless, "no address")
            .help("remove `clusterIP: None` from the Service, or name one with an address")
            .object(own),
    )
}
