//! Findings about kinds that pages of `rules/kinds` describe.

use super::reference::with_role;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::Role;
use crate::kinds::described::{Cross, Described, Effect};
use crate::link::{Links, Reference, Unit};

/// The references to Services of a unit that are read by rows, with what their rows say.
pub(crate) fn references<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (Reference<'i>, &'i Described)> {
    let references = with_role(links, unit, &[Role::Described]);
    references.filter_map(|reference| {
        let row = reference.target().described.as_deref()?;
        Some((reference, row))
    })
}

/// The gravest severity that a finding about a reference can have. What leads into another
/// namespace, where a flag of the controller decides about that, is no error for certain.
pub(crate) fn gravest(reference: Reference<'_>, row: &Described) -> Severity {
    let crosses = *reference.namespace() != *reference.home();
    if crosses && row.cross == Cross::Unverified {
        row.effect.severity.min(Severity::Warning)
    } else {
        row.effect.severity
    }
}

/// Says what the controller does.
pub(crate) fn with_effect(mut found: Diagnostic, effect: &Effect) -> Diagnostic {
    if let Some(effect) = &effect.text {
        found.message = format!("{}: {effect}", found.message);
    }
    found
}
