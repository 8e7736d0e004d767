//! Which pods network policies cannot tell apart: what they make of the traffic of one is what they
//! make of that of all others of its class. There are far fewer classes than pods, so who asks
//! about all pairs asks once about each pair of classes.

use super::answer::Answer;
use super::fit::{Fit, selector_fits};
use super::gateway::is_same;
use super::{Backend, Links, PolicyLink};
use crate::kinds::{Direction, Peer, PodPeer, PolicyRule, PortRef, Protocol};
use crate::text::hash::{HashMap, HashSet};
use crate::text::source::SourceId;
use crate::unit::{Namespace, Unit};

/// The classes of the pod templates of a unit.
#[derive(Debug)]
pub struct PodClasses {
    /// That of each template.
    of: Vec<usize>,
    /// How many there are.
    len: usize,
}

/// All of a pod template that a policy may ask for.
#[derive(PartialEq, Eq, Hash)]
struct Traits<'i> {
    namespace: &'i Namespace,
    /// Its text, where not all texts of the unit are applied together.
    text: Option<SourceId>,
    is_on_node: bool,
    is_fully_known: bool,
    /// The policies that are about the pods, or may be.
    policies: &'i [(usize, Fit)],
    /// The peers of rules whose labels they have, or may have.
    peers: Vec<(usize, Fit)>,
    /// The ports that policies may mean by their names.
    ports: Vec<(&'i str, Option<i64>, Protocol)>,
}

impl Links {
    /// The classes of the pod templates of a unit.
    pub fn pod_classes(&self, unit: &Unit) -> PodClasses {
        let mut peers = self.peers_by_template(unit);
        let names = self.ports_by_name(unit);
        let mut known: HashMap<Traits<'_>, usize> = HashMap::default();
        let of = self.backends(unit).map(|backend| {
            let at = backend.node.at;
            let traits = Traits {
                namespace: backend.namespace(),
                text: Some(backend.source()).filter(|own| unit.is_alternative(*own)),
                is_on_node: backend.workload().template.host_network.is_some(),
                is_fully_known: backend.is_fully_known(),
                policies: self.isolation(unit).policies_of(at),
                peers: std::mem::take(&mut peers[at]),
                ports: backend.ports_called(&names),
            };
            let next = known.len();
            *known.entry(traits).or_insert(next)
        });
        PodClasses {
            of: of.collect(),
            len: known.len(),
        }
    }

    /// Of each pod template of a unit, the peers of its policies whose labels its pods may have.
    fn peers_by_template(&self, unit: &Unit) -> Vec<Vec<(usize, Fit)>> {
        let mut found = vec![Vec::new(); self.backends(unit).count()];
        let policies = self.policies(unit);
        let peers = policies.flat_map(|policy| {
            let pods = rules(policy).flat_map(|rule| &rule.peers);
            let pods = pods.filter_map(|peer| match peer {
                Peer::Pods(peer) => Some(peer),
                Peer::Everybody | Peer::Addresses | Peer::Unknown => None,
            });
            pods.map(move |peer| (policy, peer))
        });
        for (at, (policy, peer)) in peers.enumerate() {
            for (template, fit) in self.labelled(policy, peer) {
                found[template].push((at, fit));
            }
        }
        found
    }

    /// The pod templates that have the labels of a peer, or may have them, as far as they may be in
    /// its namespaces.
    fn labelled(&self, policy: PolicyLink<'_>, peer: &PodPeer) -> Vec<(usize, Fit)> {
        let unit = policy.unit();
        let Some(selector) = &peer.pods else {
            return Vec::new();
        };
        let templates = self.view(unit).templates_for(selector);
        let templates = templates.filter(|template| {
            let is_there = || is_same(policy, self.backend(unit, template.at)) != Answer::No;
            peer.namespaces.is_some() || is_there()
        });
        let fits = templates.filter_map(|own| Some((own.at, selector_fits(selector, own)?)));
        fits.collect()
    }

    /// The names by which the policies of a unit mean ports.
    fn ports_by_name<'i>(&'i self, unit: &'i Unit) -> HashSet<&'i str> {
        let ports = self.policies(unit).flat_map(|policy| {
            let rules = rules(policy);
            rules.flat_map(|rule| &rule.ports)
        });
        let names = ports.filter_map(|port| match port.port.as_ref().map(|own| &own.value) {
            Some(PortRef::Name(name)) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }
}

impl PodClasses {
    /// The class of the pods of a template, counted from 0.
    pub fn of(&self, backend: Backend<'_>) -> usize {
        self.of[backend.node.at]
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.len
    }
}

impl<'i> Backend<'i> {
    fn ports_called(self, names: &HashSet<&str>) -> Vec<(&'i str, Option<i64>, Protocol)> {
        let ports = self.workload().template.serving_ports();
        let called = ports.filter_map(|(_, port)| {
            let name = port.name.as_ref()?.value.as_str();
            let number = port.number.as_ref().map(|own| own.value);
            names
                .contains(name)
                .then_some((name, number, port.protocol))
        });
        called.collect()
    }
}

/// The rules of a policy, in both directions.
fn rules(policy: PolicyLink<'_>) -> impl Iterator<Item = &PolicyRule> {
    let policy = policy.policy();
    let directions = [Direction::Ingress, Direction::Egress].into_iter();
    directions.flat_map(|direction| &policy.side(direction).rules)
}
