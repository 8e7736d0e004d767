//! What the rules about containers that serve share: which ports of Services lead to a container.

use crate::kinds::{Container, ContainerPort, ContainerRole, PodTemplate, ServicePort};
use crate::link::{Backend, Resolution, ServiceLink};

/// A port of a Service that leads to a container, and the port it leads to if it is declared.
pub(super) type Traffic<'i> = (ServiceLink<'i>, &'i ServicePort, Option<&'i ContainerPort>);

/// What reaches a container. `undeclared` says whether a number counts that no container declares:
/// any of them may listen there.
pub(super) fn traffic_to<'i>(
    backend: Backend<'i>,
    container: &'i Container,
    undeclared: bool,
) -> Vec<Traffic<'i>> {
    let ports = backend.services().flat_map(|service| {
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
        Resolution::Undeclared(_) => undeclared.then_some((service, port, None)),
        Resolution::Missing(_) | Resolution::Unknown => None,
    };
    ports.filter_map(reaches).collect()
}

/// Whether a container is the one that is taken for the server where nothing else tells.
pub(super) fn is_first(template: &PodTemplate, container: &Container) -> bool {
    let mut main = template.containers.iter();
    main.find(|container| container.role == ContainerRole::Main)
        .is_some_and(|first| std::ptr::eq(first, container))
}
