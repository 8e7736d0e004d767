//! Selectors of monitors, and of what is like them, that select nothing.

use super::near_miss::Meant;
use super::selector_miss::Unmatched;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::Pair;
use crate::kinds::parts::monitor::Namespaces;
use crate::link::{MonitorLink, MonitorMiss, NearMiss, SelectorMiss, ServiceLink};
use crate::text::source::Span;

/// What a selector over pods was meant for, if it selects none.
pub(crate) fn no_pods(
    rule: &'static str,
    link: MonitorLink<'_>,
    what: &'static str,
) -> Option<Diagnostic> {
    let miss = link.selected_pods().miss()?;
    let (own, namespace) = (&link.object().identity, &link.namespace().name);
    let unmatched = Unmatched {
        rule,
        own,
        what,
        outcome: format!("{own} selects no pods"),
        selector: link.selector(),
        namespace,
        place: match &link.monitor().namespaces {
            Namespaces::Own => format!("namespace `{namespace}`"),
            _ => "the namespaces that it looks into".to_owned(),
        },
    };
    let found = unmatched.finding(&miss)?;
    Some(match miss {
        SelectorMiss::OtherNamespace(backend) => found.help(format!(
            "add `namespaceSelector: {{matchNames: [{}]}}`",
            backend.namespace().name
        )),
        _ => found,
    })
}

/// What a selector over Services was meant for, if it selects none.
pub(crate) fn no_service(rule: &'static str, link: MonitorLink<'_>) -> Option<Diagnostic> {
    match link.selected_services().miss()? {
        MonitorMiss::PodLabels(service) => Some(pod_labels(rule, link, service)),
        MonitorMiss::Near(miss, service) => near(rule, link, &miss, service),
        MonitorMiss::OtherNamespace(service) => Some(other_namespace(rule, link, service)),
        MonitorMiss::Absent => Some(absence(rule, link)),
    }
}

/// No Service is close, and everything that exists has been searched.
fn absence(rule: &'static str, link: MonitorLink<'_>) -> Diagnostic {
    start(
        rule,
        link,
        link.selector().key,
        "no Service here has the labels",
    )
    .label("no Service has these labels")
    .evidence(Evidence::ClosedWorld)
    .help("label the Service that is to be scraped, or remove what selects it")
}

fn start(rule: &'static str, link: MonitorLink<'_>, span: Span, why: &str) -> Diagnostic {
    let own = &link.object().identity;
    let message = format!("{own} selects no Service: {why}");
    Diagnostic::new(rule, Severity::Warning, span, message)
        .object(own)
        .given([Premise::Absent])
}

/// The value of a pair, or the selector.
fn value_span(link: MonitorLink<'_>, pair: Option<&Pair>) -> Span {
    pair.map_or(link.selector().key, |pair| pair.value.span)
}

/// Services do not take over the labels of the pods behind them.
fn pod_labels(rule: &'static str, link: MonitorLink<'_>, service: ServiceLink<'_>) -> Diagnostic {
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
    let found = start(rule, link, span, &why)
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

fn near(
    rule: &'static str,
    link: MonitorLink<'_>,
    miss: &NearMiss,
    service: ServiceLink<'_>,
) -> Option<Diagnostic> {
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
    let found = meant.finding(rule, Severity::Warning, &outcome, None)?;
    Some(found.help(meant.help()?).object(own))
}

fn other_namespace(
    rule: &'static str,
    link: MonitorLink<'_>,
    service: ServiceLink<'_>,
) -> Diagnostic {
    let (name, there) = (service.name(), &service.namespace().name);
    let why = format!("it does not look into namespace `{there}`, where Service `{name}` is");
    let span = value_span(link, link.selector().labels.pairs.first());
    start(rule, link, span, &why)
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
