//! What policies of the Gateway API are about.

use super::links::{Link, Links};
use crate::kinds::PolicyTarget;
use crate::object::Object;
use crate::unit::Unit;

/// What a `BackendTLSPolicy` is about, in a unit.
pub type PolicyTargetLink<'i> = Link<'i, &'i PolicyTarget>;

impl Links {
    /// What the `BackendTLSPolicy` objects of a unit are about.
    pub fn policy_targets<'i>(
        &'i self,
        unit: &'i Unit,
    ) -> impl Iterator<Item = PolicyTargetLink<'i>> {
        let policies = self.members(unit, Object::backend_tls_policy);
        policies.flat_map(|policy| {
            let targets = policy.node.what.targets.iter();
            targets.map(move |target| policy.reading(target))
        })
    }
}

impl<'i> PolicyTargetLink<'i> {
    /// What it says.
    pub fn target(self) -> &'i PolicyTarget {
        self.node.what
    }
}
