//! See `rules/route-backend-not-found.md`.

use super::support::pool_not_found::pool_not_found;
use super::support::reference::{ROUTE, with_role};
use super::support::service_not_found::service_not_found;
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
    out.extend(backends.filter_map(|backend| service_not_found(RULE.id, Severity::Error, backend)));
    out.extend(
        links
            .pools(unit)
            .filter_map(|pool| pool_not_found(RULE.id, pool)),
    );
}
