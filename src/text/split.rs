//! Documents of a stream, split as kubectl splits them: textually, at every line that starts with
//! `---` (apimachinery `pkg/util/yaml/decoder.go:splitYAMLDocument`). One broken document never
//! hides the next.

use std::ops::Range;

/// One document of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its bytes, without the separator line.
    pub range: Range<usize>,
    /// A separator line that carries more than a comment. kubectl refuses it with
    /// `invalid Yaml document separator`.
    pub bad_separator: Option<Range<usize>>,
}

/// The documents of a text, in order; an empty one only for the sake of its bad separator.
pub fn split(text: &str) -> Vec<Chunk> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    split_from(text, mark)
}

/// The same from the start of a line on.
pub(crate) fn split_from(text: &str, mut start: usize) -> Vec<Chunk> {
    let bytes = text.as_bytes();
    let mut chunks = Vec::new();
    let mut bad_separator = None;
    if bytes[start..].starts_with(b"---") {
        let dashes = start;
        (start, bad_separator) = separator(text, dashes);
        // go-yaml gets to see this one, and wants a space before the comment.
        if text[dashes + 3..].starts_with('#') {
            bad_separator = Some(dashes..text[..start].trim_end().len());
        }
    }
    let finder = memchr::memmem::Finder::new(b"\n---");
    // The newline before a separator may be the one that ends the previous separator line.
    let mut from = start.saturating_sub(1);
    while let Some(found) = finder.find(&bytes[from..]) {
        let dashes = from + found + 1;
        if dashes < start {
            from = start;
            continue;
        }
        push(&mut chunks, start..dashes, bad_separator.take());
        (start, bad_separator) = separator(text, dashes);
        from = start - 1;
    }
    push(&mut chunks, start..bytes.len(), bad_separator);
    chunks
}

fn push(chunks: &mut Vec<Chunk>, range: Range<usize>, bad_separator: Option<Range<usize>>) {
    if !range.is_empty() || bad_separator.is_some() {
        chunks.push(Chunk {
            range,
            bad_separator,
        });
    }
}

/// Where the document behind the separator at `dashes` starts, and the line if it is a bad one.
fn separator(text: &str, dashes: usize) -> (usize, Option<Range<usize>>) {
    let bytes = text.as_bytes();
    let end = memchr::memchr(b'\n', &bytes[dashes..]).map_or(bytes.len(), |at| dashes + at);
    let rest = text[dashes + 3..end].trim();
    let bad = !(rest.is_empty() || rest.starts_with('#'));
    let line = dashes..dashes + text[dashes..end].trim_end().len();
    ((end + 1).min(bytes.len()), bad.then_some(line))
}

/// The value of the only `kind:` that stands at the start of a line, if it is a plain word.
/// None means that only a parser can tell.
pub fn top_level_kind(document: &str) -> Option<&str> {
    let mut found = None;
    let mut starts = memchr::memmem::find_iter(document.as_bytes(), "kind:");
    let at_line_start = |at: usize| at == 0 || document.as_bytes()[at - 1] == b'\n';
    while let Some(at) = starts.by_ref().find(|at| at_line_start(*at)) {
        let line = document[at + "kind:".len()..]
            .lines()
            .next()
            .unwrap_or_default();
        let value = line.split(" #").next().unwrap_or_default().trim();
        let is_word = !value.is_empty() && value.bytes().all(|c| c.is_ascii_alphanumeric());
        if found.is_some() || !is_word {
            return None;
        }
        found = Some(value);
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        split(text)
            .iter()
            .map(|chunk| &text[chunk.range.clone()])
            .collect()
    }

    #[test]
    fn splits_at_lines_that_start_with_three_dashes() {
        assert_eq!(texts("a: 1\n---\nb: 2\n"), ["a: 1\n", "b: 2\n"]);
        assert_eq!(texts("---\na: 1\n---\n---\nb: 2"), ["a: 1\n", "b: 2"]);
        assert_eq!(texts("---\n---\n---"), Vec::<&str>::new());
        assert_eq!(texts("a: |\n  ---\n"), ["a: |\n  ---\n"]);
        assert_eq!(texts(""), Vec::<&str>::new());
    }

    #[test]
    fn comments_may_follow_a_separator_and_nothing_else() {
        assert_eq!(split("--- # one\na: 1\n")[0].bad_separator, None);
        let text = "a: 1\n---- \nb: 2\n";
        let chunks = split(text);
        assert_eq!(chunks.len(), 2);
        assert_eq!(&text[chunks[1].bad_separator.clone().unwrap()], "----");
        assert!(split("--- {a: 1}\n")[0].bad_separator.is_some());
        assert!(split("---#c\na: 1\n")[0].bad_separator.is_some());
        assert!(split("a: 1\n---#c\nb: 1\n")[1].bad_separator.is_none());
    }

    #[test]
    fn the_kind_is_known_without_parsing_when_it_is_plain() {
        assert_eq!(
            top_level_kind("apiVersion: v1\nkind: Secret # x\n"),
            Some("Secret")
        );
        assert_eq!(top_level_kind("kind: Secret"), Some("Secret"));
        assert_eq!(top_level_kind("kind: \"Secret\"\n"), None);
        assert_eq!(top_level_kind("kind: A\nkind: B\n"), None);
        assert_eq!(top_level_kind("x:\n  kind: A\n"), None);
        assert_eq!(top_level_kind("{\"kind\": \"A\"}"), None);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_document() {
        assert_eq!(texts("\u{feff}a: 1\n"), ["a: 1\n"]);
        assert_eq!(texts("\u{feff}---\na: 1\n"), ["a: 1\n"]);
    }
}
