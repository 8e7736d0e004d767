//! Cilium's `CiliumNetworkPolicy`: what a `NetworkPolicy` says, in other words.

use super::network_policy::{
    Dialect, Direction, NetworkPolicy, Peer, PodPeer, PolicyPort, PolicyRule, Side,
};
use super::parts::collect::collect;
use super::parts::label_selector::LabelSelector;
use super::parts::port::{PortRef, Protocol};
use super::row::{Row, Version};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    is_free_form: true,
    // cilium `pkg/policy/api/rule.go`, `ingress.go`, `egress.go`, `l4.go`
    known: &[
        ("", "apiVersion kind metadata spec specs status"),
        (
            "spec",
            "endpointSelector nodeSelector ingress ingressDeny egress egressDeny labels \
             enableDefaultDeny description log",
        ),
        (
            "spec.ingress[]",
            "fromEndpoints fromRequires fromCIDR fromCIDRSet fromEntities fromGroups fromNodes \
             toPorts icmps authentication",
        ),
        ("spec.ingress[].toPorts[]", TO_PORTS),
        ("spec.ingress[].toPorts[].ports[]", "port endPort protocol"),
        (
            "spec.egress[]",
            "toEndpoints toRequires toCIDR toCIDRSet toEntities toServices toFQDNs toGroups \
             toNodes toPorts icmps authentication",
        ),
        ("spec.egress[].toPorts[]", TO_PORTS),
        ("spec.egress[].toPorts[].ports[]", "port endPort protocol"),
    ],
    ..Row::new("CiliumNetworkPolicy", &[Version::extension("cilium.io/v2")])
};

const TO_PORTS: &str = "ports rules terminatingTLS originatingTLS serverNames listener";

/// Reads a policy about pods; none if it is about nodes, or is a list of policies.
pub(super) fn read(object: Cursor<'_>) -> Option<NetworkPolicy> {
    let spec = object
        .get("spec")
        .filter(|_| object.get("specs").is_none())?;
    let selector = spec.field("endpointSelector")?;
    Some(NetworkPolicy {
        dialect: Dialect::Cilium,
        pods: endpoints(selector)
            .pods
            .unwrap_or_else(|| LabelSelector::read(selector)),
        ingress: side(spec, Direction::Ingress),
        egress: side(spec, Direction::Egress),
        types: None,
    })
}

/// What stands under `ingress` or `egress`. Any rule there cuts off what none admits, also one that
/// admits nothing (cilium `pkg/policy/api/rule_validation.go`, `Rule.Sanitize`).
fn side(spec: Cursor<'_>, direction: Direction) -> Side {
    let field = direction.field();
    let list = spec.field(field).filter(|list| !list.is_null());
    let mut denials = spec.list(&format!("{field}Deny"));
    let all: Vec<Cursor<'_>> = list.into_iter().flat_map(Cursor::items).collect();
    let default = spec
        .path(["enableDefaultDeny", field])
        .and_then(Cursor::boolean);
    let rules = all.iter().filter_map(|rule| read_rule(*rule, direction));
    Side {
        isolates: default.map_or_else(
            || !all.is_empty() || denials.next().is_some(),
            |own| own.value,
        ),
        key: list.map(Cursor::key_span),
        rules: collect(rules),
        is_unreadable: list.is_some_and(|list| !list.is_list()),
    }
}

/// What a rule may name besides pods: addresses, nodes, the world.
const OTHER_PEERS: [&str; 7] = [
    "CIDR", "CIDRSet", "Entities", "Groups", "Nodes", "FQDNs", "Services",
];

/// A rule; none if it admits nothing, as one does that names neither peers nor ports.
fn read_rule(rule: Cursor<'_>, direction: Direction) -> Option<PolicyRule> {
    let prefix = match direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    };
    let named = rule.get(Dialect::Cilium.peers(direction));
    let pods = named.into_iter().flat_map(Cursor::items);
    let pods = pods.map(|selector| Peer::Pods(endpoints(selector)));
    let has_others = OTHER_PEERS
        .iter()
        .any(|other| rule.get(&format!("{prefix}{other}")).is_some());
    // What else is asked of them is not known.
    let is_unclear = rule.is_masked() || rule.get(&format!("{prefix}Requires")).is_some();
    let others = (has_others || is_unclear).then_some(Peer::Unknown);
    let peers: Vec<Peer> = pods.chain(others).collect();
    let lists: Vec<Cursor<'_>> = rule.list("toPorts").collect();
    let all_ports = lists.iter().any(|list| list.list("ports").next().is_none());
    let listed = lists.iter().flat_map(|list| list.list("ports"));
    let icmps = rule.get("icmps").map(|_| PolicyPort::UNKNOWN);
    let ports = listed.map(|port| read_port(port, direction)).chain(icmps);
    let ports: Vec<PolicyPort> = if all_ports {
        Vec::new()
    } else {
        ports.collect()
    };
    // An empty list of peers means nobody, and none at all everybody.
    let admits = !peers.is_empty() || named.is_none() && !(lists.is_empty() && ports.is_empty());
    admits.then(|| PolicyRule {
        span: rule.key_span(),
        peers,
        ports,
    })
}

