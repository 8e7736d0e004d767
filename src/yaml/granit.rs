//! From YAML to [`Tree`], by way of `granit-parser`'s events.

use super::adapt::{Adapted, Context};
use super::alias::{self, Refusal};
use super::base64;
use super::block;
use super::content::{self, Style};
use super::escape;
use super::explain::{self, Place};
use super::strict;
use super::syntax::SyntaxError;
use super::tree::{Form, NESTING_LIMIT, NodeId, Tree};
use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};
use std::ops::Range;

/// Adds one document of the tree's text to the tree.
pub(super) fn parse(tree: &mut Tree<'_>, range: Range<usize>) -> Result<(), SyntaxError> {
    let text = tree.text();
    let mut adapted = Adapted::new(&text[range.clone()]);
    while let Err(stop) = build(tree, &adapted, range.clone()) {
        match stop {
            Stop::Refused(error) => return Err(error),
            Stop::Adapt(at) if adapted.make_letter(at) => {}
            Stop::Adapt(at) => return Err(too_often(range.start + at)),
            Stop::Failed(error) => {
                let at = offset(&text[range.clone()], &error);
                let quote = open_quote(tree, range.clone());
                let context = Context {
                    string: quote.and_then(|quote| {
                        let length = string_length(&text[quote..range.end])?;
                        Some(quote - range.start..quote - range.start + length)
                    }),
                    in_brackets: is_in_brackets(tree, &text[..range.start + at]),
                };
                if !adapted.avoid(error.kind(), at, context) {
                    if adapted.is_exhausted() {
                        return Err(too_often(range.start + at));
                    }
                    return Err(explain(tree, range, quote, &error));
                }
            }
        }
        tree.clear();
    }
    for comment in adapted.comments {
        let base = range.start;
        tree.insert_comment((base + comment.start) as u32, (base + comment.end) as u32);
    }
    strict::tabs(tree, range)?;
    alias::check(tree, NESTING_LIMIT).map_err(|refusal| match refusal {
        Refusal::Excessive(node) => {
            SyntaxError::new(tree.range(node), "aliases repeat too much of the document")
        }
        Refusal::TooDeep(node) => SyntaxError::too_deep(tree.range(node)),
    })
}

/// What go-yaml reads and the parser does not is there too often.
fn too_often(at: usize) -> SyntaxError {
    let at = at as u32;
    SyntaxError::limit(at..at, "document would have to be parsed too often")
}

/// Why a document could not be read to its end.
enum Stop {
    /// The parser gives up.
    Failed(ScanError),
    /// The parser goes on, but go-yaml does not.
    Refused(SyntaxError),
    /// The parser takes this byte for something that it is not to go-yaml.
    Adapt(usize),
}

impl From<SyntaxError> for Stop {
    fn from(error: SyntaxError) -> Self {
        Self::Refused(error)
    }
}

fn build(tree: &mut Tree<'_>, adapted: &Adapted<'_>, range: Range<usize>) -> Result<(), Stop> {
    let base = range.start as u32;
    let mut builder = Builder {
        document: &tree.text()[range],
        tree,
        adapted,
        base,
        anchors: Vec::new(),
    };
    for event in events(adapted.text()) {
        let (event, span) = event.map_err(Stop::Failed)?;
        let bytes = span.byte_range().unwrap_or(0..0);
        let place = |at: usize| base + builder.document.floor_char_boundary(at) as u32;
        builder.event(event, place(bytes.start)..place(bytes.end))?;
    }
    Ok(())
}

/// Where the parser gave up. What it saw may have more characters than the document.
fn offset(document: &str, error: &ScanError) -> usize {
    document.floor_char_boundary(error.marker().byte_offset().unwrap_or(0))
}

fn explain(
    tree: &Tree<'_>,
    document: Range<usize>,
    quote: Option<usize>,
    error: &ScanError,
) -> SyntaxError {
    // The single pair in `[a: b]` has no brackets of its own.
    let has_bracket = |at: &usize| tree.text()[*at..].starts_with(['[', '{']);
    let innermost = tree.innermost().filter(|id| tree.form(*id).is_flow());
    let bracket = innermost.map(|id| tree.range(id).start as usize);
    let place = Place {
        text: tree.text(),
        at: document.start + offset(&tree.text()[document.clone()], error),
        document,
        bracket: bracket.filter(has_bracket),
        quote,
    };
    explain::explain(&place, error.kind())
}

