//! See `rules/route-backend-not-found.md`.

use super::support::lost_pool::lost_pool;
use super::support::lost_service::lost_service;
use super::support::reference::{ROUTE, with_role};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::Role;
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_BACKEND_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let backends = with_role(links, unit, ROUTE);
    let backends = backends.chain(with_role(links, unit, &[Role::RouteTarget]));
    out.extend(backends.filter_map(|backend| lost_service(RULE.id, Severity::Error, backend)));
    out.extend(
        links
            .pools(unit)
            .filter_map(|pool| lost_pool(RULE.id, pool)),
    );
}
