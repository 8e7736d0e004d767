//! What network policies make of the traffic between two pods (API `networking/v1` `types.go`,
//! `NetworkPolicySpec`): each end has its own, and both have to let it through. They see the port
//! of the pod, behind the translation of a Service.

use super::answer::Answer;
use super::fit::{Fit, selector_fits};
use super::gateway::{is_same, is_selected};
use super::{Backend, PolicyLink};
use crate::kinds::{
    ContainerPort, Direction, Kind, Peer, PodPeer, PolicyPort, PolicyRule, PortRef, Protocol,
};
use crate::unit::Doubt;

/// Traffic from the pods of one template to a port of the pods of another one.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'i> {
    /// Who opens the connection.
    pub from: Backend<'i>,
    /// Who is connected to.
    pub to: Backend<'i>,
    /// The protocol.
    pub protocol: Protocol,
    /// The port of the pod.
    pub port: i64,
    /// The port of the Service that was dialled, which policies never see.
    pub service_port: Option<i64>,
}

/// What the policies of one end of a flow make of it.
#[derive(Clone, Debug)]
pub enum Admission<'i> {
    /// A pod always reaches itself.
    Loopback,
    /// No policy is about these pods in this direction.
    NoPolicy,
    /// Rules let it through: the policies, and the positions of their rules.
    Admitted(Vec<(PolicyLink<'i>, usize)>),
    /// Policies are about these pods, and no rule of any lets it through.
    Denied(Vec<Denial<'i>>),
    /// Nobody can know.
    Unknown(Doubt),
}

/// A policy that does not let a flow through.
#[derive(Clone, Copy, Debug)]
pub struct Denial<'i> {
    /// The policy.
    pub policy: PolicyLink<'i>,
    /// What of it comes nearest to letting it through.
    pub why: Why,
}

/// Why a policy does not let a flow through; the later, the nearer it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It has no rules in this direction: it denies all.
    NoRules,
    /// No rule names the other end.
    Peer,
    /// No rule that names the other end names the port.
    Port,
    /// A rule names the port with another protocol.
    Protocol,
    /// A rule names a port by a name that the pod has not.
    NameNotFound,
    /// A rule names the port of the Service.
    ServicePort,
}

impl Why {
    /// One of a few fixed words.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoRules => "no-rules",
            Self::Peer => "peer",
            Self::Port => "port",
            Self::Protocol => "protocol",
            Self::NameNotFound => "name-not-found",
            Self::ServicePort => "service-port",
        }
    }
}

