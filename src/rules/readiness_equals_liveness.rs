//! See `rules/readiness-equals-liveness.md`.

use super::support::serving;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ProbeKind};
use crate::link::{Backend, Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::READINESS_EQUALS_LIVENESS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let containers = serving::containers(links, unit);
    out.extend(containers.filter_map(|(backend, container)| finding(backend, container)));
}

fn finding(backend: Backend<'_>, container: &Container) -> Option<Diagnostic> {
    let readiness = container.probe(ProbeKind::Readiness)?;
    let liveness = container.probe(ProbeKind::Liveness)?;
    if !container.asks_same(readiness, liveness) || liveness.patience() > readiness.patience() {
        return None;
    }
    let message = format!(
        "livenessProbe of container `{}` asks what its readinessProbe asks, and gives up as soon \
         ({} s): what should hold traffic back restarts the container",
        container.display(),
        liveness.patience()
    );
    let help = "let the livenessProbe ask whether the process itself works, or raise its \
         `failureThreshold`";
    Some(
        Diagnostic::new(RULE.id, Severity::Info, liveness.span, message)
            .label("restarts the container")
            .related(
                readiness.span,
                "holds traffic back, after the same question",
            )
            .help(help)
            .object(&backend.object().identity),
    )
}
