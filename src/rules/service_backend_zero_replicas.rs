//! See `rules/service-backend-zero-replicas.md`.

use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Backend, Index, ServiceLink, Unit};
use crate::model::Kind;
use crate::rule::{Check, Rule};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: "service-backend-zero-replicas",
    doc: include_str!("../../rules/service-backend-zero-replicas.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if unit.is_patched() {
        return;
    }
    for service in index.services(unit) {
        let zeros: Option<Vec<_>> = service
            .backends()
            .map(|backend| zero_replicas(backend).map(|zero| (backend, zero)))
            .collect();
        let Some(zeros) = zeros else { continue };
        let is_scaled = zeros.iter().any(|(backend, _)| {
            backend.workload().sleeps || index.scaler_of(unit, *backend).is_some()
        });
        if let Some((backend, zero)) = zeros.first().filter(|_| !is_scaled) {
            out.extend(finding(service, *backend, zero));
        }
    }
}

fn zero_replicas(backend: Backend<'_>) -> Option<&Spanned<i64>> {
    let workload = backend.workload();
    let scales = !matches!(workload.kind, Kind::Custom | Kind::DaemonSet | Kind::Pod);
    workload
        .replicas
        .as_ref()
        .filter(|replicas| scales && replicas.value == 0)
}

fn finding(
    service: ServiceLink<'_>,
    backend: Backend<'_>,
    zero: &Spanned<i64>,
) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let message = format!(
        "Service `{}` has no endpoints: {} has 0 replicas",
        service.name(),
        backend.display()
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, zero.span, message)
            .label("no pods")
            .related(
                selector.key,
                format!("all pods behind Service `{}`", service.name()),
            )
            .help("set `replicas` to 1 or more, or remove the Service")
            .object(&backend.object().identity),
    )
}
