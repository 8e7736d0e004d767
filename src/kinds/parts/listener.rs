//! Listeners of a Gateway or a `ListenerSet` (gateway-api `apis/v1/gateway_types.go:Listener`).

use super::allowed_namespaces::AllowedNamespaces;
use super::collect::collect;
use super::gateway_api::GROUP;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// A listener of a Gateway or a `ListenerSet`.
#[derive(Clone, Debug)]
pub struct Listener {
    /// `name`, or else its first key.
    pub place: Span,
    /// `name`, if it can be known.
    pub name: Option<Spanned<String>>,
    /// `port`, if it can be known: a `ListenerSet` may leave it to its controller by `0`.
    pub port: Option<Spanned<i64>>,
    /// `protocol`
    pub protocol: Option<Spanned<String>>,
    /// `hostname`, if it is set.
    pub hostname: Option<Spanned<String>>,
    /// The key `tls`, if anything stands there.
    pub tls: Option<Span>,
    /// `tls.mode`
    pub tls_mode: TlsMode,
    /// `allowedRoutes.namespaces`
    pub namespaces: AllowedNamespaces,
    /// `allowedRoutes.kinds`
    pub kinds: Vec<RouteKind>,
}

/// What a listener does with TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// It ends there. This is the default.
    Terminate,
    /// It goes on to the backend.
    Passthrough,
    /// Nobody can know.
    Unknown,
}

/// An item of `allowedRoutes.kinds`.
#[derive(Clone, Debug)]
pub struct RouteKind {
    /// `group`, that of the Gateway API if it is absent.
    pub group: String,
    /// `kind`
    pub kind: Spanned<String>,
}

impl RouteKind {
    fn read(item: Cursor<'_>) -> Option<Self> {
        let group = item.get("group").and_then(Cursor::string);
        Some(Self {
            group: group.map_or_else(|| GROUP.to_owned(), |group| group.value),
            kind: item.get("kind")?.string()?,
        })
    }

    /// Whether it is written in full, and of the Gateway API.
    pub fn is_known(&self) -> bool {
        self.group == GROUP && !is_placeholder(&self.kind.value)
    }
}

impl Listener {
    pub(in crate::kinds) fn read(item: Cursor<'_>) -> Self {
        let text = |name: &str| item.get(name).and_then(Cursor::string);
        let is_set = |text: &Spanned<String>| !text.value.is_empty();
        let is_known = |text: &Spanned<String>| is_set(text) && !is_placeholder(&text.value);
        let port = item.get("port").and_then(Cursor::integer);
        let routes = item.get("allowedRoutes");
        let kinds = routes.into_iter().flat_map(|routes| routes.list("kinds"));
        Self {
            place: text("name").map_or_else(|| item.key_span(), |name| name.span),
            name: text("name").filter(is_known),
            port: port.filter(|port| port.value != 0),
            protocol: text("protocol").filter(is_set),
            hostname: text("hostname").filter(is_set),
            tls: item.get("tls").map(Cursor::key_span),
            tls_mode: match item.path(["tls", "mode"]).map(Cursor::text) {
                None | Some("" | "Terminate") => TlsMode::Terminate,
                Some("Passthrough") => TlsMode::Passthrough,
                Some(_) => TlsMode::Unknown,
            },
            namespaces: AllowedNamespaces::read(item.field("allowedRoutes"), item.key_span()),
            kinds: collect(kinds.filter_map(RouteKind::read)),
        }
    }

    /// The name, for messages.
    pub fn display(&self) -> String {
        match &self.name {
            Some(name) => format!("listener `{}`", name.value),
            None => "a listener".to_owned(),
        }
    }
}