impl<'i> Flow<'i> {
    /// What the policies of one end make of it.
    pub fn admission(self, direction: Direction) -> Admission<'i> {
        let (own, _) = self.ends(direction);
        let is_own = self.from.is(self.to);
        if is_own && is_single(own) {
            return Admission::Loopback;
        }
        let found = self.of_policies(direction);
        match found {
            // Some of it may be the traffic of a pod with itself.
            Admission::Denied(_) if is_own => Admission::Unknown(Doubt::OtherReplica),
            found => found,
        }
    }

    fn of_policies(self, direction: Direction) -> Admission<'i> {
        let (own, _) = self.ends(direction);
        let mut tally = Tally::default();
        for (policy, fit) in own.policies() {
            let side = policy.policy().side(direction);
            if side.isolates || side.is_unreadable {
                let is_certain = fit == Fit::Certain && !side.is_unreadable;
                self.count(policy, is_certain, direction, &mut tally);
            }
        }
        let is_on_node = own.workload().template.host_network.is_some();
        match tally.sum() {
            // Whether policies are about it is up to the network plugin (documentation of network
            // policies, "NetworkPolicy and hostNetwork pods"); if none stops it, that is the same.
            Admission::Denied(_) if is_on_node => {
                Admission::Unknown(Doubt::HostNetwork(own.display()))
            }
            sum => sum,
        }
    }

    /// Asks a policy that is about the pods, for certain or not.
    fn count(
        self,
        policy: PolicyLink<'i>,
        is_certain: bool,
        direction: Direction,
        tally: &mut Tally<'i>,
    ) {
        let rules = policy.policy().side(direction).rules.iter();
        let answers = rules.map(|rule| self.is_admitted_by(policy, rule, direction));
        let answers: Vec<Answer> = answers.collect();
        let admitting = answers.iter().enumerate();
        let admitting = admitting.filter(|(_, answer)| **answer == Answer::Yes);
        let admitting: Vec<_> = admitting.map(|(at, _)| (policy, at)).collect();
        match (is_certain, Answer::any(answers)) {
            (true, Answer::Yes) => tally.admitted.extend(admitting),
            (false, Answer::Yes) => tally.perhaps_admitted.extend(admitting),
            (true, Answer::No) => tally.denied.push(Denial {
                policy,
                why: self.why(policy, direction),
            }),
            (false, Answer::No) => tally.may_be_denied = true,
            (true, Answer::Unknown(doubt)) => tally.unknown.push(doubt),
            (false, Answer::Unknown(doubt)) => {
                tally.unknown.push(doubt);
                tally.may_be_denied = true;
            }
        }
    }

    fn is_admitted_by(
        self,
        policy: PolicyLink<'i>,
        rule: &PolicyRule,
        direction: Direction,
    ) -> Answer {
        let (_, other) = self.ends(direction);
        policy.may_mean(rule, other).and(|| self.has_port(rule))
    }

    /// Whether a rule is about the port.
    fn has_port(self, rule: &PolicyRule) -> Answer {
        if rule.ports.is_empty() {
            return Answer::Yes;
        }
        Answer::any(rule.ports.iter().map(|port| self.is_port(port)))
    }

    fn is_port(self, port: &PolicyPort) -> Answer {
        let protocols = [port.protocol, Some(self.protocol)];
        if protocols.contains(&Some(Protocol::Unknown)) {
            return Answer::Unknown(Doubt::Placeholder);
        }
        if !port.is_of(self.protocol) {
            return Answer::No;
        }
        match port.port.as_ref().map(|port| &port.value) {
            None => Answer::Yes,
            Some(PortRef::Unknown) => Answer::Unknown(Doubt::Placeholder),
            Some(PortRef::Number(first)) => {
                let last = port.end.unwrap_or(*first);
                (*first..=last).contains(&self.port).into()
            }
            Some(PortRef::Name(name)) => self.is_called(name),
        }
    }

    /// Whether the pod that is connected to calls the port so; egress rules mean its names too.
    fn is_called(self, name: &str) -> Answer {
        let template = &self.to.workload().template;
        let mut ports = template.serving_ports().map(|(_, port)| port);
        let is_it = |port: &ContainerPort| {
            let is_named = port.name.as_ref().is_some_and(|own| own.value == name);
            let is_numbered = port
                .number
                .as_ref()
                .is_some_and(|own| own.value == self.port);
            is_named && is_numbered && port.protocol == self.protocol
        };
        if ports.any(is_it) {
            Answer::Yes
        } else if self.to.is_fully_known() {
            Answer::No
        } else {
            Answer::Unknown(Doubt::Placeholder)
        }
    }

    /// What of a policy that denies it comes nearest to letting it through.
    fn why(self, policy: PolicyLink<'i>, direction: Direction) -> Why {
        let (_, other) = self.ends(direction);
        let rules = &policy.policy().side(direction).rules;
        let naming = rules
            .iter()
            .filter(|rule| policy.may_mean(rule, other) != Answer::No);
        let nearest = naming
            .flat_map(|rule| &rule.ports)
            .map(|port| self.why_not(port));
        let has_named = rules
            .iter()
            .any(|rule| policy.may_mean(rule, other) != Answer::No);
        nearest
            .max()
            .unwrap_or(match (rules.is_empty(), has_named) {
                (true, _) => Why::NoRules,
                (false, true) => Why::Port,
                (false, false) => Why::Peer,
            })
    }

    /// Why an item of `ports` does not mean the port.
    fn why_not(self, port: &PolicyPort) -> Why {
        match port.port.as_ref().map(|port| &port.value) {
            Some(PortRef::Name(_)) if port.is_of(self.protocol) => Why::NameNotFound,
            Some(PortRef::Number(number))
                if port.is_of(self.protocol) && Some(*number) == self.service_port =>
            {
                Why::ServicePort
            }
            _ if !port.is_of(self.protocol) => Why::Protocol,
            _ => Why::Port,
        }
    }

    /// The end whose policies are asked, and the other one.
    fn ends(self, direction: Direction) -> (Backend<'i>, Backend<'i>) {
        match direction {
            Direction::Ingress => (self.to, self.from),
            Direction::Egress => (self.from, self.to),
        }
    }
}

