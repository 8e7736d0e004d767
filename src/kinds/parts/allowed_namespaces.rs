//! From which namespaces a listener takes routes, and a Gateway takes listeners (gateway-api
//! `apis/v1/gateway_types.go`, `RouteNamespaces`, `ListenerNamespaces`).

use super::label_selector::LabelSelector;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;

/// `allowedRoutes.namespaces`, `allowedListeners.namespaces`
#[derive(Clone, Debug)]
pub struct AllowedNamespaces {
    /// `from`, or the deepest key on the way to it that exists.
    pub place: Span,
    /// `from`
    pub from: FromNamespaces,
    /// `selector`
    pub selector: Option<LabelSelector>,
}

/// From where things are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromNamespaces {
    /// It is not written, and a default decides.
    Default,
    /// From everywhere.
    All,
    /// From the namespace that what lets in is in itself.
    Same,
    /// From those with certain labels.
    Selector,
    /// From nowhere.
    None,
    /// Nobody can know.
    Unknown,
}

impl AllowedNamespaces {
    /// Reads what stands in `allowedRoutes` or `allowedListeners`; `holder` is where that would be.
    pub(in crate::kinds) fn read(allowed: Option<Cursor<'_>>, holder: Span) -> Self {
        let namespaces = allowed.and_then(|allowed| allowed.field("namespaces"));
        let from = namespaces.and_then(|namespaces| namespaces.get("from"));
        let is_readable =
            |part: Option<Cursor<'_>>| part.is_none_or(|part| part.is_map() || part.is_null());
        let written = from.map(|from| match from.text() {
            "All" => FromNamespaces::All,
            "Same" => FromNamespaces::Same,
            "Selector" => FromNamespaces::Selector,
            "None" => FromNamespaces::None,
            _ => FromNamespaces::Unknown,
        });
        let deepest = from.map(Cursor::span);
        let deepest = deepest.or_else(|| Some(namespaces.or(allowed)?.key_span()));
        let selector = namespaces.and_then(|namespaces| namespaces.get("selector"));
        Self {
            place: deepest.unwrap_or(holder),
            from: if is_readable(allowed) && is_readable(namespaces) {
                written.unwrap_or(FromNamespaces::Default)
            } else {
                FromNamespaces::Unknown
            },
            selector: selector.map(LabelSelector::read),
        }
    }
}
