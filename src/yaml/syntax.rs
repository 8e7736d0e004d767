//! What is wrong with a text that kubectl cannot parse.

use std::ops::Range;

/// A place at which a document is no YAML (or JSON) to kubectl.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes of the text that a user should look at.
    pub range: Range<u32>,
    /// What is wrong with them.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What it says of the document.
    pub cause: Cause,
}

/// What a document is that cannot be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// kubectl refuses it.
    Refused,
    /// A template of Helm or of another language, which stands at the place: the whole file is no
    /// manifest then, and other errors in it mean nothing.
    Template,
    /// It is beyond what svclint can read, and says nothing of kubectl.
    Limit,
}

impl SyntaxError {
    pub(super) fn new(range: Range<u32>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            help: None,
            cause: Cause::Refused,
        }
    }

    pub(super) fn template(range: Range<usize>) -> Self {
        let range = range.start as u32..range.end as u32;
        Self {
            cause: Cause::Template,
            ..Self::new(range, "this is a template, not YAML")
                .with_help("render it first, for example with `helm template`")
        }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    pub(super) fn tab(range: Range<u32>) -> Self {
        Self::new(range, "YAML is indented by spaces, not by tabs")
            .with_help("use spaces instead of the tab")
    }

    /// kubectl allows 10,000 levels; nothing near that is a manifest.
    pub(super) fn too_deep(range: Range<u32>) -> Self {
        Self::limit(range, "document nests deeper than 1000 levels")
    }

    pub(super) fn limit(range: Range<u32>, message: &str) -> Self {
        Self {
            cause: Cause::Limit,
            ..Self::new(range, message)
        }
    }
}
