//! See `rules/missing-readiness-probe.md`.

use super::support::probe_advice::probe_advice;
use super::support::stranger::is_portless_stranger;
use super::support::traffic::{Traffic, is_first, traffic_to};
use super::support::undeclared_port::undeclared;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ProbeKind};
use crate::link::{Backend, Links, Unit};
use crate::text::hash::HashMap;
use std::collections::BTreeSet;
use std::ptr;

pub(super) const RULE: Rule = Rule {
    id: ids::MISSING_READINESS_PROBE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    // Thousands of Services may send to the same thousands of workloads.
    let mut in_doubt = HashMap::default();
    for backend in links.backends(unit) {
        let template = &backend.workload().template;
        if !backend.is_fully_known()
            || !backend.workload().kind.is_long_running()
            || !template.readiness_gates.is_empty()
        {
            continue;
        }
        // A number that none declares counts for the first, and only if none has a probe.
        let none_probes = template
            .serving_containers()
            .all(|container| container.probe(ProbeKind::Readiness).is_none());
        for container in &template.containers {
            let is_server = none_probes && is_first(template, container);
            let mut traffic = traffic_to(backend, container, is_server);
            traffic.retain(|(service, ..)| service.service().publishes_not_ready.is_none());
            // Of a port that is in doubt itself that has to be said first.
            traffic.retain(|(service, port, declared)| {
                declared.is_some()
                    || !*in_doubt
                        .entry(ptr::from_ref(*port))
                        .or_insert_with(|| !undeclared(*service, port).is_empty())
                        && !is_portless_stranger(*service, port, backend)
            });
            let serves = container
                .process
                .as_ref()
                .is_none_or(|own| !own.only_waits());
            let has_probe = container.probe(ProbeKind::Readiness).is_some();
            if serves && !traffic.is_empty() && !has_probe {
                out.push(finding(backend, container, &traffic));
            }
        }
    }
}

fn finding(backend: Backend<'_>, container: &Container, traffic: &[Traffic<'_>]) -> Diagnostic {
    let (service, port, declared) = traffic[0];
    let has = |kind| container.probe(kind).is_some();
    // A startup probe holds traffic back once: until it has succeeded.
    let only_startup = has(ProbeKind::Startup) && !has(ProbeKind::Liveness);
    let severity = if only_startup || traffic.iter().all(is_for_metrics) {
        Severity::Info
    } else {
        Severity::Warning
    };
    let template = &backend.workload().template;
    // A number that no container declares may be served by any of them.
    let is_any = declared.is_none() && template.serving_containers().count() > 1;
    let mut message = if is_any {
        format!(
            "a container of {} gets traffic from Service `{}`, but none has a readinessProbe",
            backend.display(),
            service.name()
        )
    } else {
        format!(
            "container `{}` of {} gets traffic from Service `{}`, but has no readinessProbe",
            container.display(),
            backend.display(),
            service.name()
        )
    };
    if has(ProbeKind::Liveness) && !is_any {
        message.push_str(": its livenessProbe restarts it, but does not hold traffic back");
    }
    let place = port.place();
    let services: BTreeSet<&str> = traffic.iter().map(|(other, ..)| other.name()).collect();
    let more = match services.len() - 1 {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    let label = if is_any {
        "this container or one behind it receives traffic as soon as its process starts"
    } else {
        "receives traffic as soon as its process starts"
    };
    Diagnostic::new(RULE.id, severity, container.span, message)
        .label(label)
        .related(
            place,
            format!("Service `{}` sends traffic here{more}", service.name()),
        )
        .help(probe_advice(container, port, declared))
        .object(&backend.object().identity)
}

/// Whether traffic is that of Prometheus, by the names of the ports: it asks pods that are not
/// ready too.
fn is_for_metrics((_, port, declared): &Traffic<'_>) -> bool {
    let own = declared.and_then(|declared| declared.name.as_ref());
    let names = own.into_iter().chain(&port.name);
    let mut words = names.flat_map(|name| name.value.split('-'));
    words.any(|word| word == "metrics")
}
