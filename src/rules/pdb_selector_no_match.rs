//! See `rules/pdb-selector-no-match.md`.

use super::support::selector_miss::Unmatched;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Budget, LabelSelector};
use crate::link::{BudgetLink, Links, Purpose, Unit};
use crate::object::Object;

pub(super) const RULE: Rule = Rule {
    id: ids::PDB_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.budgets(unit) {
        let is_completed = links.is_kustomized_text(link.source());
        let found = match &link.budget().selector {
            Some(selector) => no_match(link, selector),
            None if is_completed => None,
            None => Some(no_selector(link.object(), link.budget())),
        };
        out.extend(found);
    }
}

/// API `policy/v1`, `PodDisruptionBudgetSpec.Selector`: null selects no pods, `{}` all of them.
fn no_selector(object: &Object, budget: &Budget) -> Diagnostic {
    let message = format!("{} has no selector, and protects no pods", object.identity);
    Diagnostic::new(RULE.id, Severity::Warning, budget.key, message)
        .label("no selector selects no pods, `{}` selects all")
        .help("add the labels of the pods under `selector.matchLabels`")
        .object(&object.identity)
        .given([Premise::Absent])
}

fn no_match<'i>(link: BudgetLink<'i>, selector: &'i LabelSelector) -> Option<Diagnostic> {
    let (own, namespace) = (&link.object().identity, &link.namespace().name);
    let unmatched = Unmatched {
        rule: RULE.id,
        own,
        what: "budget",
        outcome: format!("{own} protects no pods"),
        selector,
        namespace,
        place: format!("namespace `{namespace}`"),
    };
    unmatched.finding(&link.selected(selector, Purpose::Budget).miss()?)
}
