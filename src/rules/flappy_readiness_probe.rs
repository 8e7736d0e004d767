//! See `rules/flappy-readiness-probe.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Kind, ProbeKind};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::FLAPPY_READINESS_PROBE,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in index.backends(unit) {
        if backend.workload().kind == Kind::Custom {
            continue;
        }
        for container in backend.workload().template.serving_containers() {
            let Some(probe) = container.probe(ProbeKind::Readiness) else {
                continue;
            };
            let threshold = probe.failure_threshold.as_ref();
            let is_short = probe
                .timeout
                .as_ref()
                .is_none_or(|timeout| timeout.value <= 1);
            let Some(threshold) = threshold.filter(|number| number.value == 1 && is_short) else {
                continue;
            };
            let message = format!(
                "one answer of container `{}` that takes more than a second takes its pod out of every Service",
                container.display()
            );
            let timeout = match &probe.timeout {
                Some(timeout) => (timeout.span, "within a second"),
                None => (probe.span, "timeoutSeconds defaults to 1"),
            };
            out.push(
                Diagnostic::new(RULE.id, Severity::Info, threshold.span, message)
                    .label("the first failure counts")
                    .related(timeout.0, timeout.1)
                    .help("write `failureThreshold: 3`, or raise `timeoutSeconds`")
                    .object(&backend.object().identity),
            );
        }
    }
}
