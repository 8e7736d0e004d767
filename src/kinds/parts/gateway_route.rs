//! Routes of the Gateway API, of all its protocols
//! (gateway-api `apis/v1/httproute_types.go`, `grpcroute_types.go`, `shared_types.go`).

use super::collect::collect;
use super::gateway_api::{GROUP, VERSIONS};
use super::known_fields::{KnownFields, OBJECT};
use super::port::PortRef;
use super::requests::Requests;
use super::service_ref::{Role, ServiceRef};
use crate::kinds::row::Row;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// A route, apart from its backends.
#[derive(Clone, Debug)]
pub struct GatewayRoute {
    /// `spec.parentRefs`
    pub parents: Vec<ParentRef>,
    /// `spec.hostnames`, which routes of TCP and UDP do not have.
    pub hostnames: Vec<Spanned<String>>,
    /// The requests that its rules are about, if it is an `HTTPRoute`.
    pub requests: Vec<Requests>,
    /// The `InferencePool` objects that its rules send to, instead of Services.
    pub pools: Vec<PoolRef>,
}

/// What is known of a kind of route.
pub(in crate::kinds) const fn row(kind: &'static str) -> Row {
    Row {
        references: backends,
        known: KNOWN,
        ..Row::new(kind, VERSIONS)
    }
}

/// The fields of all kinds of routes together, in all versions.
const KNOWN: &[KnownFields] = &[
    OBJECT,
    ("spec", "parentRefs hostnames rules useDefaultGateways"),
    ("spec.parentRefs[]", PARENT_REF),
    (
        "spec.rules[]",
        "name matches filters backendRefs timeouts retry sessionPersistence",
    ),
    ("spec.rules[].backendRefs[]", BACKEND_REF),
    ("spec.rules[].backendRefs[].filters[]", FILTER),
    ("spec.rules[].filters[]", FILTER),
    (
        "spec.rules[].filters[].requestMirror",
        "backendRef percent fraction",
    ),
    (
        "spec.rules[].filters[].requestMirror.backendRef",
        BACKEND_REF,
    ),
];

/// A `ParentReference`.
pub(in crate::kinds) const PARENT_REF: &str = "group kind namespace name sectionName port";

const BACKEND_REF: &str = "group kind name namespace port weight filters";

const FILTER: &str = "type requestHeaderModifier responseHeaderModifier requestMirror \
    requestRedirect urlRewrite cors externalAuth extensionRef";

pub(in crate::kinds) fn read(object: Cursor<'_>) -> GatewayRoute {
    GatewayRoute {
        parents: ParentRef::read_all(object),
        hostnames: collect(hostnames(object)),
        requests: Vec::new(),
        pools: collect(backend_refs(object).filter_map(PoolRef::read)),
    }
}

fn hostnames(object: Cursor<'_>) -> impl Iterator<Item = Spanned<String>> {
    let spec = object.get("spec").into_iter();
    let hostnames = spec.flat_map(|spec| spec.list("hostnames"));
    hostnames.filter_map(Cursor::string)
}

/// An `InferencePool` that a route sends to.
#[derive(Clone, Debug)]
pub struct PoolRef {
    /// `group`
    pub group: Spanned<String>,
    /// `name`
    pub name: Spanned<String>,
    /// `namespace`, if it is not that of the route.
    pub namespace: Option<Spanned<String>>,
}

/// The kind of what [`PoolRef`] refers to.
pub const POOL: &str = "InferencePool";

impl PoolRef {
    fn read(backend: Cursor<'_>) -> Option<Self> {
        let is_set = |text: &Spanned<String>| !text.value.is_empty();
        let known = |name: &str| backend.get(name).and_then(Cursor::string).filter(is_set);
        let is_pool = text(backend, "kind") == Some(POOL);
        is_pool.then_some(Self {
            group: known("group")?,
            name: known("name")?,
            namespace: known("namespace"),
        })
    }
}

