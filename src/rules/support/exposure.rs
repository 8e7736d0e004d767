//! Services that something outside the cluster can reach.

use crate::kinds::{ServiceType, Setting};
use crate::link::{Links, ServiceLink, Unit};

/// The Services of a unit whose type is written down as this one, and where.
pub(crate) fn typed<'i>(
    links: &'i Links,
    unit: &'i Unit,
    kind: ServiceType,
) -> impl Iterator<Item = (ServiceLink<'i>, &'i Setting)> {
    let services = links
        .services(unit)
        .filter(move |service| service.service().service_type == kind);
    services.filter_map(|service| Some((service, service.service().setting("type")?)))
}

/// The Services of a unit that something outside the cluster can reach, with the
/// `externalTrafficPolicy` that is written down.
pub(crate) fn exposed<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (ServiceLink<'i>, Option<&'i Setting>)> {
    let is_exposed = |service: &ServiceLink<'_>| {
        matches!(
            service.service().service_type,
            ServiceType::NodePort | ServiceType::LoadBalancer
        )
    };
    let services = links.services(unit).filter(is_exposed);
    services.map(|service| (service, service.service().setting("externalTrafficPolicy")))
}
