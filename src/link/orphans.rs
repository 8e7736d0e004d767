//! What no selector selects: it was more probably meant by one that selects nothing.

use super::comparison::Comparison;
use super::fit::{labels_fit, selector_fits};
use super::selections::Selections;
use super::view::View;
use crate::kinds::{Direction, Kind, LabelSelector, Labels, NetworkPolicy, Peer, Routing};
use crate::object::Object;

/// For what objects are selected by their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `PodDisruptionBudget.spec.selector`
    Budget,
    /// `NetworkPolicy.spec.podSelector`
    Policy,
    /// `NetworkPolicy.spec.*[*].from[*].podSelector` and `to`, of the policy's own namespace.
    Peer,
    /// `PodMonitor.spec.selector`
    PodMonitor,
    /// `ServiceMonitor.spec.selector`, over Services.
    ServiceMonitor,
    /// `spec.selector` of Istio's `Gateway`.
    Gateway,
}

impl Purpose {
    const ALL: [Self; 6] = [
        Self::Budget,
        Self::Policy,
        Self::Peer,
        Self::PodMonitor,
        Self::ServiceMonitor,
        Self::Gateway,
    ];

    /// The selectors of an object that select for this.
    pub(super) fn selectors(self, object: &Object) -> Vec<&LabelSelector> {
        let monitor = |kind| {
            let monitor = object.monitor().filter(|_| object.kind == kind);
            monitor.and_then(|monitor| monitor.selector.as_ref())
        };
        match self {
            Self::Budget => object.budget().and_then(|own| own.selector.as_ref()),
            Self::Policy => object.network_policy().map(|policy| &policy.pods),
            Self::Peer => return object.network_policy().map(peers).unwrap_or_default(),
            Self::PodMonitor => monitor(Kind::PodMonitor),
            Self::ServiceMonitor => monitor(Kind::ServiceMonitor),
            Self::Gateway => match object.routing() {
                Some(Routing::Gateway(gateway)) => gateway.selector.as_ref(),
                _ => None,
            },
        }
        .into_iter()
        .collect()
    }
}

/// The peers of a policy that are pods of its own namespace.
fn peers(policy: &NetworkPolicy) -> Vec<&LabelSelector> {
    let directions = [Direction::Ingress, Direction::Egress].into_iter();
    let rules = directions.flat_map(|direction| &policy.side(direction).rules);
    let peers = rules.flat_map(|rule| &rule.peers);
    let own = peers.filter_map(|peer| match peer {
        Peer::Pods(peer) if peer.namespaces.is_none() => peer.pods.as_ref(),
        _ => None,
    });
    own.collect()
}

/// The objects of a unit that nothing selects for a purpose.
#[derive(Clone, Debug, Default)]
pub(super) struct Orphans {
    is_orphan: Vec<bool>,
    count: usize,
    /// Whether there is one, and only one selector that asks for all its keys selects nothing.
    is_left_over: bool,
}

/// Those of each purpose.
#[derive(Debug)]
pub(super) struct OrphansByPurpose(Vec<Orphans>);

impl OrphansByPurpose {
    pub(super) fn of(view: View<'_>) -> Self {
        let all = Purpose::ALL.into_iter();
        Self(all.map(|purpose| Orphans::of(view, purpose)).collect())
    }

    pub(super) fn of_purpose(&self, purpose: Purpose) -> &Orphans {
        &self.0[purpose as usize]
    }
}

impl Orphans {
    /// The long-running workloads that no Service selects.
    pub(super) fn of_services(view: View<'_>, selections: &Selections) -> Self {
        let is_orphan = view
            .templates()
            .map(|own| selections.is_orphan(own.at) && own.what.kind.is_long_running())
            .collect();
        let idle = view.services().filter(|own| !selections.selects(own.at));
        let idle = idle.filter_map(|own| Some(&own.what.selector.as_ref()?.labels));
        Self::among(is_orphan, idle, |at| {
            &view.template(at).what.template.labels
        })
    }

    /// What no selector for a purpose selects by its labels, in whatever namespace.
    fn of(view: View<'_>, purpose: Purpose) -> Self {
        let members = view.unit.objects.iter();
        let selectors = members.flat_map(|own| purpose.selectors(view.input.object(own.id)));
        let selectors: Vec<&LabelSelector> = selectors.collect();
        if selectors.is_empty() {
            return Self::default();
        }
        if purpose == Purpose::ServiceMonitor {
            let labels = |at: usize| &view.service(at).what.labels;
            let found = selectors.iter().map(|selector| {
                let candidates = view.services_for(selector);
                let fit = candidates.filter(|own| labels_fit(selector, &own.what.labels).is_some());
                (&selector.labels, fit.map(|own| own.at).collect())
            });
            return Self::without(vec![true; view.services().len()], found, labels);
        }
        let labels = |at: usize| &view.template(at).what.template.labels;
        let found = selectors.iter().map(|selector| {
            let candidates = view.templates_for(selector);
            let fit = candidates.filter(|own| selector_fits(selector, *own).is_some());
            (&selector.labels, fit.map(|own| own.at).collect())
        });
        let all = view.templates().map(|own| own.what.kind.is_long_running());
        Self::without(all.collect(), found, labels)
    }

    /// What is left of candidates without what selectors select.
    fn without<'l>(
        mut is_orphan: Vec<bool>,
        selected: impl Iterator<Item = (&'l Labels, Vec<usize>)>,
        labels_of: impl Fn(usize) -> &'l Labels,
    ) -> Self {
        let mut idle = Vec::new();
        for (selector, found) in selected {
            if found.is_empty() {
                idle.push(selector);
            }
            for at in found {
                is_orphan[at] = false;
            }
        }
        Self::among(is_orphan, idle.into_iter(), labels_of)
    }

    fn among<'l>(
        is_orphan: Vec<bool>,
        idle: impl Iterator<Item = &'l Labels>,
        labels_of: impl Fn(usize) -> &'l Labels,
    ) -> Self {
        let count = is_orphan.iter().filter(|orphan| **orphan).count();
        let only = is_orphan.iter().position(|orphan| *orphan);
        let only = only.filter(|_| count == 1);
        let is_left_over = only.is_some_and(|at| {
            let with_its_keys = idle.filter(|own| Comparison::of(own, labels_of(at)).absent == 0);
            with_its_keys.take(2).count() == 1
        });
        Self {
            is_orphan,
            count,
            is_left_over,
        }
    }

    /// Whether something is one.
    pub(super) fn has(&self, at: usize) -> bool {
        self.is_orphan.get(at).is_some_and(|orphan| *orphan)
    }

    /// Whether there is one only.
    pub(super) fn is_one(&self) -> bool {
        self.count == 1
    }

    /// Whether there is one only, and one selector only that asks in vain for all its keys.
    pub(super) fn is_left_over(&self) -> bool {
        self.is_left_over
    }
}
