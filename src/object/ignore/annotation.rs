//! The annotation `svclint/ignore`, for manifests that are generated and whose comments are lost.

use super::directive;
use super::directive::Word;
use super::reach;
use super::{Directive, Ignore, Origin};
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use crate::yaml::tree::Form;
use std::ops::Range;

/// The key of the annotation.
const KEY: &str = "svclint/ignore";

/// The ignore in the annotations of an object. It is about all of the object.
pub fn in_annotations(object: Cursor<'_>) -> Option<Ignore> {
    let metadata = object.get("metadata")?;
    let annotations = metadata.get("annotations")?;
    let value = annotations.get(KEY)?;
    let text = value.string()?;
    let tree = object.reader().tree;
    let reach = tree.range(object.node());
    // Where the value is written as it is, the ids have places of their own.
    let raw = &tree.text()[text.span.range()];
    let verbatim = raw
        .find(text.value.as_str())
        .map(|at| text.span.start + at as u32);
    let place = |word: &Word| match verbatim {
        Some(base) => Span {
            start: base + word.range.start as u32,
            end: base + word.range.end as u32,
            ..text.span
        },
        None => text.span,
    };
    // Without its only entry `annotations` is of no use either.
    let unused = if annotations.entries().len() == 1 {
        (metadata, annotations)
    } else {
        (annotations, value)
    };
    Some(Ignore {
        origin: Origin::Annotation,
        span: text.span,
        reach,
        removal: removal(unused.0, unused.1).map(|range| Span {
            start: range.start as u32,
            end: range.end as u32,
            ..text.span
        }),
        content: directive::in_annotation(&text.value).map(|words| Directive::new(words, place)),
    })
}

/// The lines of a pair that has them for itself.
fn removal(map: Cursor<'_>, value: Cursor<'_>) -> Option<Range<usize>> {
    let tree = map.reader().tree;
    if tree.form(map.node()) != Form::Map {
        return None;
    }
    let text = tree.text();
    let start = reach::line(text, value.key_span().start as usize).start;
    let end = reach::line(text, value.span().end.saturating_sub(1) as usize).end;
    let before = &text[start..value.key_span().start as usize];
    let behind = &text[value.span().end as usize..end];
    (before.trim().is_empty() && behind.trim().is_empty()).then_some(start..end)
}
