//! What the user switches off at a place: ignores in comments and annotations.

mod annotation;
mod comment;
mod directive;
mod reach;

pub use annotation::in_annotations;
pub use comment::in_comments;
pub use directive::Malformed;

use self::directive::{Word, Words};
use crate::text::source::Span;
use std::ops::Range;

/// The word that every ignore has in it.
const WORD: &str = "svclint";

/// An ignore in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// What it is written as.
    pub origin: Origin,
    /// Its words, without the reason.
    pub span: Span,
    /// The bytes of the text that it is about: what begins there is ignored.
    pub reach: Range<u32>,
    /// What to delete so that it is gone, if that is as simple as this.
    pub removal: Option<Span>,
    /// What it says.
    pub content: Result<Directive, Malformed>,
}

/// What an ignore is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `# svclint: ignore[rule] reason`
    Comment,
    /// The annotation `svclint/ignore`.
    Annotation,
}

/// What an ignore says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The rules, in the order of the text; at least one.
    pub rules: Vec<Listed>,
    /// Why.
    pub reason: Option<String>,
}

/// A rule in the list of an ignore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id, as written.
    pub id: String,
    /// Where.
    pub span: Span,
}

impl Directive {
    /// What the words say, each at its place.
    fn new(words: Words, place: impl Fn(&Word) -> Span) -> Self {
        let listed = |word: Word| Listed {
            span: place(&word),
            id: word.text,
        };
        Self {
            rules: words.rules.into_iter().map(listed).collect(),
            reason: words.reason,
        }
    }
}

/// Whether a text can hold an ignore. Most do not, and are not searched for one.
pub fn may_ignore(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), WORD.as_bytes()).is_some()
}
