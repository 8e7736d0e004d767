//! See `rules/pdb-selector-no-match.md`.

use super::support::selector_miss::Unmatched;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Budget, LabelSelector};
use crate::link::{Links, Selected, SelectorMiss, Unit};
use crate::object::Object;

pub(super) const RULE: Rule = Rule {
    id: ids::PDB_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.budgets(unit) {
        let (object, budget, source) = (link.object(), link.budget(), link.source());
        out.extend(match &budget.selector {
            Some(selector) => match link.selected(selector) {
                Selected::Miss(miss) => {
                    Some(no_match(object, selector, miss, &link.namespace().name))
                }
                Selected::Fine | Selected::Unverified(_) => None,
            },
            None => (!links.is_kustomized_text(source)).then(|| no_selector(object, budget)),
        });
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

fn no_match(
    object: &Object,
    selector: &LabelSelector,
    miss: SelectorMiss<'_>,
    namespace: &str,
) -> Diagnostic {
    let unmatched = Unmatched {
        rule: RULE.id,
        own: &object.identity,
        what: "budget",
        outcome: format!("{} protects no pods", object.identity),
        selector,
        namespace,
    };
    unmatched.finding(miss)
}