/// What the policies about one end say, one after another.
#[derive(Debug, Default)]
struct Tally<'i> {
    /// Rules of policies that are about it for certain.
    admitted: Vec<(PolicyLink<'i>, usize)>,
    /// Rules of policies that may be about it.
    perhaps_admitted: Vec<(PolicyLink<'i>, usize)>,
    /// Policies that are about it for certain, and do not let the flow through.
    denied: Vec<Denial<'i>>,
    /// Whether a policy that does not let it through may be about it.
    may_be_denied: bool,
    /// Why nobody knows what a policy says.
    unknown: Vec<Doubt>,
}

impl<'i> Tally<'i> {
    /// Policies add up: what one of them lets through is let through, and what none of them is
    /// about is open.
    fn sum(mut self) -> Admission<'i> {
        if !self.admitted.is_empty() {
            return Admission::Admitted(self.admitted);
        }
        let doubt = self.unknown.pop();
        match (doubt, self.denied.is_empty()) {
            (Some(doubt), _) => Admission::Unknown(doubt),
            (None, false) if self.perhaps_admitted.is_empty() => Admission::Denied(self.denied),
            (None, false) => Admission::Unknown(Doubt::Placeholder),
            (None, true) if self.may_be_denied => Admission::Unknown(Doubt::Placeholder),
            (None, true) if self.perhaps_admitted.is_empty() => Admission::NoPolicy,
            (None, true) => Admission::Admitted(self.perhaps_admitted),
        }
    }
}

/// Whether a workload never has more than one pod, so that its traffic with itself is that of one
/// pod.
fn is_single(backend: Backend<'_>) -> bool {
    backend.workload().kind == Kind::Pod
}

impl<'i> PolicyLink<'i> {
    /// Whether a rule is about traffic from or to these pods.
    fn may_mean(self, rule: &PolicyRule, other: Backend<'i>) -> Answer {
        if rule.peers.is_empty() {
            return Answer::Yes;
        }
        Answer::any(rule.peers.iter().map(|peer| self.means(peer, other)))
    }

    fn means(self, peer: &Peer, other: Backend<'i>) -> Answer {
        match peer {
            Peer::Everybody => Answer::Yes,
            Peer::Addresses => Answer::Unknown(Doubt::PodAddress(other.display())),
            Peer::Unknown => Answer::Unknown(Doubt::Placeholder),
            Peer::Pods(peer) => {
                let is_meant = self.selects(peer, other);
                match other.workload().template.host_network {
                    // It has the address of its node.
                    Some(_) => {
                        is_meant.and(|| Answer::Unknown(Doubt::HostNetwork(other.display())))
                    }
                    None => is_meant,
                }
            }
        }
    }

    /// Whether both selectors of a peer select the pods.
    fn selects(self, peer: &PodPeer, other: Backend<'i>) -> Answer {
        let namespace = match &peer.namespaces {
            Some(selector) => is_selected(other, selector),
            None => is_same(self, other),
        };
        namespace.and(|| match &peer.pods {
            Some(selector) => match selector_fits(selector, other.node) {
                Some(Fit::Certain) => Answer::Yes,
                Some(Fit::Possible) => Answer::Unknown(Doubt::Placeholder),
                None => Answer::No,
            },
            None => Answer::Yes,
        })
    }
}
