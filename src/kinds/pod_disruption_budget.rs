//! `PodDisruptionBudget`.

use super::parts::label_selector::LabelSelector;
use super::row::{Row, Version};
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;

pub(super) static ROW: Row = Row::typed::<PodDisruptionBudget>(&[
    Version::since("policy/v1", 21),
    Version::between("policy/v1beta1", 5, 25),
]);

/// None if nobody can know what it selects.
pub(super) fn read(object: Cursor<'_>) -> Option<Budget> {
    let spec = object.get("spec")?;
    let written = spec.field("selector");
    let is_readable = written
        .is_none_or(|written| !written.is_masked() && (written.is_map() || written.is_null()));
    let selector = written.filter(|written| !written.is_null());
    is_readable.then(|| Budget {
        selector: selector.map(LabelSelector::read),
        key: written.unwrap_or(spec).key_span(),
    })
}

/// A `PodDisruptionBudget`: which pods it protects.
#[derive(Clone, Debug)]
pub struct Budget {
    /// `spec.selector`, if it is written: `{}` selects every pod of the namespace.
    pub selector: Option<LabelSelector>,
    /// The key `selector`, or the deepest part of the path to it that exists.
    pub key: Span,
}
