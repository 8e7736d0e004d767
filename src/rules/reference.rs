//! What the rules about references to Services share.

use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Named, Reference, ServiceLink, Unit};

/// Says what a reference that leads to no Service was probably meant for. `whose` names the field,
/// as in "backend of Ingress"; nothing is said where nobody can know.
pub(super) fn dangling(
    index: &Index,
    unit: &Unit,
    rule: &'static str,
    gravest: Severity,
    reference: Reference<'_>,
    whose: &str,
) -> Option<Diagnostic> {
    let target = reference.target();
    let (name, own) = (&target.name.value, reference.object().identity.to_string());
    let namespace = &reference.namespace().name;
    let missing = format!("{whose} `{name}` of {own} is no Service in namespace `{namespace}`");
    let span = target.name.span;
    let lowered = |severity| index.lowered(unit, span.source, severity);
    let found = |severity| {
        Diagnostic::new(rule, lowered(severity), span, missing.clone())
            .label("no Service has this name here")
            .object(&reference.object().identity)
    };
    match reference.named() {
        Named::Similar(similar) => Some(
            found(gravest)
                .related(similar.object().name, "this Service is called almost so")
                .help(format!("write `{}`", similar.name())),
        ),
        Named::OtherNamespace(other) => Some(
            found(gravest)
                .related(namespace_span(other), elsewhere(other))
                .help("refer to a Service of the same namespace, or move one of the two"),
        ),
        Named::Missing => Some(found(Severity::Warning).help(format!(
            "add a Service `{name}`, or name one that is part of this"
        ))),
        Named::Found(_) | Named::Unverified(_) => None,
    }
}

/// Where a Service says which namespace it is in.
fn namespace_span(service: ServiceLink<'_>) -> crate::source::Span {
    let object = service.object();
    object
        .namespace
        .as_ref()
        .map_or(object.name, |namespace| namespace.span)
}

fn elsewhere(service: ServiceLink<'_>) -> String {
    format!(
        "Service `{}` is in namespace `{}`",
        service.name(),
        service.namespace().name
    )
}
