//! What the parser's errors mean to someone who wrote the manifest: the place to look at, and a
//! sentence without the grammar's vocabulary.

use super::content;
use super::escape;
use super::syntax::SyntaxError;
use crate::text::placeholder::starts_with_placeholder;
use granit_parser::ErrorKind;
use std::ops::Range;

/// Where the parser gave up.
pub(super) struct Place<'t> {
    /// The whole text.
    pub(super) text: &'t str,
    /// The document.
    pub(super) document: Range<usize>,
    /// The byte at which the parser noticed the error.
    pub(super) at: usize,
    /// The innermost bracket that is open there.
    pub(super) bracket: Option<usize>,
    /// The quote of a string that is open there.
    pub(super) quote: Option<usize>,
}

const QUOTE_IT: &str = "quote the value";
const ALIGN_IT: &str = "align it with the lines that it belongs to";

/// The error in the user's terms.
pub(super) fn explain(place: &Place<'_>, kind: &ErrorKind) -> SyntaxError {
    place
        .template()
        .or_else(|| place.variable())
        .or_else(|| place.placeholder())
        .or_else(|| place.conflict_marker())
        .or_else(|| place.tab_in_indentation())
        .or_else(|| place.line_break_of_old())
        .unwrap_or_else(|| place.by_kind(kind))
}

