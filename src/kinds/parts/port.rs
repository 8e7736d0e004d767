//! Ports by number or name, and their protocols.

use crate::text::placeholder::stands_for_port;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use crate::yaml::scalar::Scalar;

/// A transport protocol; TCP where none is written (K `core/v1/defaults.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// `TCP`
    Tcp,
    /// `UDP`
    Udp,
    /// `SCTP`
    Sctp,
    /// A value that the API server does not know, or a placeholder.
    Unknown,
}

impl Protocol {
    pub(in crate::kinds) fn read(value: Cursor<'_>) -> Self {
        match value.text() {
            "TCP" => Self::Tcp,
            "UDP" => Self::Udp,
            "SCTP" => Self::Sctp,
            _ => Self::Unknown,
        }
    }

    /// As it is written in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
            Self::Unknown => "?",
        }
    }
}

/// A port by number or by name (`IntOrString`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// A number.
    Number(i64),
    /// A name. Digits in quotes are one too, though no valid one.
    Name(String),
    /// A placeholder.
    Unknown,
}

impl PortRef {
    pub(in crate::kinds) fn read(value: Cursor<'_>) -> Option<Spanned<Self>> {
        if value.is_masked() || stands_for_port(value.text()) {
            return Some(Spanned::new(Self::Unknown, value.span()));
        }
        if let Some(number) = value.integer() {
            return Some(Spanned::new(Self::Number(number.value), number.span));
        }
        match value.scalar()? {
            Scalar::Str(text) => Some(Spanned::new(Self::Name(text.to_owned()), value.span())),
            Scalar::Null => None,
            _ => Some(Spanned::new(Self::Unknown, value.span())),
        }
    }
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
            Self::Unknown => f.write_str("?"),
        }
    }
}
