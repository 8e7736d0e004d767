//! Where go-yaml reads more than the parser does: the document is parsed again as a copy in which
//! a few bytes are replaced by others that the parser reads as go-yaml reads the original. The
//! copy has the same length, so that every place stays what it was; values are taken from the
//! text itself.

use super::content;
use granit_parser::ErrorKind;
use std::borrow::Cow;
use std::ops::Range;

/// A document as the parser gets to see it.
pub(super) struct Adapted<'t> {
    text: Cow<'t, str>,
    /// Whether there are line breaks that only YAML 1.1 has.
    pub(super) has_old_breaks: bool,
    /// Comments that the parser no longer sees.
    pub(super) comments: Vec<Range<usize>>,
    /// Bytes that may still be parsed before it is time to give up.
    budget: usize,
}

/// What the parser was reading when it gave up.
pub(super) struct Context {
    /// A quoted scalar, quotes included.
    pub(super) string: Option<Range<usize>>,
    /// Something inside brackets.
    pub(super) in_brackets: bool,
}

/// Nearly all documents need no second attempt, and the others a few; each starts from the top.
const BUDGET: usize = 4 << 20;

impl<'t> Adapted<'t> {
    pub(super) fn new(document: &'t str) -> Self {
        let text = with_line_feeds(document);
        Self {
            has_old_breaks: matches!(text, Cow::Owned(_)),
            text,
            comments: Vec::new(),
            budget: BUDGET,
        }
    }

    /// What the parser should read.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Avoids an error that go-yaml does not know, if this is one.
    pub(super) fn avoid(&mut self, kind: &ErrorKind, at: usize, context: Context) -> bool {
        match (kind, context.string) {
            // `[-, a]`
            (ErrorKind::PlainScalarStartsWithDashFlowIndicator, _) => self.make_letter(at),
            // `{a: b:}`
            (
                ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator,
                _,
            ) if self.is_colon_at_end(at) => self.make_letter(at),
            // `"a"# comment`
            (ErrorKind::CommentNotSeparated, _) => {
                let length = self.text[at..].find(['\r', '\n']);
                let end = length.map_or(self.text.len(), |length| at + length);
                self.comments.push(at..end);
                self.replace(at..end, &" ".repeat(end - at))
            }
            // A string that goes on in the column of its key, or behind a tab.
            (ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation, Some(string))
                if string.contains(&at) =>
            {
                let line = self.text[string.clone()].replace(['\r', '\n'], " ");
                self.replace(string, &line)
            }
            // `"it\'s"`
            (ErrorKind::UnknownQuotedScalarEscape, Some(string)) => {
                let quote = escaped_single_quote(&self.text[string.clone()]);
                quote.is_some_and(|quote| self.make_letter(string.start + quote))
            }
            // Tabs before something inside brackets.
            (ErrorKind::TabInBlockIndentation, _) if context.in_brackets => {
                let before = self.text[..at].trim_end_matches([' ', '\t']).len();
                self.replace(before..at, &" ".repeat(at - before))
            }
            _ => false,
        }
    }

    /// Whether the colon ends a plain scalar in brackets, as in `[2001:db8::]`: go-yaml wants a
    /// blank behind the colon of a key.
    pub(super) fn is_colon_at_end(&self, at: usize) -> bool {
        let text = self.text.as_bytes();
        at > 0
            && text.get(at) == Some(&b':')
            && !b" \t\r\n\"',[]{}".contains(&text[at - 1])
            && text.get(at + 1).is_some_and(|c| b",[]{}".contains(c))
    }

    /// Replaces a byte by one without a meaning of its own.
    pub(super) fn make_letter(&mut self, at: usize) -> bool {
        self.replace(at..at + 1, "x")
    }

    /// Whether this has been tried too often.
    pub(super) fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    /// False if this has been tried too often.
    fn replace(&mut self, range: Range<usize>, by: &str) -> bool {
        self.budget = self.budget.saturating_sub(range.end);
        self.text.to_mut().replace_range(range, by);
        !self.is_exhausted()
    }
}

/// The line breaks that only YAML 1.1 has, as line feeds with spaces before them.
fn with_line_feeds(document: &str) -> Cow<'_, str> {
    let breaks = content::line_breaks_of_old(document);
    let mut text = Cow::from(document);
    for (at, length) in breaks {
        let line_feed = &"  \n"[3 - length..];
        text.to_mut().replace_range(at..at + length, line_feed);
    }
    text
}

/// The first place of `\'` in a double-quoted string.
fn escaped_single_quote(string: &str) -> Option<usize> {
    let is_escaped = |at: usize| {
        let backslashes = string[..at].bytes().rev().take_while(|c| *c == b'\\');
        backslashes.count() % 2 == 1
    };
    let mut found = string.match_indices("\\'").map(|(at, _)| at);
    found.find(|at| !is_escaped(*at))
}
