//! See `rules/ingress-service-not-found.md`.

use super::reference::{dangling, with_role};
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Unit};
use crate::model::Role;
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "ingress-service-not-found",
    doc: include_str!("../../rules/ingress-service-not-found.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let backends = with_role(index, unit, &[Role::Backend]);
    out.extend(
        backends.filter_map(|backend| dangling(index, unit, RULE.id, Severity::Error, backend)),
    );
}
