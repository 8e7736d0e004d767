//! See `rules/hpa-target-not-found.md`.

use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Member, Namespace, Unit};
use crate::model::placeholder::is_placeholder;
use crate::model::{Autoscaler, Kind};
use crate::object::{Body, Object};
use crate::rule::{Check, Rule};
use crate::similar::{Similarity, similarity};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "hpa-target-not-found",
    doc: include_str!("../../rules/hpa-target-not-found.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    // What is not here may be what it scales.
    if unit.is_incomplete() {
        return;
    }
    for member in &unit.objects {
        let object = index.object(member.id);
        if let Body::Autoscaler(autoscaler) = &object.body {
            out.extend(judge(index, unit, member, object, autoscaler));
        }
    }
}

fn judge(
    index: &Index,
    unit: &Unit,
    member: &Member,
    object: &Object,
    autoscaler: &Autoscaler,
) -> Option<Diagnostic> {
    let (kind, name) = (&autoscaler.kind, &autoscaler.name);
    let is_unclear = is_placeholder(&name.value)
        || is_placeholder(&kind.value)
        || object.has_problem_at(name.span)
        || object.has_problem_at(kind.span);
    if is_unclear
        || index.operator_of(unit, &name.value).is_some()
        || index.has_external_workload(&member.namespace, &name.value)
    {
        return None;
    }
    let source = index.source_of(member.id);
    let finding = |span, message: String| {
        let severity = index.lowered(unit, source, Severity::Warning);
        Diagnostic::new(RULE.id, severity, span, message).object(&object.identity)
    };
    match target(index, unit, member, autoscaler) {
        Target::Elsewhere => None,
        Target::OtherNamespace(other, place) => {
            let (here, there) = (&member.namespace.name, &place.name);
            let message = format!(
                "{} scales {} `{}` of its own namespace `{here}`, but that is in `{there}`",
                object.identity, kind.value, name.value
            );
            let span = other.namespace.as_ref().map_or(other.name, |own| own.span);
            Some(
                finding(name.span, message)
                    .label(format!("looked for in namespace `{here}`"))
                    .related(span, format!("this {} is in `{there}`", kind.value))
                    .help(format!("move the autoscaler to namespace `{there}`")),
            )
        }
        Target::Missing => {
            let beside = workloads(index, unit, member);
            let meant = other_kind(autoscaler, &beside)
                .or_else(|| other_name(autoscaler, &beside))
                .or_else(|| absent(index, unit, autoscaler))?;
            let but = meant.other.as_ref().map_or(String::new(), |(other, _)| {
                format!(", but {} does", other.identity)
            });
            let message = format!(
                "{} scales {} `{}`, which does not exist here{but}",
                object.identity, kind.value, name.value
            );
            Some(meant.put(finding(meant.span, message)))
        }
    }
}

/// Where the object is that an autoscaler names.
enum Target<'i> {
    /// In its namespace, or in another unit, or nobody can know.
    Elsewhere,
    /// Only in another namespace. Both are explicit.
    OtherNamespace(&'i Object, &'i Namespace),
    /// Nowhere.
    Missing,
}

fn target<'i>(
    index: &'i Index,
    unit: &'i Unit,
    member: &Member,
    autoscaler: &Autoscaler,
) -> Target<'i> {
    let (kind, name) = (&autoscaler.kind.value, &autoscaler.name.value);
    let is_it = |own: &&Member| {
        let identity = &index.object(own.id).identity;
        identity.kind == *kind && identity.name == *name
    };
    let units = index.units.iter().flat_map(|unit| &unit.objects);
    let everywhere = units.filter(is_it).count();
    let here: Vec<&Member> = unit.objects.iter().filter(is_it).collect();
    let source = index.source_of(member.id);
    match here.first() {
        None if everywhere == 0 => Target::Missing,
        Some(first) => {
            let is_certain = |own: &&Member| {
                own.namespace.is_explicit
                    && !own.namespace.may_be(&member.namespace)
                    && unit.is_together(source, index.source_of(own.id))
            };
            let is_other = member.namespace.is_explicit && here.iter().all(is_certain);
            if is_other && here.len() == everywhere {
                Target::OtherNamespace(index.object(first.id), &first.namespace)
            } else {
                Target::Elsewhere
            }
        }
        None => Target::Elsewhere,
    }
}

