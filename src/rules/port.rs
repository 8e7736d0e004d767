//! What the rules about ports share: which ports are judged, which names lead nowhere, and how a
//! template's ports are shown.

use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{PortRef, ServicePort};
use crate::link::{Backend, Index, Missing, Resolution, ServiceLink, Unit};
use crate::text::source::Spanned;
use crate::unit::PatchedPort;

/// The ports of the Services of a unit that select pods. A Service that selects nothing is
/// reported for that alone.
pub(super) fn targets<'i>(
    index: &'i Index,
    unit: &'i Unit,
) -> impl Iterator<Item = (ServiceLink<'i>, &'i ServicePort)> {
    let services = index
        .services(unit)
        .filter(|service| service.backends().next().is_some());
    let ports = services.flat_map(|service| {
        service
            .service()
            .ports
            .iter()
            .map(move |port| (service, port))
    });
    // A port that the API server refuses is reported for that alone.
    ports.filter(|(service, port)| {
        port.target()
            .is_none_or(|target| !service.object().has_problem_at(target.span))
    })
}

/// A named `targetPort` that leads nowhere in some of the pods that its Service selects. Each is
/// reported once, by the rule about what best explains it.
pub(super) struct Dangling<'i> {
    pub(super) service: ServiceLink<'i>,
    pub(super) port: &'i ServicePort,
    /// The name, and where it is written.
    pub(super) name: Spanned<String>,
    /// The pods, and why it leads nowhere in them: the best explanation first.
    misses: Vec<(Backend<'i>, Missing<'i>)>,
    /// Whether it leads somewhere in other pods.
    pub(super) is_found_elsewhere: bool,
    /// What patches of the unit declare, in whichever container.
    pub(super) patched_ports: &'i [PatchedPort],
}

/// The names that lead nowhere.
pub(super) fn dangling<'i>(index: &'i Index, unit: &'i Unit) -> impl Iterator<Item = Dangling<'i>> {
    targets(index, unit).filter_map(|(service, port)| Dangling::of(unit, service, port))
}

impl<'i> Dangling<'i> {
    fn of(unit: &'i Unit, service: ServiceLink<'i>, port: &'i ServicePort) -> Option<Self> {
        let target = port.target()?;
        let PortRef::Name(name) = &target.value else {
            return None;
        };
        let mut misses = Vec::new();
        let mut is_found_elsewhere = false;
        for backend in service.backends() {
            match backend.resolve(port) {
                Resolution::Declared { .. } => is_found_elsewhere = true,
                Resolution::Missing(why)
                    if backend.is_fully_known() && !backend.may_be_patched(&target.value) =>
                {
                    misses.push((backend, why));
                }
                // Whoever cannot be judged may be the one that resolves it.
                _ => return None,
            }
        }
        // A Job beside the server need not serve: that it does not is for the better.
        misses.retain(|(backend, _)| {
            !is_found_elsewhere || backend.workload().kind.is_long_running()
        });
        misses.sort_by_key(|(_, why)| match why {
            Missing::OtherProtocol { .. } => 0,
            Missing::InitContainer { .. } => 1,
            Missing::Name => 2,
        });
        (!misses.is_empty()).then(|| Self {
            service,
            port,
            name: Spanned::new(name.clone(), target.span),
            misses,
            is_found_elsewhere,
            patched_ports: &unit.patched_ports,
        })
    }

    /// What best explains that it leads nowhere, and in which pods.
    pub(super) fn cause(&self) -> (Backend<'i>, Missing<'i>) {
        self.misses[0]
    }

    /// How bad that is.
    pub(super) fn severity(&self) -> Severity {
        // Clients of a headless Service look its pods up and choose the port themselves.
        if self.is_found_elsewhere || self.service.service().may_be_headless() {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    /// What comes of it.
    pub(super) fn outcome(&self) -> &'static str {
        if self.is_found_elsewhere {
            "its pods get no traffic for this port"
        } else {
            "the Service gets endpoints without a port"
        }
    }

    /// Adds what the templates declare, those behind the first `skip`.
    pub(super) fn declared_ports(&self, found: Diagnostic, skip: usize) -> Diagnostic {
        let backends = self.misses.iter().map(|(backend, _)| *backend);
        backends.skip(skip).take(3).fold(found, declared_ports)
    }

    /// Adds what patches declare.
    pub(super) fn patched_ports(&self, found: Diagnostic) -> Diagnostic {
        let patched = self.patched_ports.iter().take(3);
        patched.fold(found, |found, port| {
            let text = match &port.name {
                Some(name) => format!("a patch declares `{name}` ({})", port.number),
                None => format!("a patch declares {}", port.number),
            };
            found.related(port.span, text)
        })
    }
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
