//! See `rules/pdb-selector-no-match.md`.

use super::near_pair::NearPair;
use super::reference::none_of;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Budget, LabelSelector};
use crate::link::{Index, Selected, SelectorMiss, Unit};
use crate::object::Object;

pub(super) const RULE: Rule = Rule {
    id: ids::PDB_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in index.budgets(unit) {
        let (object, budget, source) = (link.object(), link.budget(), link.source());
        let found = match &budget.selector {
            Some(selector) => match link.selected(selector) {
                Selected::Miss(miss) => {
                    Some(no_match(object, selector, miss, &link.namespace().name))
                }
                Selected::Fine | Selected::Unverified(_) => None,
            },
            None => (!index.is_kustomized_text(source)).then(|| no_selector(object, budget)),
        };
        out.extend(found.map(|found| found.given([Premise::Absent])));
    }
}

/// API `policy/v1`, `PodDisruptionBudgetSpec.Selector`: null selects no pods, `{}` all of them.
fn no_selector(object: &Object, budget: &Budget) -> Diagnostic {
    let message = format!("{} has no selector, and protects no pods", object.identity);
    Diagnostic::new(RULE.id, Severity::Warning, budget.key, message)
        .label("no selector selects no pods, `{}` selects all")
        .help("add the labels of the pods under `selector.matchLabels`")
        .object(&object.identity)
}

fn no_match(
    object: &Object,
    selector: &LabelSelector,
    miss: SelectorMiss<'_>,
    here: &str,
) -> Diagnostic {
    let own = &object.identity;
    match miss {
        SelectorMiss::Similar {
            pair,
            own: label,
            backend,
        } => {
            let near = NearPair { pair, own: label };
            let message = format!(
                "{own} protects no pods: no pod template has `{}`",
                pair.display()
            );
            let found = Diagnostic::new(RULE.id, Severity::Warning, near.span(), message)
                .label(format!("no pod has `{}`", pair.display()))
                .object(own);
            near.show(found, &format!("the pods of {} have", backend.display()))
        }
        SelectorMiss::OtherNamespace(backend) => {
            let pair = selector.labels.pairs.first();
            let there = &backend.namespace().name;
            let message = format!(
                "{own} protects no pods: {} runs in namespace `{there}`, and the budget is in `{here}`",
                backend.display()
            );
            let theirs = backend.object();
            let place = theirs.namespace.as_ref();
            let span = pair.map_or(selector.key, |pair| pair.value.span);
            Diagnostic::new(RULE.id, Severity::Warning, span, message)
                .label(format!("selects pods of namespace `{here}` only"))
                .related(
                    place.map_or(theirs.name, |place| place.span),
                    format!("these pods are in `{there}`"),
                )
                .help(format!("move the budget to namespace `{there}`"))
                .object(own)
        }
        SelectorMiss::Absent(count) => {
            let message = format!("{own} protects no pods: {}", none_of(count, here, selector));
            let pair = selector.labels.pairs.first();
            let span = pair.map_or(selector.key, |pair| pair.value.span);
            Diagnostic::new(RULE.id, Severity::Warning, span, message)
                .label("selects nothing")
                .help("add the workload, or write the labels of its pod template")
                .object(own)
        }
    }
}
