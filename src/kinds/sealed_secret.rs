//! Sealed Secrets' `SealedSecret` (sealed-secrets
//! `pkg/apis/sealedsecrets/v1alpha1/types.go`).

use super::parts::known_fields::OBJECT;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        ("spec", "encryptedData template data"),
        ("spec.template", "type immutable data metadata"),
    ],
    ..Row::new(
        "SealedSecret",
        &[Version::extension("bitnami.com/v1alpha1")],
    )
};

/// It makes the Secret `spec.template.metadata.name`, or one of its own name.
pub(super) fn read(object: Cursor<'_>) -> SecretMaker {
    let named = object.path(["spec", "template", "metadata", "name"]);
    SecretMaker::of(named.or_else(|| object.path(["metadata", "name"])))
}

/// An object for which a controller makes a Secret in the object's own namespace.
#[derive(Clone, Debug)]
pub struct SecretMaker {
    /// The name of the Secret; none if it does not say.
    pub secret: Option<String>,
}

impl SecretMaker {
    pub(super) fn of(name: Option<Cursor<'_>>) -> Self {
        let name = name.and_then(Cursor::string);
        Self {
            secret: name.map(|name| name.value),
        }
    }
}
