//! `spec.ports` of Services, each with its Service.

use crate::kinds::ServicePort;
use crate::link::{Backend, Links, ServiceLink, Unit};

/// The ports of a Service.
pub(crate) fn of(
    service: ServiceLink<'_>,
) -> impl Iterator<Item = (ServiceLink<'_>, &ServicePort)> {
    let ports = service.service().ports.iter();
    ports.map(move |port| (service, port))
}

/// The ports of all Services that select these pods.
pub(crate) fn before(
    backend: Backend<'_>,
) -> impl Iterator<Item = (ServiceLink<'_>, &ServicePort)> {
    backend.services().flat_map(of)
}

/// The ports of the Services of a unit that select pods. A Service that selects nothing is
/// reported for that alone, as is a port whose `targetPort` the API server refuses.
pub(crate) fn targets<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (ServiceLink<'i>, &'i ServicePort)> {
    let services = links
        .services(unit)
        .filter(|service| service.backends().next().is_some());
    services.flat_map(of).filter(|(service, port)| {
        port.target()
            .is_none_or(|target| !service.object().has_problem_at(target.span))
    })
}
