//! What an API type expects and what a document holds instead, in the user's words rather than
//! Rust's.

use super::reader::Reader;
use super::scalar::{self, Scalar};
use super::tree::NodeId;

/// Longer strings are cut in messages.
const MOST_CHARS: usize = 60;

/// The sentence about a node that is not what its type expects; `expected` is what serde's visitor
/// says of itself.
pub(super) fn message(reader: &Reader<'_, '_>, node: NodeId, expected: &str) -> String {
    let value = value(reader, node);
    let expected = match (expected, value) {
        ("i32", Some(Scalar::Int(_) | Scalar::Uint(_))) => "a 32-bit integer",
        ("i64", Some(Scalar::Uint(_))) => "a 64-bit integer",
        ("i32" | "i64", _) => "an integer",
        ("f64", _) => "a number",
        ("a sequence", _) => "a list",
        ("a map", _) => "a mapping",
        ("IntOrString", Some(Scalar::Int(_) | Scalar::Uint(_))) => "a 32-bit integer or a string",
        ("IntOrString", _) => "an integer or a string",
        ("Quantity", _) => "a quantity such as `500m` or `1Gi`",
        // A struct's visitor names the type.
        (name, _) if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
            return format!(
                "expected a mapping (`{name}`), found {}",
                found(reader, node)
            );
        }
        (other, _) => other,
    };
    format!("expected {expected}, found {}", found(reader, node))
}

fn value<'t>(reader: &Reader<'t, '_>, node: NodeId) -> Option<Scalar<'t>> {
    let node = reader.tree.resolve(node);
    if reader.tree.form(node).is_scalar() {
        reader.scalar(node).ok()
    } else {
        None
    }
}

/// What a node is; of a value that is not what it looks like, both.
fn found(reader: &Reader<'_, '_>, node: NodeId) -> String {
    let target = reader.tree.resolve(node);
    if reader.tree.form(target).is_map() {
        return "a mapping".to_owned();
    }
    if reader.tree.form(target).is_seq() {
        return "a list".to_owned();
    }
    let written = reader.tree.scalar(target);
    let (kind, meant) = match value(reader, node) {
        Some(Scalar::Bool(value)) => ("boolean", value.to_string()),
        Some(Scalar::Int(number)) => ("number", number.to_string()),
        Some(Scalar::Uint(number)) => ("number", number.to_string()),
        Some(Scalar::Float(number)) => ("number", scalar::json_float(number)),
        Some(Scalar::Str("")) => return "an empty string".to_owned(),
        Some(Scalar::Str(text)) => return format!("the string `{}`", shortened(text)),
        Some(Scalar::Null) | None => return "null".to_owned(),
    };
    if meant == written {
        format!("the {kind} `{written}`")
    } else {
        format!("`{written}`, which is the {kind} {meant}")
    }
}

/// The first line of a text, cut where it is long.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let cut = line.char_indices().nth(MOST_CHARS).map(|(at, _)| at);
    match cut {
        Some(at) => format!("{}…", &line[..at]),
        None if line.len() < text.trim_end().len() => format!("{line}…"),
        None => line.to_owned(),
    }
}
