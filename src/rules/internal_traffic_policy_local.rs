//! See `rules/internal-traffic-policy-local.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Kind, Setting};
use crate::link::{Backend, Links, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::INTERNAL_TRAFFIC_POLICY_LOCAL,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        let policy = service.service().setting("internalTrafficPolicy");
        let Some(policy) = policy.filter(|policy| policy.value.value == "Local") else {
            continue;
        };
        // A headless Service has no proxy, and so no policy.
        let backends: Vec<Backend<'_>> = service.backends().collect();
        let may_be_everywhere = backends
            .iter()
            .any(|backend| may_be_on_every_node(*backend));
        if !service.service().may_be_headless() && !may_be_everywhere {
            out.extend(
                backends
                    .first()
                    .map(|backend| finding(service, policy, *backend)),
            );
        }
    }
}

/// A `DaemonSet`, or what is placed beside its clients on purpose, or what is not known.
fn may_be_on_every_node(backend: Backend<'_>) -> bool {
    let workload = backend.workload();
    let is_on_all = matches!(workload.kind, Kind::DaemonSet | Kind::Custom);
    is_on_all || workload.template.placement.is_some() || workload.template.unreadable
}

fn finding(service: ServiceLink<'_>, policy: &Setting, backend: Backend<'_>) -> Diagnostic {
    let message = format!(
        "`internalTrafficPolicy: Local` of Service `{}` drops the traffic of every node that has \
         no pod of {}",
        service.name(),
        backend.display()
    );
    let replicas = &backend.workload().replicas;
    let (place, text) = match replicas {
        Some(replicas) => (
            replicas.span,
            format!("{}, not one on every node", pods(replicas.value)),
        ),
        None => (
            backend.object().name,
            "not a DaemonSet: not on every node".to_owned(),
        ),
    };
    Diagnostic::new(RULE.id, Severity::Warning, policy.value.span, message)
        .label("only pods on the client's own node")
        .related(place, text)
        .help("use `trafficDistribution: PreferSameNode`, which falls back to other nodes")
        .object(&service.object().identity)
}

fn pods(replicas: i64) -> String {
    let plural = if replicas == 1 { "" } else { "s" };
    format!("{replicas} pod{plural}")
}
