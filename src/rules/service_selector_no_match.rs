//! See `rules/service-selector-no-match.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::parts::labels::pair_span;
use crate::kinds::{Kind, Pair, Selector, Workload};
use crate::link::{Backend, Evidence, Links, Membership, NearMiss, ServiceLink, Unit};

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
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, span, message)
            .label("selects nothing")
            .help(format!(
                "add the workload, or correct the selector ({})",
                searched(service)
            ))
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
    let Selector {
        labels: selector,
        alias,
        ..
    } = service.service().selector.as_ref()?;
    let meant = miss.workload(service);
    let labels = &meant.workload().template.labels;
    let odd = miss.odd.first()?;
    let pair = &selector.pairs[odd.pair];
    let own = odd.label.map(|at| &labels.pairs[at]);
    let (lacking, label) = if miss.is_on_others {
        let all = listed(selector.pairs.iter());
        (
            format!("all of {all}"),
            "not on the same pods as the rest".to_owned(),
        )
    } else {
        let odd = miss.odd.iter().map(|odd| &selector.pairs[odd.pair]);
        (listed(odd), format!("no pod has `{}`", pair.display()))
    };
    let message = format!(
        "Service `{}` selects no pods: no pod template has {lacking}",
        service.name(),
    );
    let is_key = own.is_some_and(|own| own.key.value != pair.key.value);
    let span = if is_key {
        pair.key.span
    } else {
        pair.value.span
    };
    // Whoever changes what an alias stands for changes something else, too.
    let odd = miss.odd.iter().map(|odd| &selector.pairs[odd.pair]);
    let taken = odd.flat_map(|pair| [pair.key.span, pair.value.span]);
    let found = Diagnostic::new(RULE.id, miss.severity, alias.unwrap_or(span), message)
        .label(label)
        .object(&service.object().identity)
        .given([Premise::Absent])
        .given(taken.map(Premise::Accepted));
    let mut found = match alias {
        Some(_) => found.related(span, "this is what the alias stands for"),
        None => found,
    };
    found = match own {
        Some(own) => found.related(
            if is_key { own.key.span } else { own.value.span },
            format!("this pod template has `{}`", own.display()),
        ),
        None => found.related(
            meant.workload().template.labels_key,
            format!(
                "the pods of {} have no label `{}`",
                meant.display(),
                pair.key.value
            ),
        ),
    };
    let matching: Vec<&Pair> = selector
        .pairs
        .iter()
        .filter(|pair| labels.has(pair))
        .collect();
    if let Some(first) = matching.first() {
        let text = format!(
            "{} match{}",
            listed(matching.iter().copied()),
            if matching.len() == 1 { "es" } else { "" }
        );
        found = found.related(pair_span(first), text);
    }
    Some(found.help(help(service, miss, meant, pair, own)))
}

/// `a: 1`, `b: 2`, in backticks.
fn listed<'p>(pairs: impl Iterator<Item = &'p Pair>) -> String {
    let pairs: Vec<String> = pairs.map(|pair| format!("`{}`", pair.display())).collect();
    pairs.join(", ")
}

fn help(
    service: ServiceLink<'_>,
    miss: &NearMiss,
    meant: Backend<'_>,
    pair: &Pair,
    own: Option<&Pair>,
) -> String {
    let advice = match (miss.evidence, own) {
        (Evidence::OwnLabels, _) => format!(
            "put `{}` on the pod template of {}: labels on the workload itself are not put on its \
             pods",
            pair.display(),
            meant.display()
        ),
        (Evidence::WorkloadName, _) => format!(
            "select a label of the pods, not the name of {}",
            meant.display()
        ),
        // A label that the workload's own selector asks for cannot change: nor can the selector.
        (_, Some(own)) if is_asked_for(meant.workload(), own) => {
            format!("write `{}`", own.display())
        }
        (_, Some(own)) => format!(
            "write `{}`, or change the label of {}",
            own.display(),
            meant.display()
        ),
        _ => format!("make the selector match the labels of {}", meant.display()),
    };
    format!("{advice} ({})", searched(service))
}

/// Whether the selector of a workload asks for a label of its pods.
fn is_asked_for(workload: &Workload, label: &Pair) -> bool {
    let selector = workload.selector.as_ref();
    selector.is_some_and(|selector| selector.labels.has(label))
}

/// What "no pod template" means: how many were looked at, and where.
fn searched(service: ServiceLink<'_>) -> String {
    let namespace = &service.namespace().name;
    match service.templates_searched() {
        1 => format!("searched the one pod template in namespace `{namespace}`"),
        many => format!("searched {many} pod templates in namespace `{namespace}`"),
    }
}
