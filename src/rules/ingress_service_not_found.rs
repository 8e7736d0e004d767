//! See `rules/ingress-service-not-found.md`.

use super::support::reference::with_role;
use super::support::service_not_found::service_not_found;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::Role;
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::INGRESS_SERVICE_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let backends = with_role(links, unit, &[Role::Backend]);
    out.extend(backends.filter_map(|backend| service_not_found(RULE.id, Severity::Error, backend)));
}
