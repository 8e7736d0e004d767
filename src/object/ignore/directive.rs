//! The words of an ignore: `svclint: ignore[rule, rule] reason` in a comment, `rule, rule reason`
//! in an annotation.

use std::ops::Range;

/// A word and where it stands in the text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// What an ignore says, word by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// The ids of rules, as written.
    pub(super) rules: Vec<Word>,
    /// Why they are ignored.
    pub(super) reason: Option<String>,
}

/// An ignore that cannot be read, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong, in a sentence without a full stop.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

const FORM: &str = "write `# svclint: ignore[rule] reason`";

/// A directive found in a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// From its `#` to the next one, or to the end of the comment.
    pub(super) range: Range<usize>,
    /// Without `#` and reason.
    pub(super) words: Range<usize>,
    pub(super) content: Result<Words, Malformed>,
}

/// The directive in a comment. Other words may stand before it, as a comment of their own.
pub(super) fn in_comment(comment: &str) -> Option<Found> {
    parts(comment).into_iter().find_map(|part| {
        let text = &comment[part.clone()];
        let bare = text.trim_start_matches('#');
        let body = bare.trim_start();
        let start = part.end - body.len();
        let rest = body.strip_prefix("svclint")?;
        let (content, words_end) = match rest.trim_start().strip_prefix(':') {
            Some(rest) => ignore(rest, part.end),
            // `svclint ignores this` is prose; `svclint ignore[x]` was meant.
            None if rest.trim_start().starts_with("ignore[") => (
                Err(Malformed {
                    message: "`:` is missing behind `svclint`, so nothing is ignored",
                    help: FORM,
                }),
                part.end,
            ),
            None => return None,
        };
        let end = start + comment[start..words_end].trim_end().len();
        Some(Found {
            range: part,
            words: start..end,
            content,
        })
    })
}

/// The parts of a comment that begin with a `#` of their own, without the blanks behind them.
fn parts(comment: &str) -> Vec<Range<usize>> {
    let inner = comment.match_indices(" #").map(|(at, _)| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(inner).collect();
    let ends = starts.iter().skip(1).copied().chain([comment.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| start..start + comment[start..end].trim_end().len())
        .collect()
}

/// What stands behind `svclint:`, and where it ends without its reason. The text ends at `end`.
fn ignore(text: &str, end: usize) -> (Result<Words, Malformed>, usize) {
    let malformed = |message| {
        (
            Err(Malformed {
                message,
                help: FORM,
            }),
            end,
        )
    };
    let Some(list) = text.trim_start().strip_prefix("ignore") else {
        return malformed("the only thing that can be said to svclint is `ignore`");
    };
    let Some(list) = list.trim_start().strip_prefix('[') else {
        return malformed("this ignore names no rule, so nothing is ignored");
    };
    let Some((list, reason)) = list.split_once(']') else {
        return malformed("`]` is missing behind the rules, so nothing is ignored");
    };
    let list_start = end - reason.len() - 1 - list.len();
    let rules = ids(list, list_start);
    if rules.is_empty() {
        return malformed("this ignore names no rule, so nothing is ignored");
    }
    let reason = reason_in(reason);
    (Ok(Words { rules, reason }), list_start + list.len() + 1)
}

/// What an annotation says: ids with commas between them, then the reason.
pub(super) fn in_annotation(value: &str) -> Result<Words, Malformed> {
    // The list goes on behind every comma and ends at the first other blank.
    let mut end = 0;
    loop {
        let rest = &value[end..];
        let word = rest.len() - rest.trim_start().len();
        let length = rest[word..]
            .find(|c: char| c == ',' || c.is_whitespace())
            .unwrap_or(rest.len() - word);
        end += word + length;
        let behind = value[end..].trim_start();
        if !behind.starts_with(',') {
            break;
        }
        end = value.len() - behind.len() + 1;
    }
    let rules = ids(&value[..end], 0);
    if rules.is_empty() {
        return Err(Malformed {
            message: "this annotation names no rule, so nothing is ignored",
            help: "write `svclint/ignore: rule, rule reason`",
        });
    }
    let reason = reason_in(&value[end..]);
    Ok(Words { rules, reason })
}

fn ids(list: &str, base: usize) -> Vec<Word> {
    let mut at = base;
    let words = list.split(',').map(|part| {
        let start = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        let text = part.trim().to_owned();
        Word {
            range: start..start + text.len(),
            text,
        }
    });
    words.filter(|word| !word.text.is_empty()).collect()
}

/// The reason without what sets it off.
fn reason_in(text: &str) -> Option<String> {
    let text = text.trim_start_matches([' ', '\t', ':', '-', '\u{2013}', '\u{2014}']);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(comment: &str) -> Option<(&str, Vec<&str>, Option<String>)> {
        let found = in_comment(comment)?;
        let directive = found.content.clone().unwrap();
        for word in &directive.rules {
            assert_eq!(comment[word.range.clone()], word.text);
        }
        let ids = directive
            .rules
            .iter()
            .map(|word| &comment[word.range.clone()]);
        Some((&comment[found.words], ids.collect(), directive.reason))
    }

    #[test]
    fn rules_and_reason_are_read() {
        assert_eq!(
            read("# svclint: ignore[a-b]"),
            Some(("svclint: ignore[a-b]", vec!["a-b"], None))
        );
        assert_eq!(
            read("#svclint:ignore [ a , b,]  -- the mesh probes ").unwrap(),
            (
                "svclint:ignore [ a , b,]",
                vec!["a", "b"],
                Some("the mesh probes".to_owned())
            )
        );
        let found = read("## old # svclint: ignore[a]: why # more").unwrap();
        assert_eq!(
            found,
            ("svclint: ignore[a]", vec!["a"], Some("why".to_owned()))
        );
    }

    #[test]
    fn prose_is_no_directive() {
        for comment in [
            "# svclint ignores this",
            "# see svclint: ignore",
            "# checked with svclint",
            "# svclinting: x",
            "#",
        ] {
            assert_eq!(in_comment(comment), None, "{comment}");
        }
    }

    #[test]
    fn what_was_meant_as_a_directive_is_refused() {
        for comment in [
            "# svclint: ignore",
            "# svclint: ignore a",
            "# svclint: ignore[]",
            "# svclint: ignore[a",
            "# svclint: disable[a]",
            "# svclint:",
            "# svclint ignore[a]",
        ] {
            let found = in_comment(comment).unwrap();
            assert!(found.content.is_err(), "{comment}");
            assert!(comment[found.words].starts_with("svclint"), "{comment}");
        }
    }

    #[test]
    fn annotations_hold_ids_and_a_reason() {
        let read = |value: &str| {
            let directive = in_annotation(value).unwrap();
            let ids: Vec<_> = directive
                .rules
                .iter()
                .map(|word| value[word.range.clone()].to_owned())
                .collect();
            (ids.join("+"), directive.reason.unwrap_or_default())
        };
        assert_eq!(read("a"), ("a".to_owned(), String::new()));
        assert_eq!(read(" a ,b,  c"), ("a+b+c".to_owned(), String::new()));
        assert_eq!(
            read("a, b for now, x"),
            ("a+b".to_owned(), "for now, x".to_owned())
        );
        assert_eq!(read("a,"), ("a".to_owned(), String::new()));
        assert!(in_annotation(" , ").is_err());
        assert!(in_annotation("").is_err());
    }
}
