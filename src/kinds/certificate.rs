//! cert-manager's `Certificate` (cert-manager `pkg/apis/certmanager/v1/types_certificate.go`).

use super::row::{Row, Version};
use super::sealed_secret::SecretMaker;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row::new(
    "Certificate",
    &[
        Version::extension("cert-manager.io/v1"),
        Version::extension("cert-manager.io/v1beta1"),
        Version::extension("cert-manager.io/v1alpha3"),
        Version::extension("cert-manager.io/v1alpha2"),
    ],
);

/// It makes the Secret `spec.secretName`.
pub(super) fn read(object: Cursor<'_>) -> SecretMaker {
    SecretMaker::of(object.path(["spec", "secretName"]))
}
