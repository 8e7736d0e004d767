//! Literal and folded scalars in documents with line breaks that only YAML 1.1 has, as go-yaml
//! reads them (`scannerc.go:yaml_parser_scan_block_scalar`). The parser has seen line feeds in
//! their place, with spaces before them that are not in the value.

use super::content::{is_break, next_break};

/// The value of the scalar whose text begins at `at`. Nothing if its header says how far it is
/// indented: from where, only the parser knows.
pub(super) fn value(document: &str, at: usize) -> Option<String> {
    let header = Header::before(&document[..at])?;
    let mut scalar = Scalar {
        rest: &document[header.end..],
        column: 0,
        indentation: 0,
        breaks: String::new(),
        has_end: document.ends_with('\n'),
    };
    Some(scalar.read(header.folds, header.chomping))
}

/// `|`, `>-` and the like.
struct Header {
    folds: bool,
    /// `+`, `-`, or nothing.
    chomping: Option<char>,
    /// Where the next line begins.
    end: usize,
}

impl Header {
    /// The one in the last line with text. What looks like one in its comment is behind it.
    fn before(text: &str) -> Option<Self> {
        let with_text = text.trim_end_matches(|c| matches!(c, ' ' | '\t') || is_break(c));
        let line = with_text.rsplit(is_break).next()?;
        let mut all = line.match_indices(['|', '>']);
        let (sign, indicators) = all.find_map(|(at, sign)| {
            let rest = &line[at + 1..];
            let end = rest.find([' ', '\t']).unwrap_or(rest.len());
            let behind = rest[end..].trim_start_matches([' ', '\t']);
            let are_indicators = rest[..end]
                .chars()
                .all(|c| matches!(c, '+' | '-' | '0'..='9'));
            let is_it = are_indicators && (behind.is_empty() || behind.starts_with('#'));
            is_it.then_some((sign, &rest[..end]))
        })?;
        if indicators.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let end = next_break(&text[with_text.len()..]);
        Some(Self {
            folds: sign == ">",
            chomping: indicators.chars().next(),
            end: with_text.len() + end.at + end.length,
        })
    }
}

/// A scalar while it is read.
struct Scalar<'t> {
    rest: &'t str,
    /// The column in which `rest` begins.
    column: usize,
    /// How far its lines are indented; 0 as long as that is not known.
    indentation: usize,
    /// The line breaks behind the last line with text, but for the one that ends it.
    breaks: String,
    /// Whether the document ends with a line feed. Kubectl adds one that is missing.
    has_end: bool,
}

impl Scalar<'_> {
    fn read(&mut self, folds: bool, chomping: Option<char>) -> String {
        let mut value = String::new();
        // The line break that ends the last line, and whether that line begins with a blank.
        let mut ending = None;
        let mut was_indented = false;
        self.skip_breaks();
        while self.column == self.indentation && !self.rest.is_empty() {
            let is_indented = self.rest.starts_with([' ', '\t']);
            if folds && !was_indented && !is_indented && ending == Some('\n') {
                if self.breaks.is_empty() {
                    value.push(' ');
                }
            } else {
                value.extend(ending);
            }
            value.push_str(&self.breaks);
            self.breaks.clear();
            was_indented = is_indented;
            let end = next_break(self.rest);
            value.push_str(&self.rest[..end.at]);
            ending = (end.length > 0).then_some(end.as_read);
            self.rest = &self.rest[end.at + end.length..];
            self.column = 0;
            self.skip_breaks();
        }
        if self.rest.is_empty() && !self.has_end {
            match ending {
                None => ending = Some('\n'),
                Some(_) => self.breaks.push('\n'),
            }
        }
        if chomping != Some('-') {
            value.extend(ending);
        }
        if chomping == Some('+') {
            value.push_str(&self.breaks);
        }
        value
    }

    /// Goes to the next line with text, and into its indentation
    /// (`scannerc.go:yaml_parser_scan_block_scalar_breaks`).
    fn skip_breaks(&mut self) {
        let mut furthest = 0;
        loop {
            let spaces = self.rest.len() - self.rest.trim_start_matches(' ').len();
            let most = match self.indentation {
                0 => spaces,
                known => spaces.min(known),
            };
            furthest = furthest.max(most);
            self.column = most;
            self.rest = &self.rest[most..];
            let end = next_break(self.rest);
            if end.at > 0 || end.length == 0 {
                break;
            }
            self.breaks.push(end.as_read);
            self.rest = &self.rest[end.length..];
            self.column = 0;
        }
        if self.indentation == 0 {
            self.indentation = furthest.max(1);
        }
    }
}
