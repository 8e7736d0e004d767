//! See `rules/target-port-in-init-container.md`.

use super::port::targets;
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Backend, Index, Missing, Resolution, ServiceLink, Unit};
use crate::model::{Container, ContainerPort, ContainerRole, PortRef, ServicePort};
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "target-port-in-init-container",
    doc: include_str!("../../rules/target-port-in-init-container.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(index, unit) {
        for backend in service
            .backends()
            .filter(|backend| backend.is_fully_known())
        {
            match backend.resolve(port) {
                Resolution::Missing(Missing::InitContainer {
                    container,
                    port: own,
                }) if !may_be_patched(backend, port) => {
                    out.extend(ended(service, port, backend, (container, own)));
                }
                Resolution::Declared {
                    container,
                    port: own,
                } if container.role == ContainerRole::Sidecar => {
                    out.extend(sidecar(service, port, backend, (container, own)));
                }
                _ => {}
            }
        }
    }
}

fn may_be_patched(backend: Backend<'_>, port: &ServicePort) -> bool {
    port.target()
        .is_some_and(|target| backend.may_be_patched(&target.value))
}

fn ended(
    service: ServiceLink<'_>,
    port: &ServicePort,
    backend: Backend<'_>,
    (container, own): (&Container, &ContainerPort),
) -> Option<Diagnostic> {
    let target = port.target()?;
    let (kind, why, label, help) = match container.role {
        ContainerRole::Sidecar => (
            "sidecar",
            "where Kubernetes before 1.33 does not look",
            "names are found here since Kubernetes 1.33",
            "use the number of the port",
        ),
        ContainerRole::Main | ContainerRole::Init => (
            "init container",
            "which has ended when the pod is ready",
            "this container is gone before the pod is ready",
            "declare the port on the container that serves it, or make this one a sidecar with `restartPolicy: Always`",
        ),
    };
    let message = format!(
        "targetPort `{}` is declared by {kind} `{}` of {} only, {why}",
        target.value,
        container.display(),
        backend.display()
    );
    let place = own.name.as_ref().map_or(own.span, |name| name.span);
    Some(
        Diagnostic::new(RULE.id, Severity::Error, target.span, message)
            .label("leads nowhere")
            .related(place, label)
            .help(help)
            .object(&service.object().identity),
    )
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
        "targetPort `{name}` is declared by sidecar `{}` of {}: clusters before Kubernetes 1.33 do not find it",
        container.display(),
        backend.display()
    );
    let place = own.name.as_ref().map_or(own.span, |name| name.span);
    Some(
        Diagnostic::new(RULE.id, Severity::Info, target.span, message)
            .label("found in a sidecar")
            .related(place, "an init container with `restartPolicy: Always`")
            .help("use the number on older clusters")
            .object(&service.object().identity),
    )
}
