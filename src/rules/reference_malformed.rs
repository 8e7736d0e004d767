//! See `rules/reference-malformed.md`.

use super::support::described::with_effect;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise};
use crate::kinds::described::FaultKind;
use crate::link::{FaultLink, Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::REFERENCE_MALFORMED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    out.extend(links.faults(unit).filter_map(finding));
}

fn finding(link: FaultLink<'_>) -> Option<Diagnostic> {
    let FaultKind::Malformed(form) = link.fault().kind else {
        return None;
    };
    let (own, value) = (&link.object().identity, &link.fault().value);
    let effect = &link.fault().effect;
    let message = format!("{own} has a value here that is no `{form}`");
    let found = Diagnostic::new(RULE.id, effect.severity, value.span, message)
        .object(own)
        .help(format!("write it as `{form}`"))
        .given([Premise::Accepted(value.span)]);
    Some(with_effect(found, effect))
}
