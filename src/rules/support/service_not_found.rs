//! A reference names a Service that does not exist: what was meant, in words.

use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::link::{Named, Reference, ServiceLink};
use crate::yaml::scalar::as_yaml;

/// Says what a reference that leads to no Service was probably meant for. Nothing is said where
/// nobody can know.
pub(crate) fn service_not_found(
    rule: &'static str,
    gravest: Severity,
    reference: Reference<'_>,
) -> Option<Diagnostic> {
    // What a change takes away was needed until then.
    let is_gone = reference.had_service();
    let gravest = if is_gone { Severity::Error } else { gravest };
    let target = reference.target();
    let (name, own) = (&target.name.value, reference.object().identity.to_string());
    let namespace = &reference.namespace().name;
    let message = format!(
        "{} `{name}` of {own} is no Service in namespace `{namespace}`",
        target.role.as_str()
    );
    let span = target.name.span;
    let found = |severity, but: &str| {
        Diagnostic::new(rule, severity, span, format!("{message}{but}"))
            .label("no Service has this name here")
            .object(&reference.object().identity)
            .given([Premise::Absent])
    };
    match reference.named() {
        Named::Similar(similar, evidence) => {
            let severity = as_sure_as(gravest, reference, similar, evidence)?;
            let found = found(severity, &format!(", but `{}` is", similar.name()));
            let found = found.evidence(evidence);
            Some(called_almost_so(found, similar, similar.name()))
        }
        Named::NotInOwnFile(own) => Some(
            own.iter()
                .take(3)
                .fold(found(Severity::Warning, ""), |found, service| {
                    let text = format!("this file defines Service `{}`", service.name());
                    found.related(service.object().name, text)
                })
                .evidence(Evidence::OwnFileNames)
                .help(match own.as_slice() {
                    [only] => format!(
                        "write `{}`, or add a Service `{name}`",
                        as_yaml(only.name())
                    ),
                    _ => format!("name one of these Services, or add a Service `{name}`"),
                }),
        ),
        Named::Serving(service, backend) => {
            let but = format!(
                ", but `{}` selects the pods of {}",
                service.name(),
                backend.display()
            );
            let severity = if is_gone { gravest } else { Severity::Warning };
            let found = found(severity, &but).evidence(Evidence::WorkloadName);
            Some(sends_to_them(found, service, service.name()))
        }
        Named::OtherNamespace(other) => {
            let place = &other.namespace().name;
            let help = if target.crosses_namespaces() {
                format!("write `namespace: {place}`, or move the Service")
            } else {
                "refer to a Service of the same namespace, or move one of the two".to_owned()
            };
            let found = found(gravest, &format!(", but in `{place}`"));
            let found = found.evidence(Evidence::OtherNamespace);
            Some(in_namespace(found, other).help(help))
        }
        Named::Missing => Some(
            found(Severity::Warning, "")
                .evidence(Evidence::ClosedWorld)
                .help(format!(
                    "add a Service `{name}`, or name one that is part of this"
                )),
        ),
        Named::Gone => Some(
            found(Severity::Error, " any more")
                .evidence(Evidence::Base)
                .label(GONE)
                .help(restore(name)),
        ),
        Named::Found(_) | Named::Unverified(_) => None,
    }
}

/// Points at the Service that was meant, by its name; `meant` is how that is written.
pub(crate) fn called_almost_so(
    found: Diagnostic,
    service: ServiceLink<'_>,
    meant: &str,
) -> Diagnostic {
    found
        .related(service.object().name, "this Service is called almost so")
        .help(format!("write `{}`", as_yaml(meant)))
}

/// Points at the Service that was meant, by its pods; `meant` is how that is written.
pub(crate) fn sends_to_them(
    found: Diagnostic,
    service: ServiceLink<'_>,
    meant: &str,
) -> Diagnostic {
    found
        .related(service.object().name, "this Service sends to them")
        .help(format!("write `{}`", as_yaml(meant)))
}

/// Points at the namespace of a Service.
pub(crate) fn in_namespace(found: Diagnostic, service: ServiceLink<'_>) -> Diagnostic {
    found.related(
        service.object().namespace_place(),
        format!(
            "Service `{}` is in namespace `{}`",
            service.name(),
            service.namespace().name
        ),
    )
}

/// What is said of a name that a Service had until what is judged was changed.
pub(crate) const GONE: &str = "the base revision has this Service";

/// How to fix that it has gone.
pub(crate) fn restore(name: &str) -> String {
    format!("restore Service `{name}`, or name another one")
}

/// A Service without the port that is asked for is less likely the one that was meant, and in
/// another file rather another one; so is one whose name is no slip of the finger.
fn as_sure_as(
    gravest: Severity,
    reference: Reference<'_>,
    similar: ServiceLink<'_>,
    evidence: Evidence,
) -> Option<Severity> {
    let ports = &similar.service().ports;
    let wanted = reference.target().wanted_port();
    let has_it = wanted.is_none_or(|wanted| ports.iter().any(|port| port.is(&wanted.value)));
    let is_in_own_file = similar.source() == reference.target().name.span.source;
    match (has_it, evidence) {
        (true, Evidence::Slip) => Some(gravest),
        (false, _) if !is_in_own_file => None,
        _ => Some(gravest.min(Severity::Warning)),
    }
}
