//! See `rules/missing-reference-grant.md`.

use super::support::reference::{ROUTE, with_role};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::parts::gateway_api::GROUP;
use crate::kinds::{GrantTo, ReferenceGrant, Role};
use crate::link::{Links, Named, Reference, Unit};
use crate::object::Object;
use crate::text::source::{Span, Spanned};
use crate::unit::{Doubt, Namespace};

pub(super) const RULE: Rule = Rule {
    id: ids::MISSING_REFERENCE_GRANT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    // Kustomize moves what it puts into a namespace.
    if unit.sets_namespace {
        return;
    }
    let grants: Vec<(&Namespace, &Object)> = unit
        .objects
        .iter()
        .map(|member| (&member.namespace, links.object(member.id)))
        .filter(|(_, object)| object.reference_grant().is_some())
        .collect();
    for reference in with_role(links, unit, ROUTE) {
        let Some(place) = &reference.target().namespace else {
            continue;
        };
        let (own, other) = (reference.home(), Namespace::explicit(&place.value));
        if own.may_be(&other)
            || !own.is_explicit
            || is_of_mesh(reference.object())
            || !is_here(links, unit, &other)
        {
            continue;
        }
        let there = grants
            .iter()
            .filter(|(namespace, _)| namespace.may_be(&other));
        let there: Vec<&Object> = there.map(|(_, object)| *object).collect();
        let Some(name) = granted_name(reference) else {
            continue;
        };
        let mut all = there.iter().filter_map(|grant| grant.reference_grant());
        if !all.any(|grant| allows(grant, reference, name)) {
            out.push(finding(reference, place, &there));
        }
    }
}

/// The Service that a grant has to name. None where the grant is not what is missing: the Service
/// is in another namespace, or the configuration says that what belongs to it is elsewhere.
fn granted_name(reference: Reference<'_>) -> Option<&str> {
    match reference.named() {
        Named::OtherNamespace(_) | Named::Unverified(Doubt::External(_) | Doubt::Faulty(_)) => None,
        // A slip in the name is reported for itself.
        Named::Similar(meant, _) | Named::Serving(meant, _) => Some(&meant.object().identity.name),
        Named::Found(_)
        | Named::NotInOwnFile(_)
        | Named::Missing
        | Named::Gone
        | Named::Unverified(_) => Some(&reference.target().name.value),
    }
}

/// Whether a route is one of a mesh, which attaches to Services: what it sends where is up to the
/// namespace of the client (GEP-1294, "Consumer routes").
fn is_of_mesh(route: &Object) -> bool {
    let mut references = route.references.iter();
    let gateways = route.parents().unwrap_or_default();
    let mut gateways = gateways.iter().filter(|parent| parent.kind != "Service");
    gateways.next().is_none() && references.any(|own| own.role == Role::Parent)
}

/// Whether the input says what is in a namespace.
fn is_here(links: &Links, unit: &Unit, namespace: &Namespace) -> bool {
    let mut members = unit.objects.iter();
    let is_in = members.any(|own| own.namespace.is_explicit && own.namespace == *namespace);
    is_in || links.is_closed(unit)
}

/// Whether a grant lets an object refer to a Service.
fn allows(grant: &ReferenceGrant, reference: Reference<'_>, name: &str) -> bool {
    let (kind, home) = (&reference.object().identity.kind, reference.home());
    let from = grant.from.iter().any(|from| {
        from.group == GROUP && from.kind.value == *kind && from.namespace.value == home.name
    });
    let to = grant
        .to
        .iter()
        .any(|to| is_service(to) && to.name.as_ref().is_none_or(|own| own.value == name));
    from && to || grant.is_unclear
}

fn is_service(to: &GrantTo) -> bool {
    to.group.is_empty() && to.kind.value == "Service"
}

fn finding(reference: Reference<'_>, place: &Spanned<String>, grants: &[&Object]) -> Diagnostic {
    let own = &reference.object().identity;
    let (name, home) = (&reference.target().name.value, &reference.home().name);
    let message = format!(
        "no ReferenceGrant in namespace `{}` lets {own} of namespace `{home}` refer to Service \
         `{name}`",
        place.value
    );
    // A grant may be what is not here.
    let found = Diagnostic::new(RULE.id, Severity::Warning, place.span, message)
        .label("another namespace")
        .object(own)
        .given([Premise::Absent, Premise::Complete]);
    let found = match grants.iter().find_map(|grant| shortfall(grant, reference)) {
        Some((span, text)) => found.related(span, text),
        None => found,
    };
    found.help(format!(
        "add a ReferenceGrant to namespace `{}` with `from: [{{group: {}, kind: {}, namespace: \
         {home}}}]` and `to: [{{group: \"\", kind: Service, name: {name}}}]`",
        place.value, GROUP, own.kind
    ))
}

/// What a grant allows instead.
fn shortfall(grant: &Object, reference: Reference<'_>) -> Option<(Span, String)> {
    let grant = grant.reference_grant()?;
    let home = &reference.home().name;
    let kind = &reference.object().identity.kind;
    let from = grant.from.first()?;
    let mut all = grant.from.iter();
    if !all.clone().any(|own| own.namespace.value == *home) {
        let text = format!("lets in `{}`, not `{home}`", from.namespace.value);
        return Some((from.namespace.span, text));
    }
    if !all.any(|own| own.kind.value == *kind && own.namespace.value == *home) {
        let text = format!("lets in {}, not {kind}", from.kind.value);
        return Some((from.kind.span, text));
    }
    let to = grant.to.first()?;
    Some(match &to.name {
        Some(name) => (name.span, format!("lets refer to `{}` only", name.value)),
        None => (
            to.kind.span,
            format!("lets refer to {} only", to.kind.value),
        ),
    })
}
