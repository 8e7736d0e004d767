//! The YAML that manifests are made of, read line by line straight into the [`Tree`]: several times
//! as fast as the full parser. Anything unusual (anchors, tags, explicit keys, tabs that indent,
//! errors of any kind) stops it, and the full parser reads the document instead. What it does read
//! it reads exactly as the full parser does; the differential tests hold it to that.
//!
//! It is long because it is one state machine: its parts call each other.

use super::content::{self, Block, Style};
use super::escape;
use super::tree::{Form, Tree};
use std::ops::Range;

/// The document is not for this parser.
#[derive(Debug)]
pub(super) struct Unusual;

type Result<T> = std::result::Result<T, Unusual>;

/// How deep collections nest in manifests.
const MOST_DEPTH: u32 = 100;

/// Longer keys may be too long for a key.
const MOST_KEY: usize = 1000;

/// Adds one document of the tree's text to the tree.
pub(super) fn parse(tree: &mut Tree<'_>, range: Range<usize>) -> Result<()> {
    let text = &tree.text()[..range.end];
    check_characters(&text[range.start..])?;
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: range.start,
        line: range.start,
        column: END,
        depth: 0,
        value: String::new(),
        tree,
    };
    parser.next_line()?;
    if parser.column == END {
        return Ok(());
    }
    parser.node(parser.column, NO_PARENT)?;
    if parser.column == END {
        Ok(())
    } else {
        Err(Unusual)
    }
}

/// Stops at control characters, lone carriage returns, and what may be a line break or a byte
/// order mark.
fn check_characters(text: &str) -> Result<()> {
    let bytes = text.as_bytes();
    let (mut odd, mut returns, mut beyond_ascii) = (false, false, false);
    for &c in bytes {
        odd |= (c < b' ' && c != b'\n' && c != b'\t' && c != b'\r') || c == 0x7f;
        returns |= c == b'\r';
        beyond_ascii |= c >= 0x80;
    }
    if returns {
        let mut all = memchr::memchr_iter(b'\r', bytes);
        odd |= all.any(|at| bytes.get(at + 1) != Some(&b'\n'));
    }
    if beyond_ascii {
        odd |= text.chars().any(is_odd);
    }
    if odd { Err(Unusual) } else { Ok(()) }
}

