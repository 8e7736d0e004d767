//! The Gateway API's `Gateway`, and what else has listeners (gateway-api
//! `apis/v1/gateway_types.go`, `listenerset_types.go`).

use super::parts::allowed_namespaces::AllowedNamespaces;
use super::parts::certificate_ref::{CertificateRef, CertificateUse};
use super::parts::collect::collect;
use super::parts::gateway_api::VERSIONS;
use super::parts::gateway_route::{PARENT_REF, ParentRef};
use super::parts::known_fields::{KnownFields, LABEL_SELECTOR, OBJECT};
use super::parts::listener::Listener;
use super::row::Row;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    known: KNOWN,
    ..Row::new("Gateway", VERSIONS)
};

/// The fields of a `Gateway` and of a `ListenerSet` (gateway-api `apis/v1/gateway_types.go`,
/// `listenerset_types.go`).
pub(super) const KNOWN: &[KnownFields] = &[
    OBJECT,
    (
        "spec",
        "gatewayClassName listeners addresses infrastructure allowedListeners tls backendTLS \
         defaultScope parentRef",
    ),
    ("spec.parentRef", PARENT_REF),
    (
        "spec.listeners[]",
        "name hostname port protocol tls allowedRoutes",
    ),
    (
        "spec.listeners[].tls",
        "mode certificateRefs options frontendValidation",
    ),
    (
        "spec.listeners[].tls.certificateRefs[]",
        "group kind name namespace",
    ),
    ("spec.listeners[].allowedRoutes", "namespaces kinds"),
    ("spec.listeners[].allowedRoutes.namespaces", "from selector"),
    (
        "spec.listeners[].allowedRoutes.namespaces.selector",
        LABEL_SELECTOR,
    ),
    ("spec.listeners[].allowedRoutes.kinds[]", "group kind"),
    ("spec.allowedListeners", "namespaces"),
    ("spec.allowedListeners.namespaces", "from selector"),
];

pub(super) fn read(object: Cursor<'_>) -> Gateway {
    let spec = object.get("spec");
    let field = |name: &str| spec.and_then(|spec| spec.field(name));
    let listeners = field("listeners");
    let all = listeners.filter(|listeners| listeners.is_list());
    let class = field("gatewayClassName").and_then(Cursor::string);
    Gateway {
        key: listeners.or(spec).unwrap_or(object).key_span(),
        listeners: all.map(|all| collect(all.items().map(Listener::read))),
        class: class.map(|class| class.value),
        parent: field("parentRef").and_then(ParentRef::read),
        allowed_listeners: AllowedNamespaces::read(
            field("allowedListeners"),
            spec.unwrap_or(object).key_span(),
        ),
        certificates: collect(certificates(object)),
        is_issued_for: is_issued_for(object),
    }
}

/// A Gateway or a `ListenerSet`.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The key `listeners`, or the deepest part of the path to it that exists.
    pub key: Span,
    /// `spec.listeners`; none if it is no list.
    pub listeners: Option<Vec<Listener>>,
    /// `spec.gatewayClassName`, which a `ListenerSet` does not have.
    pub class: Option<String>,
    /// `spec.parentRef` of a `ListenerSet`: the Gateway that it adds listeners to.
    pub parent: Option<ParentRef>,
    /// `spec.allowedListeners` of a Gateway: whose `ListenerSet`s it takes.
    pub allowed_listeners: AllowedNamespaces,
    /// The certificates that it refers to.
    pub certificates: Vec<CertificateRef>,
    /// Whether cert-manager makes the Secrets that its listeners refer to
    /// (<https://cert-manager.io/docs/usage/gateway>).
    pub is_issued_for: bool,
}

fn certificates(object: Cursor<'_>) -> impl Iterator<Item = CertificateRef> {
    let spec = object.get("spec").into_iter();
    let listeners = spec.clone().flat_map(|spec| spec.list("listeners"));
    let servers = listeners.filter_map(|listener| listener.get("tls"));
    let servers = servers.flat_map(|tls| tls.list("certificateRefs"));
    let servers = servers.filter_map(|own| CertificateRef::read(CertificateUse::Server, own));
    let client = object.path(["spec", "tls", "backend", "clientCertificateRef"]);
    let client = client.and_then(|own| CertificateRef::read(CertificateUse::Client, own));
    servers.chain(client).chain(authorities(object))
}

/// `spec.tls.frontend.default` and `perPort[].tls`: which clients are trusted.
fn authorities(object: Cursor<'_>) -> impl Iterator<Item = CertificateRef> {
    let frontend = object.path(["spec", "tls", "frontend"]).into_iter();
    let default = frontend.clone().filter_map(|own| own.get("default"));
    let per_port = frontend.flat_map(|own| own.list("perPort"));
    let all = default.chain(per_port.filter_map(|port| port.get("tls")));
    let all = all.filter_map(|tls| tls.get("validation"));
    let all = all.flat_map(|validation| validation.list("caCertificateRefs"));
    all.filter_map(|own| CertificateRef::read(CertificateUse::Authority, own))
}

/// `cert-manager.io/issuer`, `cert-manager.io/cluster-issuer`
fn is_issued_for(object: Cursor<'_>) -> bool {
    let annotations = object.path(["metadata", "annotations"]);
    ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer"]
        .iter()
        .any(|key| annotations.is_some_and(|all| all.get(key).is_some()))
}
