//! See `rules/dns-cross-namespace-short-name.md`.

use super::support::dns_name::replace;
use super::support::service_not_found::in_namespace;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::link::{DnsName, Form, Links, Named, ServiceLink, Unit};
use crate::text::hash::HashSet;

pub(super) const RULE: Rule = Rule {
    id: ids::DNS_CROSS_NAMESPACE_SHORT_NAME,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::default();
    for name in links.dns_names(unit) {
        if name.form() != Form::Short || name.is_own() || searches_elsewhere(name) {
            continue;
        }
        let Named::OtherNamespace(other) = name.named() else {
            continue;
        };
        // Pods without any Service beside them may well be meant for the other namespace.
        let is_settled = links.has_services_in(unit, &name.own_namespace().name);
        if is_settled && seen.insert(name.host().span) {
            out.push(finding(links, name, other));
        }
    }
}

/// Whether the pods look names up in other domains than their namespace's.
fn searches_elsewhere(name: DnsName<'_>) -> bool {
    let resolver = name.workload().template.resolver.as_ref();
    resolver.is_some_and(|resolver| {
        let policy = resolver.policy.as_ref().map(|policy| policy.value.as_str());
        resolver.has_searches || matches!(policy, Some("None" | "Default"))
    })
}

fn finding(links: &Links, name: DnsName<'_>, other: ServiceLink<'_>) -> Diagnostic {
    let (host, own) = (name.host(), &name.own_namespace().name);
    let whole = format!("{}.{}", host.value, other.namespace().name);
    let message = format!(
        "{} names `{}`, which pods of namespace `{own}` look up there, but Service `{}` is in `{}`",
        name.object().identity,
        host.value,
        other.name(),
        other.namespace().name
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, host.span, message)
        .label(format!("no Service of namespace `{own}` has this name"))
        .object(&name.object().identity)
        .evidence(Evidence::OtherNamespace)
        .given([Premise::Absent]);
    let found = in_namespace(found, other).help(format!("write `{whole}`"));
    found.fix(replace(links, host.span, &host.value, &whole))
}
