//! From text to [`Tree`], by way of `granit-parser`'s events.

use super::tree::{Form, NodeId, Tree};
use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};
use std::borrow::Cow;
use std::ops::Range;

/// How deep collections may nest. kubectl allows 10,000; deeper than this is no manifest, and
/// everything behind the parser may recurse.
const NESTING_LIMIT: usize = 1000;

/// A document that is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The byte in the text at which the parser gave up.
    pub offset: u32,
    /// What it says about it.
    pub message: String,
}

/// Parses one document of a text into the tree; spans index the whole text.
///
/// # Errors
/// The first syntax error. The tree then holds what came before it.
pub fn parse(tree: &mut Tree<'_>, range: Range<usize>) -> Result<(), SyntaxError> {
    tree.clear();
    let base = range.start as u32;
    let document = &tree.text()[range];
    let mut options = granit_parser::options! {
        block_nesting_limit: NESTING_LIMIT,
        flow_nesting_limit: NESTING_LIMIT,
        max_buffered_comment_events: usize::MAX,
    };
    options.emit_comments = true;
    let events: Parser<'_, StrInput<'_>> = Parser::new_from_str_with_options(document, options);
    let mut builder = Builder {
        tree,
        document,
        base,
        anchors: Vec::new(),
    };
    for event in events {
        let (event, span) = event.map_err(|error| SyntaxError {
            offset: base + error.marker().byte_offset().unwrap_or(0) as u32,
            message: error.info().to_owned(),
        })?;
        let bytes = span.byte_range().unwrap_or(0..0);
        builder.event(event, base + bytes.start as u32..base + bytes.end as u32)?;
    }
    Ok(())
}

struct Builder<'t, 's, 'd> {
    tree: &'t mut Tree<'s>,
    document: &'d str,
    base: u32,
    /// What each anchor names; granit numbers anchors from 1 in the order of the text.
    anchors: Vec<Option<NodeId>>,
}

impl Builder<'_, '_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<u32>) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let node = self.scalar(&value, style, range);
                self.properties(node, anchor, tag.map(|tag| tag.to_string()));
            }
            Event::MappingStart(style, anchor, tag) => {
                let form = if is_flow(&style) {
                    Form::FlowMap
                } else {
                    Form::Map
                };
                let node = self.tree.open(form, range.start);
                self.properties(node, anchor, tag.map(|tag| tag.to_string()));
            }
            Event::SequenceStart(style, anchor, tag) => {
                let form = if is_flow(&style) {
                    Form::FlowSeq
                } else {
                    Form::Seq
                };
                let node = self.tree.open(form, range.start);
                self.properties(node, anchor, tag.map(|tag| tag.to_string()));
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(range),
            Event::Alias(anchor) => {
                let target = self.anchors.get(anchor).copied().flatten();
                let message = || "unknown anchor".to_owned();
                let error = || SyntaxError {
                    offset: range.start,
                    message: message(),
                };
                self.tree
                    .push_alias(range.clone(), target.ok_or_else(error)?);
            }
            Event::Comment(..) => self.tree.push_comment(range.start, range.end),
            _ => {}
        }
        Ok(())
    }

    fn scalar(&mut self, value: &Cow<'_, str>, style: ScalarStyle, range: Range<u32>) -> NodeId {
        let form = match style {
            ScalarStyle::Plain => Form::Plain,
            ScalarStyle::SingleQuoted => Form::SingleQuoted,
            ScalarStyle::DoubleQuoted => Form::DoubleQuoted,
            ScalarStyle::Literal => Form::Literal,
            ScalarStyle::Folded => Form::Folded,
        };
        if range.is_empty() {
            // An absent value: the parser calls it `~`.
            return self.tree.push_scalar(form, range.clone(), range);
        }
        let range = if matches!(form, Form::Literal | Form::Folded) {
            self.without_trailing_space(range)
        } else {
            range
        };
        match self.place_in_text(value) {
            Some(place) => self.tree.push_scalar(form, range, place),
            None => self.tree.push_decoded(form, range, value),
        }
    }

    /// Where a value that the parser borrowed from the document stands in the text.
    fn place_in_text(&self, value: &Cow<'_, str>) -> Option<Range<u32>> {
        let Cow::Borrowed(value) = value else {
            return None;
        };
        let offset = (value.as_ptr() as usize).checked_sub(self.document.as_ptr() as usize)?;
        (offset + value.len() <= self.document.len()).then(|| {
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
            .is_some_and(|id| matches!(self.tree.form(id), Form::FlowMap | Form::FlowSeq));
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

fn is_flow(style: &StructureStyle) -> bool {
    matches!(style, StructureStyle::Flow)
}
