//! `Endpoints` and `EndpointSlice`: addresses that are written by hand, or dumped from a cluster.

use super::kind::Kind;
use super::parts::collect::collect;
use super::parts::port::Protocol;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// The label by which a slice belongs to a Service (API `discovery/v1`, `LabelServiceName`).
pub const SERVICE_LABEL: &str = "kubernetes.io/service-name";

/// The label by which a slice belongs to a Service of several clusters (Multi-Cluster Services API).
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
    /// Reads an `EndpointSlice` or `Endpoints`.
    pub fn read(kind: Kind, object: Cursor<'_>) -> Self {
        let metadata = object.get("metadata");
        let labels = metadata.and_then(|metadata| metadata.field("labels"));
        let label = |name: &str| labels.and_then(|labels| labels.field(name));
        let is_slice = kind == Kind::EndpointSlice;
        let service = if is_slice {
            label(SERVICE_LABEL)
        } else {
            metadata.and_then(|metadata| metadata.get("name"))
        };
        let subsets = || object.get("subsets").into_iter().flat_map(Cursor::items);
        let ports: Vec<Cursor<'_>> = if is_slice {
            object
                .get("ports")
                .into_iter()
                .flat_map(Cursor::items)
                .collect()
        } else {
            let lists = subsets().filter_map(|subset| subset.get("ports"));
            lists.flat_map(Cursor::items).collect()
        };
        let addresses: Vec<Cursor<'_>> = if is_slice {
            object
                .get("endpoints")
                .into_iter()
                .flat_map(Cursor::items)
                .collect()
        } else {
            let lists = subsets().flat_map(|subset| {
                ["addresses", "notReadyAddresses"]
                    .into_iter()
                    .filter_map(move |name| subset.get(name))
            });
            lists.flat_map(Cursor::items).collect()
        };
        let is_managed =
            label(MANAGED_BY).is_some_and(|by| by.text().ends_with("-controller.k8s.io"));
        let writer = if is_managed || addresses.iter().any(|address| is_pod(*address)) {
            Writer::Controller
        } else if label(EXPORTED_SERVICE_LABEL).is_some() {
            Writer::OtherCluster
        } else {
            Writer::User
        };
        Self {
            unreadable: service.is_some_and(|name| name.is_masked() || is_placeholder(name.text()))
                || labels.is_some_and(|labels| labels.is_masked() || is_placeholder(labels.text())),
            service: service
                .and_then(Cursor::string)
                .filter(|name| !name.value.is_empty()),
            labels_key: labels.or(metadata).unwrap_or(object).key_span(),
            writer,
            fqdn: object
                .get("addressType")
                .filter(|kind| is_slice && kind.text() == "FQDN")
                .map(Cursor::span),
            has_addresses: !addresses.is_empty(),
            ports: collect(ports.into_iter().map(EndpointPort::read)),
            ports_key: object.field("ports").unwrap_or(object).key_span(),
        }
    }
}

/// Whether an address says which pod it is, as only controllers write it.
fn is_pod(address: Cursor<'_>) -> bool {
    let kind = address
        .get("targetRef")
        .and_then(|target| target.get("kind"));
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
