//! See `rules/workload-selector-mismatch.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::parts::labels::pair_span;
use crate::kinds::{Kind, LabelSelector, Labels, Pair, PairValue, Workload};
use crate::link::Links;
use crate::object::{Document, Object};
use crate::text::placeholder::is_placeholder;

pub(super) const RULE: Rule = Rule {
    id: ids::WORKLOAD_SELECTOR_MISMATCH,
    check: Check::Document(check),
};

fn check(links: &Links, document: &Document, out: &mut Vec<Diagnostic>) {
    let is_kustomized = links.is_kustomized_text(document.span.source);
    for object in &document.objects {
        let Some(workload) = object.workloads().first() else {
            continue;
        };
        // Kustomize sets selectors and labels together.
        if workload.bare && is_kustomized || is_unreadable(workload) {
            continue;
        }
        match finding(object, workload) {
            Some(found) => out.push(found.refusing()),
            None if has_null(workload) => {}
            // What only the API server's own comparison sees: expressions.
            None => out.extend(object.report(RULE.id)),
        }
    }
}

/// Whether the selector, or the labels of the pods, are not known.
fn is_unreadable(workload: &Workload) -> bool {
    let labels = &workload.template.labels;
    let selector = workload.selector.as_ref();
    workload.selector_unreadable
        || labels.is_unreadable
        || selector.is_some_and(|selector| selector.labels.is_unreadable)
        || has_placeholder(labels)
}

fn has_placeholder(labels: &Labels) -> bool {
    let mut keys = labels.pairs.iter().map(|pair| &pair.key.value);
    keys.any(|key| is_placeholder(key))
}

/// Whether the selector has a pair without a value, which the API server gets from `kubectl create`
/// and not from `kubectl apply`.
fn has_null(workload: &Workload) -> bool {
    let selector = workload.selector.as_ref();
    let mut pairs = selector.into_iter().flat_map(|own| &own.labels.pairs);
    pairs.any(|pair| pair.kind == PairValue::Null)
}

fn finding(object: &Object, workload: &Workload) -> Option<Diagnostic> {
    let Some(selector) = &workload.selector else {
        return requires_selector(object, workload).then(|| missing(object, workload));
    };
    if selector.flat && !selector.labels.is_empty() {
        return Some(flat(object, selector));
    }
    if selector.is_empty() {
        return requires_selector(object, workload).then(|| empty(object, workload, selector));
    }
    let labels = &workload.template.labels;
    let mut pairs = selector.labels.pairs.iter();
    // Without them the selector is empty, which is refused as well.
    let are_all_null = requires_selector(object, workload)
        && selector.expressions.is_empty()
        && pairs.clone().all(|pair| pair.kind == PairValue::Null);
    let odd = pairs.find(|pair| {
        let own = labels.get(&pair.key.value);
        let is_sent = pair.kind != PairValue::Null || are_all_null;
        is_known(pair)
            && is_sent
            && own.is_none_or(|own| is_known(own) && own.value.value != pair.value.value)
    })?;
    let judged =
        workload.kind.has_pods() && !matches!(workload.kind, Kind::Job | Kind::CronJob | Kind::Pod);
    (judged && workload.template_elsewhere.is_none()).then(|| mismatch(object, workload, odd))
}

/// Values that are no strings are reported as such.
fn is_known(pair: &Pair) -> bool {
    matches!(pair.kind, PairValue::Text | PairValue::Null) && !is_placeholder(&pair.key.value)
}

/// Older versions and `ReplicationController` take a missing selector from the template.
fn requires_selector(object: &Object, workload: &Workload) -> bool {
    let is_current = object.identity.api_version == "apps/v1" || workload.kind == Kind::Rollout;
    is_current
        && workload.kind.needs_selector()
        && workload.template_elsewhere.is_none()
        && !workload.selector_unreadable
}

/// Who does not take it. To the API server a Rollout is a custom resource, which it stores; its
/// controller does not run it (argo-rollouts `pkg/apis/rollouts/validation/validation.go`,
/// `ValidateRolloutSpec`).
fn who_refuses(workload: &Workload) -> &'static str {
    match workload.kind {
        Kind::Rollout => "Argo Rollouts",
        _ => "the API server",
    }
}

fn missing(object: &Object, workload: &Workload) -> Diagnostic {
    let message = format!(
        "{} has no selector: {} requires one that matches the labels of its pods",
        object.identity,
        who_refuses(workload)
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, workload.selector_key, message)
        .label("`selector` is missing here")
        .object(&object.identity);
    match workload.template.labels.pairs.first() {
        Some(pair) => found
            .related(pair_span(pair), "the labels of its pods")
            .help(format!(
                "add `selector: {{matchLabels: {{{}}}}}`",
                pair.display()
            )),
        None => found
            .related(
                workload.template.labels_key,
                "its pods have no labels either",
            )
            .help(
                "add the same labels under `template.metadata.labels` and `selector.matchLabels`",
            ),
    }
}

fn empty(object: &Object, workload: &Workload, selector: &LabelSelector) -> Diagnostic {
    let message = format!(
        "{} has an empty selector, which {} refuses",
        object.identity,
        who_refuses(workload)
    );
    Diagnostic::new(RULE.id, Severity::Error, selector.key, message)
        .label("selects nothing in particular")
        .help("add the labels of the pods under `matchLabels`")
        .object(&object.identity)
}

fn flat(object: &Object, selector: &LabelSelector) -> Diagnostic {
    let message = format!(
        "{} has pairs directly under `selector`: the API server knows only `matchLabels` and \
         `matchExpressions` there",
        object.identity
    );
    let span = selector
        .labels
        .pairs
        .first()
        .map_or(selector.key, |pair| pair.key.span);
    Diagnostic::new(RULE.id, Severity::Error, span, message)
        .label("no field of a label selector")
        .help("put it under `matchLabels`")
        .object(&object.identity)
}

fn mismatch(object: &Object, workload: &Workload, odd: &Pair) -> Diagnostic {
    let message = format!(
        "the selector of {} asks for `{}`, but its own pods do not have it: {} refuses that",
        object.identity,
        odd.display(),
        who_refuses(workload)
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, odd.value.span, message)
        .label("not on the pod template")
        .object(&object.identity);
    let template = &workload.template;
    match template.labels.get(&odd.key.value) {
        Some(own) => found.related(
            own.value.span,
            format!("the pod template has `{}`", own.display()),
        ),
        None => found.related(
            template.labels_key,
            format!("no label `{}` here", odd.key.value),
        ),
    }
    .help(format!(
        "make both agree: put `{}` on the pod template, or select what the template has",
        odd.display()
    ))
}
