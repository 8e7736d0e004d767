//! What the API server refuses in the fields that svclint reads.
//!
//! One file per kind, functions named as in Kubernetes' own `validation.go`. Nothing here knows of
//! rules, spans or other objects: a typed value goes in, the server's complaints come out, and each
//! rule says which of them are its own.

use crate::field::FieldPath;

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

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field that the server names.
    pub field: FieldPath,
    /// The kind of refusal.
    pub reason: Reason,
    /// The server's words behind reason and value: `must be between 1 and 65535, inclusive`.
    /// Empty where the server says no more than the reason.
    pub detail: String,
    /// The field it conflicts with, and what to say there.
    pub other: Option<(FieldPath, String)>,
}

/// What decides between versions of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubeVersion {
    /// Always 1 today.
    pub major: u32,
    /// 36 in 1.36.
    pub minor: u32,
}

impl Default for KubeVersion {
    fn default() -> Self {
        Self {
            major: 1,
            minor: 36,
        }
    }
}

/// What validation needs to know besides the object.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The version of Kubernetes that decides.
    pub kube_version: KubeVersion,
}
