//! `PodDisruptionBudget`.

use super::parts::label_selector::LabelSelector;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;

/// Which pods a budget protects.
#[derive(Clone, Debug)]
pub struct Budget {
    /// `spec.selector`, if it is written: `{}` selects every pod of the namespace.
    pub selector: Option<LabelSelector>,
    /// The key `selector`, or the deepest part of the path to it that exists.
    pub key: Span,
}

impl Budget {
    /// Reads a `PodDisruptionBudget`; none if nobody can know what it selects.
    pub fn read(object: Cursor<'_>) -> Option<Self> {
        let spec = object.get("spec")?;
        let written = spec.field("selector");
        let is_readable = written
            .is_none_or(|written| !written.is_masked() && (written.is_map() || written.is_null()));
        let selector = written.filter(|written| !written.is_null());
        is_readable.then(|| Self {
            selector: selector.map(LabelSelector::read),
            key: written.unwrap_or(spec).key_span(),
        })
    }
}
