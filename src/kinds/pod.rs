//! Pod templates: containers and their ports.

use super::collect;
use super::config_map::ConfigSource;
use super::labels::Labels;
use super::probe::{Probe, ProbeKind};
use super::process::Process;
use super::resolver::Resolver;
use super::rollout::PreStop;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use crate::yaml::scalar::Scalar;

/// A transport protocol; TCP where none is written (K `core/v1/defaults.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// `TCP`
    Tcp,
    /// `UDP`
    Udp,
    /// `SCTP`
    Sctp,
    /// A value that the API server does not know, or a placeholder.
    Unknown,
}

impl Protocol {
    pub(super) fn read(value: Cursor<'_>) -> Self {
        match value.text() {
            "TCP" => Self::Tcp,
            "UDP" => Self::Udp,
            "SCTP" => Self::Sctp,
            _ => Self::Unknown,
        }
    }

    /// As it is written in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
            Self::Unknown => "?",
        }
    }
}

/// A port by number or by name (`IntOrString`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// A number.
    Number(i64),
    /// A name. Digits in quotes are one too, though no valid one.
    Name(String),
    /// A placeholder.
    Unknown,
}

impl PortRef {
    pub(super) fn read(value: Cursor<'_>) -> Option<Spanned<Self>> {
        if value.is_masked() || is_placeholder(value.text()) {
            return Some(Spanned::new(Self::Unknown, value.span()));
        }
        if let Some(number) = value.integer() {
            return Some(Spanned::new(Self::Number(number.value), number.span));
        }
        match value.scalar()? {
            Scalar::Str(text) => Some(Spanned::new(Self::Name(text.to_owned()), value.span())),
            Scalar::Null => None,
            _ => Some(Spanned::new(Self::Unknown, value.span())),
        }
    }
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// What a pod is made from.
#[derive(Clone, Debug)]
pub struct PodTemplate {
    /// `metadata.labels`, or the deepest part of the path to it that exists.
    pub labels_key: Span,
    /// `metadata.labels`
    pub labels: Labels,
    /// All containers: first `containers`, then `initContainers`, each in their order.
    pub containers: Vec<Container>,
    /// Whether something puts containers into the pod that the text does not show.
    pub injected: bool,
    /// The conditions in `readinessGates`.
    pub readiness_gates: Vec<Spanned<String>>,
    /// Where it says that its pods are in the network of their node, if they are.
    pub host_network: Option<Span>,
    /// `terminationGracePeriodSeconds`
    pub grace_period: Option<Spanned<i64>>,
    /// A volume that is a `PersistentVolumeClaim`.
    pub claim: Option<Span>,
    /// Affinity or spread constraints, which say where its pods go.
    pub placement: Option<Span>,
    /// Whether part of what rules look at could not be read.
    pub unreadable: bool,
    /// The numbers in args, commands and environment: ports that something probably listens on.
    pub mentioned: Vec<u16>,
    /// The config maps that its containers read.
    pub configs: Vec<ConfigSource>,
    /// How it looks names up, if it says so.
    pub resolver: Option<Box<Resolver>>,
}

/// When a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerRole {
    /// In `containers`: as long as the pod.
    Main,
    /// In `initContainers` with `restartPolicy: Always`: as long as the pod, too.
    Sidecar,
    /// In `initContainers`: gone before the pod is ready.
    Init,
}

/// A container.
#[derive(Clone, Debug)]
pub struct Container {
    /// When it runs.
    pub role: ContainerRole,
    /// `name`
    pub name: Option<Spanned<String>>,
    /// The name, or else the item's first key.
    pub span: Span,
    /// `ports`
    pub ports: Vec<ContainerPort>,
    /// The probes that are written down.
    pub probes: Vec<Probe>,
    /// How its process is started, if anything is said of it.
    pub process: Option<Box<Process>>,
    /// `lifecycle.preStop`
    pub pre_stop: Option<Box<PreStop>>,
}

/// A port that a container declares.
#[derive(Clone, Debug)]
pub struct ContainerPort {
    /// `name`
    pub name: Option<Spanned<String>>,
    /// `containerPort`
    pub number: Option<Spanned<i64>>,
    /// `protocol`
    pub protocol: Protocol,
    /// The value of `protocol`, if it is written down.
    pub protocol_span: Option<Span>,
    /// `hostPort` and `hostIP`, if they are set.
    pub host: Option<Box<HostPort>>,
    /// The number, or else the item's first key.
    pub span: Span,
}

impl Container {
    /// The name for messages.
    pub fn display(&self) -> &str {
        self.name.as_ref().map_or("?", |name| name.value.as_str())
    }

    /// A probe.
    pub fn probe(&self, kind: ProbeKind) -> Option<&Probe> {
        self.probes.iter().find(|probe| probe.kind == kind)
    }

