//! Where objects go.

use crate::object::Object;
use crate::text::placeholder::stands_for_name;

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

/// The namespace of objects that name none.
#[derive(Clone, Debug, Default)]
pub struct DefaultNamespace {
    /// `--namespace`
    pub flag: Option<String>,
    /// The same, as the configuration says it: what is known of a unit counts more.
    pub configured: Option<String>,
}

impl DefaultNamespace {
    /// What the command line says, what is known of a unit, what the configuration says of all.
    pub fn or<'n>(&'n self, of_unit: Option<&'n str>) -> &'n str {
        let own = self.flag.as_deref().or(of_unit);
        let own = own.or(self.configured.as_deref());
        own.unwrap_or("default")
    }

    /// Whether anybody says which one it is.
    pub fn is_set(&self) -> bool {
        self.flag.is_some() || self.configured.is_some()
    }
}

impl Namespace {
    /// The namespace of an object: what a kustomization says, what it says itself, or what is
    /// assumed.
    pub(super) fn of(object: &Object, kustomized: Option<&str>, assumed: &str) -> Self {
        let own = object.namespace.as_ref().map(|own| own.value.as_str());
        match kustomized.or(own) {
            Some(name) => Self::explicit(name),
            None => Self {
                is_explicit: false,
                ..Self::explicit(assumed)
            },
        }
    }

    /// The namespace that a reference names.
    pub fn explicit(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_explicit: true,
            is_known: !stands_for_name(name),
        }
    }

    /// Whether both may be one namespace. What nobody can know is taken as satisfied.
    pub fn may_be(&self, other: &Self) -> bool {
        self.name == other.name || !(self.is_known && other.is_known)
    }
}
