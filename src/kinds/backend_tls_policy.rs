//! The Gateway API's `BackendTLSPolicy`: how a Gateway speaks TLS with Services
//! (gateway-api `apis/v1/backendtlspolicy_types.go`).

use super::parts::certificate_ref::{CertificateRef, CertificateUse};
use super::parts::collect::collect;
use super::parts::gateway_api::VERSIONS;
use super::parts::known_fields::OBJECT;
use super::parts::port::PortRef;
use super::parts::service_ref::{Role, ServiceRef};
use super::row::Row;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    references: services,
    // As it is, and as it was in v1alpha2: `targetRef` and `tls`.
    known: &[
        OBJECT,
        ("spec", "targetRefs validation options targetRef tls"),
        ("spec.targetRefs[]", "group kind name sectionName"),
        (
            "spec.validation",
            "caCertificateRefs wellKnownCACertificates hostname subjectAltNames",
        ),
        ("spec.validation.caCertificateRefs[]", "group kind name"),
    ],
    ..Row::new("BackendTLSPolicy", VERSIONS)
};

pub(super) fn read(object: Cursor<'_>) -> BackendTlsPolicy {
    let authorities = object.path(["spec", "validation"]);
    let authorities = authorities.into_iter();
    let authorities = authorities.flat_map(|own| own.list("caCertificateRefs"));
    BackendTlsPolicy {
        targets: collect(targets(object).filter_map(PolicyTarget::read)),
        authorities: collect(
            authorities.filter_map(|own| CertificateRef::read(CertificateUse::Authority, own)),
        ),
    }
}

/// What a policy is about, and by which authorities it trusts that.
#[derive(Clone, Debug)]
pub struct BackendTlsPolicy {
    /// `spec.targetRefs`
    pub targets: Vec<PolicyTarget>,
    /// `spec.validation.caCertificateRefs`
    pub authorities: Vec<CertificateRef>,
}

/// What a policy is about. It is in the namespace of the policy.
#[derive(Clone, Debug)]
pub struct PolicyTarget {
    /// `group`
    pub group: String,
    /// `kind`
    pub kind: String,
    /// `name`
    pub name: Spanned<String>,
    /// `sectionName`: of a Service the name of a port.
    pub section: Option<Spanned<String>>,
}

impl PolicyTarget {
    fn read(target: Cursor<'_>) -> Option<Self> {
        let text = |name: &str| target.get(name).and_then(Cursor::string);
        Some(Self {
            group: text("group").map_or_else(String::new, |text| text.value),
            kind: text("kind")?.value,
            name: text("name")?,
            section: text("sectionName").filter(|text| !text.value.is_empty()),
        })
    }
}

fn targets(object: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let spec = object.get("spec").into_iter();
    spec.flat_map(|spec| spec.list("targetRefs"))
}

/// The Services that a policy is about. Its section is the name of a port even if it looks like a
/// number (gateway-api `apis/v1/policy_types.go`, `LocalPolicyTargetReferenceWithSectionName`).
fn services(object: Cursor<'_>) -> Vec<ServiceRef> {
    let services = targets(object).filter_map(|target| {
        let own = PolicyTarget::read(target)?;
        let is_service = own.group.is_empty() && own.kind == "Service";
        let reference = ServiceRef::read(Role::PolicyTarget, target).filter(|_| is_service)?;
        let port = own
            .section
            .map(|name| Spanned::new(PortRef::Name(name.value), name.span));
        Some(ServiceRef {
            namespace: None,
            port,
            ..reference
        })
    });
    collect(services)
}
