//! See `rules/hpa-target-not-found.md`.

use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Index, Member, Unit};
use crate::model::placeholder::is_placeholder;
use crate::model::{Autoscaler, Kind};
use crate::object::{Body, Object};
use crate::rule::{Check, Rule};
use crate::similar::{Similarity, similarity};

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
    let has =
        |other: &Object| other.identity.kind == kind.value && other.identity.name == name.value;
    let all = || index.units.iter().flat_map(|unit| &unit.objects);
    let is_known = !is_placeholder(&name.value) && is_scaled(&kind.value);
    if !is_known
        || object.has_problem_at(name.span)
        || all().any(|own| has(index.object(own.id)))
        || index.operator_of(unit, &name.value).is_some()
    {
        return None;
    }
    let source = index.source_of(member.id);
    let beside: Vec<&Object> = unit
        .objects
        .iter()
        .filter(|own| {
            own.namespace.may_be(&member.namespace)
                && unit.is_together(source, index.source_of(own.id))
        })
        .map(|own| index.object(own.id))
        .filter(|own| is_scaled(&own.identity.kind) && own.kind != Kind::Custom)
        .collect();
    let finding = |span, message: String| {
        let severity = index.lowered(unit, source, Severity::Warning);
        Diagnostic::new(RULE.id, severity, span, message).object(&object.identity)
    };
    let message = format!(
        "{} scales {} `{}`, which does not exist here",
        object.identity, kind.value, name.value
    );
    let namesake = beside.iter().find(|own| own.identity.name == name.value);
    if let Some(other) = namesake {
        let meant = &other.identity.kind;
        return Some(
            finding(kind.span, message)
                .label(format!("`{}` is a {meant}", name.value))
                .related(other.name, format!("this {meant} has the name"))
                .help(format!("write `kind: {meant}`")),
        );
    }
    let slip = |own: &&&Object| {
        let found = similarity(&name.value, &own.identity.name);
        own.identity.kind == kind.value
            && matches!(found, Some(Similarity::Folded | Similarity::Edit))
    };
    let other = beside.iter().find(slip)?;
    let meant = &other.identity.name;
    Some(
        finding(name.span, message)
            .label(format!("did you mean `{meant}`?"))
            .related(
                other.name,
                format!("this {} is called almost so", kind.value),
            )
            .help(format!("write `name: {meant}`")),
    )
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
