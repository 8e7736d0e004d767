//! Where objects go.

use crate::text::placeholder::is_placeholder;

/// The namespace that an object goes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Namespace {
    /// Its name. An object that names none goes to `--namespace`, else to `default`.
    pub name: String,
    /// Whether the manifest or its kustomization says so.
    pub is_explicit: bool,
    /// Whether it is no placeholder.
    pub is_known: bool,
}

impl Namespace {
    /// The namespace that a reference names.
    pub fn explicit(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_explicit: true,
            is_known: !is_placeholder(name),
        }
    }

    /// Whether both may be one namespace. What nobody can know is taken as satisfied.
    pub fn may_be(&self, other: &Self) -> bool {
        self.name == other.name || !(self.is_known && other.is_known)
    }
}
