//! Endpoints as the links predict them, in the notation of records.

use std::collections::{BTreeMap, BTreeSet};
use svclint::diagnostic::{Diagnostic, Severity};
use svclint::kinds::{Kind, Protocol, ServicePort};
use svclint::link::{Backend, Links, Resolution, ServiceLink};
use svclint::object::Object;
use svclint::run::Report;

/// What the links say about a Service; none if part of it depends on what nobody can know.
pub(crate) fn predicted(service: ServiceLink<'_>) -> Option<BTreeSet<String>> {
    let mut lines = BTreeSet::new();
    for backend in service.backends().filter(|backend| has_pods(*backend)) {
        let owner = owner(backend.object());
        for port in &service.service().ports {
            let ports = reached(backend, port)?;
            lines.extend(ports.iter().map(|port| format!("{owner} {port}")));
        }
        lines.insert(owner);
    }
    Some(lines)
}

/// The port that pods are reached on, as an `EndpointSlice` shows it: none or one.
fn reached(backend: Backend<'_>, port: &ServicePort) -> Option<Vec<String>> {
    let number = match backend.resolve(port) {
        Resolution::Declared { port, .. } => port.number.as_ref()?.value,
        Resolution::Undeclared(number) => number,
        Resolution::Missing(_) => return Some(Vec::new()),
        Resolution::Unknown => return None,
    };
    let name = port.name.as_ref().map_or("<unset>", |name| &name.value);
    (port.protocol != Protocol::Unknown)
        .then(|| vec![format!("{name}:{number}/{}", port.protocol.as_str())])
}

/// Whether Kubernetes makes pods of it as soon as it is applied.
fn has_pods(backend: Backend<'_>) -> bool {
    let workload = backend.workload();
    let is_scaled_down = workload.replicas.as_ref().is_some_and(|own| own.value == 0);
    !is_scaled_down && !matches!(workload.kind, Kind::CronJob)
}

/// The object as a record calls it.
pub(crate) fn owner(object: &Object) -> String {
    format!("{}/{}", object.identity.kind, object.identity.name)
}

/// The Services that are linked, by `namespace/name`.
pub(crate) fn services(links: &Links) -> BTreeMap<String, ServiceLink<'_>> {
    let services = links.units.iter().flat_map(|unit| links.services(unit));
    services
        .map(|service| {
            let namespace = &service.namespace().name;
            (format!("{namespace}/{}", service.name()), service)
        })
        .collect()
}

/// Whether a finding says that the API server refuses the object.
pub(crate) fn is_refusal(found: &Diagnostic) -> bool {
    let claims = found.rule.starts_with("invalid-")
        || matches!(
            found.rule,
            "numeric-string-port"
                | "unknown-field"
                | "workload-selector-mismatch"
                | "grace-period-too-short"
                | "service-selector-not-flat"
                | "label-value-not-string"
                | "duplicate-container-port-name"
        );
    claims && found.severity == Severity::Error
}

/// The objects that a report says are refused, as `Kind/name`.
pub(crate) fn refused(report: &Report) -> BTreeSet<String> {
    let refusals = report.diagnostics.iter().filter(|found| is_refusal(found));
    let objects = refusals.filter_map(|found| found.object.as_ref());
    objects
        .map(|object| format!("{}/{}", object.kind, object.name))
        .collect()
}
