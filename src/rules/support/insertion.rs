//! The edit that writes a field before another one.

use crate::diagnostic::Edit;
use crate::link::Links;
use crate::text::source::Span;

/// Writes a field before the one with this key and this value, in the style of that one: on a line
/// of its own or in braces. None where the style is neither, as in JSON.
pub(crate) fn before(links: &Links, key: &str, value: Span, field: &str) -> Option<Edit> {
    let text = links.sources.get(value.source).text();
    let ahead = &text[..value.start as usize];
    let line = ahead.rfind('\n').map_or(0, |at| at + 1);
    let place = ahead[line..].rfind(key).map(|at| line + at)?;
    let indentation = &text[line..place];
    let is_block = indentation.chars().all(|c| c == ' ');
    let between = if is_block {
        format!("\n{indentation}")
    } else if indentation.trim_end().ends_with(['{', ',']) {
        ", ".to_owned()
    } else {
        return None;
    };
    Some(Edit {
        span: Span {
            start: place as u32,
            end: place as u32,
            ..value
        },
        text: format!("{field}{between}"),
    })
}
