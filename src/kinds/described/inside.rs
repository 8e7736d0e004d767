//! Documents in the text of a scalar: JSON in an annotation, YAML in a `ConfigMap`.

use super::row::Inside;
use crate::text::source::Span;
use crate::yaml;
use crate::yaml::cursor::Cursor;
use crate::yaml::part::Parts;
use crate::yaml::reader::Reader;
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::Tree;

/// Calls a function with the root of each document. Says whether all of them could be read.
///
/// JSON is read as YAML, which it is, once it is known to be JSON.
pub(super) fn documents(
    text: Cursor<'_>,
    inside: Inside,
    mut read: impl FnMut(Cursor<'_>),
) -> bool {
    let Some(Scalar::Str(value)) = text.scalar() else {
        return true;
    };
    if inside == Inside::Json && serde_json::from_str::<serde::de::IgnoredAny>(value).is_err() {
        return false;
    }
    let mut is_read = true;
    let mut tree = Tree::new(value);
    for document in yaml::documents(value) {
        if yaml::parse(&mut tree, &document).is_err() {
            is_read = false;
            continue;
        }
        let reader = Reader::new(&tree, text.span().source);
        let reader = match inside {
            Inside::Json => reader.ignoring_case(),
            Inside::Yaml => reader,
        };
        if let Some(root) = Cursor::root(&reader) {
            read(root);
        }
    }
    is_read
}

/// From places in the text of a scalar to those in the file; what cannot be placed stands where the
/// scalar does.
pub(super) fn places(text: Cursor<'_>) -> impl FnMut(Span) -> Span {
    let value = match text.scalar() {
        Some(Scalar::Str(value)) => value,
        _ => "",
    };
    let (source, whole) = (text.source(), text.span());
    move |span| {
        let found = Parts::new(value, source).find(span.range());
        found.map_or(whole, |found| Span {
            start: whole.start + found.start as u32,
            end: whole.start + found.end as u32,
            ..whole
        })
    }
}