    /// Whether two of its probes ask the same in the same way: a name and its number are one port.
    pub fn asks_same(&self, left: &Probe, right: &Probe) -> bool {
        let port = |probe: &Probe| match &probe.port.as_ref()?.value {
            PortRef::Name(name) => {
                let is_it =
                    |own: &&ContainerPort| own.name.as_ref().is_some_and(|own| own.value == *name);
                let declared = self.ports.iter().find(is_it)?;
                Some(PortRef::Number(declared.number.as_ref()?.value))
            }
            known => Some(known.clone()),
        };
        left.asks_like(right) && port(left) == port(right)
    }

    /// Whether its ports can be reached while the pod serves (ES `utils.go:FindPort`).
    pub fn serves(&self) -> bool {
        self.role != ContainerRole::Init
    }

    fn read(item: Cursor<'_>, init: bool) -> Self {
        let restarts = item
            .get("restartPolicy")
            .is_some_and(|policy| policy.text() == "Always");
        let role = match (init, restarts) {
            (false, _) => ContainerRole::Main,
            (true, true) => ContainerRole::Sidecar,
            (true, false) => ContainerRole::Init,
        };
        let name = item.get("name").and_then(Cursor::string);
        let span = name
            .as_ref()
            .map_or_else(|| item.key_span(), |name| name.span);
        let ports = item.get("ports").into_iter().flat_map(Cursor::items);
        let probes = ProbeKind::ALL
            .into_iter()
            .filter_map(|kind| Probe::read(item, kind));
        Self {
            role,
            name,
            span,
            ports: collect(ports.map(ContainerPort::read)),
            probes: collect(probes),
            process: Process::read(item),
            pre_stop: PreStop::read(item),
        }
    }
}

/// A port of the node that leads to a container.
#[derive(Clone, Debug)]
pub struct HostPort {
    /// `hostPort`, unless it is 0, which means none.
    pub port: Option<Spanned<i64>>,
    /// `hostIP`; empty if it is not set.
    pub address: String,
}

impl HostPort {
    fn read(item: Cursor<'_>) -> Option<Box<Self>> {
        let port = item.get("hostPort").and_then(Cursor::integer);
        let port = port.filter(|port| port.value != 0);
        let address = item.get("hostIP").map_or("", Cursor::text).to_owned();
        let is_set = port.is_some() || !address.is_empty();
        is_set.then(|| Box::new(Self { port, address }))
    }
}

impl ContainerPort {
    /// The port of the node that leads to it, if it asks for one.
    pub fn host_port(&self) -> Option<&Spanned<i64>> {
        self.host.as_ref()?.port.as_ref()
    }

    fn read(item: Cursor<'_>) -> Self {
        let number = item.get("containerPort").and_then(Cursor::integer);
        let protocol = item.get("protocol").filter(|value| value.text() != "");
        let name = item.get("name").filter(|name| !is_placeholder(name.text()));
        Self {
            name: name
                .and_then(Cursor::string)
                .filter(|name| !name.value.is_empty()),
            span: number
                .as_ref()
                .map_or_else(|| item.key_span(), |number| number.span),
            number,
            host: HostPort::read(item),
            protocol: protocol.map_or(Protocol::Tcp, Protocol::read),
            protocol_span: protocol.map(Cursor::span),
        }
    }

    /// How people refer to it: `http (8080)`.
    pub fn display(&self) -> String {
        let number = self
            .number
            .as_ref()
            .map_or("?".to_owned(), |number| number.value.to_string());
        match &self.name {
            Some(name) => format!("`{}` ({number})", name.value),
            None => number,
        }
    }
}

impl PodTemplate {
    /// Reads a pod template, or a Pod: anything with `metadata` and `spec`.
    pub fn read(template: Cursor<'_>) -> Self {
        let metadata = template.get("metadata");
        let written = metadata.and_then(|metadata| metadata.field("labels"));
        let deepest = written.or(metadata).unwrap_or(template);
        let spec = template.get("spec");
        let field = |name: &str| spec.and_then(|spec| spec.get(name));
        let list = |name: &str| field(name).into_iter().flat_map(Cursor::items);
        let containers = list("containers").map(|item| Container::read(item, false));
        let init = list("initContainers").map(|item| Container::read(item, true));
        let containers = collect(containers.chain(init));
        let items: Vec<Cursor<'_>> = list("containers").chain(list("initContainers")).collect();
        Self {
            labels_key: deepest.key_span(),
            labels: match template.field("metadata") {
                Some(metadata)
                    if !metadata.is_map() && !metadata.is_null() || metadata.is_masked() =>
                {
                    Labels::read(Some(metadata))
                }
                _ => Labels::read(written),
            },
            containers,
            injected: is_injected(metadata, spec),
            readiness_gates: collect(list("readinessGates").map(readiness_gate)),
            host_network: field("hostNetwork")
                .and_then(Cursor::boolean)
                .filter(|host| host.value)
                .map(|host| host.span),
            placement: field("affinity")
                .or(field("topologySpreadConstraints"))
                .map(Cursor::key_span),
            grace_period: field("terminationGracePeriodSeconds").and_then(Cursor::integer),
            claim: list("volumes")
                .find_map(|volume| Some(volume.get("persistentVolumeClaim")?.key_span())),
            unreadable: items.iter().copied().any(is_unreadable),
            mentioned: mentioned(&items),
            configs: spec.map(ConfigSource::of_pod).unwrap_or_default(),
            resolver: spec.and_then(Resolver::read),
        }
    }

