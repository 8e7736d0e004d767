//! Where go-yaml reads less than the parser does, and refuses what a manifest contains.

use super::syntax::SyntaxError;
use super::tree::{Form, NodeId, Tree};
use std::ops::Range;

/// A plain scalar inside brackets. To go-yaml, `?` and a leading `:` are signs of their own there.
pub(super) fn plain_in_brackets(text: &str, start: u32) -> Result<(), SyntaxError> {
    let sign = match text.find('?') {
        Some(at) => at,
        None if text.starts_with(':') => 0,
        None => return Ok(()),
    };
    let message = format!(
        "kubectl cannot read `{}` in a value inside brackets",
        &text[sign..=sign]
    );
    let error = SyntaxError::new(start..start + text.len() as u32, message);
    Err(error.with_help("quote the value"))
}

/// The name of an anchor, with its `&`.
pub(super) fn anchor(text: &str, start: u32) -> Result<(), SyntaxError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if text[1..].chars().all(is_allowed) {
        return Ok(());
    }
    let message = "kubectl allows only ASCII letters, digits, `_` and `-` in the name of an anchor";
    Err(SyntaxError::new(start..start + text.len() as u32, message))
}

/// A tab may stand between two things, but not where indentation counts: at the start of a line
/// and behind the `-` of an item.
pub(super) fn tabs(tree: &Tree<'_>, document: Range<usize>) -> Result<(), SyntaxError> {
    let text = &tree.text()[document.clone()];
    if memchr::memchr(b'\t', text.as_bytes()).is_none() {
        return Ok(());
    }
    let mut start = document.start;
    for line in text.split_inclusive('\n') {
        if let Some(column) = tab_in_indentation(line) {
            let at = start + column;
            if !may_be_tab(tree, at, column) {
                let at = at as u32;
                return Err(SyntaxError::tab(at..at + 1));
            }
        }
        start += line.len();
    }
    Ok(())
}

/// The column of a tab that only spaces and signs of items and keys precede.
fn tab_in_indentation(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches([' ', '-', '?']);
    let column = line.len() - rest.len();
    let sign = |pair: &[u8]| matches!(pair, [b' ', _] | [_, b' ' | b'\t']);
    let signs = line.as_bytes()[..=column.min(line.len() - 1)]
        .windows(2)
        .all(sign);
    (rest.starts_with('\t') && signs).then_some(column)
}

/// Whether a tab at the start of a line is text, or inside brackets. Behind a plain scalar that
/// could go on there it has to be deep enough all the same.
fn may_be_tab(tree: &Tree<'_>, at: usize, column: usize) -> bool {
    let path = path(tree, at as u32);
    let Some((&last, above)) = path.split_last() else {
        return false;
    };
    let range = tree.range(last);
    let form = tree.form(last);
    if form.is_scalar() && form != Form::Plain && range.contains(&(at as u32)) {
        return true;
    }
    let end = (range.end as usize).min(at);
    if form == Form::Plain && !range.is_empty() && tree.text()[end..at].trim().is_empty() {
        let is_block = |id: &&NodeId| matches!(tree.form(**id), Form::Map | Form::Seq);
        return above.iter().rev().find(is_block).is_none_or(|id| {
            let start = tree.range(*id).start as usize;
            let line = tree.text()[..start].rfind('\n').map_or(0, |at| at + 1);
            column > start - line
        });
    }
    let is_open = |id: &NodeId| tree.form(*id).is_flow() && tree.range(*id).end > at as u32;
    path.iter().any(is_open)
}

/// The nodes from the top to the last one that starts before a byte, each in the one before it.
fn path(tree: &Tree<'_>, at: u32) -> Vec<NodeId> {
    let starts_before = |id: &NodeId| tree.range(*id).start < at;
    let mut path = Vec::new();
    let mut next = tree.root().filter(starts_before);
    while let Some(id) = next {
        path.push(id);
        let children = tree.children(id);
        let behind = children.partition_point(starts_before);
        next = children[..behind].last().copied();
    }
    path
}
