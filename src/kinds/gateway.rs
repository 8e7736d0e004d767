//! Gateways, what attaches to them, and who may send across namespaces
//! (gateway-api `apis/v1/gateway_types.go`, `listenerset_types.go`, `shared_types.go`,
//! `referencegrant_types.go`).

use super::parts::collect::collect;
use super::parts::port::PortRef;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// The group of the Gateway API.
pub const GROUP: &str = "gateway.networking.k8s.io";

/// A Gateway or a `ListenerSet`.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The key `listeners`, or the deepest part of the path to it that exists.
    pub key: Span,
    /// `spec.listeners`; none if not all of them can be known.
    pub listeners: Option<Vec<Listener>>,
}

/// A listener of a Gateway.
#[derive(Clone, Debug)]
pub struct Listener {
    /// `name`
    pub name: Spanned<String>,
    /// `port`
    pub port: Spanned<i64>,
}

impl Gateway {
    /// Reads a Gateway or a `ListenerSet`.
    pub fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let listeners = spec.and_then(|spec| spec.field("listeners"));
        let all = listeners.filter(|listeners| listeners.is_list());
        Self {
            key: listeners.or(spec).unwrap_or(object).key_span(),
            listeners: all.and_then(|all| all.items().map(Listener::read).collect()),
        }
    }
}

impl Listener {
    fn read(item: Cursor<'_>) -> Option<Self> {
        let name = item.get("name")?.string()?;
        let port = item.get("port")?.integer()?;
        // A `ListenerSet` may leave the port to its controller.
        (!is_placeholder(&name.value) && port.value != 0).then_some(Self { name, port })
    }
}

/// What a route attaches to.
#[derive(Clone, Debug)]
pub struct ParentRef {
    /// `group`, that of the Gateway API if it is absent.
    pub group: String,
    /// `kind`, a Gateway if it is absent.
    pub kind: String,
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
    /// The parents of a route.
    pub fn read_all(route: Cursor<'_>) -> Vec<Self> {
        let parents = route.get("spec").and_then(|spec| spec.get("parentRefs"));
        let parents = parents.into_iter().flat_map(Cursor::items);
        collect(parents.filter_map(Self::read))
    }

    fn read(parent: Cursor<'_>) -> Option<Self> {
        let text = |name: &str| parent.get(name).and_then(Cursor::string);
        let or = |name: &str, default: &str| {
            text(name).map_or_else(|| default.to_owned(), |text| text.value)
        };
        let is_set = |text: &Spanned<String>| !text.value.is_empty();
        Some(Self {
            group: or("group", GROUP),
            kind: or("kind", "Gateway"),
            name: text("name").filter(is_set)?,
            namespace: text("namespace").filter(is_set),
            section: text("sectionName").filter(is_set),
            port: parent.get("port").and_then(PortRef::read),
        })
    }
}

/// Whom a namespace lets refer to what.
#[derive(Clone, Debug)]
pub struct ReferenceGrant {
    /// `spec.from`
    pub from: Vec<GrantFrom>,
    /// `spec.to`
    pub to: Vec<GrantTo>,
    /// Whether part of it cannot be known.
    pub is_unclear: bool,
}

/// Objects that a grant lets refer.
#[derive(Clone, Debug)]
pub struct GrantFrom {
    /// `group`
    pub group: String,
    /// `kind`
    pub kind: Spanned<String>,
    /// `namespace`
    pub namespace: Spanned<String>,
}

/// Objects that a grant lets others refer to.
#[derive(Clone, Debug)]
pub struct GrantTo {
    /// `group`
    pub group: String,
    /// `kind`
    pub kind: Spanned<String>,
    /// `name`; all of the kind if it is absent.
    pub name: Option<Spanned<String>>,
}

impl ReferenceGrant {
    /// Reads a grant.
    pub fn read(object: Cursor<'_>) -> Self {
        let list = |name: &str| {
            let list = object.get("spec").and_then(|spec| spec.get(name));
            list.into_iter().flat_map(Cursor::items)
        };
        let from: Vec<Option<GrantFrom>> = list("from").map(GrantFrom::read).collect();
        let to: Vec<Option<GrantTo>> = list("to").map(GrantTo::read).collect();
        let is_whole = !from.is_empty()
            && !to.is_empty()
            && from.iter().all(Option::is_some)
            && to.iter().all(Option::is_some);
        Self {
            from: collect(from.into_iter().flatten()),
            to: collect(to.into_iter().flatten()),
            is_unclear: !is_whole,
        }
    }
}

/// A text that can be compared.
fn known(item: Cursor<'_>, name: &str) -> Option<Spanned<String>> {
    let text = item.get(name)?.string()?;
    (!is_placeholder(&text.value)).then_some(text)
}

fn group(item: Cursor<'_>) -> Option<String> {
    match item.field("group") {
        Some(_) => Some(known(item, "group")?.value),
        None => Some(String::new()),
    }
}

impl GrantFrom {
    fn read(item: Cursor<'_>) -> Option<Self> {
        Some(Self {
            group: group(item)?,
            kind: known(item, "kind")?,
            namespace: known(item, "namespace")?,
        })
    }
}

impl GrantTo {
    fn read(item: Cursor<'_>) -> Option<Self> {
        let name = match item.get("name") {
            Some(_) => Some(known(item, "name")?),
            None => None,
        };
        Some(Self {
            group: group(item)?,
            kind: known(item, "kind")?,
            name: name.filter(|name| !name.value.is_empty()),
        })
    }
}
