//! The Gateway API's `Gateway`, and what else has listeners (gateway-api
//! `apis/v1/gateway_types.go`).

use super::parts::gateway_api::VERSIONS;
use super::row::Row;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row::new("Gateway", VERSIONS);

pub(super) fn read(object: Cursor<'_>) -> Gateway {
    let spec = object.get("spec");
    let listeners = spec.and_then(|spec| spec.field("listeners"));
    let all = listeners.filter(|listeners| listeners.is_list());
    Gateway {
        key: listeners.or(spec).unwrap_or(object).key_span(),
        listeners: all.and_then(|all| all.items().map(Listener::read).collect()),
    }
}

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

impl Listener {
    fn read(item: Cursor<'_>) -> Option<Self> {
        let name = item.get("name")?.string()?;
        let port = item.get("port")?.integer()?;
        // A `ListenerSet` may leave the port to its controller.
        (!is_placeholder(&name.value) && port.value != 0).then_some(Self { name, port })
    }
}
