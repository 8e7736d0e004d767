//! See `rules/missing-reference-grant.md`.

use super::support::reference_grant::{Crossing, crossings};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::kind::group_version;
use crate::kinds::{ReferenceGrant, Role};
use crate::link::{Links, Unit};
use crate::object::Object;
use crate::text::hash::HashMap;
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
    let grants = Grants::of(links, unit);
    for crossing in crossings(links, unit) {
        let (own, other) = (crossing.home, Namespace::explicit(&crossing.place.value));
        if own.may_be(&other)
            || !own.is_explicit
            || is_of_mesh(crossing.from)
            || !is_here(links, unit, &other)
        {
            continue;
        }
        if !grants.allow(&crossing, &other) {
            let mut there = grants.all.iter().filter(|own| own.home.may_be(&other));
            let instead = there.find_map(|own| shortfall(own.grant, &crossing));
            out.push(finding(&crossing, instead));
        }
    }
}

/// A grant, and the namespace that it goes to.
#[derive(Clone, Copy)]
struct Grant<'i> {
    home: &'i Namespace,
    grant: &'i ReferenceGrant,
}

/// The grants of a unit.
struct Grants<'i> {
    all: Vec<Grant<'i>>,
    /// Those that may let in whatever there is.
    unclear: Vec<Grant<'i>>,
    /// Those that let in objects of a namespace.
    by_source: HashMap<&'i str, Vec<Grant<'i>>>,
}

impl<'i> Grants<'i> {
    fn of(links: &'i Links, unit: &'i Unit) -> Self {
        let members = unit.objects.iter();
        let all = members.filter_map(|member| {
            let grant = links.object(member.id).reference_grant()?;
            let home = &member.namespace;
            Some(Grant { home, grant })
        });
        let all: Vec<Grant<'i>> = all.collect();
        let mut by_source: HashMap<&str, Vec<Grant<'_>>> = HashMap::default();
        for own in &all {
            for from in &own.grant.from {
                by_source
                    .entry(&from.namespace.value)
                    .or_default()
                    .push(*own);
            }
        }
        let unclear = all.iter().filter(|own| own.grant.is_unclear).copied();
        Self {
            unclear: unclear.collect(),
            by_source,
            all,
        }
    }

    /// Whether a grant in that namespace lets an object refer to another one.
    fn allow(&self, crossing: &Crossing<'_>, namespace: &Namespace) -> bool {
        let naming = self
            .by_source
            .get(&*crossing.home.name)
            .into_iter()
            .flatten();
        let mut all = naming.chain(&self.unclear);
        all.any(|own| own.home.may_be(namespace) && crossing.is_allowed_by(own.grant))
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

fn finding(crossing: &Crossing<'_>, instead: Option<(Span, String)>) -> Diagnostic {
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
    let found = match instead {
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
fn shortfall(grant: &ReferenceGrant, crossing: &Crossing<'_>) -> Option<(Span, String)> {
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