/// Whether a bracket is open at the end of a text; the tree may not know of it yet.
fn is_in_brackets(tree: &Tree<'_>, text: &str) -> bool {
    let last = tree.ids().next_back();
    let read = last.map_or(0, |id| tree.range(id).end as usize);
    let is_flow = |id| tree.form(id).is_flow();
    tree.innermost().is_some_and(is_flow)
        || text
            .get(read..)
            .is_some_and(|unread| unread.contains(['[', '{']))
}

/// The first quote behind everything that is in the tree already.
fn open_quote(tree: &Tree<'_>, document: Range<usize>) -> Option<usize> {
    let text = &tree.text()[..document.end];
    let last = tree.ids().next_back();
    let mut at = last.map_or(document.start, |id| tree.range(id).end as usize);
    loop {
        at = skip_blank(text, at);
        match text[at..].chars().next()? {
            '"' | '\'' => return Some(at),
            c => at += c.len_utf8(),
        }
    }
}

/// The length of a string, quotes included.
fn string_length(text: &str) -> Option<usize> {
    let mut at = 1;
    if text.starts_with('\'') {
        loop {
            at += text[at..].find('\'')? + 1;
            if !text[at..].starts_with('\'') {
                return Some(at);
            }
            at += 1;
        }
    }
    loop {
        at += text[at..].find(['"', '\\'])? + 1;
        if text.as_bytes()[at - 1] == b'"' {
            return Some(at);
        }
        at += text[at..].chars().next()?.len_utf8();
    }
}

fn events(document: &str) -> Parser<'_, StrInput<'_>> {
    let mut options = granit_parser::options! {
        block_nesting_limit: NESTING_LIMIT,
        flow_nesting_limit: NESTING_LIMIT,
        max_buffered_comment_events: usize::MAX,
        disallow_directives: true,
        emit_anchor_events: true,
    };
    options.emit_comments = true;
    Parser::new_from_str_with_options(document, options)
}

struct Builder<'t, 's, 'd> {
    tree: &'t mut Tree<'s>,
    document: &'s str,
    /// The document as the parser sees it.
    adapted: &'d Adapted<'d>,
    base: u32,
    /// What each anchor names; granit numbers anchors from 1 in the order of the text.
    anchors: Vec<Option<NodeId>>,
}