/// A port of pods: a number in a string, or a name. Names are looked up in the pods that are
/// connected to, but under `egress` in all of the cluster (cilium `pkg/endpoint/policy.go`,
/// `GetNamedPort`); 0 is all ports (`pkg/policy/api/rule_validation.go`, `PortProtocol.sanitize`).
fn read_port(item: Cursor<'_>, direction: Direction) -> PolicyPort {
    let written = item.get("port");
    let port = written.and_then(PortRef::read).map(|port| {
        let value = match port.value {
            PortRef::Name(text) => match text.parse() {
                Ok(number) => PortRef::Number(number),
                Err(_) if direction == Direction::Ingress => {
                    PortRef::Name(text.to_ascii_lowercase())
                }
                Err(_) => PortRef::Unknown,
            },
            other => other,
        };
        Spanned::new(value, port.span)
    });
    let end = item.get("endPort");
    let last = end.and_then(Cursor::integer).map(|last| last.value);
    if item.is_masked() || port.is_none() || end.is_some() && last.is_none() {
        return PolicyPort::UNKNOWN;
    }
    let protocol = item.get("protocol").filter(|own| own.text() != "ANY");
    PolicyPort {
        port: port.filter(|port| port.value != PortRef::Number(0)),
        end: last.filter(|last| *last != 0),
        protocol: protocol.map(Protocol::read),
    }
}

/// The label under which Cilium knows the namespace of a pod.
const NAMESPACE: &str = "io.kubernetes.pod.namespace";

/// What comes before a label of the namespace itself.
const NAMESPACE_LABELS: &str = "io.cilium.k8s.namespace.labels.";

/// The label by which Kubernetes knows the name of a namespace.
const NAME: &str = "kubernetes.io/metadata.name";

/// Pods by the labels that Kubernetes knows. One that asks for the namespace too, or for what is no
/// pod of a manifest, may select anything.
pub(super) fn selector(written: Cursor<'_>) -> LabelSelector {
    let PodPeer { pods, namespaces } = endpoints(written);
    let mut read = pods.unwrap_or_else(|| LabelSelector::read(written));
    read.labels.is_unreadable |= namespaces.is_some();
    read
}

/// Pods, in the policy's own namespace unless their selector asks for one (cilium
/// `pkg/k8s/apis/cilium.io/utils/utils.go`, `getEndpointSelector`).
fn endpoints(selector: Cursor<'_>) -> PodPeer {
    let mut pods = LabelSelector::read(selector);
    let mut namespaces = LabelSelector::everything(pods.key);
    let pairs = std::mem::take(&mut pods.labels.pairs);
    for mut pair in pairs {
        match of_kubernetes(&mut pair.key.value) {
            Owner::Pod => pods.labels.pairs.push(pair),
            Owner::Namespace => namespaces.labels.pairs.push(pair),
            Owner::Other => pods.labels.is_unreadable = true,
        }
    }
    let expressions = std::mem::take(&mut pods.expressions);
    for mut asked in expressions {
        let owner = asked.key.as_mut().map(|key| of_kubernetes(&mut key.value));
        match owner {
            Some(Owner::Namespace) => namespaces.expressions.push(asked),
            Some(Owner::Other) => pods.labels.is_unreadable = true,
            Some(Owner::Pod) | None => pods.expressions.push(asked),
        }
    }
    PodPeer {
        pods: Some(pods),
        namespaces: (!namespaces.is_empty()).then_some(namespaces),
    }
}

/// What has a label.
enum Owner {
    Pod,
    Namespace,
    /// What is no pod of a manifest, or a label that Cilium makes.
    Other,
}

/// Who has the label of a key, which is then as Kubernetes has it. Before it may stand where it
/// comes from: `k8s:app`.
fn of_kubernetes(key: &mut String) -> Owner {
    let bare = match key.split_once(':') {
        None => key.as_str(),
        Some(("k8s" | "any", bare)) => bare,
        Some(_) => return Owner::Other,
    };
    let (owner, bare) = match bare.strip_prefix(NAMESPACE_LABELS) {
        Some(label) => (Owner::Namespace, label),
        None if bare == NAMESPACE => (Owner::Namespace, NAME),
        None if bare.starts_with("io.cilium.k8s.") => (Owner::Other, bare),
        None => (Owner::Pod, bare),
    };
    *key = bare.to_owned();
    owner
}
