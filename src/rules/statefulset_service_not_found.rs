//! See `rules/statefulset-service-not-found.md`.

use super::reference::{dangling, with_role};
use super::rule::{Check, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::Role;
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: "statefulset-service-not-found",
    doc: include_str!("../../rules/statefulset-service-not-found.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let services = with_role(index, unit, &[Role::Governing]);
    out.extend(
        services.filter_map(|service| dangling(index, unit, RULE.id, Severity::Warning, service)),
    );
}
