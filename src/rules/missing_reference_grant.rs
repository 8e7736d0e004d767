//! See `rules/missing-reference-grant.md`.

use super::support::reference_grant::{Crossing, crossings};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::Role;
use crate::kinds::kind::group_version;
use crate::link::{Links, Unit};
use crate::object::Object;
use crate::text::source::Span;
use crate::unit::Namespace;

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
    for crossing in crossings(links, unit) {
        let (own, other) = (crossing.home, Namespace::explicit(&crossing.place.value));
        if own.may_be(&other)
            || !own.is_explicit
            || is_of_mesh(crossing.from)
            || !is_here(links, unit, &other)
        {
            continue;
        }
        let there = grants
            .iter()
            .filter(|(namespace, _)| namespace.may_be(&other));
        let there: Vec<&Object> = there.map(|(_, object)| *object).collect();
        let mut all = there.iter().filter_map(|grant| grant.reference_grant());
        if !all.any(|grant| crossing.is_allowed_by(grant)) {
            out.push(finding(&crossing, &there));
        }
    }
}

/// Whether a route is one of a mesh, which attaches to Services alone: what it sends where is up to
/// the namespace of the client (GEP-1294, "Consumer routes").
fn is_of_mesh(object: &Object) -> bool {
    let parents = object.parents().unwrap_or_default();
    let of_services = object.references.iter();
    let of_services = of_services.filter(|own| own.role == Role::Parent).count();
    !parents.is_empty() && parents.len() == of_services
}

/// Whether the input says what is in a namespace.
fn is_here(links: &Links, unit: &Unit, namespace: &Namespace) -> bool {
    let mut members = unit.objects.iter();
    let is_in = members.any(|own| own.namespace.is_explicit && own.namespace == *namespace);
    is_in || links.is_closed(unit)
}

fn finding(crossing: &Crossing<'_>, grants: &[&Object]) -> Diagnostic {
    let own = &crossing.from.identity;
    let (kind, name, home) = (crossing.kind, &crossing.name, &crossing.home.name);
    let message = format!(
        "no ReferenceGrant in namespace `{}` lets {own} of namespace `{home}` refer to {kind} \
         `{name}`",
        crossing.place.value
    );
    // A grant may be what is not here.
    let found = Diagnostic::new(RULE.id, Severity::Warning, crossing.place.span, message)
        .label("another namespace")
        .object(own)
        .given([Premise::Absent, Premise::Complete]);
    let found = match grants.iter().find_map(|grant| shortfall(grant, crossing)) {
        Some((span, text)) => found.related(span, text),
        None => found,
    };
    let (group, _) = group_version(&own.api_version);
    found.help(format!(
        "add a ReferenceGrant to namespace `{}` with `from: [{{group: {group}, kind: {}, \
         namespace: {home}}}]` and `to: [{{group: \"{}\", kind: {kind}, name: {name}}}]`",
        crossing.place.value, own.kind, crossing.group
    ))
}

/// What a grant allows instead.
fn shortfall(grant: &Object, crossing: &Crossing<'_>) -> Option<(Span, String)> {
    let grant = grant.reference_grant()?;
    let home = &crossing.home.name;
    let kind = &crossing.from.identity.kind;
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
