//! See `rules/gateway-certificate.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::link::{CertificateLink, Links, NamedCertificate, StoreLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::GATEWAY_CERTIFICATE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.certificates(unit) {
        out.extend(other_kind(link).or_else(|| match link.named() {
            NamedCertificate::Found(stores) => without_keys(link, &stores),
            NamedCertificate::Similar(store) => Some(similar(link, store)),
            NamedCertificate::Missing => Some(missing(link)),
            NamedCertificate::Elsewhere => None,
        }));
    }
}

fn finding(
    link: CertificateLink<'_>,
    severity: Severity,
    place: Span,
    message: String,
) -> Diagnostic {
    Diagnostic::new(RULE.id, severity, place, message).object(&link.object().identity)
}

/// A kind of the core that holds no certificates. What those of other groups hold is up to the
/// implementation.
fn other_kind(link: CertificateLink<'_>) -> Option<Diagnostic> {
    let own = link.certificate();
    if !own.group.is_empty() || own.is_of_core() || is_placeholder(&own.kind) {
        return None;
    }
    let kinds = own.used_as.kinds().join(" or a ");
    let message = format!(
        "{} takes a certificate from {} `{}`, where a {kinds} has to be",
        link.display(),
        own.kind,
        own.name.value
    );
    let found = finding(link, Severity::Error, own.kind_place, message);
    Some(
        found
            .label("this kind holds no certificate")
            .help(format!("name a {kinds}"))
            .given([Premise::Absent]),
    )
}

/// What is there, without the keys that the certificate stands behind.
fn without_keys(link: CertificateLink<'_>, stores: &[StoreLink<'_>]) -> Option<Diagnostic> {
    let own = link.certificate();
    let keys = own.used_as.keys(&own.kind);
    let lacks = |store: &StoreLink<'_>| {
        let entries = store.entries();
        !entries.may_have_more && keys.iter().any(|key| !entries.has(key))
    };
    let store = stores.iter().find(|store| lacks(store))?;
    let lacking = keys.iter().filter(|key| !store.entries().has(key));
    let lacking: Vec<String> = lacking.map(|key| format!("`{key}`")).collect();
    if !stores.iter().all(lacks) {
        return None;
    }
    let message = format!(
        "{} has no {}, where {} looks for a certificate",
        store.display(),
        lacking.join(" and no "),
        link.display()
    );
    let found = finding(link, Severity::Warning, own.name.span, message);
    Some(
        found
            .label("no certificate is in it")
            .related(store.object().name, "its keys are others")
            .help(format!(
                "add {} to {}",
                lacking.join(" and "),
                store.display()
            ))
            .given([Premise::Absent, Premise::Unpatched]),
    )
}

fn similar(link: CertificateLink<'_>, store: StoreLink<'_>) -> Diagnostic {
    let own = link.certificate();
    let (kind, name, meant) = (&own.kind, &own.name.value, store.name());
    let message = format!(
        "{} takes a certificate from {kind} `{name}`, which is not here, but `{meant}` is",
        link.display()
    );
    finding(link, Severity::Warning, own.name.span, message)
        .label(format!("did you mean `{meant}`?"))
        .related(
            store.object().name,
            format!("this {kind} is called almost so"),
        )
        .help(format!("write `{}`", as_yaml(meant)))
        .evidence(Evidence::Slip)
        .given([Premise::Absent, Premise::Complete])
}

fn missing(link: CertificateLink<'_>) -> Diagnostic {
    let own = link.certificate();
    let (kind, name) = (&own.kind, &own.name.value);
    let message = format!(
        "{} takes a certificate from {kind} `{name}`, which is not in namespace `{}`",
        link.display(),
        link.certificate_namespace().name
    );
    finding(link, Severity::Warning, own.name.span, message)
        .label(format!("no {kind} has this name here"))
        .help(format!("add {kind} `{name}`, or name another one"))
        .evidence(Evidence::ClosedWorld)
        .given([Premise::Absent, Premise::Complete])
}
