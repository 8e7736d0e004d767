//! See `rules/flappy-readiness-probe.md`.

use super::support::serving;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ProbeKind};
use crate::link::{Backend, Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::FLAPPY_READINESS_PROBE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let containers = serving::containers(links, unit);
    out.extend(containers.filter_map(|(backend, container)| finding(backend, container)));
}

fn finding(backend: Backend<'_>, container: &Container) -> Option<Diagnostic> {
    let probe = container.probe(ProbeKind::Readiness)?;
    let threshold = probe.failure_threshold.as_ref()?;
    let (place, text) = match &probe.timeout {
        Some(timeout) if timeout.value > 1 => return None,
        Some(timeout) => (timeout.span, "within a second"),
        None => (probe.span, "timeoutSeconds defaults to 1"),
    };
    let message = format!(
        "one answer of container `{}` that takes more than a second takes its pod out of \
         every Service",
        container.display()
    );
    let found = Diagnostic::new(RULE.id, Severity::Info, threshold.span, message)
        .label("the first failure counts")
        .related(place, text)
        .help("write `failureThreshold: 3`, or raise `timeoutSeconds`")
        .object(&backend.object().identity);
    (threshold.value == 1).then_some(found)
}
