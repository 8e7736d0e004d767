//! The documents of a text and their syntax, as kubectl finds them (apimachinery
//! `pkg/util/yaml/decoder.go:YAMLOrJSONDecoder`): a text that starts with `{` is JSON for as long
//! as it can be read as JSON, everything else is YAML, split at `---`.

use super::json;
use super::syntax::SyntaxError;
use super::tree::NESTING_LIMIT;
use crate::text::split;
use crate::text::split::Chunk;
use std::ops::Range;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// YAML 1.1, as go-yaml reads it.
    Yaml,
    /// JSON, as `encoding/json` reads it.
    Json,
}

/// One document of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDocument {
    /// Its bytes.
    pub range: Range<usize>,
    /// How it is written.
    pub syntax: Syntax,
    /// What is wrong around it: with its separator, or with text that kubectl never reads.
    pub problems: Vec<SyntaxError>,
}

/// The documents of a text, in order.
pub fn documents(text: &str) -> Vec<RawDocument> {
    let mut documents = Vec::new();
    let (rest, problem) = json_stream(text, &mut documents);
    let yaml = documents.len();
    for chunk in split::split_from(text, rest) {
        documents.push(yaml_document(text, chunk));
    }
    if let Some(problem) = problem {
        if documents.len() == yaml {
            documents.push(RawDocument {
                range: text.len()..text.len(),
                syntax: Syntax::Yaml,
                problems: Vec::new(),
            });
        }
        documents[yaml].problems.insert(0, problem);
    }
    documents
}

/// Takes JSON values from the start of the text. Returns where the rest starts, and what is wrong
/// if kubectl does not read on there.
fn json_stream(text: &str, documents: &mut Vec<RawDocument>) -> (usize, Option<SyntaxError>) {
    let start = text.len() - text.trim_start_matches(BYTE_ORDER_MARK).len();
    let blank = |at: usize| text[at..].len() - text[at..].trim_start().len();
    if !text[start + blank(start)..].starts_with('{') {
        return (start, None);
    }
    let mut at = start;
    while at + blank(at) < text.len() {
        let from = at + blank(at);
        match json::skip(text, from, NESTING_LIMIT) {
            Ok(end) => {
                documents.push(RawDocument {
                    range: from..end,
                    syntax: Syntax::Json,
                    problems: Vec::new(),
                });
                at = end;
            }
            // Behind one value or none, kubectl tries YAML, from the end of the line on.
            Err(error) => {
                let line_end = text[at..from]
                    .find('\n')
                    .map_or(from, |newline| at + newline + 1);
                return (line_end, (documents.len() > 1).then(|| no_more_json(error)));
            }
        }
    }
    (text.len(), None)
}

fn no_more_json(error: SyntaxError) -> SyntaxError {
    SyntaxError {
        message: format!(
            "behind two JSON values kubectl reads nothing else: {}",
            error.message
        ),
        ..error
    }
    .with_help("put `---` between all documents or between none")
}

fn yaml_document(text: &str, chunk: Chunk) -> RawDocument {
    let mut problems: Vec<_> = chunk.bad_separator.map(bad_separator).into_iter().collect();
    let mut range = chunk.range;
    if text[range.clone()].starts_with(BYTE_ORDER_MARK) {
        range.start += BYTE_ORDER_MARK.len_utf8();
    }
    if let Some(marker) = end_marker(text, range.clone()) {
        problems.extend(unread(text, marker + "...".len()..range.end));
        range.end = marker;
    }
    RawDocument {
        range,
        syntax: Syntax::Yaml,
        problems,
    }
}

fn bad_separator(line: Range<usize>) -> SyntaxError {
    SyntaxError::new(
        line.start as u32..line.end as u32,
        "kubectl takes no text on a line that starts with `---`",
    )
    .with_help("put the text on a line of its own")
}

