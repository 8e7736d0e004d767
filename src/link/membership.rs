//! What can become of the selector of a Service.

use super::near_miss::NearMiss;
use crate::diagnostic::Severity;
use crate::unit::Doubt;

/// What became of a Service's selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It has none, or is of a type that does not use it.
    None,
    /// It selects pods.
    Matched,
    /// It selects nothing, and the pods that it was meant for are known well enough.
    NearMiss(NearMiss),
    /// It selects nothing in its namespace, but this template in another one.
    OtherNamespace {
        /// The template, by its position in the unit.
        template: usize,
        /// How sure it is that this is wrong.
        severity: Severity,
    },
    /// It selects nothing, and everything that exists is in the input, or it selected pods in the
    /// base revision.
    Absent,
    /// Another rule reports what is wrong with it.
    Elsewhere,
    /// It selects nothing, and that may be right.
    Unverified(Doubt),
}

impl Membership {
    /// Why nobody can know what it selects.
    pub fn doubt(&self) -> Option<&Doubt> {
        match self {
            Self::Unverified(doubt) => Some(doubt),
            _ => None,
        }
    }
}
