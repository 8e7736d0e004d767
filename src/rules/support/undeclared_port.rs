//! A `targetPort` is a number that no container declares: where that is a mistake.

use crate::diagnostic::Severity;
use crate::kinds::{ContainerPort, PortRef, ServicePort};
use crate::link::{Backend, Resolution, ServiceLink};

/// A template that declares ports, but not the one that a Service sends to.
pub(crate) struct Undeclared<'i> {
    /// The template.
    pub(crate) backend: Backend<'i>,
    /// The number that the Service sends to.
    pub(crate) number: i64,
    /// How sure it is that nothing listens there.
    pub(crate) severity: Severity,
}

/// The templates behind a Service that do not declare the number a port of it leads to.
pub(crate) fn undeclared<'i>(service: ServiceLink<'i>, port: &ServicePort) -> Vec<Undeclared<'i>> {
    let backends = service.backends();
    backends
        .filter_map(|backend| Undeclared::of(service, port, backend))
        .collect()
}

/// A long-running workload behind a Service that does declare it.
pub(crate) fn server<'i>(
    service: ServiceLink<'i>,
    port: &ServicePort,
) -> Option<(Backend<'i>, &'i ContainerPort)> {
    let mut backends = service
        .backends()
        .filter(|backend| backend.workload().kind.is_long_running());
    backends.find_map(|backend| match backend.resolve(port) {
        Resolution::Declared { port, .. } => Some((backend, port)),
        _ => None,
    })
}

impl<'i> Undeclared<'i> {
    fn of(service: ServiceLink<'i>, port: &ServicePort, backend: Backend<'i>) -> Option<Self> {
        let Resolution::Undeclared(number) = backend.resolve(port) else {
            return None;
        };
        let template = &backend.workload().template;
        let declared: Vec<&ContainerPort> = template
            .serving_ports()
            .map(|(_, own)| own)
            .filter(|own| own.protocol == port.protocol)
            .collect();
        let is_declared_otherwise = template
            .serving_ports()
            .any(|(_, own)| own.number.as_ref().is_some_and(|own| own.value == number));
        let silent = declared.is_empty()
            || is_declared_otherwise
            || !backend.is_fully_known()
            || template.is_gateway_proxy
            || !backend.workload().kind.is_long_running()
            || backend.mentions(number)
            || backend.may_be_patched(&PortRef::Number(number));
        if silent {
            return None;
        }
        let is_port = port.port.as_ref().is_some_and(|own| own.value == number);
        // An init container that has ended serves nothing.
        let only = declared.len() == 1 && template.serving_containers().count() == 1;
        let is_sure = is_port && only && service.service().ports.len() == 1;
        let severity = if is_sure {
            Severity::Error
        } else if has_unserved_port(service, backend, &declared) {
            Severity::Warning
        } else {
            // All that is declared is served: this is rather one that nobody declared.
            Severity::Info
        };
        Some(Self {
            backend,
            number,
            severity,
        })
    }

    /// What is wrong, as a sentence.
    pub(crate) fn message(&self, service: ServiceLink<'_>, port: &ServicePort) -> String {
        let declared = self.declared(port).into_iter();
        let declared: Vec<String> = declared.map(|number| number.to_string()).collect();
        format!(
            "Service `{}` sends to port {}, but {} declares only {}",
            service.name(),
            self.number,
            self.backend.display(),
            declared.join(", ")
        )
    }

    /// The numbers of this protocol that the template does declare.
    pub(crate) fn declared(&self, port: &ServicePort) -> Vec<i64> {
        let ports = self.backend.workload().template.serving_ports();
        let declared = ports.filter(|(_, own)| own.protocol == port.protocol);
        let numbers = declared.filter_map(|(_, own)| own.number.as_ref());
        numbers.map(|own| own.value).collect()
    }
}

/// Whether a declared port is one that no port of the Service leads to: that one was probably
/// meant.
fn has_unserved_port(
    service: ServiceLink<'_>,
    backend: Backend<'_>,
    declared: &[&ContainerPort],
) -> bool {
    let ports = service.service().ports.iter();
    let served = ports.filter_map(|port| match backend.resolve(port) {
        Resolution::Declared { port, .. } => Some(port),
        _ => None,
    });
    let served: Vec<&ContainerPort> = served.collect();
    let mut declared = declared.iter();
    declared.any(|own| !served.iter().any(|other| std::ptr::eq(*own, *other)))
}
