//! What the Prometheus operator scrapes: `ServiceMonitor`, which selects Services by their own
//! labels, and `PodMonitor`, which selects pods.

use super::collect::collect;
use super::label_selector::LabelSelector;
use super::port::PortRef;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// The fields of an endpoint of either kind.
pub(in crate::kinds) const ENDPOINT: &str = "port portNumber targetPort path scheme params \
    interval scrapeTimeout tlsConfig bearerTokenFile bearerTokenSecret authorization basicAuth \
    oauth2 honorLabels honorTimestamps trackTimestampsStaleness metricRelabelings relabelings \
    proxyUrl noProxy proxyFromEnvironment proxyConnectHeader followRedirects enableHttp2 \
    filterRunning";

/// The fields of the `spec` that both kinds have.
macro_rules! monitor_fields {
    ($own:literal) => {
        concat!(
            "selector selectorMechanism namespaceSelector jobLabel podTargetLabels attachMetadata ",
            "sampleLimit targetLimit labelLimit labelNameLengthLimit labelValueLengthLimit ",
            "keepDroppedTargets bodySizeLimit scrapeClass scrapeProtocols fallbackScrapeProtocol ",
            "scrapeClassicHistograms scrapeNativeHistograms convertClassicHistogramsToNHCB ",
            "nativeHistogramBucketLimit nativeHistogramMinBucketFactor ",
            $own
        )
    };
}

pub(in crate::kinds) use monitor_fields;

/// A monitoring.coreos.com/v1 `ServiceMonitor` or `PodMonitor`.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// `spec.selector`; without one nothing can be said.
    pub selector: Option<LabelSelector>,
    /// `spec.namespaceSelector`
    pub namespaces: Namespaces,
    /// `spec.endpoints`, or `spec.podMetricsEndpoints`.
    pub endpoints: Vec<ScrapeEndpoint>,
}

/// Where a monitor looks for what it selects.
#[derive(Clone, Debug)]
pub enum Namespaces {
    /// In its own namespace.
    Own,
    /// Everywhere.
    Any,
    /// In these.
    Listed(Vec<Spanned<String>>),
    /// Where nobody can know.
    Unknown,
}

/// What is scraped of each Service or pod.
#[derive(Clone, Debug)]
pub struct ScrapeEndpoint {
    /// `port`, a name: of a port of the Service, or of a container.
    pub port: Option<Spanned<String>>,
    /// A port of a container, by its name or number, which counts where `port` is not set:
    /// `targetPort`, or `portNumber` of a `PodMonitor`.
    pub container_port: Option<Spanned<PortRef>>,
}

impl Monitor {
    pub(in crate::kinds) fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let field = |name: &str| spec.and_then(|spec| spec.field(name));
        let lists = ["endpoints", "podMetricsEndpoints"].into_iter();
        let items = lists.filter_map(field).flat_map(Cursor::items);
        Self {
            selector: field("selector").map(LabelSelector::read),
            namespaces: field("namespaceSelector").map_or(Namespaces::Own, Namespaces::read),
            endpoints: collect(items.map(ScrapeEndpoint::read)),
        }
    }
}

impl Namespaces {
    /// Reads `namespaceSelector`.
    pub(in crate::kinds) fn read(selector: Cursor<'_>) -> Self {
        if selector.is_null() && !selector.is_masked() {
            return Self::Own;
        }
        if !selector.is_map() {
            return Self::Unknown;
        }
        match (selector.get("any"), selector.get("matchNames")) {
            (Some(any), _) => match any.boolean().map(|any| any.value) {
                Some(true) => Self::Any,
                Some(false) => Self::listed(selector.get("matchNames")),
                None => Self::Unknown,
            },
            (None, names) => Self::listed(names),
        }
    }

    /// An empty list is none.
    fn listed(names: Option<Cursor<'_>>) -> Self {
        let Some(names) = names else {
            return Self::Own;
        };
        let items: Vec<Cursor<'_>> = names.items().collect();
        let listed = collect(items.iter().filter_map(|name| name.string()));
        if !names.is_list() || listed.len() < items.len() {
            Self::Unknown
        } else if listed.is_empty() {
            Self::Own
        } else {
            Self::Listed(listed)
        }
    }
}

impl ScrapeEndpoint {
    fn read(item: Cursor<'_>) -> Self {
        let port = item.get("port").filter(|port| !port.text().is_empty());
        let number = item.get("portNumber").or_else(|| item.get("targetPort"));
        Self {
            // A number is refused as a name is that no port has: both mean that a name is needed.
            port: port.filter(|port| port.scalar().is_some()).map(|port| {
                let span: Span = port.span();
                Spanned::new(port.text().to_owned(), span)
            }),
            container_port: number.and_then(PortRef::read).filter(|port| {
                port.value != PortRef::Number(0) && port.value != PortRef::Name(String::new())
            }),
        }
    }
}
