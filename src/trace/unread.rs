//! What has no part in a trace.

use crate::link::Links;
use crate::text::source::Span;

/// A document that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The id of the rule that says why.
    pub rule: &'static str,
    /// Where it stands.
    pub place: Span,
}

impl Unread {
    /// All of them.
    pub(super) fn of(links: &Links) -> Vec<Self> {
        let documents = links.documents.iter();
        let unread = documents.filter_map(|document| {
            let problem = document.hiding()?;
            Some(Self {
                rule: problem.rule,
                place: problem.span,
            })
        });
        unread.collect()
    }
}
