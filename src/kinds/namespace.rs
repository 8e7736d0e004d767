//! `Namespace`: what its labels let in (K `pkg/apis/core/types.go:Namespace`).

use super::parts::labels::Labels;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    reports_version: false,
    ..Row::new("Namespace", &[Version::since("v1", 0)])
};

pub(super) fn read(object: Cursor<'_>) -> NamespaceLabels {
    let metadata = object.get("metadata");
    NamespaceLabels {
        labels: Labels::read(metadata.and_then(|metadata| metadata.field("labels"))),
    }
}

/// What is kept of a `Namespace`: selectors of namespaces ask for its labels. What goes to it names
/// it, whether the object is here or not.
#[derive(Clone, Debug)]
pub struct NamespaceLabels {
    /// `metadata.labels`
    pub labels: Labels,
}
