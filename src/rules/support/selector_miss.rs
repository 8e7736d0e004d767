//! A selector over pods selects none: what was meant, in words.

use super::near_miss::Meant;
use crate::diagnostic::{Diagnostic, Evidence, Identity, Premise, Severity};
use crate::kinds::LabelSelector;
use crate::link::{Backend, NearMiss, SelectorMiss};
use crate::text::source::Span;
use std::sync::Arc;

/// A selector over pods of its own namespace that selects none.
pub(crate) struct Unmatched<'i> {
    /// The id of the rule.
    pub(crate) rule: &'static str,
    /// The object that the selector is in.
    pub(crate) own: &'i Arc<Identity>,
    /// What that kind of object is called within a sentence: `budget`.
    pub(crate) what: &'static str,
    /// What comes of it, and where: ``PodDisruptionBudget `web` protects no pods``.
    pub(crate) outcome: String,
    /// The selector.
    pub(crate) selector: &'i LabelSelector,
    /// The namespace of the object.
    pub(crate) namespace: &'i str,
    /// Where it selects: ``namespace `shop` ``.
    pub(crate) place: String,
}

impl Unmatched<'_> {
    /// What was meant, and what to do about it.
    pub(crate) fn finding(&self, miss: &SelectorMiss<'_>) -> Option<Diagnostic> {
        let found = match miss {
            SelectorMiss::Near(miss, backend) => self.near(miss, *backend)?,
            SelectorMiss::OtherNamespace(backend) => {
                let there = &backend.namespace().name;
                let why = format!(
                    "{} runs in namespace `{there}`, and the {} is in `{}`",
                    backend.display(),
                    self.what,
                    self.namespace
                );
                self.start(self.value_span(0), &why)
                    .label(format!("selects pods of {} only", self.place))
                    .evidence(Evidence::OtherNamespace)
                    .related(
                        backend.object().namespace_place(),
                        format!("these pods are in `{there}`"),
                    )
                    .help(format!("move the {} to namespace `{there}`", self.what))
            }
            SelectorMiss::Absent { searched, pair } => {
                let why = none_of(*searched, &self.place, self.selector);
                self.start(self.value_span(*pair), &why)
                    .label("selects nothing")
                    .evidence(Evidence::ClosedWorld)
                    .help("add the workload, or write the labels of its pod template")
            }
        };
        Some(found.object(self.own))
    }

    fn near(&self, miss: &NearMiss, backend: Backend<'_>) -> Option<Diagnostic> {
        let template = &backend.workload().template;
        let meant = Meant {
            selector: &self.selector.labels,
            miss,
            labels: &template.labels,
            labels_place: template.labels_key,
            whose: format!("the pods of {}", backend.display()),
            name: backend.display(),
            can_relabel: can_relabel(backend, miss),
            what: "pod",
            made_from: "pod template",
        };
        let found = meant.finding(self.rule, Severity::Warning, &self.outcome, None)?;
        Some(found.help(meant.help()?))
    }

    fn start(&self, span: Span, why: &str) -> Diagnostic {
        let message = format!("{}: {why}", self.outcome);
        Diagnostic::new(self.rule, Severity::Warning, span, message).given([Premise::Absent])
    }

    /// The value of one of its pairs, or its key.
    fn value_span(&self, pair: usize) -> Span {
        let pair = self.selector.labels.pairs.get(pair);
        pair.map_or(self.selector.key, |pair| pair.value.span)
    }
}

/// Whether the label that was probably meant can be changed: not if the workload's own selector
/// asks for it, which cannot change, nor if an operator writes it.
pub(crate) fn can_relabel(backend: Backend<'_>, miss: &NearMiss) -> bool {
    let workload = backend.workload();
    let selector = workload.selector.as_ref();
    let labels = &workload.template.labels.pairs;
    let label = miss.odd.first().and_then(|odd| odd.label);
    let is_asked_for = |at: usize| selector.is_some_and(|own| own.labels.has(&labels[at]));
    !workload.is_made && label.is_some_and(|at| !is_asked_for(at))
}

/// What was searched in vain: ``none of the 3 pod templates in namespace `shop` has `app: web` ``.
fn none_of(count: usize, place: &str, selector: &LabelSelector) -> String {
    let pairs = selector.labels.pairs.iter();
    let pairs: Vec<String> = pairs.map(|pair| format!("`{}`", pair.display())).collect();
    let wanted = match pairs.as_slice() {
        [] => "what it asks for".to_owned(),
        all => all.join(" and "),
    };
    match count {
        0 => format!("there is no pod template in {place}"),
        1 => format!("the one pod template in {place} does not have {wanted}"),
        _ => format!("none of the {count} pod templates in {place} has {wanted}"),
    }
}
