//! See `rules/service-selects-job-pods.md`.

use super::support::stranger::narrowing;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::parts::labels::pair_span;
use crate::kinds::{Kind, PortRef};
use crate::link::{Backend, Links, Resolution, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTS_JOB_PODS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        let is_job =
            |backend: &Backend<'_>| matches!(backend.workload().kind, Kind::Job | Kind::CronJob);
        let jobs = service.backends().filter(is_job);
        for job in jobs.filter(|job| receives_traffic(service, *job)) {
            out.extend(finding(service, job));
        }
    }
}

/// Whether a port of the Service leads into the pods of a Job: a number always does.
fn receives_traffic(service: ServiceLink<'_>, job: Backend<'_>) -> bool {
    service
        .service()
        .ports
        .iter()
        .any(|port| match job.resolve(port) {
            Resolution::Declared { .. } => true,
            Resolution::Undeclared(_) => port
                .target()
                .is_some_and(|target| matches!(target.value, PortRef::Number(_))),
            Resolution::Missing(_) | Resolution::Unknown => false,
        })
}

/// A finding, if the Service has something else than Jobs to send to.
fn finding(service: ServiceLink<'_>, job: Backend<'_>) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let first = selector.labels.pairs.first()?;
    let label = job.workload().template.labels.get(&first.key.value)?;
    let lasting = |backend: &Backend<'_>| backend.workload().kind.is_long_running();
    let servers: Vec<Backend<'_>> = service.backends().filter(lasting).collect();
    let server = *servers.first()?;
    // A headless Service has no proxy: clients choose among the pods themselves.
    let headless = service.service().headless.is_some();
    let severity = if headless {
        Severity::Info
    } else {
        Severity::Warning
    };
    let message = format!(
        "Service `{}` also routes to the pods of {} while it runs",
        service.name(),
        job.display()
    );
    Some(
        Diagnostic::new(RULE.id, severity, label.value.span, message)
            .label(format!(
                "these pods match the selector of Service `{}`",
                service.name()
            ))
            .related(pair_span(first), "selects these pods too")
            .related(server.object().name, "meant for these pods")
            .help(format!(
                "give {} another label, or {}",
                job.display(),
                narrowing(&servers, &[job])
            ))
            .object(&job.object().identity),
    )
}