impl<'s> Builder<'_, 's, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<u32>) -> Result<(), Stop> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map(|tag| tag.to_string());
                let is_binary = tag.as_deref() == Some("tag:yaml.org,2002:binary");
                let node = if is_binary {
                    self.binary(&value, style, range)?
                } else {
                    self.scalar(&value, style, range)?
                };
                self.properties(node, anchor, tag);
            }
            Event::MappingStart(style, anchor, tag) => {
                let form = if is_flow(style) {
                    Form::FlowMap
                } else {
                    Form::Map
                };
                let node = self.open(form, range)?;
                self.properties(node, anchor, tag.map(|tag| tag.to_string()));
            }
            Event::SequenceStart(style, anchor, tag) => {
                let form = if is_flow(style) {
                    Form::FlowSeq
                } else {
                    Form::Seq
                };
                let node = self.open(form, range)?;
                self.properties(node, anchor, tag.map(|tag| tag.to_string()));
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(range),
            Event::Alias(anchor) => self.alias(anchor, range)?,
            Event::Anchor { .. } => strict::anchor(self.written(&range), range.start)?,
            Event::Comment(..) => self.tree.push_comment(range.start, range.end),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, form: Form, range: Range<u32>) -> Result<NodeId, SyntaxError> {
        if self.tree.depth() == NESTING_LIMIT {
            return Err(SyntaxError::too_deep(range));
        }
        if form == Form::FlowMap && self.is_in_braces(range.start) {
            return Err(SyntaxError::template(self.template(range.start)));
        }
        let start = match form {
            Form::Seq => self.first_dash().unwrap_or(range.start),
            _ => range.start,
        };
        Ok(self.tree.open(form, start))
    }

    /// Whether a mapping starts directly behind the brace of another, as its key: in Helm's `{{`.
    fn is_in_braces(&self, start: u32) -> bool {
        let is_outer =
            |id| self.tree.form(id) == Form::FlowMap && self.tree.range(id).start + 1 == start;
        self.tree.innermost().is_some_and(is_outer) && self.tree.waiting_key().is_none()
    }

    fn template(&self, second_brace: u32) -> Range<usize> {
        let start = second_brace as usize - 1;
        let rest = &self.tree.text()[start..];
        let line = start..start + rest.find('\n').unwrap_or(rest.len());
        explain::find_template(self.tree.text(), line.clone()).unwrap_or(line)
    }

    /// The byte behind the colon of the key that waits for its value.
    fn behind_colon(&self) -> Option<u32> {
        let key = self.tree.waiting_key()?;
        let at = skip_blank(self.tree.text(), self.tree.range(key).end as usize);
        self.tree.text()[at..]
            .starts_with(':')
            .then_some(at as u32 + 1)
    }

    /// The byte behind the dash of the item that is next in a block sequence.
    fn behind_dash(&self) -> Option<u32> {
        let sequence = self.tree.innermost()?;
        if self.tree.form(sequence) != Form::Seq {
            return None;
        }
        let last = self.tree.last_child();
        let from = last.map_or(self.tree.range(sequence).start, |id| {
            self.tree.range(id).end
        });
        let at = skip_blank(self.tree.text(), from as usize);
        let is_dash = self.tree.text()[at..].starts_with('-');
        is_dash.then_some(at as u32 + 1)
    }

    /// The first `-` of a sequence behind a key. The parser starts one that is not indented at its
    /// first item.
    fn first_dash(&self) -> Option<u32> {
        let text = self.tree.text();
        let mut at = skip_blank(text, self.behind_colon()? as usize);
        // Anchor and tag may stand between.
        while text[at..].starts_with(['&', '!']) {
            at += text[at..].find(char::is_whitespace)?;
            at = skip_blank(text, at);
        }
        text[at..].starts_with('-').then_some(at as u32)
    }

    fn alias(&mut self, anchor: usize, range: Range<u32>) -> Result<(), SyntaxError> {
        let name = || &self.tree.text()[range.start as usize + 1..range.end as usize];
        let Some(target) = self.anchors.get(anchor).copied().flatten() else {
            let message = format!("no anchor `&{}` stands before this alias", name());
            return Err(SyntaxError::new(range, message));
        };
        if self.tree.is_open(target) {
            let message = format!("anchor `&{}` contains itself", name());
            return Err(SyntaxError::new(range, message));
        }
        self.tree.push_alias(range, target);
        Ok(())
    }

    fn binary(
        &mut self,
        value: &str,
        style: ScalarStyle,
        range: Range<u32>,
    ) -> Result<NodeId, Stop> {
        let Some(bytes) = base64::decode(value) else {
            let message = "a `!!binary` value has to be base64";
            return Err(SyntaxError::new(range, message).into());
        };
        let decoded = String::from_utf8_lossy(&bytes);
        self.scalar(&decoded, style, range)
    }

    /// The text between two places of it.
    fn written(&self, range: &Range<u32>) -> &'s str {
        &self.tree.text()[range.start as usize..range.end as usize]
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        range: Range<u32>,
    ) -> Result<NodeId, Stop> {
        let form = match style {
            ScalarStyle::Plain => Form::Plain,
            ScalarStyle::SingleQuoted => Form::SingleQuoted,
            ScalarStyle::DoubleQuoted => Form::DoubleQuoted,
            ScalarStyle::Literal => Form::Literal,
            ScalarStyle::Folded => Form::Folded,
        };
        if range.is_empty() {
            // An absent value: the parser calls it `~`, and puts it before the colon, or before
            // whatever comes next.
            let sign = self.behind_colon().or_else(|| self.behind_dash());
            let at = sign.unwrap_or(range.start);
            return Ok(self.tree.push_scalar(form, at..at, at..at));
        }
        self.check(form, &range)?;
        let range = if matches!(form, Form::Literal | Form::Folded) {
            self.without_trailing_space(range)
        } else {
            range
        };
        if let Some(place) = self.place_in_text(value) {
            return Ok(self.tree.push_scalar(form, range, place));
        }
        let original = self.original_value(form, &range);
        let value = original.as_deref().unwrap_or(value);
        let write = |decoded: &mut String| decoded.push_str(value);
        Ok(self.tree.push_decoded(form, range, write))
    }

    /// Stops at scalars that are something else to go-yaml.
    fn check(&self, form: Form, range: &Range<u32>) -> Result<(), Stop> {
        let written = self.written(range);
        let in_flow = self
            .tree
            .innermost()
            .is_some_and(|id| self.tree.form(id).is_flow());
        if form == Form::Plain && in_flow {
            let end = (range.end - self.base) as usize;
            if self.adapted.is_colon_at_end(end) {
                return Err(Stop::Adapt(end));
            }
            strict::plain_in_brackets(written, range.start)?;
        }
        if form == Form::DoubleQuoted
            && let Some(bad) = escape::find_bad(&written[1..])
        {
            let start = range.start as usize + 1;
            let error = escape::error(self.tree.text(), start + bad.start..start + bad.end);
            return Err(error.into());
        }
        Ok(())
    }

    /// The value of a scalar in which the parser saw other bytes than there are.
    fn original_value(&self, form: Form, range: &Range<u32>) -> Option<String> {
        let written = self.written(range);
        if matches!(form, Form::Literal | Form::Folded) {
            let start = (range.start - self.base) as usize;
            let has_other = self.adapted.has_old_breaks;
            return has_other.then(|| block::value(self.document, start))?;
        }
        let seen = (range.start - self.base) as usize..(range.end - self.base) as usize;
        if written == &self.adapted.text()[seen] {
            return None;
        }
        let (style, raw) = match form {
            Form::Plain => (Style::Plain, written),
            Form::SingleQuoted => (Style::SingleQuoted, &written[1..written.len() - 1]),
            Form::DoubleQuoted => (Style::DoubleQuoted, &written[1..written.len() - 1]),
            _ => return None,
        };
        let mut value = String::new();
        content::fold(raw, style, &mut value);
        Some(value)
    }

    /// Where a value that the parser borrowed from the document stands in the text.
    fn place_in_text(&self, value: &str) -> Option<Range<u32>> {
        let seen = self.adapted.text();
        let offset = (value.as_ptr() as usize).checked_sub(seen.as_ptr() as usize)?;
        let end = offset.checked_add(value.len())?;
        // A string that now is one line may still have been several.
        let same = seen.get(offset..end)? == &self.document[offset..end];
        same.then(|| {
            let start = self.base + offset as u32;
            start..start + value.len() as u32
        })
    }

    /// A block scalar's event ends at the next token.
    fn without_trailing_space(&self, range: Range<u32>) -> Range<u32> {
        let text = &self.tree.text()[range.start as usize..range.end as usize];
        range.start..range.start + text.trim_end_matches(['\n', '\r', ' ']).len() as u32
    }

    fn close(&mut self, range: Range<u32>) {
        let flow = self
            .tree
            .innermost()
            .is_some_and(|id| self.tree.form(id).is_flow());
        // A block collection's end event stands at the next token: its last child ends it.
        self.tree
            .close((flow && !range.is_empty()).then_some(range.end));
    }

    fn properties(&mut self, node: NodeId, anchor: usize, tag: Option<String>) {
        if anchor != 0 {
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, None);
            }
            self.anchors[anchor] = Some(node);
        }
        if let Some(tag) = tag {
            self.tree.set_tag(node, tag);
        }
    }
}

/// The first byte from `at` on that is neither white space nor part of a comment.
fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text[at..].trim_start();
        at = text.len() - rest.len();
        if !rest.starts_with('#') {
            return at;
        }
        at += rest.find(['\r', '\n']).unwrap_or(rest.len());
    }
}

fn is_flow(style: StructureStyle) -> bool {
    matches!(style, StructureStyle::Flow)
}

#[cfg(test)]
mod tests;
