//! From the path of a field to its place.

use super::field::{FieldPath, Segment};
use super::reader::Reader;
use super::tree::NodeId;
use crate::text::source::Span;

/// Where a field is, or where it would be.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    /// The scalar, or the key of what is no scalar; of an absent field the key of its deepest
    /// ancestor that exists; of a list item, and of the object itself, its first key.
    pub span: Span,
    /// The key that leads to it; of a list item its first key.
    pub key: Span,
    /// The deepest node of the path that exists.
    pub node: NodeId,
    /// Whether the whole path exists.
    pub exists: bool,
}

/// Finds a field below an object.
pub fn locate(reader: &Reader<'_, '_>, object: NodeId, path: &FieldPath) -> Located {
    let tree = reader.tree;
    let mut node = tree.resolve(object);
    let mut key = first_key(reader, node);
    for segment in path.segments() {
        let Some((next_key, next)) = step(reader, node, segment) else {
            let place = reader.span(key);
            return Located {
                span: place,
                key: place,
                node,
                exists: false,
            };
        };
        node = tree.resolve(next);
        key = next_key.unwrap_or_else(|| first_key(reader, node));
    }
    let range = tree.range(node);
    let is_visible_scalar = tree.form(node).is_scalar() && !range.is_empty();
    let span = reader.span(if is_visible_scalar { node } else { key });
    Located {
        span,
        key: reader.span(key),
        node,
        exists: true,
    }
}

/// One step down: the key, if there is one, and the value.
fn step(
    reader: &Reader<'_, '_>,
    node: NodeId,
    segment: &Segment,
) -> Option<(Option<NodeId>, NodeId)> {
    match segment {
        Segment::Field(name) | Segment::Key(name) => reader
            .get(node, name)
            .map(|(key, value)| (Some(key), value)),
        Segment::Index(index) => {
            let form = reader.tree.form(node);
            let items = if form.is_seq() {
                reader.tree.children(node)
            } else {
                &[]
            };
            items.get(*index).map(|item| (None, *item))
        }
    }
}

/// What stands for a list item, or for the whole object: its first key.
fn first_key(reader: &Reader<'_, '_>, node: NodeId) -> NodeId {
    reader.tree.pairs(node).next().map_or(node, |(key, _)| key)
}
