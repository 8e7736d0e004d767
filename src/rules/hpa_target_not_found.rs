//! See `rules/hpa-target-not-found.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::link::{Links, ScaleLink, Scaled, Unit};
use crate::object::Object;
use crate::text::source::Span;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::HPA_TARGET_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let found = links.autoscalers(unit).filter_map(finding);
    out.extend(found.map(|found| found.given([Premise::Absent])));
}

fn finding(link: ScaleLink<'_>) -> Option<Diagnostic> {
    let (kind, name) = (&link.autoscaler().kind, &link.autoscaler().name);
    match link.target() {
        Scaled::Found | Scaled::Unverified(_) => None,
        Scaled::OtherKind(other) => {
            let meant = &other.identity.kind;
            Some(
                missing(link, kind.span, Some(other))
                    .evidence(Evidence::OtherKind)
                    .label(format!("`{}` is a {meant}", name.value))
                    .related(other.name, format!("this {meant} has the name"))
                    .help(format!("write `kind: {}`", as_yaml(meant))),
            )
        }
        Scaled::OtherGroup(other, asked) => {
            let (own, written) = (&link.object().identity, &other.identity.api_version);
            let message = format!(
                "{own} scales {} `{}` of `{}`, but the API server has no such kind in that group",
                kind.value, name.value, asked.value
            );
            Some(
                Diagnostic::new(RULE.id, Severity::Warning, asked.span, message)
                    .label(format!("no group of {}", kind.value))
                    .related(other.name, format!("this {} is in `{written}`", kind.value))
                    .help(format!("write `apiVersion: {written}`"))
                    .object(own),
            )
        }
        Scaled::OtherName(other, evidence) => {
            let meant = &other.identity.name;
            Some(
                missing(link, name.span, Some(other))
                    .evidence(evidence)
                    .label(format!("did you mean `{meant}`?"))
                    .related(
                        other.name,
                        format!("this {} is called almost so", kind.value),
                    )
                    .help(format!("write `name: {}`", as_yaml(meant))),
            )
        }
        Scaled::OtherNamespace(other, place) => {
            let (here, there) = (&link.namespace().name, &place.name);
            let own = &link.object().identity;
            let message = format!(
                "{own} scales {} `{}` of its own namespace `{here}`, but that is in `{there}`",
                kind.value, name.value
            );
            Some(
                Diagnostic::new(RULE.id, Severity::Warning, name.span, message)
                    .evidence(Evidence::OtherNamespace)
                    .label(format!("looked for in namespace `{here}`"))
                    .related(
                        other.namespace_place(),
                        format!("this {} is in `{there}`", kind.value),
                    )
                    .help(format!("move the autoscaler to namespace `{there}`"))
                    .object(own),
            )
        }
        Scaled::NotInOwnFile(own) => {
            let found = missing(link, name.span, None)
                .evidence(Evidence::OwnFileNames)
                .label(format!("no {} has this name", kind.value))
                .help(format!("name a {} that is defined here", kind.value));
            Some(own.iter().take(3).fold(found, |found, other| {
                let text = format!("this file defines {}", other.identity);
                found.related(other.name, text)
            }))
        }
        Scaled::Missing => Some(
            missing(link, name.span, None)
                .evidence(Evidence::ClosedWorld)
                .label(format!("no {} has this name", kind.value))
                .help(format!(
                    "add {} `{}`, or name one that is part of this",
                    kind.value, name.value
                )),
        ),
    }
}

fn missing(link: ScaleLink<'_>, span: Span, meant: Option<&Object>) -> Diagnostic {
    let (kind, name) = (&link.autoscaler().kind, &link.autoscaler().name);
    let own = &link.object().identity;
    let but = meant.map_or(String::new(), |other| {
        format!(", but {} does", other.identity)
    });
    let message = format!(
        "{own} scales {} `{}`, which does not exist here{but}",
        kind.value, name.value
    );
    Diagnostic::new(RULE.id, Severity::Warning, span, message).object(own)
}