    /// The containers whose ports a Service can reach, in the order in which they are asked.
    pub fn serving_containers(&self) -> impl Iterator<Item = &Container> {
        self.containers
            .iter()
            .filter(|container| container.serves())
    }

    /// The ports of these containers.
    pub fn serving_ports(&self) -> impl Iterator<Item = (&Container, &ContainerPort)> {
        self.serving_containers()
            .flat_map(|container| container.ports.iter().map(move |port| (container, port)))
    }

    /// Whether a number stands in args, commands, environment or probes.
    pub fn mentions(&self, port: i64) -> bool {
        let mentioned = u16::try_from(port).is_ok_and(|port| self.mentioned.contains(&port));
        let mut probes = self
            .containers
            .iter()
            .flat_map(|container| &container.probes);
        mentioned
            || probes.any(|probe| {
                probe
                    .port
                    .as_ref()
                    .is_some_and(|found| found.value == PortRef::Number(port))
            })
    }
}

/// The condition of a gate, at the gate if it names none.
fn readiness_gate(gate: Cursor<'_>) -> Spanned<String> {
    let condition = gate.get("conditionType").and_then(Cursor::string);
    condition.unwrap_or_else(|| Spanned::new(String::new(), gate.key_span()))
}

/// Whether the ports of a container are not all known.
fn is_unreadable(container: Cursor<'_>) -> bool {
    let Some(ports) = container.field("ports") else {
        return container.is_masked();
    };
    ports.is_masked()
        || !ports.is_list() && !ports.is_null()
        || ports.items().any(|port| {
            ["name", "containerPort", "protocol"].iter().any(|name| {
                port.field(name)
                    .is_some_and(|value| value.is_masked() || is_placeholder(value.text()))
            })
        })
}

/// Annotations and labels by which a mesh or an agent adds containers when the pod is made.
const INJECTORS: &[&str] = &[
    "sidecar.istio.io/inject",
    "inject.istio.io/templates",
    "linkerd.io/inject",
    "vault.hashicorp.com/agent-inject",
    "consul.hashicorp.com/connect-inject",
    "dapr.io/enabled",
    "kuma.io/sidecar-injection",
    "sidecar.opentelemetry.io/inject",
    "sidecar.jaegertracing.io/inject",
    "appmesh.k8s.aws/sidecarInjectorWebhook",
];

fn is_injected(metadata: Option<Cursor<'_>>, spec: Option<Cursor<'_>>) -> bool {
    let maps = ["annotations", "labels"].into_iter();
    let mut maps = maps.filter_map(|name| metadata.and_then(|metadata| metadata.get(name)));
    let annotated = maps.any(|map| {
        let set = |key: &&str| {
            map.get(key)
                .is_some_and(|value| !matches!(value.text(), "false" | "disabled" | "no"))
        };
        INJECTORS.iter().any(set)
    });
    let containers = spec.and_then(|spec| spec.get("containers"));
    let auto = |container: Cursor<'_>| {
        container
            .get("image")
            .is_some_and(|image| image.text() == "auto")
    };
    annotated || containers.into_iter().flat_map(Cursor::items).any(auto)
}

/// The numbers in the strings of args, command and environment.
fn mentioned(containers: &[Cursor<'_>]) -> Vec<u16> {
    let mut numbers = Vec::new();
    for container in containers {
        let lists = ["args", "command"]
            .iter()
            .filter_map(|name| container.get(name));
        let arguments = lists.flat_map(Cursor::items);
        let env = container.get("env").into_iter().flat_map(Cursor::items);
        let values = env.filter_map(|variable| variable.get("value"));
        for text in arguments.chain(values).map(Cursor::text) {
            numbers.extend(numbers_in(text));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.shrink_to_fit();
    numbers
}

/// The runs of digits in a text that may be ports.
fn numbers_in(text: &str) -> impl Iterator<Item = u16> + '_ {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
}
