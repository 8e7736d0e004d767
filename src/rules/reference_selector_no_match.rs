//! See `rules/reference-selector-no-match.md`.

use super::support::described::with_effect;
use super::support::no_match::{no_pods, no_service};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::described::Things;
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::REFERENCE_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (link, selects) in links.selects(unit) {
        let found = match selects.things {
            Things::Pods => no_pods(RULE.id, link, "object"),
            Things::Services => no_service(RULE.id, link),
        };
        let found = found.map(|found| with_effect(found, &selects.effect));
        out.extend(found.map(|mut found| {
            found.severity = found.severity.min(selects.effect.severity);
            found
        }));
    }
}
