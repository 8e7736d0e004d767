//! What the API server refuses in the fields that svclint reads.
//!
//! One file per kind or concept, functions named as in Kubernetes' own `validation.go`. Nothing
//! here knows of rules, spans or other objects: a typed value goes in, the server's complaints come
//! out, and each rule says which of them are its own.
//!
//! The server defaults an object, then validates it. Defaults are applied here where they are
//! looked at, so a valid object is walked without being copied. Documents are judged as new ones
//! (`kubectl create`), in a cluster with two IP families and the feature gates of its version.

mod autoscaler;
mod config_map;
mod disruption_budget;
mod endpoints;
mod errors;
mod ingress;
mod ip;
mod job;
pub mod labels;
mod metadata;
pub mod names;
mod network_policy;
mod pod;
mod ports;
mod probe;
mod service;
#[cfg(test)]
mod testing;
mod update_strategy;
mod url;
mod webhook;
mod workload;

use std::ops::RangeInclusive;

use crate::kube::KubeVersion;
use crate::yaml::field::FieldPath;

/// Why the API server refuses a field (`field.ErrorType` in apimachinery).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The field has to be set.
    Required,
    /// The value is malformed or out of range.
    Invalid,
    /// The value stands twice where it has to be unique.
    Duplicate,
    /// The value is not one of the known ones.
    NotSupported,
    /// The field must not be set here.
    Forbidden,
    /// The value is too long.
    TooLong,
    /// The list has too many items.
    TooMany,
}

/// Which side of a map entry is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// The value, as for every field that is no map entry.
    #[default]
    Value,
    /// The key.
    Key,
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field that the server names.
    pub field: FieldPath,
    /// Where to look in the manifest, if the server's name is less exact (`metadata.labels` for one
    /// of its entries), misspelled or derived (`spec.clusterIPs[0]` for a written `clusterIP`).
    pub place: Option<FieldPath>,
    /// Whether the key or the value at this place is refused.
    pub part: Part,
    /// The kind of refusal.
    pub reason: Reason,
    /// The refused value if it is a scalar, as the server prints it: text in double quotes.
    pub value: Option<String>,
    /// The server's words behind reason and value: `must be between 1 and 65535, inclusive`.
    /// Empty where the server says no more than the reason. Examples and regular expressions that
    /// the server appends in parentheses are left out.
    pub detail: String,
    /// The field it conflicts with, and what to say there.
    pub other: Option<(FieldPath, String)>,
}

impl Violation {
    /// Where to look in the manifest.
    pub fn place(&self) -> &FieldPath {
        self.place.as_ref().unwrap_or(&self.field)
    }
}

/// What the answer depends on besides the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The version of the API server.
    pub kube_version: KubeVersion,
    /// The server's `--service-node-port-range`.
    pub node_port_range: RangeInclusive<i32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kube_version: KubeVersion::default(),
            node_port_range: 30000..=32767,
        }
    }
}

impl Options {
    /// Whether the server is at least of this version of Kubernetes 1.
    fn since(&self, minor: u32) -> bool {
        self.kube_version >= KubeVersion { major: 1, minor }
    }
}

/// Whether the document has a value other than null at this path.
///
/// It is asked only where the typed value does not tell an absent field from an empty one and the
/// server does: the selector of a Deployment, for one.
pub type Written<'a> = &'a dyn Fn(&FieldPath) -> bool;

/// A kind that the API server validates.
pub trait Validate {
    /// What the server refuses in this object, in its order.
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation>;
}

/// The text of an optional field as Go has it: nothing is the empty string.
fn text(field: Option<&String>) -> &str {
    field.map_or("", String::as_str)
}

/// The items of an optional list: nothing is the empty list.
fn items<T>(field: Option<&Vec<T>>) -> &[T] {
    field.map_or(&[], Vec::as_slice)
}
