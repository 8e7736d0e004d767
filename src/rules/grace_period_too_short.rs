//! See `rules/grace-period-too-short.md`.

use crate::diagnostic::{Diagnostic, Severity};
use crate::index::Index;
use crate::model::{Container, Kind, PodTemplate};
use crate::object::{Document, Object};
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "grace-period-too-short",
    doc: include_str!("../../rules/grace-period-too-short.md"),
    check: Check::Document(check),
};

/// How long a pod may take to end where nothing is said (K `core/v1/defaults.go:SetDefaults_PodSpec`).
const DEFAULT_GRACE: i64 = 30;

fn check(_: &Index, document: &Document, out: &mut Vec<Diagnostic>) {
    for object in &document.objects {
        // What the API server refuses: a `sleep` that is longer.
        out.extend(object.report(RULE.id));
        for workload in object.workloads() {
            if workload.kind != Kind::Custom {
                let template = &workload.template;
                let containers = template.containers.iter();
                out.extend(containers.filter_map(|container| finding(object, template, container)));
            }
        }
    }
}

fn finding(object: &Object, template: &PodTemplate, container: &Container) -> Option<Diagnostic> {
    let sleep = container.pre_stop.as_ref()?.sleep.as_ref()?;
    let written = template.grace_period.as_ref();
    let grace = written.map_or(DEFAULT_GRACE, |grace| grace.value);
    if sleep.value < grace || grace <= 0 || object.has_problem_at(sleep.span) {
        return None;
    }
    let message = format!(
        "preStop of container `{}` sleeps for {} s, all of the {grace} s that the pod has to end: the process is killed without being asked to stop",
        container.display(),
        sleep.value
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, sleep.span, message)
        .label(format!("{} s before the process is told", sleep.value))
        .help(format!(
            "set `terminationGracePeriodSeconds: {}`, or sleep for a shorter time",
            sleep.value.saturating_add(DEFAULT_GRACE)
        ))
        .object(&object.identity);
    Some(match written {
        Some(grace) => found.related(grace.span, format!("{} s for everything", grace.value)),
        None => found.related(
            container.span,
            "terminationGracePeriodSeconds defaults to 30",
        ),
    })
}
