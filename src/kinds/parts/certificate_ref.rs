//! How Gateways and policies of the Gateway API refer to certificates
//! (gateway-api `apis/v1/object_reference_types.go`, `SecretObjectReference`, `ObjectReference`).

use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// A reference to a Secret or a `ConfigMap` that holds a certificate.
#[derive(Clone, Debug)]
pub struct CertificateRef {
    /// What the certificate is for.
    pub used_as: CertificateUse,
    /// `group`, that of the core if it is absent.
    pub group: String,
    /// `kind`: a Secret if it is absent and may be.
    pub kind: String,
    /// The place of `kind`, or else that of `name`.
    pub kind_place: Span,
    /// `name`
    pub name: Spanned<String>,
    /// `namespace`, if it is not that of the object.
    pub namespace: Option<Spanned<String>>,
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateUse {
    /// `listeners[].tls.certificateRefs`: a listener shows it to clients.
    Server,
    /// `spec.tls.backend.clientCertificateRef`: a Gateway shows it to backends.
    Client,
    /// `caCertificateRefs`: it says which other certificates are trusted.
    Authority,
}

impl CertificateUse {
    /// The kinds of the core that hold such certificates.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Server | Self::Client => &["Secret"],
            Self::Authority => &["ConfigMap", "Secret"],
        }
    }

    /// The keys that the entries must have, which the implementations share. What an authority's
    /// Secret must hold is up to each of them (gateway-api `apis/v1/gateway_types.go`,
    /// `FrontendTLSValidation.CACertificateRefs`).
    pub fn keys(self, kind: &str) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Server | Self::Client, "Secret") => &["tls.crt", "tls.key"],
            (Self::Authority, "ConfigMap") => &["ca.crt"],
            _ => &[],
        }
    }
}

impl CertificateRef {
    /// None without a name.
    pub(in crate::kinds) fn read(used_as: CertificateUse, reference: Cursor<'_>) -> Option<Self> {
        let text = |name: &str| reference.get(name).and_then(Cursor::string);
        let is_set = |text: &Spanned<String>| !text.value.is_empty();
        let name = text("name").filter(is_set)?;
        let kind = text("kind").filter(is_set);
        Some(Self {
            used_as,
            group: text("group").map_or_else(String::new, |group| group.value),
            kind_place: kind.as_ref().map_or(name.span, |kind| kind.span),
            kind: kind.map_or_else(|| "Secret".to_owned(), |kind| kind.value),
            namespace: text("namespace").filter(is_set),
            name,
        })
    }

    /// Whether it is one of the core's kinds that can hold such a certificate.
    pub fn is_of_core(&self) -> bool {
        self.group.is_empty() && self.used_as.kinds().contains(&self.kind.as_str())
    }
}
