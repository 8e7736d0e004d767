//! `Service`.

use super::parts::collect::collect;
use super::parts::labels::Labels;
use super::parts::port::{PortRef, Protocol};
use super::row::{Row, Version};
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::core::v1;

pub(super) static ROW: Row = Row {
    has_flat_selector: true,
    ..Row::typed::<v1::Service>(&[Version::since("v1", 0)])
};

pub(super) fn read(object: Cursor<'_>) -> Service {
    let metadata = object.get("metadata");
    let spec = object.get("spec");
    let written = spec.and_then(|spec| spec.field("selector"));
    let field = |name: &str| spec.and_then(|spec| spec.get(name));
    let ports = spec.into_iter().flat_map(|spec| spec.list("ports"));
    Service {
        service_type: field("type").map_or(ServiceType::ClusterIP, service_type),
        labels: Labels::read(metadata.and_then(|metadata| metadata.field("labels"))),
        selector: field("selector").and_then(selector),
        ports: collect(ports.map(service_port)),
        ports_unreadable: spec
            .and_then(|spec| spec.field("ports"))
            .is_some_and(|ports| ports.is_masked() || !ports.is_list() && !ports.is_null()),
        unknown_address: field("clusterIP")
            .filter(|address| address.is_masked() || is_placeholder(address.text()))
            .map(Cursor::span),
        headless: field("clusterIP")
            .filter(|ip| ip.text() == "None")
            .map(Cursor::span),
        selector_key: written.or(spec).unwrap_or(object).key_span(),
        empty_selector: written
            .filter(|written| written.is_map() && written.entries().is_empty())
            .map(Cursor::key_span),
        selector_unreadable: written
            .is_some_and(|written| written.is_masked() || !written.is_map() && !written.is_null()),
        cluster_ips: cluster_ips(field("clusterIP"), field("clusterIPs")),
        publishes_not_ready: field("publishNotReadyAddresses")
            .and_then(Cursor::boolean)
            .filter(|publishes| publishes.value)
            .map(|publishes| publishes.span),
        is_dumped: metadata.is_some_and(|metadata| metadata.get("uid").is_some()),
        settings: collect(
            SETTINGS
                .iter()
                .filter_map(|name| setting(name, field(name)?)),
        ),
    }
}

/// `spec.type`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum ServiceType {
    ClusterIP,
    NodePort,
    LoadBalancer,
    ExternalName,
    /// A value that the API server does not know, or a placeholder.
    Unknown,
}

/// A core/v1 Service.
#[derive(Clone, Debug)]
pub struct Service {
    /// `spec.type`; `ClusterIP` when it is absent.
    pub service_type: ServiceType,
    /// `metadata.labels`, by which monitors select Services.
    pub labels: Labels,
    /// `spec.selector`; none when it is absent, null or `{}`, which mean the same.
    pub selector: Option<Selector>,
    /// `spec.ports`
    pub ports: Vec<ServicePort>,
    /// Whether `spec.ports` stands there, but cannot be read or is filled in later.
    pub ports_unreadable: bool,
    /// `spec.clusterIP: None`, if it says so.
    pub headless: Option<Span>,
    /// `spec.clusterIP`, if it is filled in later.
    pub unknown_address: Option<Span>,
    /// The key `selector`, or the deepest part of the path to it that exists.
    pub selector_key: Span,
    /// The key `selector`, if it is written as `{}`.
    pub empty_selector: Option<Span>,
    /// Whether `spec.selector` stands there, but cannot be read or is filled in later.
    pub selector_unreadable: bool,
    /// The addresses in `spec.clusterIP` and `spec.clusterIPs`, as they are written.
    pub cluster_ips: Vec<Spanned<String>>,
    /// `spec.publishNotReadyAddresses: true`, if it says so.
    pub publishes_not_ready: Option<Span>,
    /// Whether it has a `metadata.uid`, as what was read back from a cluster: its addresses are the
    /// server's choice.
    pub is_dumped: bool,
    /// Those of `SETTINGS` that are set.
    pub settings: Vec<Setting>,
}

/// Fields of `spec` that few Services set and some rule looks at.
const SETTINGS: &[&str] = &[
    "type",
    "externalName",
    "externalIPs",
    "loadBalancerIP",
    "loadBalancerSourceRanges",
    "sessionAffinity",
    "sessionAffinityConfig",
    "internalTrafficPolicy",
    "externalTrafficPolicy",
    "healthCheckNodePort",
    "trafficDistribution",
];

/// A field of `spec` that is set to something.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its key.
    pub key: Span,
    /// Its value; of a mapping or a list no text, and the key's place.
    pub value: Spanned<String>,
}

/// The selector of a Service.
#[derive(Clone, Debug)]
pub struct Selector {
    /// The key `selector`.
    pub key: Span,
    /// The pairs, all of which a pod must have.
    pub labels: Labels,
    /// Whether some value is a mapping or a list, which the API server refuses.
    pub is_nested: bool,
    /// Where `*name` stands, if the selector is written somewhere else.
    pub alias: Option<Span>,
}

/// A port of a Service.
#[derive(Clone, Debug)]
pub struct ServicePort {
    /// The item's first key, which stands for the item.
    pub span: Span,
    /// `name`
    pub name: Option<Spanned<String>>,
    /// Whether it has a name that nobody knows.
    pub is_name_unknown: bool,
    /// `port`
    pub port: Option<Spanned<i64>>,
    /// `targetPort`; none when it is absent, `""` or 0, which all mean `port`
    /// (K `pkg/apis/core/v1/defaults.go:SetDefaults_Service`).
    pub target_port: Option<Spanned<PortRef>>,
    /// `protocol`
    pub protocol: Protocol,
    /// The value of `protocol`, if it is written down.
    pub protocol_span: Option<Span>,
    /// `nodePort`
    pub node_port: Option<Spanned<i64>>,
    /// `appProtocol`
    pub app_protocol: Option<String>,
    /// Whether part of it could not be read.
    pub unreadable: bool,
}

