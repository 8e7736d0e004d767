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
    /// Whether the place is an expression of Helm or another template language: the whole file is
    /// no manifest then, and other errors in it mean nothing.
    pub is_template: bool,
}

impl SyntaxError {
    pub(super) fn new(range: Range<u32>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            help: None,
            is_template: false,
        }
    }

    pub(super) fn template(range: Range<usize>) -> Self {
        let range = range.start as u32..range.end as u32;
        Self {
            is_template: true,
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
        Self::new(range, "document nests deeper than 1000 levels")
    }
}