fn is_odd(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// The column of a node, and of the collection it belongs to.
type Column = isize;

/// The column behind the last line.
const END: Column = -1;

/// The column of the collection that holds the document's top.
const NO_PARENT: Column = -1;

struct Parser<'p, 's> {
    tree: &'p mut Tree<'s>,
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    /// The start of the current line.
    line: usize,
    /// The column of the first thing on the current line. Every method that reads a whole node
    /// leaves it, and `at`, on the next line that is neither blank nor a comment.
    column: Column,
    depth: u32,
    /// The memory of the last block scalar.
    value: String,
}

/// Reading lines.
impl Parser<'_, '_> {
    /// The byte at a place; a line feed behind the end.
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn is_blank_or_end(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n' | b'\r')
    }

    /// The end of the line that holds a place, line break not included.
    fn line_end(&self, at: usize) -> usize {
        let length = memchr::memchr(b'\n', &self.bytes[at..]);
        let end = length.map_or(self.bytes.len(), |length| at + length);
        if end > at && self.bytes[end - 1] == b'\r' {
            end - 1
        } else {
            end
        }
    }

    fn skip_spaces(&mut self) {
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
    }

    /// Reads a comment up to the end of its line.
    fn comment(&mut self) {
        let end = self.line_end(self.at);
        self.tree.push_comment(self.at as u32, end as u32);
        self.at = end;
    }

    /// Behind a value: only a comment may follow on its line.
    fn end_line(&mut self) -> Result<()> {
        self.rest_of_line()?;
        self.next_line()
    }

    fn rest_of_line(&mut self) -> Result<()> {
        self.skip_spaces();
        // Behind a quote, a bracket or `|`, go-yaml wants no space before a comment.
        if self.byte(self.at) == b'#' {
            self.comment();
        }
        self.line_break()
    }

    fn line_break(&mut self) -> Result<()> {
        match self.line_break_length(self.at) {
            0 => Err(Unusual),
            length => {
                self.at += length;
                Ok(())
            }
        }
    }

    /// From the start of a line on to the next thing that is neither blank nor a comment.
    fn next_line(&mut self) -> Result<()> {
        while self.at < self.bytes.len() {
            self.line = self.at;
            self.skip_spaces();
            match self.byte(self.at) {
                b'\n' | b'\r' => self.line_break()?,
                b'#' => {
                    self.comment();
                    self.line_break()?;
                }
                b'\t' => return Err(Unusual),
                _ => {
                    self.column = (self.at - self.line).cast_signed();
                    return Ok(());
                }
            }
        }
        self.column = END;
        Ok(())
    }
}

/// A key: its form, its place, and the place of its text where that is the key.
struct Key {
    form: Form,
    range: Range<usize>,
    /// Whether its value has to be decoded.
    encoded: bool,
}

impl Key {
    fn plain(range: Range<usize>) -> Self {
        Self {
            form: Form::Plain,
            range,
            encoded: false,
        }
    }
}

/// Block style.
impl Parser<'_, '_> {
    /// Reads the node that starts here, in this column.
    fn node(&mut self, column: Column, parent: Column) -> Result<()> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Unusual);
        }
        match self.byte(self.at) {
            b'-' if self.is_blank_or_end(self.at + 1) => self.sequence(column)?,
            b'"' | b'\'' => {
                let key = self.quoted()?;
                if self.byte(self.at) == b':' {
                    self.mapping(column, key)?;
                } else {
                    self.push_quoted(&key);
                    self.end_line()?;
                }
            }
            b'|' | b'>' | b'[' | b'{' => self.value(parent)?,
            _ => {
                let start = self.at;
                let end = self.plain_end(start)?;
                if self.byte(end) == b':' {
                    self.mapping(column, Key::plain(start..end))?;
                } else {
                    self.plain(parent, end)?;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads the value that starts here, which is neither a sequence nor a mapping in block style.
    fn value(&mut self, parent: Column) -> Result<()> {
        match self.byte(self.at) {
            b'"' | b'\'' => {
                let string = self.quoted()?;
                self.push_quoted(&string);
                self.end_line()
            }
            b'|' | b'>' => self.block_scalar(parent),
            b'[' | b'{' => {
                self.flow()?;
                self.end_line()
            }
            _ => {
                let end = self.value_end(self.at)?;
                self.plain(parent, end)
            }
        }
    }

    fn mapping(&mut self, column: Column, first: Key) -> Result<()> {
        self.tree.open(Form::Map, first.range.start as u32);
        let mut key = first;
        loop {
            let colon = key.range.end;
            if colon - key.range.start > MOST_KEY
                || key.range.start < self.line
                || self.byte(colon) != b':'
                || !self.is_blank_or_end(colon + 1)
            {
                return Err(Unusual);
            }
            self.push_key(&key);
            self.at = colon + 1;
            self.mapping_value(column, colon + 1)?;
            if self.column != column {
                break;
            }
            key = match self.byte(self.at) {
                b'"' | b'\'' => self.quoted()?,
                _ => Key::plain(self.at..self.plain_end(self.at)?),
            };
        }
        if self.column > column {
            return Err(Unusual);
        }
        self.tree.close(None);
        Ok(())
    }

    /// Reads what stands behind the colon of a key in this column.
    fn mapping_value(&mut self, column: Column, behind: usize) -> Result<()> {
        self.skip_spaces();
        if !matches!(self.byte(self.at), b'\n' | b'\r' | b'#') {
            return self.value(column);
        }
        self.end_line()?;
        if self.column > column {
            self.node(self.column, column)
        } else if self.column == column && self.is_item() {
            self.sequence(column)
        } else {
            self.push_absent(behind);
            Ok(())
        }
    }

    fn is_item(&self) -> bool {
        self.byte(self.at) == b'-' && self.is_blank_or_end(self.at + 1)
    }

    fn sequence(&mut self, column: Column) -> Result<()> {
        self.tree.open(Form::Seq, self.at as u32);
        loop {
            let behind = self.at + 1;
            self.at = behind;
            self.skip_spaces();
            if matches!(self.byte(self.at), b'\n' | b'\r' | b'#') {
                self.end_line()?;
                if self.column > column {
                    self.node(self.column, column)?;
                } else {
                    self.push_absent(behind);
                }
            } else {
                self.node((self.at - self.line).cast_signed(), column)?;
            }
            if self.column != column || !self.is_item() {
                break;
            }
        }
        if self.column > column {
            return Err(Unusual);
        }
        self.tree.close(None);
        Ok(())
    }

    fn push_absent(&mut self, at: usize) {
        let at = at as u32;
        self.tree.push_scalar(Form::Plain, at..at, at..at);
    }

    fn push_key(&mut self, key: &Key) {
        if key.form == Form::Plain {
            let range = key.range.start as u32..key.range.end as u32;
            self.tree.push_scalar(Form::Plain, range.clone(), range);
        } else {
            self.push_quoted(key);
        }
    }
}

/// Scalars.
impl Parser<'_, '_> {
    /// Where the plain scalar that starts here ends on its line: at a colon, before white space at
    /// the end of the line, or before a comment.
    fn plain_end(&self, start: usize) -> Result<usize> {
        let first = self.byte(start);
        let may_be_indicator = matches!(first, b'-' | b'?' | b':');
        if is_indicator(first) || may_be_indicator && self.is_blank_or_end(start + 1) {
            return Err(Unusual);
        }
        self.plain_rest(start)
    }

    /// The same for a line on which a scalar goes on.
    fn plain_rest(&self, start: usize) -> Result<usize> {
        let mut at = start;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            at += rest
                .iter()
                .take_while(|c| !MAY_END[usize::from(**c)])
                .count();
            match self.byte(at) {
                b'\n' | b'\r' => break,
                b'\t' => return Err(Unusual),
                b':' if self.is_blank_or_end(at + 1) => {
                    // A space before the colon is unusual.
                    return if at > start && self.bytes[at - 1] == b' ' {
                        Err(Unusual)
                    } else {
                        Ok(at)
                    };
                }
                b':' if self.byte(at + 1) == b'\t' => return Err(Unusual),
                b'#' if at > start && self.bytes[at - 1] == b' ' => break,
                _ => {}
            }
            at += 1;
        }
        while self.bytes[at - 1] == b' ' {
            at -= 1;
        }
        Ok(at)
    }

    /// A plain scalar that is a value, to its end on this line; it may go on on lines that are
    /// indented more than `parent`.
    fn plain(&mut self, parent: Column, first_end: usize) -> Result<()> {
        let start = self.at;
        let comments = self.tree.comments().len();
        let mut end = first_end;
        self.at = end;
        self.end_line()?;
        while self.column > parent {
            if self.tree.comments().len() > comments || self.is_marker() {
                return Err(Unusual);
            }
            end = self.plain_rest(self.at)?;
            if self.byte(end) == b':' {
                return Err(Unusual);
            }
            self.at = end;
            self.end_line()?;
        }
        let range = start as u32..end as u32;
        if end == first_end {
            self.tree.push_scalar(Form::Plain, range.clone(), range);
        } else {
            let raw = &self.text[start..end];
            let fold = |value: &mut String| content::fold(raw, Style::Plain, value);
            self.tree.push_decoded(Form::Plain, range, fold);
        }
        Ok(())
    }

    /// The end of a plain scalar that is no key.
    fn value_end(&self, start: usize) -> Result<usize> {
        let end = self.plain_end(start)?;
        if self.byte(end) == b':' {
            Err(Unusual)
        } else {
            Ok(end)
        }
    }

    /// Whether the line starts a document or ends one, or may do so.
    fn is_marker(&self) -> bool {
        let line = self.text.get(self.line..).unwrap_or_default();
        line.starts_with("---") || line.starts_with("...") || line.starts_with('%')
    }

    /// Reads the string that starts here.
    fn quoted(&mut self) -> Result<Key> {
        let start = self.at;
        let (form, encoded) = if self.byte(start) == b'"' {
            (Form::DoubleQuoted, self.double_quoted()?)
        } else {
            (Form::SingleQuoted, self.single_quoted()?)
        };
        Ok(Key {
            form,
            range: start..self.at,
            encoded,
        })
    }

    fn double_quoted(&mut self) -> Result<bool> {
        let start = self.at + 1;
        let (mut at, mut encoded) = (start, false);
        loop {
            let rest = self.bytes.get(at..).ok_or(Unusual)?;
            at += memchr::memchr3(b'"', b'\\', b'\n', rest).ok_or(Unusual)?;
            match self.bytes[at] {
                b'"' => break,
                b'\\' => match self.line_break_length(at + 1) {
                    0 => at += 2,
                    length => at = self.string_line(at + 1 + length)?,
                },
                _ => at = self.string_line(at + 1)?,
            }
            encoded = true;
        }
        self.at = at + 1;
        let inner = &self.text[start..at];
        if encoded && escape::find_bad(inner).is_some() {
            return Err(Unusual);
        }
        Ok(encoded)
    }

    fn single_quoted(&mut self) -> Result<bool> {
        let (mut at, mut encoded) = (self.at + 1, false);
        loop {
            let rest = self.bytes.get(at..).ok_or(Unusual)?;
            at += memchr::memchr2(b'\'', b'\n', rest).ok_or(Unusual)?;
            if self.bytes[at] == b'\n' {
                at = self.string_line(at + 1)?;
            } else if self.byte(at + 1) == b'\'' {
                at += 2;
            } else {
                break;
            }
            encoded = true;
        }
        self.at = at + 1;
        Ok(encoded)
    }

    fn line_break_length(&self, at: usize) -> usize {
        match self.byte(at) {
            b'\n' => 1,
            b'\r' => 2,
            _ => 0,
        }
    }

    /// A string goes on on the line that starts here.
    fn string_line(&mut self, start: usize) -> Result<usize> {
        self.line = start;
        let rest = self.bytes.get(start..).ok_or(Unusual)?;
        if self.is_marker() {
            return Err(Unusual);
        }
        let blanks = rest.iter().take_while(|c| matches!(c, b' ' | b'\t'));
        Ok(start + blanks.count())
    }

    fn push_quoted(&mut self, string: &Key) {
        let Range { start, end } = string.range;
        let range = start as u32..end as u32;
        if string.encoded {
            let style = match string.form {
                Form::DoubleQuoted => Style::DoubleQuoted,
                _ => Style::SingleQuoted,
            };
            let raw = &self.text[start + 1..end - 1];
            let fold = |value: &mut String| content::fold(raw, style, value);
            self.tree.push_decoded(string.form, range, fold);
        } else {
            let content = range.start + 1..range.end - 1;
            self.tree.push_scalar(string.form, range, content);
        }
    }

    /// Reads the literal or folded scalar that starts here.
    fn block_scalar(&mut self, parent: Column) -> Result<()> {
        let form = match self.byte(self.at) {
            b'|' => Form::Literal,
            _ => Form::Folded,
        };
        if parent == NO_PARENT {
            return Err(Unusual);
        }
        self.at += 1;
        let chomping = self.byte(self.at);
        if matches!(chomping, b'-' | b'+') {
            self.at += 1;
        }
        self.rest_of_line()?;
        let value = std::mem::take(&mut self.value);
        let mut block = Block::new(form == Form::Folded, value);
        let range = self.block_lines(parent, &mut block)?;
        self.value = block.finish(chomping);
        let value = &self.value;
        self.tree
            .push_decoded(form, range, |decoded| decoded.push_str(value));
        self.next_line()
    }

    /// Reads the lines of a block scalar. Returns where its text stands.
    fn block_lines(&mut self, parent: Column, block: &mut Block) -> Result<Range<u32>> {
        let (mut start, mut end) = (None, 0);
        let mut indentation = 0;
        let mut most_spaces = 0;
        while self.at < self.bytes.len() {
            self.line = self.at;
            self.skip_spaces();
            let spaces = self.at - self.line;
            let first = self.byte(self.at);
            if matches!(first, b'\n' | b'\r') {
                // Spaces beyond the indentation are text.
                if start.is_some() && spaces > indentation {
                    return Err(Unusual);
                }
                most_spaces = most_spaces.max(spaces);
                // Spaces at the very end are no line.
                if self.at < self.bytes.len() {
                    block.blank_line();
                }
                self.line_break()?;
                continue;
            }
            if start.is_none() && spaces.cast_signed() > parent {
                if most_spaces > spaces || first == b'\t' {
                    return Err(Unusual);
                }
                indentation = spaces;
                start = Some(self.at);
            }
            if start.is_none() || spaces < indentation {
                // Less indentation ends it, but only a comment may have more than the parent.
                if first == b'\t'
                    || start.is_some() && spaces.cast_signed() > parent && first != b'#'
                {
                    return Err(Unusual);
                }
                self.at = self.line;
                break;
            }
            let text_start = self.line + indentation;
            end = self.line_end(text_start);
            block.line(&self.text[text_start..end]);
            self.at = end;
            self.line_break()?;
        }
        let start = start.ok_or(Unusual)?;
        let trimmed = self.text[start..end].trim_end_matches(['\n', '\r', ' ']);
        Ok(start as u32..(start + trimmed.len()) as u32)
    }
}

/// Flow style.
impl Parser<'_, '_> {
    /// Reads the collection in brackets that starts here.
    fn flow(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Unusual);
        }
        let (form, close) = match self.byte(self.at) {
            b'{' => (Form::FlowMap, b'}'),
            _ => (Form::FlowSeq, b']'),
        };
        self.tree.open(form, self.at as u32);
        self.at += 1;
        self.flow_blank()?;
        while self.bytes[self.at] != close {
            if form == Form::FlowMap {
                self.flow_key()?;
            }
            match self.bytes[self.at] {
                b'[' | b'{' => self.flow()?,
                _ => self.flow_scalar()?,
            }
            self.flow_blank()?;
            match self.bytes[self.at] {
                b',' => {
                    self.at += 1;
                    self.flow_blank()?;
                }
                c if c == close => {}
                _ => return Err(Unusual),
            }
        }
        self.at += 1;
        self.tree.close(Some(self.at as u32));
        self.depth -= 1;
        Ok(())
    }

    /// A key and its colon.
    fn flow_key(&mut self) -> Result<()> {
        let start = self.at;
        let is_quoted = matches!(self.byte(start), b'"' | b'\'');
        self.flow_scalar()?;
        self.skip_spaces();
        let is_colon = self.byte(self.at) == b':';
        let is_short = self.at - start <= MOST_KEY;
        let is_separated = is_quoted || self.is_blank_or_end(self.at + 1);
        if !is_colon || !is_short || !is_separated || self.line > start {
            return Err(Unusual);
        }
        self.at += 1;
        self.flow_blank()
    }

    /// Skips spaces, line breaks and comments; something has to follow. Tabs may stand behind what
    /// cannot go on.
    fn flow_blank(&mut self) -> Result<()> {
        let may_be_tab = matches!(self.bytes[self.at - 1], b',' | b'[' | b']' | b'{' | b'}');
        loop {
            self.skip_spaces();
            match self.bytes.get(self.at) {
                Some(b'\n' | b'\r') => {
                    self.line_break()?;
                    self.line = self.at;
                    if self.is_marker() {
                        return Err(Unusual);
                    }
                }
                Some(b'\t') if may_be_tab => self.at += 1,
                Some(b'#') => self.comment(),
                None | Some(b'\t') => return Err(Unusual),
                Some(_) => return Ok(()),
            }
        }
    }

    fn flow_scalar(&mut self) -> Result<()> {
        let start = self.at;
        let first = self.byte(start);
        if matches!(first, b'"' | b'\'') {
            let string = self.quoted()?;
            self.push_quoted(&string);
            return Ok(());
        }
        let is_sign = |c| matches!(c, b',' | b'[' | b']' | b'{' | b'}');
        let is_dash = first == b'-' && self.is_blank_or_end(start + 1);
        if is_indicator(first) || matches!(first, b'?' | b':') || is_dash {
            return Err(Unusual);
        }
        let mut at = start;
        loop {
            match self.byte(at) {
                c if is_sign(c) => break,
                b':' if self.is_blank_or_end(at + 1) => break,
                // Go-yaml wants a blank behind the colon of a key: `[2001:db8::]`.
                b':' if is_sign(self.byte(at + 1)) && b" \"'".contains(&self.bytes[at - 1]) => {
                    return Err(Unusual);
                }
                b'\n' | b'\r' | b'\t' | b'?' => return Err(Unusual),
                b'#' if self.bytes[at - 1] == b' ' => break,
                _ => at += 1,
            }
        }
        self.at = at;
        while self.bytes[at - 1] == b' ' {
            at -= 1;
        }
        let range = start as u32..at as u32;
        self.tree.push_scalar(Form::Plain, range.clone(), range);
        Ok(())
    }
}

/// The bytes at which a plain scalar may end, or become unusual.
static MAY_END: [bool; 256] = {
    let mut table = [false; 256];
    table[b'\n' as usize] = true;
    table[b'\r' as usize] = true;
    table[b'\t' as usize] = true;
    table[b':' as usize] = true;
    table[b'#' as usize] = true;
    table
};

/// Whether no plain scalar starts with this byte.
fn is_indicator(c: u8) -> bool {
    matches!(
        c,
        b',' | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
    )
}
