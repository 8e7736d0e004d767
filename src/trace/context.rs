//! What every step of a trace looks at.

use super::findings::Findings;
use crate::link::{Backend, Links};
use crate::unit::Unit;

/// The links of a unit, and what the rules found in it.
#[derive(Clone, Copy)]
pub(super) struct Context<'i, 'f> {
    pub(super) links: &'i Links,
    pub(super) unit: &'i Unit,
    pub(super) findings: &'f Findings<'f>,
}

impl<'i> Context<'i, '_> {
    /// Whether something else than `replicas` may decide how many pods there are.
    pub(super) fn may_be_scaled(self, backend: Backend<'i>) -> bool {
        backend.workload().sleeps
            || self.links.scaler_of(self.unit, backend).is_some()
            || self.unit.may_patch(&backend.object().identity, true)
    }
}