impl Place<'_> {
    fn by_kind(&self, kind: &ErrorKind) -> SyntaxError {
        use ErrorKind as K;
        match kind {
            K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => {
                self.here("this quote is never closed")
            }
            K::InvalidQuotedScalarIndent => {
                let message = "this quote is never closed";
                let quote = self
                    .quote
                    .map(|quote| error(self.text, quote..quote + 1, message));
                quote.unwrap_or_else(|| self.here(message))
            }
            K::InvalidTrailingSingleQuotedScalar => self
                .here("unexpected text behind the closing quote")
                .with_help("write a `'` inside single quotes as `''`"),
            K::InvalidTrailingDoubleQuotedScalar => self
                .here("unexpected text behind the closing quote")
                .with_help("write a `\"` inside double quotes as `\\\"`"),
            K::UnknownQuotedScalarEscape
            | K::InvalidQuotedScalarHexEscape
            | K::InvalidUnicodeEscape
            | K::InvalidLowSurrogateHexEscape
            | K::InvalidLowSurrogate
            | K::MissingLowSurrogate
            | K::UnpairedLowSurrogate => self.escape(),
            K::MappingValueNotAllowed => self.mapping_value(),
            K::SimpleKeyExpected => self.key_without_colon(),
            K::ExpectedBlockMappingKey => self.no_key(),
            K::ExpectedBlockSequenceEntry => self.no_item(),
            K::BlockSequenceEntryNotAllowed => self
                .here("a list cannot start on the line of its key")
                .with_help("put the `-` on the next line"),
            K::BlockEntryInFlowCollection => self
                .here("`-` cannot start an item inside brackets")
                .with_help("separate the items by `,`"),
            K::UnclosedFlowCollection { open } => {
                self.here(&format!("this `{open}` is never closed"))
            }
            K::ExpectedFlowMappingSeparator
            | K::ExpectedFlowSequenceSeparator
            | K::InvalidColonPlacement
            | K::UnexpectedEofFlowMapping
            | K::UnexpectedEofFlowSequence
            | K::UnexpectedEofImplicitFlowMapping => self.in_brackets(),
            K::MisplacedFlowCollectionEnd => self.here("this bracket closes nothing"),
            K::MismatchedFlowCollectionEnd { open, close } => {
                self.here(&format!("this `{open}` is closed by a `{close}`"))
            }
            K::UnexpectedCharacter { character } if character.is_control() => {
                let code = u32::from(*character);
                self.here(&format!("control character U+{code:04X} is not allowed"))
            }
            K::UnexpectedCharacter { character } => self
                .here(&format!("a value cannot start with `{character}`"))
                .with_help(QUOTE_IT),
            K::MissingAnchorOrAliasName => self
                .here("an anchor or alias needs a name")
                .with_help("quote the value if it is neither"),
            K::UnknownAnchor => self.unknown_anchor(),
            K::UndeclaredTagHandle => self
                .word("nothing declares the handle of this tag")
                .with_help("quote the value if no tag is meant"),
            K::ExpectedDocumentStart if !self.rest_of_document().is_empty() => self.second_value(),
            K::ExpectedDocumentStart
            | K::MissingDocumentEndBeforeDirective
            | K::DirectiveDisallowed => self.directive(),
            K::InvalidBlockScalarHeader | K::ZeroBlockScalarIndent => self
                .rest_of_line("no text can stand on the line of `|` or `>`")
                .with_help("put the text on the next line, and indent it"),
            K::InvalidBlockScalarIndent => self.line("this line is indented wrongly"),
            K::CommentInterceptedScalar => self
                .rest_of_line("a comment cannot stand inside a value of several lines")
                .with_help("quote the value, or move the comment"),
            K::BomInsideDocument => self
                .here("byte order mark inside a document")
                .with_help("remove this invisible character"),
            K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabInIndentation
            | K::TabInPlainScalar
            | K::TabAtBlockScalarStart
            | K::InvalidBlockEntryWhitespace
            | K::InvalidMappingValueWhitespace => self.next_tab(),
            K::RecursionLimitExceeded => {
                let SyntaxError { range, .. } = self.here("");
                SyntaxError::too_deep(range)
            }
            other => self.here(&other.to_string()),
        }
    }

    /// An expression of Helm, Jinja or the like on this line, or one that starts a value on the
    /// line before.
    fn template(&self) -> Option<SyntaxError> {
        let line = self.line_range();
        let before = self.line_before(line.start).and_then(|before| {
            let range = find_template(self.text, before.clone())?;
            let lead = self.text[before.start..range.start].trim_end();
            (lead.is_empty() || lead.ends_with([':', '-'])).then_some(range)
        });
        let range = find_template(self.text, line).or(before)?;
        Some(SyntaxError::template(range))
    }

    /// `${NAME}` inside brackets, where YAML takes its brace for another mapping.
    fn variable(&self) -> Option<SyntaxError> {
        let start = self.text[..self.at].strip_suffix('$')?.len();
        let line = self.text[self.at..].lines().next()?;
        let length = line.strip_prefix('{')?.find('}')? + "${}".len();
        Some(SyntaxError::template(start..start + length))
    }

    /// A value that a placeholder begins which is no YAML: `version: %VERSION%`.
    fn placeholder(&self) -> Option<SyntaxError> {
        let range = self.line_range();
        let line = &self.text[range.clone()];
        let separators = line.match_indices([':', '-']);
        let starts = separators.map(|(at, _)| at + 1);
        let values = starts.filter_map(|start| {
            let value = line[start..].trim_start_matches(' ');
            (value.len() < line[start..].len()).then_some(value)
        });
        let mut values = values.filter(|value| starts_with_placeholder(value));
        let value = values.next_back()?;
        let start = range.end - value.len();
        Some(SyntaxError::template(start..range.end))
    }

    fn conflict_marker(&self) -> Option<SyntaxError> {
        let is_marker = |line: &&str| {
            ["<<<<<<< ", "=======\n", ">>>>>>> "]
                .iter()
                .any(|marker| line.starts_with(marker))
        };
        let lines = &self.text[self.document.start..self.line_range().end];
        let line = lines.split_inclusive('\n').find(is_marker)?;
        let start = line.as_ptr() as usize - self.text.as_ptr() as usize;
        let range = start as u32..(start + line.trim_end().len()) as u32;
        Some(
            SyntaxError::new(range, "this is a conflict marker of Git")
                .with_help("resolve the conflict"),
        )
    }

    /// A character on this line or the one before it that only kubectl takes for a line break.
    fn line_break_of_old(&self) -> Option<SyntaxError> {
        let line = self.line_range().start;
        let before = self.text[self.document.start..line].trim_end_matches(['\r', '\n']);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1) + self.document.start;
        let breaks = content::line_breaks_of_old(&self.text[start..self.at]);
        let (at, length) = breaks.last()?;
        let at = start + at;
        let c = self.text[at..].chars().next()?;
        let message = format!("kubectl takes U+{:04X} for a line break", u32::from(c));
        Some(
            SyntaxError::new(at as u32..(at + length) as u32, message)
                .with_help("remove this invisible character"),
        )
    }

    fn tab_in_indentation(&self) -> Option<SyntaxError> {
        let line = self.line_range();
        let text = &self.text[line.clone()];
        let indentation = text.len() - text.trim_start_matches([' ', '\t']).len();
        let tab = text[..indentation].find('\t')?;
        let tabs = text[tab..].bytes().take_while(|c| *c == b'\t').count();
        let start = (line.start + tab) as u32;
        Some(SyntaxError::tab(start..start + tabs as u32))
    }

    /// The first tab from the error on that indents a line, or else the first one.
    fn next_tab(&self) -> SyntaxError {
        let rest = &self.text[self.at..self.document.end];
        let mut tabs = rest.match_indices('\t').map(|(tab, _)| self.at + tab);
        let indents = |tab: &usize| {
            let before = self.text[..*tab].trim_end_matches([' ', '\t']);
            before.ends_with('\n')
        };
        let Some(tab) = tabs.clone().find(indents).or_else(|| tabs.next()) else {
            return self.here("a tab cannot stand here");
        };
        SyntaxError::tab(tab as u32..tab as u32 + 1)
    }

    /// The parser only knows where the string starts.
    fn escape(&self) -> SyntaxError {
        let start = self.at + 1;
        let bad = escape::find_bad(&self.text[start..self.document.end]);
        match bad {
            Some(range) => escape::error(self.text, start + range.start..start + range.end),
            None => self.here("this string holds a wrong escape"),
        }
    }

    /// A `:` where no mapping can start.
    fn mapping_value(&self) -> SyntaxError {
        let line = self.line_range();
        let key = line.start + indentation(&self.text[line.clone()])..self.at;
        if let Some(colon) = self.text[key.clone()].find(": ") {
            let value = key.start + colon + 2..line.end;
            let message = "a value that contains `: ` has to be quoted";
            return error(self.text, value, message).with_help(QUOTE_IT);
        }
        let Some(before) = self.line_before(line.start) else {
            return error(self.text, key, "a key cannot be that long");
        };
        let text = self.text[before.clone()].trim();
        let before = before.start + indentation(&self.text[before.clone()])..before.end;
        if !text.contains(": ") && !text.ends_with(':') {
            let message = "this line lacks a `:` behind its key";
            return error(self.text, before, message);
        }
        let message = "this key is indented deeper than one that already has a value";
        error(self.text, key, message).with_help(ALIGN_IT)
    }

    /// Something behind the document's only value.
    fn second_value(&self) -> SyntaxError {
        let before = self.line_before(self.line_range().start);
        let is_word = |line: &Range<usize>| {
            let text = &self.text[line.clone()];
            !text.contains(':') && text.starts_with(char::is_alphanumeric)
        };
        if let Some(line) = before.filter(is_word) {
            return error(self.text, line, "this line lacks a `:` behind its key");
        }
        let message = "the document ends before this, and kubectl drops the rest without a word";
        SyntaxError::new(self.rest_of_document(), message)
            .with_help("start another document with `---`")
    }

    fn key_without_colon(&self) -> SyntaxError {
        let line = self.line_range();
        let text = &self.text[self.at..line.end];
        match text.find(':') {
            Some(colon) if text[colon + 1..].starts_with(|c: char| !c.is_whitespace()) => {
                let at = self.at + colon;
                error(self.text, at..at + 1, "a space has to follow this `:`")
            }
            _ => self.rest_of_line("this line lacks a `:` behind its key"),
        }
    }

    /// Something that is no key stands where one was expected.
    fn no_key(&self) -> SyntaxError {
        if let Some(error) = self.dash_without_space() {
            return error;
        }
        let line = self.line_range();
        let text = &self.text[line.clone()];
        let start = line.start + indentation(text);
        if text.trim_start().starts_with("- ") {
            return error(
                self.text,
                start..line.end,
                "a list item cannot stand among the keys of a mapping",
            )
            .with_help(ALIGN_IT);
        }
        if start == self.at {
            self.line("the indentation of this line fits none of the keys above it")
                .with_help(ALIGN_IT)
        } else {
            self.rest_of_line("unexpected text behind the value")
        }
    }

    /// Something that is no item stands where one was expected.
    fn no_item(&self) -> SyntaxError {
        self.dash_without_space().unwrap_or_else(|| {
            self.rest_of_line("this stands among the items of a list, but does not start with `- `")
                .with_help(ALIGN_IT)
        })
    }

    /// `-name: x` on this line or the one before.
    fn dash_without_space(&self) -> Option<SyntaxError> {
        let line = self.line_range();
        let lines = [Some(line.clone()), self.line_before(line.start)];
        let mut starts = lines.into_iter().flatten().map(|line| {
            let text = &self.text[line.clone()];
            (line.start + indentation(text), text.trim_start())
        });
        let (at, _) = starts.find(|(_, text)| {
            let item = text.strip_prefix('-').unwrap_or_default();
            item.contains(": ") && item.starts_with(|c: char| c.is_alphanumeric())
        })?;
        Some(error(
            self.text,
            at..at + 1,
            "a space has to follow this `-`",
        ))
    }

    /// Something that cannot go on what a bracket has started.
    fn in_brackets(&self) -> SyntaxError {
        let rest = &self.text[self.at..self.document.end];
        let Some(bracket) = self.bracket else {
            return self.here("expected `,` or a closing bracket");
        };
        let (open, close) = if self.text[bracket..].starts_with('{') {
            ('{', '}')
        } else {
            ('[', ']')
        };
        if !rest.contains(close) {
            let message = format!("this `{open}` is never closed");
            return error(self.text, bracket..bracket + 1, &message);
        }
        match rest.chars().next() {
            Some(',') => self.here("a value is missing before this comma"),
            Some(c) => self.here(&format!("expected `,` or `{close}`, found `{c}`")),
            None => self.here(&format!("expected `,` or `{close}`")),
        }
    }

    fn unknown_anchor(&self) -> SyntaxError {
        let ends = |c: char| c.is_whitespace() || ",[]{}".contains(c);
        let rest = &self.text[self.at + 1..];
        let name = rest.split(ends).next().unwrap_or_default();
        let range = self.at..self.at + 1 + name.len();
        let message = format!("no anchor `&{name}` stands before this alias");
        error(self.text, range, &message).with_help("quote the value if no alias is meant")
    }

    fn directive(&self) -> SyntaxError {
        let lines = self.text[self.document.clone()].split_inclusive('\n');
        let directive = lines.into_iter().find(|line| line.starts_with('%'));
        let message = "kubectl refuses YAML directives";
        let error = match directive {
            Some(line) => {
                let start = line.as_ptr() as usize - self.text.as_ptr() as usize;
                error(self.text, start..start + line.len(), message)
            }
            None => self.here(message),
        };
        error.with_help("remove this line")
    }

    /// The line of the error, without its end.
    fn line_range(&self) -> Range<usize> {
        let before = &self.text[self.document.start..self.at];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let behind = &self.text[self.at..self.document.end];
        let length = behind.find(['\r', '\n']).unwrap_or(behind.len());
        self.document.start + start..self.at + length
    }

    /// The last line before this one that is neither blank nor a comment.
    fn line_before(&self, start: usize) -> Option<Range<usize>> {
        let mut end = start;
        let lines = self.text[self.document.start..start].split_inclusive('\n');
        for line in lines.rev() {
            let start = end - line.len();
            let text = line.trim();
            if !text.is_empty() && !text.starts_with('#') {
                return Some(start..start + line.trim_end().len());
            }
            end = start;
        }
        None
    }

    fn rest_of_document(&self) -> Range<u32> {
        let rest = self.text[self.at..self.document.end].trim_end();
        self.at as u32..(self.at + rest.len()) as u32
    }

    /// The character at which the parser gave up.
    fn here(&self, message: &str) -> SyntaxError {
        let c = self.text[self.at..self.document.end].chars().next();
        let length = match c {
            Some('\n' | '\r') | None => 0,
            Some(c) => c.len_utf8(),
        };
        error(self.text, self.at..self.at + length, message)
    }

    /// The word that starts there.
    fn word(&self, message: &str) -> SyntaxError {
        let line = self.line_range();
        let rest = &self.text[self.at..line.end];
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        error(self.text, self.at..self.at + length, message)
    }

    fn rest_of_line(&self, message: &str) -> SyntaxError {
        error(self.text, self.at..self.line_range().end, message)
    }

    fn line(&self, message: &str) -> SyntaxError {
        let line = self.line_range();
        let start = line.start + indentation(&self.text[line.clone()]);
        error(self.text, start..line.end, message)
    }
}

/// The first template expression on a line outside of quotes.
pub(super) fn find_template(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let line_text = &text[line.clone()];
    let (at, end) = [("{{", "}}"), ("{%", "%}")]
        .into_iter()
        .find_map(|(open, close)| Some((line_text.find(open)?, close)))?;
    let quoted = |quote| line_text[..at].matches(quote).count() % 2 == 1;
    if quoted('"') || quoted('\'') {
        return None;
    }
    let rest = &line_text[at..];
    let length = rest.find(end).map_or(rest.len(), |close| close + end.len());
    Some(line.start + at..line.start + at + length)
}

/// An error about a part of the text, white space at its end left out.
fn error(text: &str, range: Range<usize>, message: &str) -> SyntaxError {
    let start = text.floor_char_boundary(range.start);
    let end = text.ceil_char_boundary(range.end.max(start));
    let length = text[start..end].trim_end().len();
    SyntaxError::new(start as u32..(start + length) as u32, message)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests;
