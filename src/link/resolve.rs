//! Where a port of a Service leads in a pod (`EndpointSlice` controller, `utils.go:FindPort`).

use crate::kinds::{
    Container, ContainerPort, ContainerRole, PodTemplate, PortRef, Protocol, ServicePort,
};
use crate::kube::KubeVersion;

/// Where a port of a Service leads in the pods of one template.
#[derive(Clone, Copy, Debug)]
pub enum Resolution<'i> {
    /// To a port that a container declares.
    Declared {
        /// The container.
        container: &'i Container,
        /// Its port.
        port: &'i ContainerPort,
    },
    /// To a number that no container declares. Declaring it is optional: something may listen.
    Undeclared(i64),
    /// Nowhere: no container that serves declares this name with this protocol.
    Missing(Missing<'i>),
    /// Nobody can know: a placeholder, or something that could not be read.
    Unknown,
}

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug)]
pub enum Missing<'i> {
    /// A container declares the name, but with another protocol.
    OtherProtocol {
        /// The container.
        container: &'i Container,
        /// Its port.
        port: &'i ContainerPort,
    },
    /// Only an init container declares the name. It has ended when the pod is ready, or it keeps
    /// running and this version of Kubernetes does not look there.
    InitContainer {
        /// The container.
        container: &'i Container,
        /// Its port.
        port: &'i ContainerPort,
    },
    /// No container declares the name.
    Name,
}

/// The first version that looks for names in the init containers that keep running
/// (kubernetes/kubernetes#128850; #127976 before it had missed the `EndpointSlice` controller).
const SIDECARS_SINCE: KubeVersion = KubeVersion {
    major: 1,
    minor: 33,
};

/// Resolves a port: a number is used as it is, a name is looked up in `containers`, then in the
/// init containers that keep running, for a port of that name and the same protocol.
pub(super) fn resolve<'i>(
    template: &'i PodTemplate,
    port: &ServicePort,
    version: KubeVersion,
) -> Resolution<'i> {
    let Some(target) = port.target() else {
        return Resolution::Unknown;
    };
    if port.unreadable || port.protocol == Protocol::Unknown {
        return Resolution::Unknown;
    }
    match &target.value {
        PortRef::Unknown => Resolution::Unknown,
        PortRef::Number(number) => by_number(template, *number, port.protocol),
        PortRef::Name(name) => by_name(template, name, port.protocol, version),
    }
}

fn by_number(template: &PodTemplate, number: i64, protocol: Protocol) -> Resolution<'_> {
    let is_it = |port: &ContainerPort| {
        port.protocol == protocol && port.number.as_ref().is_some_and(|own| own.value == number)
    };
    template
        .serving_ports()
        .find(|(_, port)| is_it(port))
        .map_or(Resolution::Undeclared(number), |(container, port)| {
            Resolution::Declared { container, port }
        })
}

fn by_name<'i>(
    template: &'i PodTemplate,
    name: &str,
    protocol: Protocol,
    version: KubeVersion,
) -> Resolution<'i> {
    let all = || {
        let containers = template.containers.iter();
        containers.flat_map(|container| container.ports.iter().map(move |port| (container, port)))
    };
    let named = |port: &ContainerPort| port.name.as_ref().is_some_and(|own| own.value == name);
    let serving = |container: &Container| match container.role {
        ContainerRole::Main => true,
        ContainerRole::Sidecar => version >= SIDECARS_SINCE,
        ContainerRole::Init => false,
    };
    let mut found = all().filter(|(_, port)| named(port));
    if let Some((container, port)) = found
        .clone()
        .find(|(container, port)| serving(container) && port.protocol == protocol)
    {
        return Resolution::Declared { container, port };
    }
    if let Some((container, port)) = found.clone().find(|(container, _)| serving(container)) {
        if port.protocol == Protocol::Unknown {
            return Resolution::Unknown;
        }
        return Resolution::Missing(Missing::OtherProtocol { container, port });
    }
    match found.next() {
        Some((container, port)) => Resolution::Missing(Missing::InitContainer { container, port }),
        None => Resolution::Missing(Missing::Name),
    }
}
