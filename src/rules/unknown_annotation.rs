//! See `rules/unknown-annotation.md`.

use super::support::described::with_effect;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::described::FaultKind;
use crate::link::{FaultLink, Links, Unit};
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::UNKNOWN_ANNOTATION,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    out.extend(links.faults(unit).filter_map(finding));
}

fn finding(link: FaultLink<'_>) -> Option<Diagnostic> {
    let fault = link.fault();
    let FaultKind::Unread(meant) = &fault.kind else {
        return None;
    };
    let own = &link.object().identity;
    let message = format!(
        "{own} has annotation `{}`, which nothing reads, but `{meant}` is read",
        fault.value.value
    );
    let found = Diagnostic::new(RULE.id, fault.effect.severity, fault.value.span, message)
        .object(own)
        .help(format!("write `{}`", as_yaml(meant)));
    Some(with_effect(found, &fault.effect))
}
