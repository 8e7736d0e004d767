//! See `rules/reference-target-not-found.md`.

use super::support::described::with_effect;
use super::support::listing::all_of;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::described::FaultKind;
use crate::link::{FaultLink, Links, NamedObject, ObjectReference, Unit};
use crate::text::similar::nearest;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::REFERENCE_TARGET_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    out.extend(links.faults(unit).filter_map(wrong_value));
    out.extend(links.faults(unit).filter_map(unread));
    for reference in links.object_references(unit) {
        let found = finding(reference);
        out.extend(found.map(|found| with_effect(found, &reference.target().effect)));
    }
}

fn finding(reference: ObjectReference<'_>) -> Option<Diagnostic> {
    let target = reference.target();
    let (kind, name) = (&target.kind, &target.name.value);
    let own = &reference.object().identity;
    let namespace = &reference.namespace().name;
    let place = if target.is_anywhere {
        String::new()
    } else {
        format!(" in namespace `{namespace}`")
    };
    let found = |severity: Severity, but: &str| {
        let gravest = target.effect.severity;
        let severity = if reference.needs_flag() {
            severity.min(Severity::Warning)
        } else {
            severity
        };
        let message = format!("{own} names {kind} `{name}`, which is not there{place}{but}");
        Diagnostic::new(RULE.id, severity.min(gravest), target.name.span, message)
            .label(format!("no {kind} has this name here"))
            .object(own)
            .given([Premise::Absent])
    };
    match reference.named() {
        NamedObject::Found | NamedObject::Unverified(_) => None,
        NamedObject::Similar(other, meant) => {
            let found = found(Severity::Error, &format!(", but `{meant}` is"));
            let label = format!("this {kind} is called almost so");
            Some(
                found
                    .related(other.name, label)
                    .help(format!("write `{}`", as_yaml(&meant))),
            )
        }
        NamedObject::OtherNamespace(other, there) => {
            let there = &there.name;
            let found = found(Severity::Error, &format!(", but in `{there}`"));
            let label = format!("this {kind} is in namespace `{there}`");
            let help = format!("name a {kind} of namespace `{namespace}`, or move this one");
            Some(found.related(other.namespace_place(), label).help(help))
        }
        NamedObject::Service(service) => {
            let found = found(Severity::Warning, ", but a Service of that name is");
            let there = &service.namespace().name;
            Some(
                found
                    .related(service.object().name, "this is a Service, and no namespace")
                    .help(format!(
                        "write `{}`, the namespace of the Service",
                        as_yaml(there)
                    )),
            )
        }
        NamedObject::Missing => {
            let help = format!("add {kind} `{name}`, or name one that is part of this");
            Some(found(Severity::Warning, "").help(help))
        }
    }
}

/// A value that names nothing whatever else is there.
fn wrong_value(link: FaultLink<'_>) -> Option<Diagnostic> {
    let (own, value) = (&link.object().identity, &link.fault().value);
    let (written, effect) = (&value.value, &link.fault().effect);
    let (message, help) = match &link.fault().kind {
        FaultKind::Malformed(_) | FaultKind::Unread(_) | FaultKind::ReadWith(..) => return None,
        FaultKind::Unused(name) => (
            format!("`{written}` is about `{name}`, which {own} does not name"),
            format!("name `{name}` where it is needed, or remove the annotation"),
        ),
        FaultKind::Lacking(key) => (
            format!("{own} names `{written}`, for which it has no annotation `{key}`"),
            format!("add `{key}`, or name what has one"),
        ),
        FaultKind::NoneOf(words) => {
            let near = nearest(written, words.iter().map(String::as_str));
            let help = match near {
                Some(meant) => format!("write `{}`", as_yaml(meant)),
                None => format!("write {}", all_of(words, "or")),
            };
            let message = format!(
                "{own} has `{written}` where {} may stand",
                all_of(words, "or")
            );
            (message, help)
        }
        FaultKind::NoProvider(provider) => (
            format!("{own} names `{written}` without its provider `{provider}`"),
            format!("write `{written}@{provider}`"),
        ),
        FaultKind::Provider(provider) => (
            format!("{own} names provider `{written}`, but the one of Kubernetes is `{provider}`"),
            format!("write `{provider}`"),
        ),
    };
    let found = Diagnostic::new(RULE.id, effect.severity, value.span, message)
        .object(own)
        .help(help)
        .given([Premise::Accepted(value.span)]);
    Some(with_effect(found, effect))
}

/// An object that a program would read if it were told of it.
fn unread(link: FaultLink<'_>) -> Option<Diagnostic> {
    let fault = link.fault();
    let FaultKind::ReadWith(program, flags) = &fault.kind else {
        return None;
    };
    let program = link.untold(program, flags)?;
    let own = &link.object().identity;
    let message = format!(
        "nothing tells {} of {own}, which has none of {}",
        program.display(),
        all_of(flags, "and")
    );
    let found = Diagnostic::new(RULE.id, fault.effect.severity, fault.value.span, message)
        .label("nothing reads this")
        .object(own)
        .related(program.object().name, "this is started without the flag")
        .help(format!(
            "add `{}` to its arguments, or remove {own}",
            flags.first()?
        ))
        .given([Premise::Absent, Premise::Unpatched]);
    Some(with_effect(found, &fault.effect))
}
