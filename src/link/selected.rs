//! What becomes of a label selector over the pods of its own namespace, and what one that selects
//! none was probably meant for.

use super::Backend;
use super::fit::{Fit, labels_fit, lacks_its_own_labels, selector_fits};
use super::links::{Link, Links};
use super::near::slip;
use crate::kinds::{Budget, LabelSelector, Labels, Pair, PairValue};
use crate::object::Object;
use crate::unit::{Doubt, Unit};

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
    /// Nothing, and everything that exists is in the input: this many pod templates of the
    /// namespace.
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

impl Selected<'_> {
    /// Why nobody can know what it selects.
    pub fn into_doubt(self) -> Option<Doubt> {
        match self {
            Self::Unverified(doubt) => Some(doubt),
            Self::Fine | Self::Miss(_) => None,
        }
    }
}

/// A disruption budget in a unit.
pub type BudgetLink<'i> = Link<'i, &'i Budget>;

impl Links {
    /// The disruption budgets of a unit.
    pub fn budgets<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = BudgetLink<'i>> + 'i {
        self.members(unit, Object::budget)
    }
}

impl<'i> BudgetLink<'i> {
    /// What it says.
    pub fn budget(self) -> &'i Budget {
        self.node.what
    }
}

impl<'i, T: Copy> Link<'i, T> {
    /// What becomes of a selector of the object over pods of its own namespace.
    pub fn selected(self, selector: &'i LabelSelector) -> Selected<'i> {
        let (links, unit) = (self.links, self.unit());
        let view = links.view(unit);
        let is_here = |own: &Backend<'_>| own.namespace().may_be(self.namespace());
        let candidates = || {
            let candidates = links.templates_for(unit, selector);
            candidates.filter(|own| self.is_beside(*own))
        };
        // Values that are no strings are reported for that alone.
        let is_refused = |pair: &Pair| matches!(pair.kind, PairValue::NotString | PairValue::Null);
        if selector.is_empty()
            || candidates().any(|own| is_here(&own) && own.fits(selector).is_some())
            || self.is_workloads_fault(selector)
            || selector.labels.pairs.iter().any(is_refused)
        {
            return Selected::Fine;
        }
        if let Some(doubt) = view.doubt_of_labels(self.namespace(), &selector.labels) {
            return Selected::Unverified(doubt);
        }
        if let Some(pods) = links.selected_external_pods(self.namespace(), selector) {
            return Selected::Unverified(Doubt::External(pods.reason.clone()));
        }
        let is_certain = |own: &Backend<'_>| own.fits(selector) == Some(Fit::Certain);
        if let Some(other) = candidates().find(is_certain) {
            let both_explicit = other.namespace().is_explicit && self.namespace().is_explicit;
            return if both_explicit {
                Selected::Miss(SelectorMiss::OtherNamespace(other))
            } else {
                Selected::Unverified(Doubt::Namespace)
            };
        }
        // What matches in another unit may well be what is meant.
        let units = links.units.iter();
        let mut all = units.flat_map(|unit| links.templates_for(unit, selector));
        if let Some(other) = all.find(|backend| backend.fits(selector).is_some()) {
            return Selected::Unverified(Doubt::MatchedElsewhere(other.display()));
        }
        if let Some(similar) = self.nearest_pods().find_map(|own| near_miss(selector, own)) {
            Selected::Miss(similar)
        } else if view.symbols.templates.is_empty() {
            Selected::Unverified(Doubt::NoWorkload)
        } else if links.is_closed(unit) {
            Selected::Miss(SelectorMiss::Absent(view.templates_in(self.namespace())))
        } else {
            Selected::Unverified(Doubt::NoEvidence)
        }
    }

    /// The templates among which the pods that were meant are looked for.
    fn nearest_pods(self) -> impl Iterator<Item = Backend<'i>> {
        let (links, here) = (self.links, self.node.member.id);
        let near = links
            .view(self.unit())
            .nearest_templates(move |own| own.id < here);
        let beside = near.filter(move |node| self.node.may_meet(*node));
        beside.map(move |node| Link { links, node })
    }

    /// Whether the selector asks for the labels that a workload's own selector asks for, in vain as
    /// well.
    fn is_workloads_fault(self, selector: &LabelSelector) -> bool {
        self.nearest_pods()
            .any(|own| lacks_its_own_labels(own.workload(), |labels| labels_fit(selector, labels)))
    }
}

impl Links {
    /// The pod templates of a unit that a selector may select, whatever their namespace.
    fn templates_for<'i>(
        &'i self,
        unit: &'i Unit,
        selector: &LabelSelector,
    ) -> impl Iterator<Item = Backend<'i>> + use<'i> {
        let nodes = self.view(unit).templates_for(selector);
        nodes.map(|node| Link { links: self, node })
    }
}

impl Backend<'_> {
    fn fits(self, selector: &LabelSelector) -> Option<Fit> {
        selector_fits(selector, self.node)
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
