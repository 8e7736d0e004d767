//! A pair of a selector that nothing has, and a label that is almost it.

use crate::diagnostic::Diagnostic;
use crate::kinds::Pair;
use crate::text::source::Span;

/// A pair of a selector, and the label that was probably meant.
#[derive(Clone, Copy)]
pub(crate) struct NearPair<'p> {
    /// The pair of the selector.
    pub(crate) pair: &'p Pair,
    /// The label.
    pub(crate) own: &'p Pair,
}

impl NearPair<'_> {
    /// What is wrong in the selector: the key, if that differs, or else the value.
    pub(crate) fn span(self) -> Span {
        self.odd(self.pair)
    }

    fn odd(self, pair: &Pair) -> Span {
        if self.own.key.value == self.pair.key.value {
            pair.value.span
        } else {
            pair.key.span
        }
    }

    /// Shows the label, with what has it, and says to write it.
    pub(crate) fn show(self, found: Diagnostic, whose: &str) -> Diagnostic {
        let own = self.own.display();
        found
            .related(self.odd(self.own), format!("{whose} `{own}`"))
            .help(format!("write `{own}`"))
    }
}
