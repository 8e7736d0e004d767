//! See `rules/route-backend-not-found.md`.

use super::support::lost_service::lost_service;
use super::support::reference::{ROUTE, with_role};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_BACKEND_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let backends = with_role(index, unit, ROUTE);
    out.extend(backends.filter_map(|backend| lost_service(RULE.id, Severity::Error, backend)));
}
