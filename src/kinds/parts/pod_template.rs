//! Pod templates.

use super::collect::collect;
use super::config_source::ConfigSource;
use super::container::{Container, ContainerPort};
use super::labels::Labels;
use super::port::PortRef;
use super::resolver::Resolver;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// What a pod is made from.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each may hold without the others"
)]
pub struct PodTemplate {
    /// `metadata.labels`, or the deepest part of the path to it that exists.
    pub labels_key: Span,
    /// `metadata.labels`
    pub labels: Labels,
    /// `spec.containers`, then `spec.initContainers`, each in their order.
    pub containers: Vec<Container>,
    /// Whether something puts containers into the pod that the text does not show.
    pub injected: bool,
    /// Whether it is the proxy of a gateway, which opens the ports that it is told of when it runs.
    pub is_gateway_proxy: bool,
    /// `spec.readinessGates[].conditionType`
    pub readiness_gates: Vec<Spanned<String>>,
    /// `spec.hostNetwork: true`, if it says so: its pods are in the network of their node.
    pub host_network: Option<Span>,
    /// `spec.terminationGracePeriodSeconds`
    pub grace_period: Option<Spanned<i64>>,
    /// `spec.volumes[].persistentVolumeClaim`, the first one.
    pub claim: Option<Span>,
    /// `spec.affinity` or `spec.topologySpreadConstraints`, which say where its pods go.
    pub placement: Option<Span>,
    /// Whether `status.phase` of a Pod says that it has ended, as in a dump of a cluster: it gets
    /// no traffic (`EndpointSlice` controller, `utils.go:ShouldPodBeInEndpoints`).
    pub has_ended: bool,
    /// Whether part of what rules look at could not be read.
    pub unreadable: bool,
    /// The numbers in `args`, `command` and `env` of its containers: ports that something probably
    /// listens on.
    pub mentioned: Vec<u16>,
    /// `metadata.annotations[prometheus.io/port]`, where `prometheus.io/scrape` says `true`: where
    /// Prometheus asks its pods for metrics.
    pub scraped: Option<Spanned<String>>,
    /// The `ConfigMap`s that its containers read: `envFrom`, `env`, `volumes`.
    pub configs: Vec<ConfigSource>,
    /// `spec.dnsPolicy`, `dnsConfig`, `hostname` and `hostAliases`, if one of them is set: how it
    /// looks names up.
    pub resolver: Option<Box<Resolver>>,
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
            is_gateway_proxy: is_gateway_proxy(metadata, &items),
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
            has_ended: has_ended(template),
            unreadable: items.iter().copied().any(is_unreadable),
            mentioned: mentioned(&items),
            scraped: metadata.and_then(scraped),
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

fn has_ended(pod: Cursor<'_>) -> bool {
    let phase = pod.path(["status", "phase"]);
    phase.is_some_and(|phase| matches!(phase.text(), "Succeeded" | "Failed"))
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

/// Labels that controllers of the Gateway API put on the proxies that they make.
const GATEWAY_LABELS: &[&str] = &[
    "gateway.networking.k8s.io/gateway-name",
    "gateway.istio.io/managed",
    "gateway.envoyproxy.io/owning-gateway-name",
];

/// Istio's own proxies run `pilot-agent proxy router`, or `waypoint`
/// (istio `pilot/cmd/pilot-agent/app/cmd.go`).
fn is_gateway_proxy(metadata: Option<Cursor<'_>>, containers: &[Cursor<'_>]) -> bool {
    let labels = metadata.and_then(|metadata| metadata.get("labels"));
    let is_labelled = GATEWAY_LABELS
        .iter()
        .any(|key| labels.is_some_and(|labels| labels.get(key).is_some()));
    let runs_proxy = |container: &Cursor<'_>| {
        let args: Vec<&str> = container.list("args").map(Cursor::text).collect();
        matches!(args.as_slice(), ["proxy", "router" | "waypoint", ..])
    };
    is_labelled || containers.iter().any(runs_proxy)
}

/// The port of the annotations by which the usual configuration of Prometheus finds pods
/// (prometheus `documentation/examples/prometheus-kubernetes.yml`).
fn scraped(metadata: Cursor<'_>) -> Option<Spanned<String>> {
    let annotations = metadata.get("annotations")?;
    let is_scraped = annotations
        .get("prometheus.io/scrape")
        .is_some_and(|scrape| scrape.text() == "true");
    let port = annotations.get("prometheus.io/port")?.string()?;
    is_scraped.then_some(port)
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
pub(in crate::kinds) fn numbers_in(text: &str) -> impl Iterator<Item = u16> + '_ {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
}
