//! What a selector that selects nothing was probably meant for: the candidates are judged one by
//! one (`label_evidence`), and the best is taken.

use super::comparison::{Comparison, Odd};
use super::fit::{Fit, requirements_met};
use super::label_evidence::Circumstances;
use super::node::Node;
use super::orphans::Orphans;
use super::view::View;
use crate::diagnostic::{Evidence, Severity};
use crate::kinds::{LabelSelector, Labels, Pair, Requirement, Service, Workload};
use crate::text::source::SourceId;
use crate::unit::Doubt;
use std::cmp::Reverse;

/// The object that a selector was probably meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The pod template or the Service, by its position in the unit.
    pub(super) at: usize,
    /// How sure it is.
    pub severity: Severity,
    /// What makes it sure.
    pub evidence: Evidence,
    /// The pairs that do not match.
    pub odd: Vec<Odd>,
    /// Whether other objects have them.
    pub is_on_others: bool,
    /// Whether it stands in the file of the selector.
    pub(super) is_in_own_file: bool,
    /// Whether what does not match is a slip of the finger.
    pub(super) is_slip: bool,
}

impl NearMiss {
    /// Whether it tells what was meant, whatever a document that could not be read may hold: it
    /// lies in the own file of the selector, a rendered chart being one file, and that document
    /// elsewhere, unless it lies in what is written.
    pub(super) fn is_settled(&self, view: View<'_>, source: SourceId, doubt: &Doubt) -> bool {
        let is_elsewhere =
            view.input.sources.get(source).is_rendered() || !view.unit.has_unread_in(source);
        matches!(doubt, Doubt::UnreadDocument(_))
            && self.is_in_own_file
            && (is_elsewhere || self.evidence.is_of_what_is_written())
    }
}

/// A selector that selects nothing, and what it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seeker<'i> {
    /// `matchLabels`, or the pairs of a flat selector.
    pub(super) pairs: &'i Labels,
    /// `matchExpressions`
    pub(super) expressions: &'i [Requirement],
    /// The text that it is in.
    pub(super) source: SourceId,
    /// The name of the object that it is in.
    pub(super) name: &'i str,
    /// What nothing selects for the same purpose.
    pub(super) orphans: &'i Orphans,
}

impl<'i> Seeker<'i> {
    pub(super) fn of<T: Copy>(
        node: Node<'i, T>,
        selector: &'i LabelSelector,
        orphans: &'i Orphans,
    ) -> Self {
        Self {
            pairs: &selector.labels,
            expressions: &selector.expressions,
            source: node.source(),
            name: node.name(),
            orphans,
        }
    }

