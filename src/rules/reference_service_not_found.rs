//! See `rules/reference-service-not-found.md`.

use super::support::described;
use super::support::service_not_found::service_not_found;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise};
use crate::kinds::described::{Described, HostKind};
use crate::link::{Links, Named, Reference, ServiceLink, Unit};
use crate::text::placeholder::is_placeholder;

pub(super) const RULE: Rule = Rule {
    id: ids::REFERENCE_SERVICE_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (reference, row) in described::references(links, unit) {
        if row.is_builtin {
            continue;
        }
        let gravest = described::gravest(reference, row);
        let found = incomplete(reference, row).or_else(|| {
            impossible(links, unit, reference, row)
                .or_else(|| service_not_found(RULE.id, gravest, reference))
        });
        out.extend(found.map(|found| described::with_effect(found, &row.effect)));
    }
}

/// A host name that is not whole, where it is compared with whole ones: the Service is there, and
/// not found.
fn incomplete(reference: Reference<'_>, row: &Described) -> Option<Diagnostic> {
    let (HostKind::Short, Named::Found(services)) = (row.host, reference.named()) else {
        return None;
    };
    let service = services.first()?;
    let (name, own) = (&reference.target().name, &reference.object().identity);
    let message = format!(
        "{own} names Service `{}` by a part of its host name",
        name.value
    );
    let full = format!(
        "{}.{}.svc.cluster.local",
        name.value,
        service.namespace().name
    );
    let found = Diagnostic::new(RULE.id, row.effect.severity, name.span, message)
        .label("only whole host names are compared")
        .object(own)
        .related(service.object().name, "this Service is meant")
        .help(format!("write `{full}`"))
        .given([Premise::Accepted(name.span)]);
    Some(found)
}

/// A name that no Service can have, such as `web.shop.svc`: whatever else there is, none has it
/// (apimachinery `pkg/util/validation/validation.go`, `IsDNS1123Label`).
fn impossible(
    links: &Links,
    unit: &Unit,
    reference: Reference<'_>,
    row: &Described,
) -> Option<Diagnostic> {
    let (name, own) = (&reference.target().name, &reference.object().identity);
    let text = &name.value;
    let may_be = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    if row.host != HostKind::Name || is_placeholder(text) || text.bytes().all(may_be) {
        return None;
    }
    let mut parts = text.split('.');
    let (service, namespace) = (parts.next()?, parts.next());
    let is_meant = |link: &ServiceLink<'_>| {
        let is_there = namespace.is_none_or(|namespace| link.namespace().name == namespace);
        link.name() == service && is_there
    };
    let message = format!("service `{text}` of {own} is a name that no Service can have");
    let found = Diagnostic::new(RULE.id, row.effect.severity, name.span, message)
        .label("the name of a Service is one DNS label")
        .object(own)
        .given([Premise::Accepted(name.span)]);
    Some(match links.services(unit).find(is_meant) {
        Some(meant) => found
            .related(meant.object().name, "this Service is probably meant")
            .help(format!(
                "write `{service}`, in an object of the Service's own namespace"
            )),
        None => found.help("write the name of the Service alone"),
    })
}
