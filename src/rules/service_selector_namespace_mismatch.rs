//! See `rules/service-selector-namespace-mismatch.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{Backend, Links, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTOR_NAMESPACE_MISMATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        let pods = service.in_other_namespace();
        out.extend(pods.map(|(backend, severity)| finding(service, backend, severity)));
    }
}

fn finding(service: ServiceLink<'_>, backend: Backend<'_>, severity: Severity) -> Diagnostic {
    let (own, other) = (service.namespace(), backend.namespace());
    let object = service.object();
    let message = format!(
        "Service `{}` in namespace `{}` selects pods of {} that run in `{}`",
        service.name(),
        own.name,
        backend.display(),
        other.name
    );
    let label = if own.is_explicit {
        "a Service selects pods of its own namespace only".to_owned()
    } else {
        format!(
            "no namespace: goes where kubectl or Helm points, say `{}`",
            own.name
        )
    };
    let help = if other.is_explicit {
        format!("set `namespace: {}` on the Service", other.name)
    } else {
        format!("set `namespace: {}` on {}", own.name, backend.display())
    };
    Diagnostic::new(RULE.id, severity, object.namespace_place(), message)
        .label(label)
        .related(
            backend.object().namespace_place(),
            format!("these pods are in `{}`", other.name),
        )
        .help(help)
        .object(&object.identity)
        .given([Premise::Absent])
}
