//! A `targetPort` names a port that the selected pods do not have.

use super::listing::declared_ports;
use super::service_port::targets;
use super::stranger::{Server, is_stranger};
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{ContainerRole, PortRef, ServicePort};
use crate::link::{Backend, Links, Missing, Resolution, ServiceLink, Unit};
use crate::text::source::Spanned;
use crate::unit::PatchedPort;

/// A named `targetPort` that leads nowhere in some of the pods that its Service selects. Each is
/// reported once, by the rule about what best explains it.
#[derive(Debug)]
pub(crate) struct Dangling<'i> {
    /// The Service.
    pub(crate) service: ServiceLink<'i>,
    /// Its port, one of `spec.ports`.
    pub(crate) port: &'i ServicePort,
    /// The name, and where it is written.
    pub(crate) name: Spanned<String>,
    /// The pods, and why it leads nowhere in them: the best explanation first.
    misses: Vec<(Backend<'i>, Missing<'i>)>,
    /// The pods in which it leads somewhere.
    pub(crate) servers: Vec<Server<'i>>,
    /// What patches of the unit declare, in whichever container.
    pub(crate) patched_ports: &'i [PatchedPort],
}

/// The names that lead nowhere.
pub(crate) fn dangling<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Dangling<'i>> {
    targets(links, unit).filter_map(|(service, port)| Dangling::of(unit, service, port))
}

impl<'i> Dangling<'i> {
    /// A port, if its name leads nowhere.
    pub(crate) fn of(
        unit: &'i Unit,
        service: ServiceLink<'i>,
        port: &'i ServicePort,
    ) -> Option<Self> {
        let target = port.target()?;
        let PortRef::Name(name) = &target.value else {
            return None;
        };
        let mut misses = Vec::new();
        let mut servers = Vec::new();
        for backend in service.backends() {
            match backend.resolve(port) {
                Resolution::Declared { port, .. } => servers.push((backend, port)),
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
        misses
            .retain(|(backend, _)| servers.is_empty() || backend.workload().kind.is_long_running());
        misses.sort_by_key(|(backend, why)| match why {
            Missing::OtherProtocol { .. } => 0,
            Missing::InitContainer { .. } => 1,
            Missing::Name if !is_stranger(*backend, name, &servers) => 2,
            Missing::Name => 3,
        });
        (!misses.is_empty()).then(|| Self {
            service,
            port,
            name: Spanned::new(name.clone(), target.span),
            misses,
            servers,
            patched_ports: &unit.patched_ports,
        })
    }

    /// What best explains that it leads nowhere, and in which pods.
    pub(crate) fn cause(&self) -> (Backend<'i>, Missing<'i>) {
        self.misses[0]
    }

    /// Whether it leads somewhere in other pods.
    pub(crate) fn is_found_elsewhere(&self) -> bool {
        !self.servers.is_empty()
    }

    /// The pods that are rather selected by mistake, where that explains it best.
    pub(crate) fn strangers(&self) -> Vec<Backend<'i>> {
        let is_stranger = |(backend, why): &(Backend<'i>, Missing<'i>)| {
            matches!(why, Missing::Name) && is_stranger(*backend, &self.name.value, &self.servers)
        };
        if !self.is_found_elsewhere() || !self.misses.iter().all(is_stranger) {
            return Vec::new();
        }
        self.misses.iter().map(|(backend, _)| *backend).collect()
    }

    /// Why it leads nowhere in the pods of one workload, if it does.
    pub(crate) fn miss(&self, backend: Backend<'_>) -> Option<Missing<'i>> {
        let mut misses = self.misses.iter();
        let own = misses.find(|(own, _)| own.is(backend))?;
        Some(own.1)
    }

    /// The same as a sentence.
    pub(crate) fn message(&self, backend: Backend<'_>, why: Missing<'_>) -> String {
        let (name, backend) = (&self.name.value, backend.display());
        match why {
            Missing::Name => format!(
                "targetPort `{name}` names no container port of {backend}: {}",
                self.outcome()
            ),
            Missing::OtherProtocol { container, port } => format!(
                "targetPort `{name}` is {} in Service `{}`, but {} in container `{}` of {backend}: \
                 {}",
                self.port.protocol.as_str(),
                self.service.name(),
                port.protocol.as_str(),
                container.display(),
                self.outcome()
            ),
            Missing::InitContainer { container, .. } => {
                let (kind, why) = match container.role {
                    ContainerRole::Sidecar => {
                        ("sidecar", "where Kubernetes before 1.33 does not look")
                    }
                    ContainerRole::Main | ContainerRole::Init => {
                        ("init container", "which has ended when the pod is ready")
                    }
                };
                format!(
                    "targetPort `{name}` is declared by {kind} `{}` of {backend} only, {why}",
                    container.display()
                )
            }
        }
    }

    /// How bad that is.
    pub(crate) fn severity(&self) -> Severity {
        // Clients of a headless Service look its pods up and choose the port themselves.
        if self.is_found_elsewhere() || self.service.service().may_be_headless() {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    /// What comes of it.
    pub(crate) fn outcome(&self) -> &'static str {
        if self.is_found_elsewhere() {
            "its pods get no traffic for this port"
        } else {
            "the Service gets endpoints without a port"
        }
    }

    /// Adds what the templates declare, those behind the first `skip`.
    pub(crate) fn declared_ports(&self, found: Diagnostic, skip: usize) -> Diagnostic {
        let backends = self.misses.iter().map(|(backend, _)| *backend);
        backends.skip(skip).take(3).fold(found, declared_ports)
    }

    /// Adds what patches declare.
    pub(crate) fn patched_ports(&self, found: Diagnostic) -> Diagnostic {
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
