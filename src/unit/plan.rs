//! What a unit is made of, before anything is parsed.

use super::Doubt;
use crate::kinds::PortRef;
use crate::kustomize::Changes;
use crate::text::source::{SourceId, Span};

/// What a unit is made of, found before anything is linked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What people call it: a directory, a kustomization, standard input.
    pub name: String,
    /// What holds it together.
    pub kind: UnitKind,
    /// The texts.
    pub files: Vec<UnitFile>,
    /// Ports that patches declare in containers.
    pub patched_ports: Vec<PatchedPort>,
    /// Names and numbers of the Service ports that patches bring in.
    pub patched_service_ports: Vec<PortRef>,
    /// Why what is not here may be there all the same.
    pub doubts: Vec<Doubt>,
    /// What is changed on the way to the cluster.
    pub changes: Changes,
    /// The namespace of objects that name none, if it is known for this unit alone.
    pub namespace: Option<String>,
}

/// What holds a unit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// One stream, such as a rendered chart.
    Stream,
    /// A kustomization that no other one takes in.
    Kustomization,
    /// The files of a directory.
    Directory,
    /// The configuration says so.
    Configured,
}

/// A text in a unit.
#[derive(Clone, Debug)]
pub struct UnitFile {
    /// The text.
    pub source: SourceId,
    /// The namespace that a kustomization puts its objects into.
    pub namespace: Option<String>,
}

/// A container port in a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchedPort {
    /// `name`
    pub name: Option<String>,
    /// `containerPort`
    pub number: i64,
    /// Where it is written.
    pub span: Span,
}

impl PatchedPort {
    /// Whether a target may mean it.
    pub(crate) fn is_meant_by(&self, target: &PortRef) -> bool {
        match target {
            PortRef::Name(name) => self.name.as_ref() == Some(name),
            PortRef::Number(number) => self.number == *number,
            PortRef::Unknown => false,
        }
    }
}
