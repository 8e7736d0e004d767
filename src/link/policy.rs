//! What network policies select, and what they admit.
//!
//! Policies add up: what one of them admits is admitted, and pods that none of them selects are
//! open (API `networking/v1`, `NetworkPolicySpec`).

use super::miss::Selected;
use super::selection::{Fit, namespace_fits, selector_fits};
use super::unit::Unit;
use super::{Backend, Index, Place};
use crate::kinds::{LabelSelector, NetworkPolicy, Peer, PolicyRule};
use crate::object::Object;
use crate::text::source::SourceId;
use crate::unit::Namespace;
use std::collections::BTreeSet;

/// A network policy in a unit.
#[derive(Clone, Copy, Debug)]
pub struct PolicyLink<'i> {
    pub(super) index: &'i Index,
    unit: &'i Unit,
    at: usize,
}

impl Index {
    /// The network policies of a unit.
    pub fn policies<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = PolicyLink<'i>> + 'i {
        (0..unit.policies.len()).map(move |at| PolicyLink {
            index: self,
            unit,
            at,
        })
    }

    /// Whether a unit may have more policies than can be read: those of a CNI, or documents that
    /// are not here.
    pub fn may_have_other_policies(&self, unit: &Unit) -> bool {
        !unit.doubts.is_empty() || unit.has_other_policies
    }
}

impl<'i> Backend<'i> {
    /// The network policies that select its pods, or may.
    pub fn policies(self) -> impl Iterator<Item = (PolicyLink<'i>, Fit)> + Clone + 'i {
        let Self { index, unit, at } = self;
        let links = unit.templates[at].policies.iter();
        links.map(move |&(at, fit)| (PolicyLink { index, unit, at }, fit))
    }
}

impl<'i> PolicyLink<'i> {
    /// The object.
    pub fn object(self) -> &'i Object {
        self.index.object(self.unit.policies[self.at].object)
    }

    /// The text it is in.
    pub fn source(self) -> SourceId {
        self.index.source_of(self.unit.policies[self.at].object)
    }

    /// The policy.
    ///
    /// # Panics
    /// Never: only policies are listed as such.
    pub fn policy(self) -> &'i NetworkPolicy {
        let policy = self.object().network_policy();
        policy.expect("listed as a policy")
    }

    /// The namespace that it goes to.
    pub fn namespace(self) -> &'i Namespace {
        &self.unit.policies[self.at].namespace
    }

    /// The pods that it is about, or may be.
    pub fn pods(self) -> impl Iterator<Item = (Backend<'i>, Fit)> + Clone + 'i {
        let Self { index, unit, at } = self;
        let selected = unit.policies[at].selects.iter();
        selected.map(move |&(at, fit)| (Backend { index, unit, at }, fit))
    }

    /// Whether a rule is about traffic from or to these pods: all of its pods, if it names none.
    pub fn is_peer(self, rule: &PolicyRule, backend: Backend<'_>) -> Option<Fit> {
        if rule.peers.is_empty() {
            return Some(Fit::Certain);
        }
        let fits = rule
            .peers
            .iter()
            .filter_map(|peer| self.fits(peer, backend));
        fits.max()
    }

    /// The pods that a rule names, or may mean by an address; none if it names everybody.
    pub fn peers(self, rule: &PolicyRule) -> Vec<(Backend<'i>, Fit)> {
        if rule.peers.is_empty() {
            return Vec::new();
        }
        let source = self.source();
        let candidates = self.candidates(rule).into_iter();
        let all = candidates.map(|at| self.index.backend(self.unit, at));
        let together = all.filter(|backend| self.unit.is_together(source, backend.source()));
        together
            .filter_map(|backend| Some((backend, self.is_peer(rule, backend)?)))
            .collect()
    }

    /// The templates that a rule may name, in order.
    fn candidates(self, rule: &PolicyRule) -> BTreeSet<usize> {
        let everybody = LabelSelector::everything(self.policy().pods.key);
        let selectors = rule.peers.iter().map(|peer| match peer {
            Peer::Pods(peer) => peer.pods.as_ref().unwrap_or(&everybody),
            Peer::Unknown => &everybody,
        });
        let found = selectors.flat_map(|own| self.unit.templates_by_label.selected(own));
        found.collect()
    }

    fn fits(self, peer: &Peer, backend: Backend<'_>) -> Option<Fit> {
        let Peer::Pods(peer) = peer else {
            return Some(Fit::Possible);
        };
        let (own, other) = (self.namespace(), backend.namespace());
        let namespace = match &peer.namespaces {
            Some(selector) => namespace_fits(selector, other)?,
            None => own.may_be(other).then(|| own.fits(other))?,
        };
        let pods = match &peer.pods {
            Some(selector) => self.selects(selector, backend)?,
            None => Fit::Certain,
        };
        Some(namespace.min(pods))
    }

    fn selects(self, selector: &LabelSelector, backend: Backend<'_>) -> Option<Fit> {
        selector_fits(self.index, selector, &backend.unit.templates[backend.at])
    }

    /// What becomes of a selector over pods of the policy's own namespace.
    pub fn selected(self, selector: &'i LabelSelector) -> Selected<'i> {
        let place = Place {
            source: self.source(),
            namespace: self.namespace(),
        };
        self.index.selected(self.unit, place, selector)
    }
}
