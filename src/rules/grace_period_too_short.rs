//! See `rules/grace-period-too-short.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Container, Kind, PodTemplate};
use crate::link::{Links, Unit};
use crate::object::Object;

pub(super) const RULE: Rule = Rule {
    id: ids::GRACE_PERIOD_TOO_SHORT,
    check: Check::Unit(check),
};

/// How long a pod may take to end where nothing is said
/// (K `core/v1/defaults.go:SetDefaults_PodSpec`).
const DEFAULT_GRACE: i64 = 30;

/// What is left of the grace period at least when the process is asked to stop
/// (K `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `minimumGracePeriodInSeconds`).
const LAST_SECONDS: i64 = 2;

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for member in &unit.objects {
        let object = links.object(member.id);
        // What the API server refuses: a `sleep` that is longer.
        out.extend(object.report(RULE.id));
        let workloads = object.workloads().iter();
        for workload in workloads.filter(|workload| workload.kind != Kind::Custom) {
            let template = &workload.template;
            let containers = template.containers.iter();
            out.extend(containers.filter_map(|container| finding(object, template, container)));
        }
    }
}

fn finding(object: &Object, template: &PodTemplate, container: &Container) -> Option<Diagnostic> {
    let sleep = container.pre_stop.as_ref()?.sleep.as_ref()?;
    let written = template.grace_period.as_ref();
    let grace = written.map_or(DEFAULT_GRACE, |grace| grace.value);
    if sleep.value < grace || grace <= 0 {
        return None;
    }
    let message = format!(
        "preStop of container `{}` sleeps for {} s, all of the {grace} s that the pod has to end: \
         the process is killed {LAST_SECONDS} s after it is asked to stop",
        container.display(),
        sleep.value
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, sleep.span, message)
        .label(format!("{} s before the process is told", sleep.value))
        .help(format!(
            "set `terminationGracePeriodSeconds: {}`, or sleep for a shorter time",
            sleep.value.saturating_add(DEFAULT_GRACE)
        ))
        .object(&object.identity)
        // A patch may set another grace period.
        .given([Premise::Accepted(sleep.span), Premise::Unpatched]);
    Some(match written {
        Some(grace) => found.related(grace.span, format!("{} s for everything", grace.value)),
        None => found.related(
            container.span,
            "terminationGracePeriodSeconds defaults to 30",
        ),
    })
}