    /// The pods that it was most probably meant for.
    pub(super) fn best_template<'t>(
        self,
        candidates: impl Iterator<Item = Node<'t, &'t Workload>> + Clone,
    ) -> Option<NearMiss> {
        let labels = |own: Node<'t, &'t Workload>| &own.what.template.labels;
        // One that the API server refuses never has pods.
        let lasts = |own: &Node<'t, &'t Workload>| {
            own.what.is_made || own.what.kind.is_long_running() && !own.what.bare
        };
        let misses = candidates.clone().filter(lasts).filter_map(|own| {
            let found = self.compare(labels(own));
            let lacking = found.odd.iter().map(|odd| &self.pairs.pairs[odd.pair]);
            let circumstances = self.circumstances(own);
            let circumstances = Circumstances {
                // What listens nowhere is seldom what a Service is for.
                is_only_orphan: circumstances.is_only_orphan
                    && own.what.template.serving_ports().next().is_some(),
                has_own_labels: lacking.clone().all(|pair| own.what.own_labels.has(pair)),
                is_labelled_later: !own.what.added_labels.is_empty(),
                ..circumstances
            };
            if own.what.is_made {
                return self.miss_of_made(own, found);
            }
            self.miss(own, labels(own), found, circumstances)
        });
        self.best(misses, candidates.map(labels))
    }

    /// Of pods that an operator makes the labels are known from its source, not from a manifest:
    /// the selector is taken for theirs only if it is a slip of the finger away from them.
    fn miss_of_made(self, own: Node<'_, &Workload>, found: Comparison) -> Option<NearMiss> {
        if found.absent > 0 || !found.is_slip() {
            return None;
        }
        let is_in_own_file = own.source() == self.source;
        let circumstances = Circumstances {
            is_in_own_file: true,
            ..Circumstances::default()
        };
        let miss = self.miss(own, &own.what.template.labels, found, circumstances)?;
        Some(NearMiss {
            severity: miss.severity.min(Severity::Warning),
            is_in_own_file,
            ..miss
        })
    }

    /// The Service that it was most probably meant for.
    pub(super) fn best_service<'t>(
        self,
        candidates: impl Iterator<Item = Node<'t, &'t Service>> + Clone,
    ) -> Option<NearMiss> {
        let labels = |own: Node<'t, &'t Service>| &own.what.labels;
        let misses = candidates.clone().filter_map(|own| {
            let found = self.compare(labels(own));
            self.miss(own, labels(own), found, self.circumstances(own))
        });
        self.best(misses, candidates.map(labels))
    }

    /// Compares pairs with labels. That both have what a kustomization has put there says nothing.
    fn compare(self, labels: &Labels) -> Comparison {
        let mut found = Comparison::of(self.pairs, labels);
        let pairs = self.pairs.pairs.iter();
        let added = pairs.filter(|pair| pair.key.span.source != self.source);
        found.equal -= added.filter(|pair| labels.has(pair)).count();
        found
    }

    /// What is known of any candidate.
    fn circumstances<T: Copy>(self, own: Node<'_, T>) -> Circumstances {
        let is_named = match self.pairs.pairs.as_slice() {
            [pair] => pair.value.value == own.name(),
            _ => false,
        };
        Circumstances {
            is_orphan: self.orphans.has(own.at),
            is_in_own_file: own.source() == self.source,
            has_own_name: own.name() == self.name && !self.name.is_empty(),
            is_named,
            is_left_over: self.orphans.is_left_over(),
            is_only_orphan: self.orphans.is_one(),
            ..Circumstances::default()
        }
    }

    fn miss<T: Copy>(
        self,
        own: Node<'_, T>,
        labels: &Labels,
        found: Comparison,
        circumstances: Circumstances,
    ) -> Option<NearMiss> {
        let is_unknown = |odd: &Odd| odd.label.is_some_and(|at| labels.pairs[at].is_unknown());
        let is_met = requirements_met(self.expressions, labels) == Some(Fit::Certain);
        if !is_met || found.odd.iter().any(is_unknown) {
            return None;
        }
        let (severity, evidence) = circumstances.evidence(&found)?;
        Some(NearMiss {
            is_slip: found.is_slip(),
            at: own.at,
            severity,
            evidence,
            odd: found.odd,
            is_on_others: false,
            is_in_own_file: circumstances.is_in_own_file,
        })
    }

    /// The best of what is near; a value under another key has to be there only once.
    fn best<'l>(
        self,
        misses: impl Iterator<Item = NearMiss>,
        mut all: impl Iterator<Item = &'l Labels> + Clone,
    ) -> Option<NearMiss> {
        let is_once = |miss: &NearMiss| {
            let values = miss.odd.iter().map(|odd| &self.pairs.pairs[odd.pair].value);
            let has = |labels: &Labels, value: &str| {
                labels.pairs.iter().any(|own| own.value.value == value)
            };
            values.into_iter().all(|wanted| {
                let with_value = all.clone().filter(|labels| has(labels, &wanted.value));
                with_value.take(2).count() == 1
            })
        };
        let sure = misses.filter(|miss| miss.evidence != Evidence::OtherKey || is_once(miss));
        let best = sure.min_by_key(|miss| {
            let place = !miss.is_in_own_file;
            (Reverse(miss.severity), place, miss.evidence, miss.odd.len())
        })?;
        let odd = || best.odd.iter().map(|odd| &self.pairs.pairs[odd.pair]);
        Some(NearMiss {
            is_on_others: all.any(|labels| odd().all(|pair: &Pair| labels.has(pair))),
            ..best
        })
    }
}
