//! What becomes of a label selector over pods, and what one that selects none was probably meant
//! for: of budgets, of policies and their peers, and of monitors.

use super::Backend;
use super::doubt;
use super::fit::{Fit, labels_fit, lacks_its_own_labels, selector_fits};
use super::links::{Link, Links};
use super::near_miss::{NearMiss, Seeker};
use super::orphans::Purpose;
use super::view::View;
use crate::diagnostic::Evidence;
use crate::kinds::{Budget, LabelSelector, Pair, PairValue};
use crate::object::Object;
use crate::unit::{Doubt, Namespace, Unit};

/// What a selector that selects no pods was probably meant for.
#[derive(Clone, Debug)]
pub enum SelectorMiss<'i> {
    /// These pods.
    Near(NearMiss, Backend<'i>),
    /// Pods in another namespace. Both are explicit.
    OtherNamespace(Backend<'i>),
    /// Nothing, and everything that exists is in the input.
    Absent {
        /// How many pod templates were searched.
        searched: usize,
        /// The pair, by its position, that is on none of them; the first if each is on some.
        pair: usize,
    },
}

/// What became of a selector.
#[derive(Clone, Debug)]
pub enum Selected<M> {
    /// It selects something, or whatever there is; or another rule reports why it does not.
    Fine,
    /// It selects nothing, and that is probably wrong.
    Miss(M),
    /// It selects nothing here, and that may be right.
    Unverified(Doubt),
}

impl<M> Selected<M> {
    /// What is probably wrong.
    pub fn miss(self) -> Option<M> {
        match self {
            Self::Miss(miss) => Some(miss),
            Self::Fine | Self::Unverified(_) => None,
        }
    }

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
    pub fn selected(
        self,
        selector: &'i LabelSelector,
        purpose: Purpose,
    ) -> Selected<SelectorMiss<'i>> {
        let home = self.namespace();
        self.selected_where(selector, purpose, |place| place.may_be(home))
    }

    /// What becomes of a selector of the object over pods of certain namespaces.
    pub(super) fn selected_where(
        self,
        selector: &'i LabelSelector,
        purpose: Purpose,
        looks_into: impl Fn(&Namespace) -> bool + Copy,
    ) -> Selected<SelectorMiss<'i>> {
        let view = self.links.view(self.unit());
        let candidates = || {
            let candidates = self.links.templates_for(self.unit(), selector);
            candidates.filter(|own| self.is_beside(*own))
        };
        let is_selected = |own: Backend<'_>| looks_into(own.namespace()) && own.may_be(selector);
        let may_select = candidates().any(is_selected);
        if may_select && self.is_filled_in(selector) {
            return Selected::Unverified(Doubt::Placeholder);
        }
        if selector.is_empty()
            || may_select
            || self.is_workloads_fault(selector)
            || is_refused(selector)
        {
            return Selected::Fine;
        }
        if let Some(doubt) = self.doubt_of(selector) {
            return Selected::Unverified(doubt);
        }
        let rest = view.doubt_of_rest();
        let is_certain = |own: &Backend<'_>| own.fits(selector) == Some(Fit::Certain);
        if rest.is_none()
            && let Some(other) = candidates().find(is_certain)
        {
            return self.is_apart(other);
        }
        let orphans = self.links.orphans(self.unit()).of_purpose(purpose);
        let seeker = Seeker::of(self.node, selector, orphans);
        let near = self.nearest_pods();
        let near = near.filter(|own| looks_into(own.namespace()));
        let miss = seeker.best_template(near.map(|own| own.node));
        let miss = miss.filter(|miss| purpose.takes(miss));
        if let Some(miss) = self.settled(miss, rest.as_ref(), || self.is_elsewhere(selector)) {
            let backend = self.links.backend(self.unit(), miss.at);
            return Selected::Miss(SelectorMiss::Near(miss, backend));
        }
        if let Some(doubt) = rest.or_else(|| self.elsewhere(selector)) {
            return Selected::Unverified(doubt);
        }
        if view.templates().all(|own| own.what.is_made) {
            Selected::Unverified(Doubt::NoWorkload)
        } else if self.links.is_closed(self.unit()) {
            Selected::Miss(SelectorMiss::Absent {
                searched: view.templates_where(looks_into),
                pair: odd_pair(view, selector),
            })
        } else {
            Selected::Unverified(Doubt::NoEvidence)
        }
    }

    /// What is left of a near miss in a unit that may hold more than can be seen, or where
    /// something in another one matches: what stands in the own file.
    pub(super) fn settled(
        self,
        miss: Option<NearMiss>,
        rest: Option<&Doubt>,
        is_elsewhere: impl FnOnce() -> bool,
    ) -> Option<NearMiss> {
        let view = self.links.view(self.unit());
        miss.filter(|miss| {
            let is_settled = |doubt| miss.is_settled(view, self.source(), doubt);
            rest.is_none_or(is_settled) && (miss.is_in_own_file || !is_elsewhere())
        })
    }

    /// Pods that it selects, but for their namespace.
    fn is_apart(self, other: Backend<'i>) -> Selected<SelectorMiss<'i>> {
        let both_explicit = other.namespace().is_explicit && self.namespace().is_explicit;
        if both_explicit {
            Selected::Miss(SelectorMiss::OtherNamespace(other))
        } else {
            Selected::Unverified(Doubt::Namespace)
        }
    }

    /// Why pods that a selector selects may be there, although no template shows them.
    fn doubt_of(self, selector: &LabelSelector) -> Option<Doubt> {
        let view = self.links.view(self.unit());
        let pairs = &selector.labels.pairs;
        let external = self
            .links
            .selected_external_pods(self.namespace(), selector);
        let external = || external.map(|pods| Doubt::External(pods.reason.clone()));
        let values = pairs.iter().map(|pair| &pair.value.value);
        let beside = self.nearest_pods().map(Backend::workload);
        self.is_unclear(selector)
            .or_else(|| doubt::of_labels(pairs, beside))
            .or_else(|| view.doubt_of_maker(values))
            .or_else(external)
    }

    /// Whether what it selects depends on what is filled in later.
    pub(super) fn is_unclear(self, selector: &LabelSelector) -> Option<Doubt> {
        let labels = &selector.labels;
        let is_text = |pair: &Pair| pair.kind == PairValue::Text;
        let is_clear =
            !labels.is_unreadable && self.namespace().is_known && labels.pairs.iter().all(is_text);
        (!is_clear).then_some(Doubt::Placeholder)
    }

    /// Whether it has a pair that is filled in later, and that no pod has in the same words.
    fn is_filled_in(self, selector: &LabelSelector) -> bool {
        let labels = &self.links.view(self.unit()).symbols.templates_by_label;
        let mut pairs = selector.labels.pairs.iter();
        pairs.any(|pair| pair.kind == PairValue::Placeholder && labels.with(pair).is_empty())
    }

    /// What matches in another unit may well be what is meant.
    fn elsewhere(self, selector: &LabelSelector) -> Option<Doubt> {
        let units = self.links.units.iter();
        let mut all = units.flat_map(|unit| self.links.templates_for(unit, selector));
        let other = all.find(|backend| backend.may_be(selector))?;
        Some(Doubt::MatchedElsewhere(other.display()))
    }

    fn is_elsewhere(self, selector: &LabelSelector) -> bool {
        self.elsewhere(selector).is_some()
    }

    /// The templates among which the pods that were meant are looked for.
    fn nearest_pods(self) -> impl Iterator<Item = Backend<'i>> + Clone {
        let (links, here) = (self.links, self.node.member.id);
        let near = links
            .view(self.unit())
            .nearest_templates(move |own| own.id < here);
        let beside = near.filter(move |node| self.node.is_beside(*node));
        beside.map(move |node| Link { links, node })
    }

    /// Whether the selector asks for the labels that a workload's own selector asks for, in vain as
    /// well.
    fn is_workloads_fault(self, selector: &LabelSelector) -> bool {
        self.nearest_pods()
            .any(|own| lacks_its_own_labels(own.workload(), |labels| labels_fit(selector, labels)))
    }
}

