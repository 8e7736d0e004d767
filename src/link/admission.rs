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
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::NoRules,
        Self::Peer,
        Self::Port,
        Self::Protocol,
        Self::NameNotFound,
        Self::ServicePort,
    ];

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
                let (own, _) = names(direction);
                Admission::Unknown(Doubt::HostNetwork(own.to_owned()))
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
        policy
            .may_mean(rule, other, direction)
            .and(|| self.has_port(rule))
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
            .filter(|rule| policy.may_mean(rule, other, direction) != Answer::No);
        let nearest = naming.map(|rule| {
            let ports = rule.ports.iter().map(|port| self.why_not(port));
            ports.max().unwrap_or(Why::Port)
        });
        let otherwise = if rules.is_empty() {
            Why::NoRules
        } else {
            Why::Peer
        };
        nearest.max().unwrap_or(otherwise)
    }

    /// Why an item of `ports` does not mean the port.
    fn why_not(self, port: &PolicyPort) -> Why {
        let is_spoken = port.is_of(self.protocol);
        match port.port.as_ref().map(|own| &own.value) {
            None if !is_spoken => Why::Protocol,
            Some(PortRef::Name(name)) if is_spoken && !self.declares(name) => Why::NameNotFound,
            Some(PortRef::Number(first)) => {
                let range = *first..=port.end.unwrap_or(*first);
                match self.service_port {
                    _ if !is_spoken && range.contains(&self.port) => Why::Protocol,
                    Some(own) if is_spoken && range.contains(&own) => Why::ServicePort,
                    _ => Why::Port,
                }
            }
            _ => Why::Port,
        }
    }

    /// Whether the pod that is connected to has a port of this name, of the protocol.
    fn declares(self, name: &str) -> bool {
        let mut ports = self.to.workload().template.serving_ports();
        ports.any(|(_, port)| {
            let is_named = port.name.as_ref().is_some_and(|own| own.value == name);
            is_named && port.protocol == self.protocol
        })
    }

    /// The end whose policies are asked, and the other one.
    fn ends(self, direction: Direction) -> (Backend<'i>, Backend<'i>) {
        match direction {
            Direction::Ingress => (self.to, self.from),
            Direction::Egress => (self.from, self.to),
        }
    }
}

/// What to call the end whose policies are asked, and the other one. No names of objects: what
/// keeps a judgement back is the same for all pods of a class.
fn names(direction: Direction) -> (&'static str, &'static str) {
    let (client, target) = ("the pods of the client", "the pods behind the Service");
    match direction {
        Direction::Ingress => (target, client),
        Direction::Egress => (client, target),
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
    fn may_mean(self, rule: &PolicyRule, other: Backend<'i>, direction: Direction) -> Answer {
        if rule.peers.is_empty() {
            return Answer::Yes;
        }
        let peers = rule.peers.iter();
        Answer::any(peers.map(|peer| self.means(peer, other, direction)))
    }

    fn means(self, peer: &Peer, other: Backend<'i>, direction: Direction) -> Answer {
        let (_, name) = names(direction);
        match peer {
            Peer::Everybody => Answer::Yes,
            Peer::Addresses => Answer::Unknown(Doubt::PodAddress(name.to_owned())),
            Peer::Unknown => Answer::Unknown(Doubt::Placeholder),
            Peer::Pods(peer) => {
                let is_meant = self.selects(peer, other);
                match other.workload().template.host_network {
                    // It has the address of its node.
                    Some(_) => {
                        is_meant.and(|| Answer::Unknown(Doubt::HostNetwork(name.to_owned())))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Links;
    use crate::object::Text;
    use crate::run::{Options, link};
    use crate::unit::by_directory;

    /// `web`, `api`, which listens on 8080 as `http` and on 9090 as `metrics`, and a policy about
    /// the pods of `api`.
    fn links(ingress: &str) -> Links {
        let pods = |name: &str, ports: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}}}\n\
                 spec: {{containers: [{{name: main, image: a, ports: [{ports}]}}]}}\n---\n"
            )
        };
        let ports = "{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}";
        let policy = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: api}}\n\
             spec: {{podSelector: {{matchLabels: {{app: api}}}}, policyTypes: [Ingress], \
             ingress: [{ingress}]}}\n"
        );
        let text = format!("{}{}{policy}", pods("web", ""), pods("api", ports));
        let texts = vec![Text::new("all.yaml", text)];
        let plans = by_directory(&texts);
        link(texts, plans, &Options::default())
    }

    /// What the policy makes of a connection from `web` to the port 80 of a Service, which leads
    /// to 8080 of `api`.
    fn asked<T>(ingress: &str, look: impl FnOnce(Admission<'_>) -> T) -> T {
        let links = links(ingress);
        let mut backends = links.backends(&links.units[0]);
        let (Some(from), Some(to)) = (backends.next(), backends.next()) else {
            panic!("two pods");
        };
        let flow = Flow {
            from,
            to,
            protocol: Protocol::Tcp,
            port: 8080,
            service_port: Some(80),
        };
        look(flow.admission(Direction::Ingress))
    }

    #[test]
    fn what_denies_says_what_comes_nearest() {
        for (ingress, expected) in [
            ("", Why::NoRules),
            (
                "{from: [{podSelector: {matchLabels: {app: db}}}]}",
                Why::Peer,
            ),
            ("{ports: [{port: 9090}]}", Why::Port),
            // A rule about DNS has nothing to do with it.
            (
                "{ports: [{port: 53, protocol: UDP}, {port: 443}]}",
                Why::Port,
            ),
            ("{ports: [{port: 8080, protocol: UDP}]}", Why::Protocol),
            (
                "{ports: [{port: 8000, endPort: 9000, protocol: UDP}]}",
                Why::Protocol,
            ),
            ("{ports: [{protocol: UDP}]}", Why::Protocol),
            ("{ports: [{port: grpc}]}", Why::NameNotFound),
            // The pod has the name, for another port.
            ("{ports: [{port: metrics}]}", Why::Port),
            ("{ports: [{port: 80}]}", Why::ServicePort),
            ("{ports: [{port: 79, endPort: 81}]}", Why::ServicePort),
            ("{ports: [{port: 80, protocol: UDP}]}", Why::Port),
            (
                "{ports: [{port: 53, protocol: UDP}]}, {ports: [{port: 80}]}",
                Why::ServicePort,
            ),
        ] {
            asked(ingress, |admission| {
                let Admission::Denied(denials) = admission else {
                    panic!("{ingress}: {admission:?}");
                };
                let why: Vec<Why> = denials.iter().map(|own| own.why).collect();
                assert_eq!(why, [expected], "{ingress}");
            });
        }
    }

    #[test]
    fn what_admits_is_named() {
        for (ingress, expected) in [
            ("{}", 0),
            ("{ports: [{port: 9090}]}, {ports: [{port: http}]}", 1),
            ("{ports: [{port: 8000, endPort: 9000}]}", 0),
            (
                "{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{protocol: TCP}]}",
                0,
            ),
        ] {
            asked(ingress, |admission| {
                let Admission::Admitted(rules) = admission else {
                    panic!("{ingress}: {admission:?}");
                };
                let at: Vec<usize> = rules.iter().map(|(_, at)| *at).collect();
                assert_eq!(at, [expected], "{ingress}");
            });
        }
    }

    /// The API server refuses a policy with a mistake in it: then nothing isolates the pods.
    #[test]
    fn refused_policies_are_not_there() {
        asked("{ports: [{port: 0}]}", |admission| {
            assert!(matches!(admission, Admission::NoPolicy), "{admission:?}");
        });
    }
}
