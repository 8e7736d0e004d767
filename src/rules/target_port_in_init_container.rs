//! See `rules/target-port-in-init-container.md`.

use super::support::dangling_port::{Dangling, dangling};
use super::support::service_port::targets;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ContainerPort, ContainerRole, PortRef, ServicePort};
use crate::link::{Backend, Links, Missing, Resolution, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::TARGET_PORT_IN_INIT_CONTAINER,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for dangling in dangling(links, unit) {
        if let (backend, Missing::InitContainer { container, port }) = dangling.cause() {
            out.push(ended(&dangling, backend, (container, port)));
        }
    }
    for (service, port) in targets(links, unit) {
        for backend in service
            .backends()
            .filter(|backend| backend.is_fully_known())
        {
            if let Resolution::Declared {
                container,
                port: own,
            } = backend.resolve(port)
                && container.role == ContainerRole::Sidecar
            {
                out.extend(sidecar(service, port, backend, (container, own)));
            }
        }
    }
}

fn ended(
    dangling: &Dangling<'_>,
    backend: Backend<'_>,
    (container, own): (&Container, &ContainerPort),
) -> Diagnostic {
    let (label, help) = match container.role {
        ContainerRole::Sidecar => (
            "names are found here since Kubernetes 1.33",
            "use the number of the port",
        ),
        ContainerRole::Main | ContainerRole::Init => (
            "this container is gone before the pod is ready",
            "declare the port on the container that serves it, or make this one a sidecar with \
             `restartPolicy: Always`",
        ),
    };
    let why = Missing::InitContainer {
        container,
        port: own,
    };
    let message = dangling.message(backend, why);
    let place = own.place();
    let found = Diagnostic::new(RULE.id, dangling.severity(), dangling.name.span, message)
        .label("leads nowhere")
        .related(place, label)
        .object(&dangling.service.object().identity);
    dangling.declared_ports(found, 1).help(help)
}

/// A name in a native sidecar resolves since Kubernetes 1.33 only (kubernetes/kubernetes#128850).
fn sidecar(
    service: ServiceLink<'_>,
    port: &ServicePort,
    backend: Backend<'_>,
    (container, own): (&Container, &ContainerPort),
) -> Option<Diagnostic> {
    let target = port.target()?;
    let PortRef::Name(name) = &target.value else {
        return None;
    };
    let message = format!(
        "targetPort `{name}` is declared by sidecar `{}` of {}: clusters before Kubernetes 1.33 do \
         not find it",
        container.display(),
        backend.display()
    );
    let place = own.place();
    Some(
        Diagnostic::new(RULE.id, Severity::Info, target.span, message)
            .label("found in a sidecar")
            .related(place, "an init container with `restartPolicy: Always`")
            .help("use the number on older clusters")
            .object(&service.object().identity),
    )
}