/// What an autoscaler may scale, of those that are applied with it.
fn workloads<'i>(index: &'i Index, unit: &'i Unit, member: &Member) -> Vec<&'i Object> {
    let source = index.source_of(member.id);
    let beside = unit.objects.iter().filter(|own| {
        own.namespace.may_be(&member.namespace) && unit.is_together(source, index.source_of(own.id))
    });
    let objects = beside.map(|own| index.object(own.id));
    objects
        .filter(|own| is_scaled(&own.identity.kind) && own.kind != Kind::Custom)
        .collect()
}

/// What is wrong with a target, and what was probably meant.
struct Meant<'i> {
    span: Span,
    label: String,
    other: Option<(&'i Object, String)>,
    help: String,
}

impl Meant<'_> {
    fn put(&self, found: Diagnostic) -> Diagnostic {
        let found = found.label(self.label.clone()).help(self.help.clone());
        match &self.other {
            Some((object, label)) => found.related(object.name, label.clone()),
            None => found,
        }
    }
}

fn is_slip(left: &str, right: &str) -> bool {
    let found = similarity(left, right);
    matches!(found, Some(Similarity::Folded | Similarity::Edit))
}

/// A workload with the name that is of another kind.
fn other_kind<'i>(autoscaler: &Autoscaler, beside: &[&'i Object]) -> Option<Meant<'i>> {
    let (kind, name) = (&autoscaler.kind, &autoscaler.name.value);
    let is_meant = |own: &&&Object| {
        let meant = &own.identity.kind;
        own.identity.name == *name && (is_scaled(&kind.value) || is_slip(&kind.value, meant))
    };
    let other = beside.iter().find(is_meant)?;
    let meant = &other.identity.kind;
    Some(Meant {
        span: kind.span,
        label: format!("`{name}` is a {meant}"),
        other: Some((other, format!("this {meant} has the name"))),
        help: format!("write `kind: {meant}`"),
    })
}

/// A workload of the kind whose name is almost that.
fn other_name<'i>(autoscaler: &Autoscaler, beside: &[&'i Object]) -> Option<Meant<'i>> {
    let (kind, name) = (&autoscaler.kind.value, &autoscaler.name);
    let is_meant =
        |own: &&&Object| own.identity.kind == *kind && is_slip(&name.value, &own.identity.name);
    let other = beside.iter().find(is_meant)?;
    let meant = &other.identity.name;
    Some(Meant {
        span: name.span,
        label: format!("did you mean `{meant}`?"),
        other: Some((other, format!("this {kind} is called almost so"))),
        help: format!("write `name: {meant}`"),
    })
}

/// Nothing is close, and everything that exists is in the input.
fn absent<'i>(index: &Index, unit: &Unit, autoscaler: &Autoscaler) -> Option<Meant<'i>> {
    let (kind, name) = (&autoscaler.kind.value, &autoscaler.name);
    (is_scaled(kind) && index.is_closed(unit)).then(|| Meant {
        span: name.span,
        label: format!("no {kind} has this name"),
        other: None,
        help: format!(
            "add {kind} `{}`, or name one that is part of this",
            name.value
        ),
    })
}

/// Whether a kind is one that autoscalers scale and svclint reads.
fn is_scaled(kind: &str) -> bool {
    matches!(
        kind,
        "Deployment"
            | "StatefulSet"
            | "ReplicaSet"
            | "ReplicationController"
            | "DeploymentConfig"
            | "Rollout"
    )
}
