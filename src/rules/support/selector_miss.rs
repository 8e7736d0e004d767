//! A selector over pods selects none: what was meant, in words.

use super::near_pair::NearPair;
use crate::diagnostic::{Diagnostic, Identity, Premise, Severity};
use crate::kinds::LabelSelector;
use crate::link::SelectorMiss;
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
    /// The namespace in which it selects.
    pub(crate) namespace: &'i str,
}

impl Unmatched<'_> {
    /// What was meant, and what to do about it.
    pub(crate) fn finding(&self, miss: SelectorMiss<'_>) -> Diagnostic {
        match miss {
            SelectorMiss::Similar { pair, own, backend } => {
                let near = NearPair { pair, own };
                let why = format!("no pod template has `{}`", pair.display());
                let found = self.start(near.span(), &why);
                let found = found.label(format!("no pod has `{}`", pair.display()));
                near.show(found, &format!("the pods of {} have", backend.display()))
            }
            SelectorMiss::OtherNamespace(backend) => {
                let (here, there) = (self.namespace, &backend.namespace().name);
                let why = format!(
                    "{} runs in namespace `{there}`, and the {} is in `{here}`",
                    backend.display(),
                    self.what
                );
                self.start(self.value_span(), &why)
                    .label(format!("selects pods of namespace `{here}` only"))
                    .related(
                        backend.object().namespace_place(),
                        format!("these pods are in `{there}`"),
                    )
                    .help(format!("move the {} to namespace `{there}`", self.what))
            }
            SelectorMiss::Absent(count) => {
                let why = none_of(count, self.namespace, self.selector);
                self.start(self.value_span(), &why)
                    .label("selects nothing")
                    .help("add the workload, or write the labels of its pod template")
            }
        }
    }

    fn start(&self, span: Span, why: &str) -> Diagnostic {
        let message = format!("{}: {why}", self.outcome);
        Diagnostic::new(self.rule, Severity::Warning, span, message)
            .object(self.own)
            .given([Premise::Absent])
    }

    /// The value of its first pair, or its key.
    fn value_span(&self) -> Span {
        let pair = self.selector.labels.pairs.first();
        pair.map_or(self.selector.key, |pair| pair.value.span)
    }
}

/// What was searched in vain: ``none of the 3 pod templates in namespace `shop` has `app: web` ``.
fn none_of(count: usize, namespace: &str, selector: &LabelSelector) -> String {
    let pairs = selector.labels.pairs.iter();
    let pairs: Vec<String> = pairs.map(|pair| format!("`{}`", pair.display())).collect();
    let wanted = match pairs.as_slice() {
        [] => "what it asks for".to_owned(),
        all => all.join(" and "),
    };
    match count {
        0 => format!("there is no pod template in namespace `{namespace}`"),
        1 => format!("the one pod template in namespace `{namespace}` does not have {wanted}"),
        _ => format!("none of the {count} pod templates in namespace `{namespace}` has {wanted}"),
    }
}
