//! cert-manager's `Certificate` (cert-manager `pkg/apis/certmanager/v1/types_certificate.go`).

use super::parts::known_fields::OBJECT;
use super::row::{Row, Version};
use super::sealed_secret::SecretMaker;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    // The older versions have a few names more.
    known: &[
        OBJECT,
        (
            "spec",
            "secretName secretTemplate commonName dnsNames ipAddresses uris emailAddresses \
             otherNames subject literalSubject duration renewBefore renewBeforePercentage \
             issuerRef isCA usages encodeUsagesInRequest keystores privateKey signatureAlgorithm \
             nameConstraints additionalOutputFormats revisionHistoryLimit uriSANs emailSANs \
             organization keySize keyAlgorithm keyEncoding acme",
        ),
    ],
    ..Row::new(
        "Certificate",
        &[
            Version::extension("cert-manager.io/v1"),
            Version::extension("cert-manager.io/v1beta1"),
            Version::extension("cert-manager.io/v1alpha3"),
            Version::extension("cert-manager.io/v1alpha2"),
        ],
    )
};

/// It makes the Secret `spec.secretName`.
pub(super) fn read(object: Cursor<'_>) -> SecretMaker {
    SecretMaker::of(object.path(["spec", "secretName"]))
}
