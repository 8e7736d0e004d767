//! What network policies select, and what they admit.
//!
//! Policies add up: what one of them admits is admitted, and pods that none of them selects are
//! open (API `networking/v1`, `NetworkPolicySpec`).

use super::Backend;
use super::answer::Answer;
use super::fit::{Fit, selector_fits};
use super::gateway::is_selected;
use super::links::{Link, Links};
use crate::kinds::{LabelSelector, NetworkPolicy, Peer, PolicyRule};
use crate::unit::Unit;
use std::collections::BTreeSet;

/// A network policy in a unit.
pub type PolicyLink<'i> = Link<'i, &'i NetworkPolicy>;

impl Links {
    /// The network policies of a unit.
    pub fn policies<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = PolicyLink<'i>> + 'i {
        let nodes = self.view(unit).policies();
        nodes.map(|node| Link { links: self, node })
    }

    /// Whether a unit may have more policies than can be read: those of a CNI, or documents that
    /// are not here.
    pub fn may_have_other_policies(&self, unit: &Unit) -> bool {
        unit.is_incomplete() || self.view(unit).symbols.has_other_policies
    }
}

impl<'i> Backend<'i> {
    /// The network policies that select its pods, or may. Those that the API server refuses are
    /// not there.
    pub fn policies(self) -> impl Iterator<Item = (PolicyLink<'i>, Fit)> + Clone + 'i {
        let (links, unit) = (self.links, self.unit());
        let policies = links.isolation(unit).policies_of(self.node.at).iter();
        let policies = policies.map(move |&(at, fit)| {
            let node = links.view(unit).policy(at);
            (Link { links, node }, fit)
        });
        policies.filter(|(policy, _)| policy.object().refusal().is_none())
    }
}

impl<'i> PolicyLink<'i> {
    /// The policy.
    pub fn policy(self) -> &'i NetworkPolicy {
        self.node.what
    }

    /// The pods that it is about, or may be.
    pub fn pods(self) -> impl Iterator<Item = (Backend<'i>, Fit)> + Clone + 'i {
        let (links, unit) = (self.links, self.unit());
        let selected = links.isolation(unit).pods_of(self.node.at).iter();
        selected.map(move |&(at, fit)| (links.backend(unit, at), fit))
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
        let (links, unit) = (self.links, self.unit());
        let candidates = self.candidates(rule).into_iter();
        let all = candidates.map(|at| links.backend(unit, at));
        let together = all.filter(|backend| self.is_beside(*backend));
        together
            .filter_map(|backend| Some((backend, self.is_peer(rule, backend)?)))
            .collect()
    }

    /// The templates that a rule may name, in order.
    fn candidates(self, rule: &PolicyRule) -> BTreeSet<usize> {
        let everybody = LabelSelector::everything(self.policy().pods.key);
        let view = self.links.view(self.unit());
        let selectors = rule.peers.iter().map(|peer| match peer {
            Peer::Pods(peer) => peer.pods.as_ref().unwrap_or(&everybody),
            Peer::Everybody | Peer::Addresses | Peer::Unknown => &everybody,
        });
        let found = selectors.flat_map(|own| view.templates_for(own));
        found.map(|template| template.at).collect()
    }

    fn fits(self, peer: &Peer, backend: Backend<'_>) -> Option<Fit> {
        let Peer::Pods(peer) = peer else {
            return Some(Fit::Possible);
        };
        let (own, other) = (self.namespace(), backend.namespace());
        let namespace = match &peer.namespaces {
            Some(selector) => match is_selected(backend, selector) {
                Answer::Yes => Fit::Certain,
                Answer::Unknown(_) => Fit::Possible,
                Answer::No => return None,
            },
            None => own.may_be(other).then(|| own.fits(other))?,
        };
        let pods = match &peer.pods {
            Some(selector) => selector_fits(selector, backend.node)?,
            None => Fit::Certain,
        };
        Some(namespace.min(pods))
    }
}
