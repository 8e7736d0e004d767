//! See `rules/external-traffic-policy-local.md`.

use super::support::exposure::exposed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Kind, Setting};
use crate::link::{Backend, Links, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::EXTERNAL_TRAFFIC_POLICY_LOCAL,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, policy) in exposed(links, unit) {
        let Some(policy) = policy.filter(|policy| policy.value.value == "Local") else {
            continue;
        };
        let backends: Vec<Backend<'_>> = service.backends().collect();
        let is_everywhere = |backend: &Backend<'_>| {
            matches!(backend.workload().kind, Kind::DaemonSet | Kind::Custom)
        };
        if !backends.iter().any(is_everywhere) {
            let first = backends.first();
            out.extend(first.map(|first| finding(service, policy, *first)));
        }
    }
}

fn finding(service: ServiceLink<'_>, policy: &Setting, backend: Backend<'_>) -> Diagnostic {
    let message = format!(
        "`externalTrafficPolicy: Local` of Service `{}` splits traffic by node, not by pod: \
         the pods of {} get uneven parts of it",
        service.name(),
        backend.display()
    );
    let help = "use a DaemonSet or spread the pods evenly, if clients' addresses have \
                to be kept; else write `Cluster`";
    Diagnostic::new(RULE.id, Severity::Info, policy.value.span, message)
        .label("nodes without a pod drop what they get")
        .related(backend.object().name, "not one pod on every node")
        .help(help)
        .object(&service.object().identity)
}
