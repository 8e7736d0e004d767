//! See `rules/backend-tls-policy.md`.

use super::support::listing::listed;
use super::support::missing_port::MissingPort;
use super::support::reference::with_role;
use super::support::service_not_found::service_not_found;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{PolicyTarget, Role};
use crate::link::{Links, PolicyTargetLink, Reference, Unit};
use crate::text::placeholder::is_placeholder;
use crate::unit::UnitKind;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    id: ids::BACKEND_TLS_POLICY,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for target in with_role(links, unit, &[Role::PolicyTarget]) {
        let lost = service_not_found(RULE.id, Severity::Warning, target);
        out.extend(lost.or_else(|| no_port(target)));
    }
    conflicts(links, unit, out);
}

/// The Service has no port of the name that `sectionName` is.
fn no_port(target: Reference<'_>) -> Option<Diagnostic> {
    let missing = MissingPort::of(target)?;
    let found = missing.finding(RULE.id, Severity::Error);
    let named = missing.meant.and_then(|meant| meant.port().name.as_ref());
    Some(found.help(match named {
        Some(name) => format!(
            "write `sectionName: {}`, the name of a port of the Service",
            name.value
        ),
        None => format!(
            "name a port of the Service, which has {}, or remove `sectionName`",
            listed(&missing.service.service().ports)
        ),
    }))
}

/// Policies that are about one thing: only one of them counts (gateway-api
/// `apis/v1/backendtlspolicy_types.go`, `BackendTLSPolicySpec.TargetRefs`).
fn conflicts(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut about: BTreeMap<Key<'_>, Vec<PolicyTargetLink<'_>>> = BTreeMap::new();
    for target in links.policy_targets(unit) {
        about.entry(key(target)).or_default().push(target);
    }
    for mut all in about.into_values() {
        all.sort_by_key(|own| own.name());
        for (at, own) in all.iter().enumerate() {
            let mut earlier = all[..at].iter();
            let other = earlier.find_map(|first| Some((*first, severity(unit, *first, *own)?)));
            out.extend(other.map(|(first, severity)| conflict(*own, first, severity)));
        }
    }
}

/// What a target is, apart from its policy.
type Key<'i> = (&'i str, bool, &'i str, &'i str, &'i str, &'i str);

fn key(link: PolicyTargetLink<'_>) -> Key<'_> {
    let PolicyTarget {
        group,
        kind,
        name,
        section,
    } = link.target();
    let (namespace, section) = (link.namespace(), section.as_ref());
    (
        &namespace.name,
        namespace.is_explicit,
        group,
        kind,
        &name.value,
        section.map_or("", |section| &section.value),
    )
}

/// How sure it is that both are in one cluster. The files of a directory may be examples of which
/// only one is tried at a time. One policy that names a target twice is refused for that.
fn severity(
    unit: &Unit,
    first: PolicyTargetLink<'_>,
    second: PolicyTargetLink<'_>,
) -> Option<Severity> {
    let is_known = !is_placeholder(&second.target().name.value) && second.namespace().is_known;
    let is_one = first.name() == second.name();
    if is_one || !is_known || !unit.is_together(first.source(), second.source()) {
        return None;
    }
    let is_sure = unit.kind != UnitKind::Directory || first.source() == second.source();
    Some(if is_sure {
        Severity::Error
    } else {
        Severity::Warning
    })
}

fn conflict(
    own: PolicyTargetLink<'_>,
    other: PolicyTargetLink<'_>,
    severity: Severity,
) -> Diagnostic {
    let target = own.target();
    let section = target.section.as_ref();
    let port = section.map_or(String::new(), |own| format!("port `{}` of ", own.value));
    let message = format!(
        "{} is about {port}{} `{}`, and so is {}: only the older one counts",
        own.display(),
        target.kind,
        target.name.value,
        other.display()
    );
    Diagnostic::new(RULE.id, severity, target.name.span, message)
        .label("two policies are about this")
        .related(other.target().name.span, "the other policy")
        .help("remove one of them, or give each a port by `sectionName`")
        .object(&own.object().identity)
        .given([Premise::Absent])
}
