//! What a label selector over pods was probably meant for, when it selects none.

use super::names::around;
use super::selection::{Fit, fits, labels_fit, selector_fits, slip};
use super::unit::Unit;
use super::{Backend, Index, Place};
use crate::kinds::{LabelSelector, Labels, Pair, PairValue};
use crate::unit::Doubt;
use crate::unit::Namespace;

/// What a selector that selects nothing in its namespace was probably meant for.
#[derive(Clone, Copy, Debug)]
pub enum SelectorMiss<'i> {
    /// Pods with a label that is almost what it asks for.
    Similar {
        /// The pair of the selector.
        pair: &'i Pair,
        /// The label of the pods.
        own: &'i Pair,
        /// The pods.
        backend: Backend<'i>,
    },
    /// Pods in another namespace. Both are explicit.
    OtherNamespace(Backend<'i>),
    /// Nothing, and everything that exists is in the input: this many pod templates of the namespace.
    Absent(usize),
}

/// What became of a selector over pods.
#[derive(Clone, Debug)]
pub enum Selected<'i> {
    /// It selects pods, or whatever there is; or another rule reports why it does not.
    Fine,
    /// It selects nothing, and that is probably wrong.
    Miss(SelectorMiss<'i>),
    /// It selects nothing here, and that may be right.
    Unverified(Doubt),
}

impl Index {
    /// What a selector over pods of a namespace was probably meant for, if it selects none, and
    /// nothing speaks for pods that are elsewhere.
    pub fn selector_miss<'i>(
        &'i self,
        unit: &'i Unit,
        place: Place<'_>,
        selector: &'i LabelSelector,
    ) -> Option<SelectorMiss<'i>> {
        match self.selected(unit, place, selector) {
            Selected::Miss(miss) => Some(miss),
            Selected::Fine | Selected::Unverified(_) => None,
        }
    }

    /// What becomes of a selector over pods of a namespace.
    pub fn selected<'i>(
        &'i self,
        unit: &'i Unit,
        place: Place<'_>,
        selector: &'i LabelSelector,
    ) -> Selected<'i> {
        let is_beside = |own: &Backend<'_>| unit.is_together(place.source, own.source());
        let is_here = |own: &Backend<'_>| own.namespace().may_be(place.namespace);
        let selects = |own: &Backend<'_>| is_beside(own) && own.fits(selector).is_some();
        let count = unit.templates.len();
        let first = unit.templates.partition_point(|node| {
            let span = self.documents[node.object.document as usize].span;
            (span.source, span.start) < (selector.key.source, selector.key.start)
        });
        let nearest = around(first, count).map(|at| self.backend(unit, at));
        let nearest = nearest.filter(|own| is_beside(own) && is_here(own));
        let candidates = || self.selected_in(unit, selector);
        // Values that are no strings are reported for that alone.
        let is_refused = |pair: &Pair| matches!(pair.kind, PairValue::NotString | PairValue::Null);
        if selector.is_empty()
            || candidates().any(|own| is_here(&own) && selects(&own))
            || nearest
                .clone()
                .any(|own| own.lacks_its_own_labels(selector))
            || selector.labels.pairs.iter().any(is_refused)
        {
            return Selected::Fine;
        }
        if let Some(doubt) = self.doubt_of_selector(unit, place.namespace, selector) {
            return Selected::Unverified(doubt);
        }
        let other =
            candidates().find(|own| is_beside(own) && own.fits(selector) == Some(Fit::Certain));
        if let Some(other) = other {
            let both_explicit = other.namespace().is_explicit && place.namespace.is_explicit;
            return if both_explicit {
                Selected::Miss(SelectorMiss::OtherNamespace(other))
            } else {
                Selected::Unverified(Doubt::Namespace)
            };
        }
        // What matches in another unit may well be what is meant.
        let units = self.units.iter();
        let mut all = units.flat_map(|unit| self.selected_in(unit, selector));
        if let Some(other) = all.find(|backend| backend.fits(selector).is_some()) {
            return Selected::Unverified(Doubt::MatchedElsewhere(other.display()));
        }
        let mut nearest = nearest;
        if let Some(similar) = nearest.find_map(|own| near_miss(selector, own)) {
            Selected::Miss(similar)
        } else if unit.templates.is_empty() {
            Selected::Unverified(Doubt::NoWorkload)
        } else if self.is_closed(unit) {
            Selected::Miss(SelectorMiss::Absent(unit.templates_in(place.namespace)))
        } else {
            Selected::Unverified(Doubt::NoEvidence)
        }
    }

    /// The pod templates of a unit that a selector may select, whatever their namespace.
    pub(super) fn selected_in<'i>(
        &'i self,
        unit: &'i Unit,
        selector: &LabelSelector,
    ) -> impl Iterator<Item = Backend<'i>> + use<'i> {
        let found = unit.templates_by_label.selected(selector).into_iter();
        found.map(move |at| self.backend(unit, at))
    }

    fn doubt_of_selector(
        &self,
        unit: &Unit,
        place: &Namespace,
        selector: &LabelSelector,
    ) -> Option<Doubt> {
        let external = || self.selected_external_pods(place, selector);
        let doubt = self.doubt_of_labels(unit, place, &selector.labels);
        doubt.or_else(|| external().map(|pods| Doubt::External(pods.reason.clone())))
    }
}

impl Backend<'_> {
    fn fits(self, selector: &LabelSelector) -> Option<Fit> {
        selector_fits(self.index, selector, &self.unit.templates[self.at])
    }

    /// Whether this selects by labels that the workload's own selector asks for, in vain as well:
    /// that is reported of the workload.
    fn lacks_its_own_labels(self, selector: &LabelSelector) -> bool {
        let workload = self.workload();
        workload.selector.as_ref().is_some_and(|own| {
            !own.labels.is_empty()
                && labels_fit(selector, &own.labels).is_some()
                && fits(&own.labels, &workload.template.labels).is_none()
        })
    }
}

/// A selector of which all is met but one pair, which looks like a label of the pods.
fn near_miss<'i>(selector: &'i LabelSelector, backend: Backend<'i>) -> Option<SelectorMiss<'i>> {
    let labels = &backend.workload().template.labels;
    let (pair, own) = slip(&selector.labels.pairs, labels)?;
    let expressions = LabelSelector {
        labels: Labels::default(),
        ..selector.clone()
    };
    (backend.fits(&expressions) == Some(Fit::Certain)).then_some(SelectorMiss::Similar {
        pair,
        own,
        backend,
    })
}
