//! See `rules/overlapping-workload-selectors.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Kind, LabelSelector, Labels, Pair};
use crate::link::{Backend, Links, Unit};
use crate::text::hash::HashMap;

pub(super) const RULE: Rule = Rule {
    id: ids::OVERLAPPING_WORKLOAD_SELECTORS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let backends: Vec<Backend<'_>> = links.backends(unit).collect();
    let mut by_pair: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::default();
    for (at, backend) in backends.iter().enumerate() {
        for pair in &backend.workload().template.labels.pairs {
            by_pair.entry(key(*backend, pair)).or_default().push(at);
        }
    }
    for (at, backend) in backends.iter().enumerate() {
        let Some(selector) = selector(*backend) else {
            continue;
        };
        // The rarest pair leaves the fewest templates to compare.
        let postings = selector
            .labels
            .pairs
            .iter()
            .filter_map(|pair| by_pair.get(&key(*backend, pair)));
        let candidates = postings.min_by_key(|posting| posting.len());
        let other = candidates.into_iter().flatten().find(|other| {
            let other = (**other, backends[**other]);
            selects_pods_of(unit, (at, *backend), other, selector)
        });
        out.extend(other.map(|other| finding(*backend, selector, backends[*other])));
    }
}

/// A label in a namespace.
fn key<'i>(backend: Backend<'i>, pair: &'i Pair) -> (&'i str, &'i str, &'i str) {
    let namespace = backend.namespace().name.as_str();
    (namespace, &pair.key.value, &pair.value.value)
}

/// The selector by which a workload knows its pods, if it can be compared.
fn selector(backend: Backend<'_>) -> Option<&LabelSelector> {
    let workload = backend.workload();
    let selector = workload.selector.as_ref()?;
    let is_known = selector.expressions.is_empty()
        && !selector.labels.is_empty()
        && !selector.labels.is_unreadable
        && !selector.labels.pairs.iter().any(Pair::is_unknown);
    (is_known && !matches!(workload.kind, Kind::Custom | Kind::Job | Kind::CronJob))
        .then_some(selector)
}

/// Whether a workload selects the pods of another one. Of two that select each other's, the later
/// one is reported.
fn selects_pods_of(
    unit: &Unit,
    (at, own): (usize, Backend<'_>),
    (other_at, other): (usize, Backend<'_>),
    selector: &LabelSelector,
) -> bool {
    let is_mutual = || {
        let own = &own.workload().template.labels;
        self::selector(other).is_some_and(|other| fits(&other.labels, own))
    };
    let is_same = own.object().name == other.object().name
        || own.name() == other.name() && own.object().kind == other.object().kind;
    !is_same
        && other.workload().kind != Kind::Custom
        && own.namespace().name == other.namespace().name
        && unit.is_together(own.source(), other.source())
        && fits(&selector.labels, &other.workload().template.labels)
        && (at > other_at || !is_mutual())
}

fn fits(selector: &Labels, labels: &Labels) -> bool {
    selector.pairs.iter().all(|pair| labels.has(pair))
}

fn finding(own: Backend<'_>, selector: &LabelSelector, other: Backend<'_>) -> Diagnostic {
    let message = format!(
        "the selector of {} also matches the pods of {}",
        own.display(),
        other.display()
    );
    Diagnostic::new(RULE.id, Severity::Info, selector.key, message)
        .label("matches the pods of both")
        .related(
            other.workload().template.labels_key,
            format!("the pods of {} have all of these labels", other.display()),
        )
        .help("add a label that only its own pods have to the selector and to the template")
        .object(&own.object().identity)
}