impl Purpose {
    /// Whether a near miss counts. That nothing else is left over, or all but one pair matches,
    /// says little of anything but a Service outside of the selector's own file. The peers of a
    /// policy are often clients that are elsewhere, and so are the proxies of a gateway: with them
    /// only what looks like a slip does.
    pub(super) fn takes(self, miss: &NearMiss) -> bool {
        let is_thin = matches!(miss.evidence, Evidence::OnlyOrphan | Evidence::OneOff);
        match self {
            Self::Peer | Self::Gateway => miss.is_slip,
            _ => !is_thin || miss.evidence == Evidence::OneOff && miss.is_in_own_file,
        }
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

    fn may_be(self, selector: &LabelSelector) -> bool {
        self.fits(selector).is_some()
    }
}

/// Values that are no strings are reported for that alone.
fn is_refused(selector: &LabelSelector) -> bool {
    let is_refused = |pair: &Pair| matches!(pair.kind, PairValue::NotString | PairValue::Null);
    selector.labels.pairs.iter().any(is_refused)
}

/// The pair that no pod template of the unit has, by its position.
fn odd_pair(view: View<'_>, selector: &LabelSelector) -> usize {
    let mut pairs = selector.labels.pairs.iter();
    let is_on_none = |pair: &Pair| view.symbols.templates_by_label.with(pair).is_empty();
    pairs.position(is_on_none).unwrap_or_default()
}
