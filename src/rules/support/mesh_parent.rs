//! Parents of routes of a mesh, which are Services, in words.

use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::parts::gateway_api::GROUP;
use crate::kinds::{PortRef, ServicePort};
use crate::link::{Named, ParentLink, Reference};

/// Says that the group of a parent has no such kind. Where none is written it is that of the
/// Gateway API, which has no Services (gateway-api `apis/v1/shared_types.go`,
/// `ParentReference.Group`).
pub(crate) fn other_group(rule: &'static str, link: ParentLink<'_>) -> Option<Diagnostic> {
    let own = link.parent();
    let (place, group, help) = match (own.group.as_str(), own.kind.as_str()) {
        (GROUP, "Service") => (own.kind_place, GROUP, "write `group: \"\"` beside it"),
        ("", "Gateway" | "ListenerSet") => (
            own.group_place,
            "",
            "remove `group`, or write `group: gateway.networking.k8s.io`",
        ),
        _ => return None,
    };
    let message = format!(
        "{} attaches to {} `{}` of group `{group}`, which has no such kind",
        link.display(),
        own.kind,
        own.name.value
    );
    Some(
        Diagnostic::new(rule, Severity::Error, place, message)
            .label("no controller looks for this")
            .object(&link.object().identity)
            .help(help)
            .given([Premise::Unpatched]),
    )
}

/// Says that a Service has a port of the number and another one of the name that a parent has,
/// where one port must have both (gateway-api `apis/v1/shared_types.go`, `ParentReference.Port`).
pub(crate) fn not_one_port(rule: &'static str, reference: Reference<'_>) -> Option<Diagnostic> {
    let name = &reference.target().name;
    let mut parents = reference.object().parents()?.iter();
    let parent = parents.find(|own| own.name.span == name.span)?;
    let (section, port) = (parent.section.as_ref()?, parent.port.as_ref()?);
    let Named::Found(services) = reference.named() else {
        return None;
    };
    let are_known = services.iter().all(|own| own.are_ports_known());
    let ports = services.iter().flat_map(|own| &own.service().ports);
    let wanted = PortRef::Name(section.value.clone());
    let is_it = |own: &&ServicePort| own.is(&port.value) && own.is(&wanted);
    if !are_known || port.value == PortRef::Unknown || ports.clone().any(|own| is_it(&own)) {
        return None;
    }
    let own = &reference.object().identity;
    let message = format!(
        "{own} attaches to the port of Service `{}` that is called `{}` and has number {}, and no \
         port is both",
        name.value, section.value, port.value
    );
    let found = Diagnostic::new(rule, Severity::Error, section.span, message)
        .label("the port of this number is called otherwise")
        .object(own)
        .given([Premise::Absent, Premise::Unpatched]);
    let numbered = ports.clone().find(|own| own.is(&port.value));
    let found = match numbered {
        Some(numbered) => found.related(numbered.place(), "the port of this number"),
        None => found,
    };
    Some(match numbered.and_then(|own| own.name.as_ref()) {
        Some(name) => found.help(format!("write `sectionName: {}`", name.value)),
        None => found.help("remove `sectionName` or `port`"),
    })
}

/// Says that a Gateway of the name that a route attaches to is in another namespace than that of
/// the route, which counts where none is written.
pub(crate) fn in_other_namespace(rule: &'static str, link: ParentLink<'_>) -> Option<Diagnostic> {
    let own = link.parent();
    let home = link.namespace();
    let is_own = own.namespace.is_none() && home.is_explicit && home.is_known;
    if !is_own || !link.gateways().is_empty() {
        return None;
    }
    let mut others = link.namesakes();
    let other = others.next().filter(|_| others.next().is_none())?;
    let there = other.namespace();
    if !there.is_explicit || !there.is_known {
        return None;
    }
    let message = format!(
        "{} attaches to {} of its own namespace `{}`, and the one here is in `{}`",
        link.display(),
        link.display_parent(),
        home.name,
        there.name
    );
    Some(
        Diagnostic::new(rule, Severity::Warning, own.name.span, message)
            .label(format!("one of that name is in `{}`", there.name))
            .related(other.object().namespace_place(), "its namespace")
            .help(format!("write `namespace: {}` beside it", there.name))
            .object(&link.object().identity)
            .evidence(crate::diagnostic::Evidence::OtherNamespace)
            .given([Premise::Absent, Premise::Complete]),
    )
}
