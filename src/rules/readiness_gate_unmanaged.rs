//! See `rules/readiness-gate-unmanaged.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::kind::group_version;
use crate::link::{Backend, Links, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Spanned;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: ids::READINESS_GATE_UNMANAGED,
    check: Check::Unit(check),
};

/// Domains of controllers that clouds install, so that no manifest shows them.
const WELL_KNOWN: &[&str] = &["k8s.aws", "cloud.google.com", "service.alibabacloud.com"];

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let groups = groups(links, unit);
    for backend in links.backends(unit) {
        let gates = backend.workload().template.readiness_gates.iter();
        out.extend(gates.filter_map(|gate| finding(&groups, backend, gate)));
    }
}

fn finding(
    groups: &BTreeSet<&str>,
    backend: Backend<'_>,
    gate: &Spanned<String>,
) -> Option<Diagnostic> {
    let condition = &gate.value;
    let (domain, _) = condition.split_once('/')?;
    let is_known = WELL_KNOWN.iter().any(|known| is_within(domain, known));
    if is_known || is_placeholder(condition) || is_owned(groups, domain) {
        return None;
    }
    let message = format!(
        "pods of {} are not ready before something sets the condition `{condition}`, and \
         nothing here belongs to `{domain}`",
        backend.display()
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Info, gate.span, message)
            .label("set by a controller, or never")
            .help("make sure that the controller runs in the cluster, or remove the gate")
            .object(&backend.object().identity),
    )
}

/// The API groups of a unit's objects.
fn groups<'i>(links: &'i Links, unit: &Unit) -> BTreeSet<&'i str> {
    let objects = unit.objects.iter().map(|member| links.object(member.id));
    let groups = objects.map(|object| group_version(&object.identity.api_version).0);
    groups.filter(|group| group.contains('.')).collect()
}

/// Whether an API group is of this domain.
fn is_owned(groups: &BTreeSet<&str>, domain: &str) -> bool {
    let mut groups = groups.iter();
    groups.any(|group| is_within(group, domain) || is_within(domain, group))
}

/// Whether a name is a domain or lies in it.
fn is_within(name: &str, domain: &str) -> bool {
    let above = name.strip_suffix(domain);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}