/// Where a line starts that consists of `...`, which ends a document.
fn end_marker(text: &str, range: Range<usize>) -> Option<usize> {
    let document = &text[range.clone()];
    let at_start = document.starts_with("...").then_some(0);
    let newlines = memchr::memmem::find_iter(document.as_bytes(), "\n...").map(|at| at + 1);
    let is_marker = |at: &usize| {
        let behind = document[at + "...".len()..].chars().next();
        behind.is_none_or(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
    };
    let marker = at_start.into_iter().chain(newlines).find(is_marker)?;
    Some(range.start + marker)
}

/// What stands behind the end of a document: kubectl drops it without a word.
fn unread(text: &str, behind: Range<usize>) -> Option<SyntaxError> {
    let mut lines = text[behind.clone()].split_inclusive('\n');
    let mut start = behind.start;
    let content = lines.find(|line| {
        let found = has_content(line) && line.trim_end() != "...";
        start += if found { 0 } else { line.len() };
        found
    })?;
    start += content.len() - content.trim_start().len();
    let rest = text[behind.clone()].trim_end();
    let end = behind.start + rest.trim_end_matches("\n...").trim_end().len();
    let message = "kubectl reads nothing between `...` and the next `---`";
    let error = SyntaxError::new(start as u32..end as u32, message);
    Some(error.with_help("start the next document with `---`"))
}

/// Whether there is more than comments and blank lines.
fn has_content(text: &str) -> bool {
    let lines = text.lines().map(str::trim_start);
    lines
        .into_iter()
        .any(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document's syntax, text, and the places and messages of its problems.
    type Found<'t> = (Syntax, &'t str, Vec<(&'t str, String)>);

    fn found(text: &str) -> Vec<Found<'_>> {
        let describe = |document: RawDocument| {
            let problems = document.problems.into_iter().map(|problem| {
                let place = problem.range.start as usize..problem.range.end as usize;
                (&text[place], problem.message)
            });
            let problems = problems.collect();
            (document.syntax, &text[document.range], problems)
        };
        documents(text).into_iter().map(describe).collect()
    }

    /// The same for texts without problems.
    fn fine(text: &str) -> Vec<(Syntax, &str)> {
        let describe = |(syntax, text, problems): (Syntax, _, Vec<_>)| {
            assert!(problems.is_empty(), "{problems:?}");
            (syntax, text)
        };
        found(text).into_iter().map(describe).collect()
    }

    use Syntax::{Json, Yaml};

    #[test]
    fn a_text_that_starts_with_a_brace_is_json_while_it_can_be() {
        assert_eq!(
            fine("\n {\"a\":1}\n{\"b\":2} [3]\n"),
            [(Json, "{\"a\":1}"), (Json, "{\"b\":2}"), (Json, "[3]")]
        );
        assert_eq!(
            fine("{\"a\":1}\n---\n{\"b\":2}\n---\nc: 3\n"),
            [(Json, "{\"a\":1}"), (Yaml, "{\"b\":2}\n"), (Yaml, "c: 3\n")]
        );
        assert_eq!(
            fine("{\"a\":1} # c\n"),
            [(Json, "{\"a\":1}"), (Yaml, "# c\n")]
        );
        assert_eq!(fine("{a: 1}\n---\n{}"), [(Yaml, "{a: 1}\n"), (Yaml, "{}")]);
        assert_eq!(fine("# c\n{\"a\":1}"), [(Yaml, "# c\n{\"a\":1}")]);
        assert_eq!(fine("[1]\n"), [(Yaml, "[1]\n")]);
        assert_eq!(fine("\u{feff}{}"), [(Json, "{}")]);
    }

    #[test]
    fn behind_two_json_values_only_json_is_read() {
        let documents = found("{}\n{}\n---\na: 1\n");
        assert_eq!(documents[2].1, "a: 1\n");
        let message = "behind two JSON values kubectl reads nothing else: \
                       expected a JSON value, found `-`";
        assert_eq!(documents[2].2, [("-", message.to_owned())]);
        assert_eq!(documents.len(), 3);
        let documents = found("{}{}x");
        assert_eq!(documents[2].2[0].0, "x");
        // There is always a document that carries the problem.
        assert_eq!(found("{}{}\n---\n")[2].1, "");
    }

    #[test]
    fn nothing_is_read_behind_the_end_of_a_document() {
        let message = "kubectl reads nothing between `...` and the next `---`".to_owned();
        assert_eq!(
            found("a: 1\n...\n# c\n  b: 2\nc: 3\n\n---\nd: 4\n"),
            [
                (Yaml, "a: 1\n", vec![("b: 2\nc: 3", message.clone())]),
                (Yaml, "d: 4\n", vec![])
            ]
        );
        assert_eq!(
            found("a: 1\n... b: 2"),
            [(Yaml, "a: 1\n", vec![("b: 2", message)])]
        );
        assert_eq!(fine("a: 1\n...\n...\n# c\n"), [(Yaml, "a: 1\n")]);
        assert_eq!(found("# c\n...\na: 1\n...")[0].2[0].0, "a: 1");
        assert_eq!(fine("a: ...\n....\n"), [(Yaml, "a: ...\n....\n")]);
    }

    #[test]
    fn byte_order_marks_may_start_any_document() {
        assert_eq!(
            fine("\u{feff}a: 1\n---\n\u{feff}b: 2\n"),
            [(Yaml, "a: 1\n"), (Yaml, "b: 2\n")]
        );
    }

    #[test]
    fn text_behind_a_separator_is_a_problem_of_the_next_document() {
        let documents = found("a: 1\n--- b: 2\nc: 3\n");
        assert_eq!(documents[1].1, "c: 3\n");
        assert_eq!(documents[1].2[0].0, "--- b: 2");
    }
}
