//! `Endpoints`, and what an `EndpointSlice` has in the same way: addresses and ports that are
//! written by hand, or dumped from a cluster.

use super::parts::collect::collect;
use super::parts::port::Protocol;
use super::row::{Row, Version};
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::core::v1;

pub(super) static ROW: Row = Row::typed::<v1::Endpoints>(&[Version::since("v1", 0)]);

pub(super) fn read(object: Cursor<'_>) -> Endpoints {
    let name = object.path(["metadata", "name"]);
    let ports = object
        .list("subsets")
        .flat_map(|subset| subset.list("ports"));
    let addresses = object.list("subsets").flat_map(|subset| {
        let lists = ["addresses", "notReadyAddresses"].into_iter();
        lists.flat_map(move |name| subset.list(name))
    });
    let ports: Vec<Cursor<'_>> = ports.collect();
    let addresses: Vec<Cursor<'_>> = addresses.collect();
    Endpoints::new(object, name, &ports, &addresses)
}

/// The label by which a slice belongs to a Service of several clusters (Multi-Cluster Services
/// API).
const EXPORTED_SERVICE_LABEL: &str = "multicluster.kubernetes.io/service-name";

/// The label that names what writes a slice (API `discovery/v1`, `LabelManagedBy`).
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";

/// What writes endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Somebody, by hand.
    User,
    /// A controller of the cluster: it is a dump.
    Controller,
    /// What exports Services from one cluster to another.
    OtherCluster,
}

/// Addresses and ports behind a Service.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The Service: by the label of a slice, by the name of `Endpoints`.
    pub service: Option<Spanned<String>>,
    /// `metadata.labels`, or the deepest part of the path to it that exists.
    pub labels_key: Span,
    /// Whether which Service it is cannot be read.
    pub unreadable: bool,
    /// What writes it.
    pub writer: Writer,
    /// Whether there is any address.
    pub has_addresses: bool,
    /// Where a slice says that its addresses are names (`addressType: FQDN`), if it does.
    pub fqdn: Option<Span>,
    /// `ports` of a slice, or of all subsets.
    pub ports: Vec<EndpointPort>,
    /// The key `ports`, or what stands for the object.
    pub ports_key: Span,
}

/// A port of endpoints.
#[derive(Clone, Debug)]
pub struct EndpointPort {
    /// Its name; empty if there is none.
    pub name: String,
    /// The name, or else the item's first key.
    pub span: Span,
    /// `port`, if it leads anywhere.
    pub number: Option<i64>,
    /// `protocol`
    pub protocol: Protocol,
    /// Whether part of it could not be read.
    pub unreadable: bool,
}

impl Endpoints {
    /// What is read of both kinds alike; `service` is what names the Service.
    pub(super) fn new(
        object: Cursor<'_>,
        service: Option<Cursor<'_>>,
        ports: &[Cursor<'_>],
        addresses: &[Cursor<'_>],
    ) -> Self {
        let metadata = object.get("metadata");
        let labels = metadata.and_then(|metadata| metadata.field("labels"));
        let is_unknown = |value: Cursor<'_>| value.is_masked() || is_placeholder(value.text());
        Self {
            unreadable: service.is_some_and(is_unknown) || labels.is_some_and(is_unknown),
            service: service
                .and_then(Cursor::string)
                .filter(|name| !name.value.is_empty()),
            labels_key: labels.or(metadata).unwrap_or(object).key_span(),
            writer: writer(labels, addresses),
            fqdn: None,
            has_addresses: !addresses.is_empty(),
            ports: collect(ports.iter().map(|port| EndpointPort::read(*port))),
            ports_key: object.field("ports").unwrap_or(object).key_span(),
        }
    }
}

fn writer(labels: Option<Cursor<'_>>, addresses: &[Cursor<'_>]) -> Writer {
    let label = |name: &str| labels.and_then(|labels| labels.field(name));
    let is_managed = label(MANAGED_BY).is_some_and(|by| by.text().ends_with("-controller.k8s.io"));
    if is_managed || addresses.iter().any(|address| is_pod(*address)) {
        Writer::Controller
    } else if label(EXPORTED_SERVICE_LABEL).is_some() {
        Writer::OtherCluster
    } else {
        Writer::User
    }
}

/// Whether an address says which pod it is, as only controllers write it.
fn is_pod(address: Cursor<'_>) -> bool {
    let kind = address.path(["targetRef", "kind"]);
    kind.is_some_and(|kind| kind.text() == "Pod")
}

impl EndpointPort {
    fn read(item: Cursor<'_>) -> Self {
        let name = item.get("name");
        let protocol = item.get("protocol").filter(|value| value.text() != "");
        let unreadable = ["name", "port", "protocol"].iter().any(|field| {
            item.field(field)
                .is_some_and(|value| value.is_masked() || is_placeholder(value.text()))
        });
        Self {
            name: name.map_or(String::new(), |name| name.text().to_owned()),
            span: name.map_or_else(|| item.key_span(), Cursor::span),
            number: item
                .get("port")
                .and_then(Cursor::integer)
                .map(|number| number.value)
                .filter(|number| *number != 0),
            protocol: protocol.map_or(Protocol::Tcp, Protocol::read),
            unreadable,
        }
    }
}