impl ServicePort {
    /// Where its traffic is sent: `targetPort`, or `port`. None if neither can be read.
    pub fn target(&self) -> Option<Spanned<PortRef>> {
        if let Some(target) = &self.target_port {
            return Some(target.clone());
        }
        let port = self.port.as_ref()?;
        Some(Spanned::new(PortRef::Number(port.value), port.span))
    }

    /// `port`; 0 if it cannot be read.
    pub fn number(&self) -> i64 {
        self.port.as_ref().map_or(0, |port| port.value)
    }

    /// `port` in messages.
    pub fn shown(&self) -> String {
        let port = self.port.as_ref();
        port.map_or_else(|| "?".to_owned(), |port| port.value.to_string())
    }

    /// Where `port` stands, or else the item.
    pub fn place(&self) -> Span {
        self.port.as_ref().map_or(self.span, |port| port.span)
    }

    /// Where `name` stands, or else `port` or the item.
    pub fn name_place(&self) -> Span {
        let name = self.name.as_ref();
        name.map_or_else(|| self.place(), |name| name.span)
    }

    /// Whether a reference by name or number means it.
    pub fn is(&self, wanted: &PortRef) -> bool {
        match wanted {
            PortRef::Number(number) => self.port.as_ref().is_some_and(|own| own.value == *number),
            PortRef::Name(name) => {
                self.is_name_unknown || self.name.as_ref().is_some_and(|own| own.value == *name)
            }
            PortRef::Unknown => false,
        }
    }

    /// How people refer to it: its name, or its number.
    pub fn display(&self) -> String {
        match (&self.name, &self.port) {
            (Some(name), _) => name.value.clone(),
            (None, Some(port)) => port.value.to_string(),
            (None, None) => "?".to_owned(),
        }
    }
}

impl Service {
    /// A field of `SETTINGS`, if it is set.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// Whether it is headless, or nobody can know.
    pub fn may_be_headless(&self) -> bool {
        self.headless.is_some() || self.unknown_address.is_some()
    }
}

fn setting(name: &'static str, value: Cursor<'_>) -> Option<Setting> {
    let is_collection = value.is_map() || value.is_list();
    let is_empty = value.items().next().is_none() && value.entries().is_empty();
    let span = if is_collection {
        value.key_span()
    } else {
        value.span()
    };
    let is_set = !is_empty || !value.text().is_empty();
    is_set.then(|| Setting {
        name,
        key: value.key_span(),
        value: Spanned::new(value.text().to_owned(), span),
    })
}

/// `clusterIP` is the first of `clusterIPs`, and mostly written without them.
fn cluster_ips(one: Option<Cursor<'_>>, all: Option<Cursor<'_>>) -> Vec<Spanned<String>> {
    let all = all.into_iter().flat_map(Cursor::items);
    let mut addresses: Vec<Spanned<String>> = Vec::new();
    for address in one.into_iter().chain(all).filter_map(Cursor::string) {
        let is_address = !matches!(address.value.as_str(), "" | "None");
        let is_known = addresses.iter().any(|own| own.value == address.value);
        if is_address && !is_known && !is_placeholder(&address.value) {
            addresses.push(address);
        }
    }
    addresses
}

fn service_type(value: Cursor<'_>) -> ServiceType {
    match value.text() {
        "" | "ClusterIP" => ServiceType::ClusterIP,
        "NodePort" => ServiceType::NodePort,
        "LoadBalancer" => ServiceType::LoadBalancer,
        "ExternalName" => ServiceType::ExternalName,
        _ => ServiceType::Unknown,
    }
}

fn selector(value: Cursor<'_>) -> Option<Selector> {
    let entries = value.entries();
    let nested = entries
        .iter()
        .filter(|(_, value)| value.is_map() || value.is_list());
    let nested: Vec<Span> = nested.map(|(key, _)| key.span).collect();
    let mut labels = Labels::read(Some(value));
    labels.pairs.retain(|pair| !nested.contains(&pair.key.span));
    (!labels.is_empty() || !nested.is_empty()).then(|| Selector {
        key: value.key_span(),
        labels,
        is_nested: !nested.is_empty(),
        alias: value.alias_span(),
    })
}

fn service_port(item: Cursor<'_>) -> ServicePort {
    let field = |name: &str| item.field(name).filter(|value| value.text() != "");
    let target_port = field("targetPort").and_then(PortRef::read);
    let protocol = item.get("protocol").filter(|value| value.text() != "");
    let masked = |name: &str| item.field(name).is_some_and(Cursor::is_masked);
    ServicePort {
        span: item.key_span(),
        name: item
            .get("name")
            .and_then(Cursor::string)
            .filter(|name| !name.value.is_empty()),
        is_name_unknown: false,
        port: item.get("port").and_then(Cursor::integer),
        target_port: target_port.filter(|target| target.value != PortRef::Number(0)),
        protocol: protocol.map_or(Protocol::Tcp, Protocol::read),
        protocol_span: protocol.map(Cursor::span),
        node_port: item.get("nodePort").and_then(Cursor::integer),
        app_protocol: field("appProtocol").map(|value| value.text().to_owned()),
        unreadable: ["name", "port", "targetPort", "protocol"]
            .iter()
            .any(|name| {
                masked(name)
                    || item
                        .field(name)
                        .is_some_and(|value| is_placeholder(value.text()))
            }),
    }
}
