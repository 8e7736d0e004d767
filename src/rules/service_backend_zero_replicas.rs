//! See `rules/service-backend-zero-replicas.md`.

use super::support::routed::Routed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::Kind;
use crate::link::{Backend, Links, ServiceLink, Unit};
use crate::text::source::{Span, Spanned};
use std::cell::LazyCell;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_BACKEND_ZERO_REPLICAS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    // A workload without pods is one mistake, however many Services lead to it.
    let mut findings: BTreeMap<Span, Diagnostic> = BTreeMap::new();
    let routed = LazyCell::new(|| Routed::of(links, unit));
    for service in links.services(unit) {
        let zeros: Option<Vec<_>> = service
            .backends()
            .map(|backend| zero_replicas(backend).map(|zero| (backend, zero)))
            .collect();
        let Some(zeros) = zeros else { continue };
        let is_scaled = zeros.iter().any(|(backend, _)| {
            backend.workload().sleeps || links.scaler_of(unit, *backend).is_some()
        });
        let (Some((backend, zero)), false) = (zeros.first(), is_scaled) else {
            continue;
        };
        let found = findings.remove(&zero.span);
        let found = found.unwrap_or_else(|| finding(service, *backend, zero));
        let mut found = leading_here(found, service);
        if routed.has(service) {
            found.severity = Severity::Warning;
        }
        findings.insert(zero.span, found);
    }
    out.extend(findings.into_values());
}

fn zero_replicas(backend: Backend<'_>) -> Option<&Spanned<i64>> {
    let workload = backend.workload();
    let scales = !matches!(workload.kind, Kind::Custom | Kind::DaemonSet | Kind::Pod);
    workload
        .replicas
        .as_ref()
        .filter(|replicas| scales && replicas.value == 0)
}

fn finding(service: ServiceLink<'_>, backend: Backend<'_>, zero: &Spanned<i64>) -> Diagnostic {
    let message = format!(
        "Service `{}` has no endpoints: {} has 0 replicas",
        service.name(),
        backend.display()
    );
    // Measured on 40 public uses, it is meant, but where requests from outside come in.
    Diagnostic::new(RULE.id, Severity::Info, zero.span, message)
        .label("no pods")
        .help("set `replicas` to 1 or more, or remove the Service")
        .object(&backend.object().identity)
        .given([Premise::Unpatched])
}

/// Points at a Service that has no other pods.
fn leading_here(found: Diagnostic, service: ServiceLink<'_>) -> Diagnostic {
    match &service.service().selector {
        Some(selector) => found.related(
            selector.key,
            format!("all pods behind Service `{}`", service.name()),
        ),
        None => found,
    }
}
