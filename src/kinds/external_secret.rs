//! External Secrets' `ExternalSecret` (external-secrets
//! `apis/externalsecrets/v1/externalsecret_types.go`).

use super::parts::known_fields::OBJECT;
use super::row::{Row, Version};
use super::sealed_secret::SecretMaker;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        (
            "spec",
            "secretStoreRef target refreshPolicy refreshInterval data dataFrom",
        ),
        (
            "spec.target",
            "name creationPolicy deletionPolicy template immutable manifest",
        ),
    ],
    ..Row::new(
        "ExternalSecret",
        &[
            Version::extension("external-secrets.io/v1"),
            Version::extension("external-secrets.io/v1beta1"),
            Version::extension("external-secrets.io/v1alpha1"),
        ],
    )
};

/// It makes the Secret `spec.target.name`, or one of its own name.
pub(super) fn read(object: Cursor<'_>) -> SecretMaker {
    let named = object.path(["spec", "target", "name"]);
    SecretMaker::of(named.or_else(|| object.path(["metadata", "name"])))
}
