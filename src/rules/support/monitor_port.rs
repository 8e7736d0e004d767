//! Ports of what a `ServiceMonitor` or a `PodMonitor` selects.

use crate::kinds::{ContainerPort, Kind, PortRef};
use crate::link::{Backend, Fit, Links, MonitorLink, Unit};

/// The monitors of a kind.
pub(crate) fn monitors<'i>(
    links: &'i Links,
    unit: &'i Unit,
    kind: Kind,
) -> impl Iterator<Item = MonitorLink<'i>> {
    let all = links.monitors(unit);
    all.filter(move |link| link.object().kind == kind)
}

/// All that is selected, if that is something and known for certain.
pub(crate) fn certain<T>(selected: Vec<(T, Fit)>) -> Option<Vec<T>> {
    let is_certain = selected.iter().all(|(_, fit)| *fit == Fit::Certain);
    (is_certain && !selected.is_empty())
        .then(|| selected.into_iter().map(|(found, _)| found).collect())
}

/// Whether a text means one port: monitors hand it to Prometheus as a regular expression.
pub(crate) fn is_name(port: &str) -> bool {
    port.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

/// Whether a container of these pods may have such a port. Prometheus looks at all of them, also
/// at those that have ended (`discovery/kubernetes/pod.go`, `buildPod`).
pub(crate) fn may_declare(backend: Backend<'_>, wanted: &PortRef) -> bool {
    let template = &backend.workload().template;
    let is_it = |port: &ContainerPort| match wanted {
        PortRef::Number(number) => port.number.as_ref().is_none_or(|own| own.value == *number),
        PortRef::Name(name) => port.name.as_ref().is_some_and(|own| own.value == *name),
        PortRef::Unknown => true,
    };
    let mut ports = template
        .containers
        .iter()
        .flat_map(|container| &container.ports);
    !backend.is_fully_known() || backend.may_be_patched(wanted) || ports.any(is_it)
}
