//! Ports that are there for metrics: what asks for them knows them without their declaration.

use crate::kinds::{Monitor, PortRef, ServicePort};
use crate::link::{Links, ServiceLink, Unit};

/// Whether a monitor, or the annotations of the pods, have Prometheus scrape this port of a
/// Service. Programs seldom declare the port of their metrics.
pub(crate) fn is_scraped(
    links: &Links,
    unit: &Unit,
    service: ServiceLink<'_>,
    port: &ServicePort,
) -> bool {
    let kept = links.monitors(unit);
    let described = links.selects(unit).map(|(monitor, _)| monitor);
    let mut monitors = kept.chain(described);
    let by_monitor = monitors.any(|own| {
        let takes_port = names(own.monitor(), port);
        takes_port && own.services().iter().any(|(found, _)| found.is(service))
    });
    by_monitor || is_annotated(service, port)
}

/// Whether an endpoint of a monitor is this port: by its name, or by where it leads.
fn names(monitor: &Monitor, port: &ServicePort) -> bool {
    let mut endpoints = monitor.endpoints.iter();
    endpoints.any(|own| match (&own.port, &own.container_port) {
        (Some(name), _) => port.is(&PortRef::Name(name.value.clone())),
        (None, Some(target)) => port.target().is_some_and(|own| own.value == target.value),
        (None, None) => false,
    })
}

/// Whether `prometheus.io/port` of pods behind the Service is where the port leads.
fn is_annotated(service: ServiceLink<'_>, port: &ServicePort) -> bool {
    let target = port.target().map(|target| target.value.to_string());
    let mut backends = service.backends();
    backends.any(|backend| {
        let scraped = backend.workload().template.scraped.as_ref();
        scraped.is_some_and(|own| target.as_deref() == Some(own.value.as_str()))
    })
}
