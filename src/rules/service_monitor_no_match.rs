//! See `rules/service-monitor-no-match.md`.

use super::support::near_miss::Meant;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::{Kind, Pair};
use crate::link::{Links, MonitorLink, MonitorMiss, NearMiss, ServiceLink, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_MONITOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let monitors = links.monitors(unit);
    for link in monitors.filter(|link| link.object().kind == Kind::ServiceMonitor) {
        let miss = link.selected_services().miss();
        out.extend(miss.and_then(|miss| finding(link, miss)));
    }
}

fn finding(link: MonitorLink<'_>, miss: MonitorMiss<'_>) -> Option<Diagnostic> {
    match miss {
        MonitorMiss::PodLabels(service) => Some(pod_labels(link, service)),
        MonitorMiss::Near(miss, service) => near(link, &miss, service),
        MonitorMiss::OtherNamespace(service) => Some(other_namespace(link, service)),
        MonitorMiss::Absent => Some(absence(link)),
    }
}

/// No Service is close, and everything that exists has been searched.
fn absence(link: MonitorLink<'_>) -> Diagnostic {
    start(link, link.selector().key, "no Service here has the labels")
        .label("no Service has these labels")
        .evidence(Evidence::ClosedWorld)
        .help("label the Service that is to be scraped, or remove the monitor")
}

fn start(link: MonitorLink<'_>, span: Span, why: &str) -> Diagnostic {
    let own = &link.object().identity;
    let message = format!("{own} selects no Service: {why}");
    Diagnostic::new(RULE.id, Severity::Warning, span, message)
        .object(own)
        .given([Premise::Absent])
}

/// The value of a pair, or the selector.
fn value_span(link: MonitorLink<'_>, pair: Option<&Pair>) -> Span {
    pair.map_or(link.selector().key, |pair| pair.value.span)
}

/// Services do not take over the labels of the pods behind them.
fn pod_labels(link: MonitorLink<'_>, service: ServiceLink<'_>) -> Diagnostic {
    let labels = &service.service().labels;
    let pairs = &link.selector().labels.pairs;
    let lacking = pairs.iter().filter(|pair| !labels.has(pair));
    let lacking: Vec<&Pair> = lacking.collect();
    let listed: Vec<String> = lacking
        .iter()
        .map(|pair| format!("`{}`", pair.display()))
        .collect();
    let (listed, name) = (listed.join(", "), service.name());
    let why = format!("the pods of Service `{name}` have {listed}, the Service itself does not");
    let span = value_span(link, lacking.first().copied());
    let found = start(link, span, &why)
        .label("no Service has this label")
        .evidence(Evidence::PodLabels)
        .related(
            service.object().name,
            "this Service is not labelled like its pods",
        );
    found.help(format!(
        "add {listed} to `metadata.labels` of Service `{name}`"
    ))
}

fn near(link: MonitorLink<'_>, miss: &NearMiss, service: ServiceLink<'_>) -> Option<Diagnostic> {
    let own = &link.object().identity;
    let meant = Meant {
        selector: &link.selector().labels,
        miss,
        labels: &service.service().labels,
        labels_place: service.object().name,
        whose: format!("the labels of Service `{}`", service.name()),
        name: service.display(),
        can_relabel: true,
        what: "Service",
        made_from: "Service",
    };
    let outcome = format!("{own} selects no Service");
    let found = meant.finding(RULE.id, Severity::Warning, &outcome, None)?;
    Some(found.help(meant.help()?).object(own))
}

fn other_namespace(link: MonitorLink<'_>, service: ServiceLink<'_>) -> Diagnostic {
    let (name, there) = (service.name(), &service.namespace().name);
    let why = format!("it does not look into namespace `{there}`, where Service `{name}` is");
    let span = value_span(link, link.selector().labels.pairs.first());
    start(link, span, &why)
        .label(format!(
            "no Service in namespace `{}` has this label",
            link.namespace().name
        ))
        .evidence(Evidence::OtherNamespace)
        .related(
            service.object().namespace_place(),
            format!("this Service is in `{there}`"),
        )
        .help(format!(
            "add `namespaceSelector: {{matchNames: [{there}]}}`"
        ))
}
