//! See `rules/webhook-service-not-found.md`.

use super::reference::{dangling, with_role};
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Unit};
use crate::model::Role;
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "webhook-service-not-found",
    doc: include_str!("../../rules/webhook-service-not-found.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if index.is_operator_bundle(unit) {
        return;
    }
    let services = with_role(index, unit, &[Role::Webhook]);
    out.extend(
        services.filter_map(|service| dangling(index, unit, RULE.id, Severity::Error, service)),
    );
}
