//! Which ports of Services lead to a container.

use super::service_port;
use crate::kinds::{Container, ContainerPort, ContainerRole, PodTemplate, ServicePort};
use crate::link::{Backend, Resolution, ServiceLink};

/// A port of a Service that leads to a container, and the port it leads to if it is declared.
pub(crate) type Traffic<'i> = (ServiceLink<'i>, &'i ServicePort, Option<&'i ContainerPort>);

/// What reaches a container. `undeclared` says whether a number counts that no container declares:
/// any of them may listen there.
pub(crate) fn traffic_to<'i>(
    backend: Backend<'i>,
    container: &'i Container,
    undeclared: bool,
) -> Vec<Traffic<'i>> {
    let reaches = |(service, port): (ServiceLink<'i>, &'i ServicePort)| match backend.resolve(port)
    {
        Resolution::Declared {
            container: own,
            port: declared,
        } => std::ptr::eq(own, container).then_some((service, port, Some(declared))),
        Resolution::Undeclared(_) => undeclared.then_some((service, port, None)),
        Resolution::Missing(_) | Resolution::Unknown => None,
    };
    service_port::before(backend).filter_map(reaches).collect()
}

/// Whether a container is the one that is taken for the server where nothing else tells.
pub(crate) fn is_first(template: &PodTemplate, container: &Container) -> bool {
    let mut main = template.containers.iter();
    main.find(|container| container.role == ContainerRole::Main)
        .is_some_and(|first| std::ptr::eq(first, container))
}
