//! `NetworkPolicy`.

use super::parts::collect::collect;
use super::parts::label_selector::LabelSelector;
use super::parts::pod_template::PodTemplate;
use super::parts::port::{PortRef, Protocol};
use super::row::{Row, Version};
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::networking::v1;

pub(super) static ROW: Row = Row::typed::<v1::NetworkPolicy>(&[
    Version::since("networking.k8s.io/v1", 7),
    Version::between("extensions/v1beta1", 3, 16).unread(),
]);

pub(super) fn read(object: Cursor<'_>) -> NetworkPolicy {
    let spec = object.get("spec");
    let field = |name: &str| spec.and_then(|spec| spec.field(name));
    let types = field("policyTypes").filter(|types| !types.is_null());
    let side = |direction| Side::read(spec, types, direction);
    let place = spec.unwrap_or(object).key_span();
    NetworkPolicy {
        dialect: Dialect::Kubernetes,
        pods: field("podSelector")
            .map_or_else(|| LabelSelector::everything(place), LabelSelector::read),
        ingress: side(Direction::Ingress),
        egress: side(Direction::Egress),
        types: types.map(Cursor::key_span),
    }
}

/// A networking.k8s.io/v1 `NetworkPolicy`, or what says the same of pods in other words.
#[derive(Clone, Debug)]
pub struct NetworkPolicy {
    /// In whose words it is written.
    pub dialect: Dialect,
    /// `spec.podSelector`; without one it is about all pods of its namespace.
    pub pods: LabelSelector,
    /// What it says of traffic to these pods.
    pub ingress: Side,
    /// What it says of traffic from these pods.
    pub egress: Side,
    /// The key `policyTypes`, if it is set.
    pub types: Option<Span>,
}

/// In whose words a policy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Those of Kubernetes.
    Kubernetes,
    /// Those of a `CiliumNetworkPolicy`.
    Cilium,
}

/// From where to where traffic flows, seen from the selected pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To them.
    Ingress,
    /// From them.
    Egress,
}

/// What a policy says of one direction.
#[derive(Clone, Debug)]
pub struct Side {
    /// Whether it cuts off everything in this direction that no policy admits.
    pub isolates: bool,
    /// The key `ingress` or `egress`, if it is set.
    pub key: Option<Span>,
    /// What it admits; also where it does not isolate, and they mean nothing.
    pub rules: Vec<PolicyRule>,
    /// Whether it may admit more than can be read.
    pub is_unreadable: bool,
}

/// An item of `ingress` or `egress`.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// The item's first key.
    pub span: Span,
    /// `from` or `to`; with none, everybody is meant.
    pub peers: Vec<Peer>,
    /// `ports`; with none, all are meant.
    pub ports: Vec<PolicyPort>,
}

/// Whom traffic is admitted from, or to.
#[derive(Clone, Debug)]
pub enum Peer {
    /// Pods.
    Pods(PodPeer),
    /// `ipBlock` of all addresses, without exceptions.
    Everybody,
    /// Any other `ipBlock`: which pods have such addresses is not known.
    Addresses,
    /// Something that cannot be read.
    Unknown,
}

/// `podSelector` and `namespaceSelector` of one item, both of which a pod must meet.
#[derive(Clone, Debug)]
pub struct PodPeer {
    /// `podSelector`; without one all pods are meant.
    pub pods: Option<LabelSelector>,
    /// `namespaceSelector`; without one the policy's own namespace is meant.
    pub namespaces: Option<LabelSelector>,
}

/// An item of `ports`: the port of a pod, not of a Service.
#[derive(Clone, Debug)]
pub struct PolicyPort {
    /// `port`; without one all ports of the protocol are meant.
    pub port: Option<Spanned<PortRef>>,
    /// `endPort`, the last of a range.
    pub end: Option<i64>,
    /// `protocol`; none if it is all of them.
    pub protocol: Option<Protocol>,
}

impl Dialect {
    /// The field with the selector of the pods that a policy is about.
    pub fn pods(self) -> &'static str {
        match self {
            Self::Kubernetes => "podSelector",
            Self::Cilium => "endpointSelector",
        }
    }

    /// The field of a rule with the pods at the other end.
    pub fn peers(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Kubernetes, direction) => direction.peers(),
            (Self::Cilium, Direction::Ingress) => "fromEndpoints",
            (Self::Cilium, Direction::Egress) => "toEndpoints",
        }
    }

    /// How a port is written.
    pub fn port(self, number: i64) -> String {
        match self {
            Self::Kubernetes => format!("port: {number}"),
            Self::Cilium => format!("port: \"{number}\""),
        }
    }
}

impl Direction {
    /// As it is written in `policyTypes`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }

