//! See `rules/destination-rule-subset-no-match.md`.

use super::support::near_miss::{Meant, listed};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::{Routing, Subset};
use crate::link::{Backend, Links, NearMiss, RoutingLink, SubsetMiss, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::DESTINATION_RULE_SUBSET_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        let Routing::DestinationRule(rule) = link.routing() else {
            continue;
        };
        for subset in &rule.subsets {
            let miss = link.subset_miss(rule, subset);
            out.extend(miss.and_then(|miss| finding(link, subset, &miss)));
        }
    }
}

fn finding(link: RoutingLink<'_>, subset: &Subset, miss: &SubsetMiss<'_>) -> Option<Diagnostic> {
    let own = &link.object().identity;
    let outcome = format!("subset `{}` of {own} has no pods", subset.name.value);
    let found = match &miss.near {
        Some((near, backend)) => almost(&outcome, miss, near, *backend)?,
        None => without_pods(&outcome, subset, miss),
    };
    Some(found.object(own).given(Premise::ALL_IS_HERE))
}

/// Pods have what it asks for, but for a slip of the finger.
fn almost(
    outcome: &str,
    miss: &SubsetMiss<'_>,
    near: &NearMiss,
    backend: Backend<'_>,
) -> Option<Diagnostic> {
    let template = &backend.workload().template;
    let meant = Meant {
        selector: &miss.asked,
        miss: near,
        labels: &template.labels,
        labels_place: template.labels_key,
        whose: format!("the pods of {}", backend.display()),
        name: backend.display(),
        can_relabel: false,
        what: "pod",
        made_from: "pod of the Service",
    };
    let found = meant.finding(RULE.id, Severity::Warning, outcome, None)?;
    Some(found.help(meant.help()?))
}

/// Other subsets of the rule have pods, and requests are sent to this one; or everything that
/// exists is here.
fn without_pods(outcome: &str, subset: &Subset, miss: &SubsetMiss<'_>) -> Diagnostic {
    let lacking = listed(miss.asked.pairs.iter());
    let message = format!("{outcome}: no pod of the Service has {lacking}");
    let found = Diagnostic::new(RULE.id, Severity::Warning, subset.name.span, message)
        .label("no pod of the Service is in this subset")
        .evidence(if miss.has_siblings {
            Evidence::Siblings
        } else {
            Evidence::ClosedWorld
        })
        .help("label the pods of this version, or send requests to another subset");
    match miss.route {
        Some(route) => found.related(route, "requests are sent here"),
        None => found,
    }
}
