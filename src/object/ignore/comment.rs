//! The ignores in the comments of a document.

use super::directive;
use super::directive::Found;
use super::reach;
use super::{Directive, Ignore, Origin};
use crate::text::source::{SourceId, Span};
use crate::yaml::tree::Tree;
use std::ops::Range;

/// The ignores in the comments of a document. Without a tree (the document is no YAML, or was not
/// looked at) only what stands before everything else in the text can be told from text that looks
/// like a comment.
pub fn in_comments(
    text: &str,
    source: SourceId,
    document: Range<usize>,
    tree: Option<&Tree<'_>>,
) -> Vec<Ignore> {
    let mut comments: Vec<Range<usize>> = separator_comment(text, document.start)
        .into_iter()
        .collect();
    match tree {
        Some(tree) => comments.extend(
            tree.comments()
                .iter()
                .map(|comment| comment.start as usize..comment.end as usize),
        ),
        None => comments.extend(head_comments(text, document.clone())),
    }
    let found = comments.into_iter().filter_map(|comment| {
        let found = directive::in_comment(text[comment.clone()].trim_end())?;
        let reach = reach(text, &document, tree, &comment);
        Some(ignore(text, source, comment.start, found, reach))
    });
    found.collect()
}

/// The comment on the separator line above a document.
fn separator_comment(text: &str, document: usize) -> Option<Range<usize>> {
    let end = text[..document].trim_end_matches(['\r', '\n']).len();
    let line = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
    let comment = text[line..end].strip_prefix("---")?.find('#')?;
    Some(line + "---".len() + comment..end)
}

/// The comments before everything else in a document.
fn head_comments(text: &str, document: Range<usize>) -> Vec<Range<usize>> {
    let mut at = document.start;
    let mut comments = Vec::new();
    for line in text[document].split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}').trim();
        if bare.starts_with('#') {
            let start = at + line.find('#').unwrap_or_default();
            comments.push(start..start + bare.len());
        } else if !bare.is_empty() {
            break;
        }
        at += line.len();
    }
    comments
}

/// The bytes that a comment is about.
fn reach(
    text: &str,
    document: &Range<usize>,
    tree: Option<&Tree<'_>>,
    comment: &Range<usize>,
) -> Range<usize> {
    let line = reach::line(text, comment.start);
    let before = text[line.start..comment.start].trim_start_matches('\u{feff}');
    if before.starts_with("---") {
        return document.clone();
    }
    if !before.trim().is_empty() {
        return line;
    }
    if is_top(&text[..line.start]) {
        return 0..text.len();
    }
    match tree {
        Some(tree) => reach::next_node(tree, document.clone(), comment.end),
        None => document.clone(),
    }
}

/// Whether a text holds nothing but comments.
fn is_top(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#')
    })
}

/// `found` was found in a comment that starts at `base`.
fn ignore(text: &str, source: SourceId, base: usize, found: Found, reach: Range<usize>) -> Ignore {
    let span = |range: &Range<usize>| Span {
        source,
        start: (base + range.start) as u32,
        end: (base + range.end) as u32,
    };
    let removal = removal(text, base + found.range.start..base + found.range.end);
    Ignore {
        origin: Origin::Comment,
        span: span(&found.words),
        reach: reach.start as u32..reach.end as u32,
        removal: Some(Span {
            source,
            start: removal.start as u32,
            end: removal.end as u32,
        }),
        content: found
            .content
            .map(|words| Directive::new(words, |word| span(&word.range))),
    }
}

/// What to delete so that a part of a comment is gone: the line if there is nothing else in it, or
/// else the blanks before it too.
fn removal(text: &str, part: Range<usize>) -> Range<usize> {
    let line = reach::line(text, part.start);
    let (before, behind) = (&text[line.start..part.start], &text[part.end..line.end]);
    if behind.trim().is_empty() {
        if before.trim_start_matches('\u{feff}').trim().is_empty() && !before.contains('\u{feff}') {
            return line;
        }
        return line.start + before.trim_end().len()..part.end;
    }
    part.start..line.end - behind.trim_start().len()
}