    /// The field with the rules.
    pub fn field(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    /// The field of a rule with the peers.
    fn peers(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }
}

impl NetworkPolicy {
    /// What it says of one direction.
    pub fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

impl Side {
    fn read(spec: Option<Cursor<'_>>, types: Option<Cursor<'_>>, direction: Direction) -> Self {
        let list = spec
            .and_then(|spec| spec.field(direction.field()))
            .filter(|list| !list.is_null());
        let rules = list.into_iter().flat_map(Cursor::items);
        let rules = collect(rules.map(|rule| PolicyRule::read(rule, direction)));
        let named: Vec<&str> = types
            .into_iter()
            .flat_map(Cursor::items)
            .map(Cursor::text)
            .collect();
        // `pkg/apis/networking/v1/defaults.go:SetDefaults_NetworkPolicy`
        let isolates = match direction {
            _ if !named.is_empty() => named.contains(&direction.as_str()),
            Direction::Ingress => true,
            Direction::Egress => !rules.is_empty(),
        };
        let is_list = |value: Option<Cursor<'_>>| value.is_none_or(Cursor::is_list);
        let is_type = |name: &str| matches!(name, "Ingress" | "Egress");
        Self {
            isolates,
            key: list.map(Cursor::key_span),
            rules,
            is_unreadable: !is_list(list) || !is_list(types) || !named.into_iter().all(is_type),
        }
    }
}

impl PolicyRule {
    fn read(rule: Cursor<'_>, direction: Direction) -> Self {
        let peers = rule.field(direction.peers());
        let ports = rule.field("ports");
        let unreadable = |list: Option<Cursor<'_>>| {
            rule.is_masked() || list.is_some_and(|list| !list.is_list() && !list.is_null())
        };
        let unknown_peers = unreadable(peers).then_some(Peer::Unknown);
        let unknown_ports = unreadable(ports).then_some(PolicyPort::UNKNOWN);
        let peers = peers.into_iter().flat_map(Cursor::items).map(Peer::read);
        let ports = ports
            .into_iter()
            .flat_map(Cursor::items)
            .map(PolicyPort::read);
        Self {
            span: rule.key_span(),
            peers: collect(peers.chain(unknown_peers)),
            ports: collect(ports.chain(unknown_ports)),
        }
    }
}

impl Peer {
    fn read(item: Cursor<'_>) -> Self {
        let selector = |name: &str| item.get(name).map(LabelSelector::read);
        let (pods, namespaces) = (selector("podSelector"), selector("namespaceSelector"));
        let selects = pods.is_some() || namespaces.is_some();
        match item.field("ipBlock") {
            None if selects => Self::Pods(PodPeer { pods, namespaces }),
            Some(block) if !selects && block.is_map() => Self::of_addresses(block),
            _ => Self::Unknown,
        }
    }

    fn of_addresses(block: Cursor<'_>) -> Self {
        let text = |name: &str| block.get(name).map(Cursor::text);
        let is_all = matches!(text("cidr"), Some("0.0.0.0/0" | "::/0"));
        let excepts = block
            .get("except")
            .is_some_and(|own| own.items().next().is_some());
        if is_all && !excepts {
            Self::Everybody
        } else {
            Self::Addresses
        }
    }
}

impl PolicyPort {
    /// One that cannot be read.
    pub(in crate::kinds) const UNKNOWN: Self = Self {
        port: None,
        end: None,
        protocol: Some(Protocol::Unknown),
    };

    fn read(item: Cursor<'_>) -> Self {
        let end = item.field("endPort").filter(|end| !end.is_null());
        let last = end.and_then(Cursor::integer);
        if item.is_masked() || end.is_some() && last.is_none() {
            return Self::UNKNOWN;
        }
        Self {
            port: item.field("port").and_then(PortRef::read),
            end: last.map(|last| last.value),
            protocol: Some(item.get("protocol").map_or(Protocol::Tcp, Protocol::read)),
        }
    }

    /// Whether it is a port of this protocol.
    pub fn is_of(&self, protocol: Protocol) -> bool {
        self.protocol.is_none_or(|own| own == protocol)
    }

    /// Whether it may be this port. A name is looked up in the pod that is connected to; where
    /// that is not known, it may be any.
    pub fn may_admit(&self, protocol: Protocol, number: i64, pod: Option<&PodTemplate>) -> bool {
        let is_protocol = |own: Protocol| {
            own == protocol || own == Protocol::Unknown || protocol == Protocol::Unknown
        };
        if !self.protocol.is_none_or(is_protocol) {
            return false;
        }
        match self.port.as_ref().map(|port| &port.value) {
            None | Some(PortRef::Unknown) => true,
            Some(PortRef::Number(first)) => (*first..=self.end.unwrap_or(*first)).contains(&number),
            Some(PortRef::Name(name)) => pod.is_none_or(|pod| {
                let ports = pod.containers.iter().flat_map(|container| &container.ports);
                ports.into_iter().any(|port| {
                    let is_named = port.name.as_ref().is_some_and(|own| own.value == *name);
                    let is_numbered = port.number.as_ref().is_none_or(|own| own.value == number);
                    is_named && is_numbered && is_protocol(port.protocol)
                })
            }),
        }
    }
}

impl PolicyRule {
    /// Whether it may admit this port.
    pub fn may_admit(&self, protocol: Protocol, number: i64, pod: Option<&PodTemplate>) -> bool {
        let mut ports = self.ports.iter();
        self.ports.is_empty() || ports.any(|port| port.may_admit(protocol, number, pod))
    }
}
