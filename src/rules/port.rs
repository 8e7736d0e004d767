//! What the rules about ports share: which ports are judged, and how a template's ports are shown.

use crate::diagnostic::Diagnostic;
use crate::index::{Backend, Index, ServiceLink, Unit};
use crate::model::ServicePort;

/// The ports of the Services of a unit that select pods. A Service that selects nothing is
/// reported for that alone.
pub(super) fn targets<'i>(
    index: &'i Index,
    unit: &'i Unit,
) -> impl Iterator<Item = (ServiceLink<'i>, &'i ServicePort)> {
    let services = index
        .services(unit)
        .filter(|service| service.backends().next().is_some());
    services.flat_map(|service| {
        service
            .service()
            .ports
            .iter()
            .map(move |port| (service, port))
    })
}

/// Adds what a template declares, at its first container with ports, or at its first container.
pub(super) fn declared_ports(found: Diagnostic, backend: Backend<'_>) -> Diagnostic {
    let template = &backend.workload().template;
    let ports: Vec<_> = template.serving_ports().collect();
    let names: Vec<String> = ports.iter().map(|(_, port)| port.display()).collect();
    match ports.first() {
        Some((_, port)) => {
            let span = port.name.as_ref().map_or(port.span, |name| name.span);
            found.related(
                span,
                format!("{} declares {}", backend.display(), names.join(", ")),
            )
        }
        None => match template.serving_containers().next() {
            Some(container) => found.related(
                container.span,
                format!("{} declares no port", backend.display()),
            ),
            None => found,
        },
    }
}
