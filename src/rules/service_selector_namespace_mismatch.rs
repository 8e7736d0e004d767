//! See `rules/service-selector-namespace-mismatch.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTOR_NAMESPACE_MISMATCH,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in index.services(unit) {
        let Some((backend, severity)) = service.in_other_namespace() else {
            continue;
        };
        let (own, other) = (service.namespace(), backend.namespace());
        let object = service.object();
        let span = object
            .namespace
            .as_ref()
            .map_or(object.name, |namespace| namespace.span);
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
        let pods = backend.object();
        let theirs = pods
            .namespace
            .as_ref()
            .map_or(pods.name, |namespace| namespace.span);
        out.push(
            Diagnostic::new(RULE.id, severity, span, message)
                .label(label)
                .related(theirs, format!("these pods are in `{}`", other.name))
                .help(if other.is_explicit {
                    format!("set `namespace: {}` on the Service", other.name)
                } else {
                    format!("set `namespace: {}` on {}", own.name, backend.display())
                })
                .object(&object.identity)
                .given([Premise::Absent]),
        );
    }
}
