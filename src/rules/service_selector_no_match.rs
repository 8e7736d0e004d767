//! See `rules/service-selector-no-match.md`.

use super::support::near_miss::{Meant, listed};
use super::support::selector_miss::can_relabel;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::Kind;
use crate::link::{Backend, Links, Membership, NearMiss, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        match service.membership() {
            Membership::NearMiss(miss) => out.extend(finding(service, miss)),
            Membership::Absent => out.extend(absence(service)),
            Membership::Matched => out.extend(unmade_pod(links, unit, service)),
            _ => {}
        }
    }
}

/// Nothing matches, nothing is close, and everything that exists has been searched.
fn absence(service: ServiceLink<'_>) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let first = selector.labels.pairs.first()?;
    let message = format!(
        "Service `{}` selects no pods: no pod template has {}",
        service.name(),
        listed(selector.labels.pairs.iter())
    );
    let span = selector.alias.unwrap_or(first.value.span);
    // What a change takes away was needed until then.
    let (severity, evidence, verb) = if service.had_pods() {
        (Severity::Error, Evidence::Base, "restore")
    } else {
        (Severity::Warning, Evidence::ClosedWorld, "add")
    };
    Some(
        Diagnostic::new(RULE.id, severity, span, message)
            .label("selects nothing")
            .help(format!(
                "{verb} the workload, or correct the selector ({})",
                searched(service)
            ))
            .evidence(evidence)
            .object(&service.object().identity)
            .given([Premise::Absent]),
    )
}

/// A selector that names a pod that its `StatefulSet` does not make.
fn unmade_pod(links: &Links, unit: &Unit, service: ServiceLink<'_>) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let mut pairs = selector.labels.pairs.iter();
    let pod = pairs.find(|pair| pair.key.value == POD_NAME)?;
    let ordinal: i64 = pod.value.value.rsplit_once('-')?.1.parse().ok()?;
    let is_unmade = |backend: Backend<'_>| {
        let workload = backend.workload();
        let replicas = workload.replicas.as_ref().map_or(0, |own| own.value);
        let numbers = workload.first_ordinal..workload.first_ordinal.saturating_add(replicas);
        let is_fixed = workload.kind == Kind::StatefulSet
            && replicas > 0
            && !workload.sleeps
            && links.scaler_of(unit, backend).is_none()
            && links.autoscaler_of(unit, backend).is_none();
        is_fixed && !numbers.contains(&ordinal)
    };
    if !service.backends().all(is_unmade) {
        return None;
    }
    let backend = service.backends().next()?;
    let replicas = backend.workload().replicas.as_ref()?;
    let first = backend.workload().first_ordinal;
    let last = first + replicas.value - 1;
    let name = backend.name();
    let message = format!(
        "Service `{}` selects no pods: {} makes no pod `{}`",
        service.name(),
        backend.display(),
        pod.value.value
    );
    let span = selector.alias.unwrap_or(pod.value.span);
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, span, message)
            .label("no such pod")
            .related(
                replicas.span,
                format!("the pods are `{name}-{first}` to `{name}-{last}`"),
            )
            .help("name one of these pods, or raise `replicas`")
            .object(&service.object().identity)
            .given([Premise::Unpatched]),
    )
}

/// The label that the `StatefulSet` controller puts on each pod (`stateful_set_utils.go`,
/// `updateIdentity`).
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";

fn finding(service: ServiceLink<'_>, miss: &NearMiss) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let backend = miss.workload(service);
    let template = &backend.workload().template;
    let meant = Meant {
        selector: &selector.labels,
        miss,
        labels: &template.labels,
        labels_place: template.labels_key,
        whose: format!("the pods of {}", backend.display()),
        name: backend.display(),
        can_relabel: can_relabel(backend, miss),
        what: "pod",
        made_from: "pod template",
    };
    let outcome = format!("Service `{}` selects no pods", service.name());
    let found = meant.finding(RULE.id, miss.severity, &outcome, selector.alias)?;
    let help = format!("{} ({})", meant.help()?, searched(service));
    Some(found.help(help).object(&service.object().identity))
}

/// What "no pod template" means: how many were looked at, and where.
fn searched(service: ServiceLink<'_>) -> String {
    let namespace = &service.namespace().name;
    match service.templates_searched() {
        1 => format!("searched the one pod template in namespace `{namespace}`"),
        many => format!("searched {many} pod templates in namespace `{namespace}`"),
    }
}