/// What a route attaches to.
#[derive(Clone, Debug)]
pub struct ParentRef {
    /// `group`, that of the Gateway API if it is absent.
    pub group: String,
    /// `kind`, a Gateway if it is absent.
    pub kind: String,
    /// The place of `group`, or else of `kind`, or of `name`.
    pub group_place: Span,
    /// The place of `kind`, or else of `name`.
    pub kind_place: Span,
    /// `name`
    pub name: Spanned<String>,
    /// `namespace`, if it is not that of the route.
    pub namespace: Option<Spanned<String>>,
    /// `sectionName`: of a Gateway a listener, of a Service a port.
    pub section: Option<Spanned<String>>,
    /// `port`
    pub port: Option<Spanned<PortRef>>,
}

impl ParentRef {
    fn read_all(route: Cursor<'_>) -> Vec<Self> {
        let parents = route.path(["spec", "parentRefs"]);
        let parents = parents.into_iter().flat_map(Cursor::items);
        collect(parents.filter_map(Self::read))
    }

    pub(in crate::kinds) fn read(parent: Cursor<'_>) -> Option<Self> {
        let text = |name: &str| parent.get(name).and_then(Cursor::string);
        let or = |name: &str, default: &str| {
            text(name).map_or_else(|| default.to_owned(), |text| text.value)
        };
        let is_set = |text: &Spanned<String>| !text.value.is_empty();
        let name = text("name").filter(is_set)?;
        let kind_place = text("kind").map_or(name.span, |kind| kind.span);
        Some(Self {
            group_place: text("group").map_or(kind_place, |group| group.span),
            kind_place,
            group: or("group", GROUP),
            kind: or("kind", "Gateway"),
            name,
            namespace: text("namespace").filter(is_set),
            section: text("sectionName").filter(is_set),
            port: parent.get("port").and_then(PortRef::read),
        })
    }
}

/// The Services that a route attaches to, and those that its rules and their filters send to.
fn backends(object: Cursor<'_>) -> Vec<ServiceRef> {
    let spec = object.get("spec");
    let parents = spec.into_iter().flat_map(|spec| spec.list("parentRefs"));
    let of_rules = rules(object).flat_map(|rule| {
        let backends = rule.list("backendRefs");
        let of_backends = backends.flat_map(|backend| {
            let own = service(Role::RouteBackend, backend);
            own.into_iter().chain(filters(backend))
        });
        of_backends.chain(filters(rule))
    });
    collect(parents.filter_map(parent).chain(of_rules))
}

fn rules(object: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let spec = object.get("spec").into_iter();
    spec.flat_map(|spec| spec.list("rules"))
}

/// What the rules of a route send to, of whatever kind.
fn backend_refs(object: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    rules(object).flat_map(|rule| rule.list("backendRefs"))
}

/// A Service whose traffic in a mesh a route decides over, and the port that it is about, by its
/// number or as a section. The group is that of the Gateway API where none is written.
fn parent(reference: Cursor<'_>) -> Option<ServiceRef> {
    let is_service =
        text(reference, "group") == Some("") && text(reference, "kind") == Some("Service");
    let own = ServiceRef::read(Role::Parent, reference).filter(|_| is_service)?;
    let section = || reference.get("sectionName").and_then(PortRef::read);
    Some(ServiceRef {
        port: own.port.clone().or_else(section),
        ..own
    })
}

/// The Services that the filters of a rule, or of one of its backends, send to.
fn filters(holder: Cursor<'_>) -> impl Iterator<Item = ServiceRef> {
    holder.list("filters").filter_map(|filter| {
        let (role, filter) = match filter.get("type")?.text() {
            "RequestMirror" => (Role::Mirror, filter.get("requestMirror")?),
            "ExternalAuth" => (Role::Authorizer, filter.get("externalAuth")?),
            _ => return None,
        };
        service(role, filter.get("backendRef")?)
    })
}

/// A reference whose group and kind, by default, are those of a Service.
fn service(role: Role, reference: Cursor<'_>) -> Option<ServiceRef> {
    let is_service = matches!(text(reference, "group"), None | Some(""))
        && matches!(text(reference, "kind"), None | Some("Service"));
    is_service.then(|| ServiceRef::read(role, reference))?
}

fn text<'r>(reference: Cursor<'r>, name: &str) -> Option<&'r str> {
    reference.get(name).map(Cursor::text)
}
