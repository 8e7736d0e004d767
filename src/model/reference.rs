//! What points at a Service by its name.

use super::pod::PortRef;
use crate::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// A Service's name in another object, and what comes with it.
#[derive(Clone, Debug)]
pub struct ServiceRef {
    /// The name.
    pub name: Spanned<String>,
    /// The namespace, if the reference has one of its own.
    pub namespace: Option<Spanned<String>>,
    /// The port of the Service, by number or by name; none when it is absent.
    pub port: Option<Spanned<PortRef>>,
    /// The key that the reference stands under, for what is absent.
    pub key: Span,
}

impl ServiceRef {
    /// Reads `name`, `namespace` and `port` of a mapping, the usual form. None without a name.
    pub fn read(reference: Cursor<'_>) -> Option<Self> {
        let name = reference.get("name")?.string()?;
        let namespace = reference.get("namespace").and_then(Cursor::string);
        Some(Self {
            name,
            namespace: namespace.filter(|namespace| !namespace.value.is_empty()),
            port: reference.get("port").and_then(PortRef::read),
            key: reference.key_span(),
        })
    }
}
