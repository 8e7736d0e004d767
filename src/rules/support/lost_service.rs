//! A reference names a Service that does not exist: what was meant, in words.

use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{Named, Reference, ServiceLink};

/// Says what a reference that leads to no Service was probably meant for. Nothing is said where
/// nobody can know.
pub(crate) fn lost_service(
    rule: &'static str,
    gravest: Severity,
    reference: Reference<'_>,
) -> Option<Diagnostic> {
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
        Named::Similar(similar) => Some(
            found(
                as_sure_as(gravest, reference, similar),
                &format!(", but `{}` is", similar.name()),
            )
            .related(similar.object().name, "this Service is called almost so")
            .help(format!("write `{}`", similar.name())),
        ),
        Named::Serving(service, backend) => {
            let but = format!(
                ", but `{}` selects the pods of {}",
                service.name(),
                backend.display()
            );
            Some(
                found(Severity::Warning, &but)
                    .related(service.object().name, "this Service sends to them")
                    .help(format!("write `{}`", service.name())),
            )
        }
        Named::OtherNamespace(other) => {
            let place = &other.namespace().name;
            let help = if target.role.crosses_namespaces() {
                format!("write `namespace: {place}`, or move the Service")
            } else {
                "refer to a Service of the same namespace, or move one of the two".to_owned()
            };
            let label = format!("Service `{}` is in namespace `{place}`", other.name());
            Some(
                found(gravest, &format!(", but in `{place}`"))
                    .related(other.object().namespace_place(), label)
                    .help(help),
            )
        }
        Named::Missing => Some(found(Severity::Warning, "").help(format!(
            "add a Service `{name}`, or name one that is part of this"
        ))),
        Named::Gone => Some(
            found(Severity::Warning, " any more")
                .label(GONE)
                .help(restore(name)),
        ),
        Named::Found(_) | Named::Unverified(_) => None,
    }
}

/// What is said of a name that a Service had until what is judged was changed.
pub(crate) const GONE: &str = "the base revision has this Service";

/// How to fix that it has gone.
pub(crate) fn restore(name: &str) -> String {
    format!("restore Service `{name}`, or name another one")
}

/// A Service without the port that is asked for is less likely the one that was meant.
fn as_sure_as(gravest: Severity, reference: Reference<'_>, similar: ServiceLink<'_>) -> Severity {
    let ports = &similar.service().ports;
    let wanted = reference.target().wanted_port();
    let has_it = wanted.is_none_or(|wanted| ports.iter().any(|port| port.is(&wanted.value)));
    if has_it {
        gravest
    } else {
        gravest.min(Severity::Warning)
    }
}
