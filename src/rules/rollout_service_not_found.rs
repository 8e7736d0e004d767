//! See `rules/rollout-service-not-found.md`.

use super::support::reference::with_role;
use super::support::service_not_found::service_not_found;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Labels, Pair, Role};
use crate::link::{Links, Membership, Named, Reference, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::ROLLOUT_SERVICE_NOT_FOUND,
    check: Check::Unit(check),
};

const ROLES: &[Role] = &[
    Role::ActiveService,
    Role::PreviewService,
    Role::StableService,
    Role::CanaryService,
    Role::PingService,
    Role::PongService,
];

/// What the controller adds to the selector and to the pods alike.
const HASH: &str = "rollouts-pod-template-hash";

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for reference in with_role(links, unit, ROLES) {
        let lost = service_not_found(RULE.id, Severity::Error, reference);
        out.extend(lost.or_else(|| other_pods(reference)));
    }
}

/// A Service that does not select the pods of the Rollout.
fn other_pods(reference: Reference<'_>) -> Option<Diagnostic> {
    let Named::Found(services) = reference.named() else {
        return None;
    };
    let [service] = services[..] else { return None };
    // Why it selects nothing at all is said of the Service.
    let is_explained = !matches!(
        service.membership(),
        Membership::Matched | Membership::Unverified(_)
    );
    let rollout = reference.object();
    let workload = rollout.workloads().first()?;
    let labels = &workload.template.labels;
    let is_known = workload.template_elsewhere.is_none()
        && !labels.is_empty()
        && !labels.is_unreadable
        && !labels.pairs.iter().any(Pair::is_unknown);
    if is_explained || !is_known {
        return None;
    }
    let selector = service.service().selector.as_ref()?;
    let role = reference.target().role;
    let pair = mismatch(&selector.labels, labels, workload.labels_added_for(role))?;
    Some(finding(reference, service, pair, labels))
}

/// The first pair that pods of the Rollout do not have, in the role that the Service is for.
fn mismatch<'s>(selector: &'s Labels, labels: &Labels, added: Option<&Labels>) -> Option<&'s Pair> {
    if added.is_some_and(|added| added.is_unreadable) {
        return None;
    }
    let is_met = |pair: &Pair| {
        pair.key.value == HASH
            || pair.is_unknown()
            || labels.has(pair)
            || added.is_some_and(|added| added.has(pair))
    };
    selector.pairs.iter().find(|pair| !is_met(pair))
}

fn finding(
    reference: Reference<'_>,
    service: ServiceLink<'_>,
    pair: &Pair,
    labels: &Labels,
) -> Diagnostic {
    let (target, own) = (reference.target(), &reference.object().identity);
    let message = format!(
        "{} `{}` of {own} does not select its pods: they have no label `{}`",
        target.role.as_str(),
        target.name.value,
        pair.display()
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, target.name.span, message)
        .label("Argo Rollouts refuses it: the spec is invalid")
        .related(
            pair.value.span,
            format!("Service `{}` selects by this", service.name()),
        )
        .object(own)
        .given([Premise::Absent]);
    match labels.get(&pair.key.value) {
        Some(label) => found
            .related(
                label.value.span,
                format!("the pods have `{}`", label.display()),
            )
            .help(format!("select by `{}` in the Service", label.display())),
        None => found.help(format!(
            "remove `{}` from the selector of the Service, or add it to the pod template",
            pair.display()
        )),
    }
}
