//! Findings that are not reported because the user said so.

use crate::diagnostic::Diagnostic;
use crate::text::source::Span;

/// A finding that is not reported because the user said so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// What keeps it back.
    pub by: Suppressor,
    /// Where that stands.
    pub span: Span,
    /// Why, as the user says.
    pub reason: Option<String>,
}

impl Suppressed {
    /// A finding that is kept back from this place, without a word why.
    pub fn new(diagnostic: Diagnostic, by: Suppressor, span: Span) -> Self {
        Self {
            diagnostic,
            by,
            span,
            reason: None,
        }
    }
}

/// What keeps a finding back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Suppressor {
    /// A comment in the manifest.
    Comment,
    /// An annotation of the object.
    Annotation,
    /// An entry of `ignores` in the configuration.
    Configuration,
    /// An entry of the baseline.
    Baseline,
}

/// Findings, sorted out.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Those that are to be reported.
    pub reported: Vec<Diagnostic>,
    /// Those that are kept back.
    pub suppressed: Vec<Suppressed>,
}
