//! Labels, and the pairs of a selector.

use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use crate::yaml::scalar::Scalar;
use crate::yaml::scalar::as_yaml;

/// What the value of a pair is to the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairValue {
    /// A string.
    Text,
    /// `~` or nothing: stored as `""`.
    Null,
    /// A boolean or a number, which the API server refuses.
    NotString,
    /// A mapping, a list, or something else that cannot be compared.
    Unreadable,
    /// Filled in before the manifest is applied.
    Placeholder,
}

/// A key and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The key.
    pub key: Spanned<String>,
    /// The value, as text.
    pub value: Spanned<String>,
    /// What the value is.
    pub kind: PairValue,
}

impl Pair {
    /// One that stands in no mapping.
    pub(in crate::kinds) fn of(key: Spanned<String>, value: Spanned<String>) -> Self {
        let kind = if is_placeholder(&value.value) {
            PairValue::Placeholder
        } else {
            PairValue::Text
        };
        Self { key, value, kind }
    }

    /// How people write a pair: `app: web`.
    pub fn display(&self) -> String {
        format!("{}: {}", self.key.value, self.value.value)
    }

    /// The same as it can be written.
    pub fn as_yaml(&self) -> String {
        let (key, value) = (&self.key.value, &self.value.value);
        format!("{}: {}", as_yaml(key), as_yaml(value))
    }

    /// Whether nobody can know what the value will be.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, PairValue::Placeholder | PairValue::Unreadable)
    }
}

/// The pairs of a mapping of strings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The pairs in the order of the text.
    pub pairs: Vec<Pair>,
    /// Whether what stands there could not be read, or is filled in later: there may be others.
    pub is_unreadable: bool,
}

impl Labels {
    /// Reads a mapping of strings from where it is written, be it null.
    pub fn read(map: Option<Cursor<'_>>) -> Self {
        let is_unreadable =
            map.is_some_and(|map| map.is_masked() || !map.is_map() && !map.is_null());
        let entries = map.map(Cursor::entries).unwrap_or_default();
        Self {
            pairs: entries
                .into_iter()
                .map(|(key, value)| pair(key, value))
                .collect(),
            is_unreadable,
        }
    }

    /// The pair with this key.
    pub fn get(&self, key: &str) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.key.value == key)
    }

    /// Whether a pair is among them.
    pub fn has(&self, pair: &Pair) -> bool {
        self.get(&pair.key.value)
            .is_some_and(|own| own.value.value == pair.value.value)
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

fn pair(key: Spanned<String>, value: Cursor<'_>) -> Pair {
    let text = value.text();
    let kind = match value.scalar() {
        _ if is_placeholder(text) || is_placeholder(&key.value) => PairValue::Placeholder,
        Some(Scalar::Str(_)) => PairValue::Text,
        Some(Scalar::Null) => PairValue::Null,
        Some(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)) => {
            PairValue::NotString
        }
        None => PairValue::Unreadable,
    };
    // A missing value stands where it would be; its key is what can be seen.
    let span = if value.span().is_empty() {
        value.key_span()
    } else {
        value.span()
    };
    let text = if kind == PairValue::Null { "" } else { text };
    Pair {
        key,
        value: Spanned::new(text.to_owned(), span),
        kind,
    }
}

/// The place of a span's key and value together, for labels that mean the whole pair.
pub fn pair_span(pair: &Pair) -> Span {
    let (key, value) = (pair.key.span, pair.value.span);
    if key.source == value.source && key.start <= value.end {
        Span {
            source: key.source,
            start: key.start,
            end: value.end.max(key.end),
        }
    } else {
        value
    }
}
