//! See `rules/route-backend-not-found.md`.

use super::reference::{ROUTE, dangling, with_role};
use super::rule::{Check, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: "route-backend-not-found",
    doc: include_str!("../../rules/route-backend-not-found.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let backends = with_role(index, unit, ROUTE);
    out.extend(
        backends.filter_map(|backend| dangling(index, unit, RULE.id, Severity::Error, backend)),
    );
}
