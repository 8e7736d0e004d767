//! Objects of a unit, read as one of the things that are linked.

use super::base::ServiceKey;
use crate::object::Object;
use crate::text::source::SourceId;
use crate::unit::{Member, Namespace, Unit};

/// An object of a unit, and what is read of it: the Service that it is, a workload in it, ...
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'i, T> {
    pub(super) unit: &'i Unit,
    pub(super) member: &'i Member,
    pub(super) object: &'i Object,
    /// Its position among those of its kind in the unit.
    pub(super) at: usize,
    /// What is read of it.
    pub(super) what: T,
}

impl<'i, T: Copy> Node<'i, T> {
    pub(super) fn source(self) -> SourceId {
        self.member.source
    }

    pub(super) fn namespace(self) -> &'i Namespace {
        &self.member.namespace
    }

    pub(super) fn name(self) -> &'i str {
        &self.object.identity.name
    }

    /// How it is known in the base revision, if it is a Service.
    pub(super) fn key(self) -> ServiceKey {
        ServiceKey {
            unit: self.unit.name.clone(),
            namespace: self.namespace().name.clone(),
            name: self.name().to_owned(),
        }
    }

    /// Whether both are applied together.
    pub(super) fn is_beside<U: Copy>(self, other: Node<'_, U>) -> bool {
        self.unit.is_together(self.source(), other.source())
    }

    /// Whether both are applied together, and may be in one namespace.
    pub(super) fn may_meet<U: Copy>(self, other: Node<'_, U>) -> bool {
        other.namespace().may_be(self.namespace()) && self.is_beside(other)
    }
}
