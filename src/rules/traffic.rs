//! What the rules about containers that serve share: which ports of Services lead to a container.

use crate::index::{Backend, Resolution, ServiceLink};
use crate::model::{Container, ContainerPort, ContainerRole, ProbeKind, ServicePort};

/// A port of a Service that leads to a container, and the port it leads to if it is declared.
pub(super) type Traffic<'i> = (ServiceLink<'i>, &'i ServicePort, Option<&'i ContainerPort>);

/// What reaches a container. Where a number is declared by none, any of them may listen: then it
/// counts for the first one, and only if no container has a readiness probe.
pub(super) fn traffic_to<'i>(backend: Backend<'i>, container: &'i Container) -> Vec<Traffic<'i>> {
    let template = &backend.workload().template;
    let is_first = template
        .containers
        .iter()
        .find(|container| container.role == ContainerRole::Main)
        .is_some_and(|first| std::ptr::eq(first, container));
    let none_probes = || {
        template
            .serving_containers()
            .all(|container| container.probe(ProbeKind::Readiness).is_none())
    };
    let services = backend
        .services()
        .filter(|service| service.service().publishes_not_ready.is_none());
    let ports = services.flat_map(|service| {
        service
            .service()
            .ports
            .iter()
            .map(move |port| (service, port))
    });
    let reaches = |(service, port): (ServiceLink<'i>, &'i ServicePort)| match backend.resolve(port)
    {
        Resolution::Declared {
            container: own,
            port: declared,
        } => std::ptr::eq(own, container).then_some((service, port, Some(declared))),
        Resolution::Undeclared(_) => (is_first && none_probes()).then_some((service, port, None)),
        Resolution::Missing(_) | Resolution::Unknown => None,
    };
    ports.filter_map(reaches).collect()
}
