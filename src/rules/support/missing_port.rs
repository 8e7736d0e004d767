//! A reference to a Service names a port that the Service does not have: which one was meant.

use super::listing::{listed, quoted};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Premise, Severity};
use crate::kinds::{PortRef, Role, ServicePort};
use crate::link::{NamedPort, Reference, Resolution, ServiceLink};
use crate::text::similar::nearest;
use crate::text::source::Spanned;

/// A port that the Service of a reference does not have.
pub(crate) struct MissingPort<'i> {
    reference: Reference<'i>,
    /// The Service that it names.
    pub(crate) service: ServiceLink<'i>,
    wanted: Spanned<PortRef>,
    /// What was probably meant.
    pub(crate) meant: Option<Meant<'i>>,
}

/// Which port of a Service was probably meant by what is none.
#[derive(Clone, Copy)]
pub(crate) enum Meant<'i> {
    /// The one whose `targetPort` this is.
    TargetOf(&'i ServicePort),
    /// The one whose `targetPort` is the name of this port of the pods.
    NamedBy(&'i ServicePort),
    /// The one whose `nodePort` this is.
    NodePortOf(&'i ServicePort),
    /// The one that is called almost so.
    Alike(&'i ServicePort),
    /// The only one.
    Only(&'i ServicePort),
}

impl<'i> Meant<'i> {
    fn by(wanted: &PortRef, service: ServiceLink<'i>) -> Option<Self> {
        let ports = &service.service().ports;
        let target = |port: &&ServicePort| {
            let target = port.target_port.as_ref();
            target.is_some_and(|own| own.value == *wanted)
        };
        let node_port = |port: &&ServicePort| {
            let own = port.node_port.as_ref();
            own.is_some_and(|own| PortRef::Number(own.value) == *wanted)
        };
        let alike = || {
            let PortRef::Name(name) = wanted else {
                return None;
            };
            let names = ports.iter().filter_map(|port| port.name.as_ref());
            let near = nearest(name, names.map(|name| name.value.as_str()))?;
            ports
                .iter()
                .find(|port| port.is(&PortRef::Name(near.to_owned())))
        };
        if let Some(port) = ports.iter().find(target) {
            return Some(Self::TargetOf(port));
        }
        if let Some(port) = ports.iter().find(|port| leads_to(service, port, wanted)) {
            return Some(Self::NamedBy(port));
        }
        if let Some(port) = ports.iter().find(node_port) {
            return Some(Self::NodePortOf(port));
        }
        if let Some(port) = alike() {
            return Some(Self::Alike(port));
        }
        match ports.as_slice() {
            [only] => Some(Self::Only(only)),
            _ => None,
        }
    }

    /// The port, whatever says so.
    pub(crate) fn port(self) -> &'i ServicePort {
        match self {
            Self::TargetOf(port)
            | Self::NamedBy(port)
            | Self::NodePortOf(port)
            | Self::Alike(port)
            | Self::Only(port) => port,
        }
    }
}

impl<'i> MissingPort<'i> {
    /// None if the port is there, or if nobody can know.
    pub(crate) fn of(reference: Reference<'i>) -> Option<Self> {
        let NamedPort::Missing(service, wanted) = reference.port()? else {
            return None;
        };
        Some(Self {
            reference,
            service,
            meant: Meant::by(&wanted.value, service),
            wanted,
        })
    }

    /// The port that is not there, and where it is written.
    pub(crate) fn wanted(&self) -> &Spanned<PortRef> {
        &self.wanted
    }

    /// Whether no port is written, and the default is none of the Service's.
    pub(crate) fn is_default(&self) -> bool {
        self.reference.target().port.is_none()
    }

    /// Writes another port. Only what names the port of the pods has one meaning for certain.
    pub(crate) fn fix(&self, text: String) -> Fix {
        let applicability = if self.is_of_pods() || self.is_the_only_one_called() {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        Fix {
            title: format!("Write {text}, the port of the Service"),
            applicability,
            edits: vec![Edit {
                span: self.wanted.span,
                text,
            }],
        }
    }

    /// Whether the `targetPort` is written instead of the port of the Service.
    pub(crate) fn is_target(&self) -> bool {
        matches!(self.meant, Some(Meant::TargetOf(_)))
    }

    /// Whether it is the port of the pods, by whatever name the Service knows it.
    fn is_of_pods(&self) -> bool {
        matches!(self.meant, Some(Meant::TargetOf(_) | Meant::NamedBy(_)))
    }

    /// Whether the API server can call no other port.
    fn is_the_only_one_called(&self) -> bool {
        let role = self.reference.target().role;
        role == Role::Webhook && matches!(self.meant, Some(Meant::Only(_)))
    }

    /// Puts it into words; the rule adds what to do about it.
    pub(crate) fn finding(&self, rule: &'static str, severity: Severity) -> Diagnostic {
        let own = &self.reference.object().identity;
        let (name, ports) = (self.service.name(), &self.service.service().ports);
        let message = format!(
            "{own} uses port {} of Service `{name}`, which has {}",
            quoted(&self.wanted.value),
            listed(ports)
        );
        let label = match self.meant {
            _ if self.is_default() => format!("port defaults to {}", self.wanted.value),
            Some(Meant::TargetOf(_) | Meant::NamedBy(_)) => "the port of the pods".to_owned(),
            Some(Meant::NodePortOf(_)) => "the port of the nodes".to_owned(),
            Some(Meant::Alike(port)) => format!("did you mean `{}`?", port.display()),
            Some(Meant::Only(_)) | None => "the Service has no such port".to_owned(),
        };
        let found = Diagnostic::new(rule, severity, self.wanted.span, message)
            .label(label)
            .object(own)
            .given([Premise::Absent, Premise::Accepted(self.wanted.span)]);
        match self.meant.map(Meant::port).or_else(|| ports.first()) {
            Some(port) => found.related(port.place(), described(port)),
            None => found.related(self.service.object().name, "this Service has no ports"),
        }
    }
}

/// Whether a port of a Service arrives at this port of its pods.
pub(crate) fn leads_to(service: ServiceLink<'_>, port: &ServicePort, wanted: &PortRef) -> bool {
    service
        .backends()
        .any(|backend| match backend.resolve(port) {
            Resolution::Declared { port, .. } => {
                let number = port.number.as_ref().map(|own| own.value);
                number.map(PortRef::Number).as_ref() == Some(wanted)
            }
            _ => false,
        })
}

/// Says which port of the Service to write under `port`, for those who name it by number only.
pub(crate) fn write_number(found: Diagnostic, missing: &MissingPort<'_>, who: &str) -> Diagnostic {
    let number = missing
        .meant
        .map(Meant::port)
        .and_then(|port| port.port.as_ref());
    let (Some(meant), Some(number)) = (missing.meant, number) else {
        return found.help("name the number of a port of the Service");
    };
    let number = number.value;
    let help = match meant {
        Meant::TargetOf(_) | Meant::NamedBy(_) => {
            format!("write `port: {number}`; {who} the port of the Service, not that of its pods")
        }
        _ => format!("write `port: {number}`"),
    };
    let found = found.help(help);
    if missing.is_default() {
        return found;
    }
    found.fix(missing.fix(number.to_string()))
}

/// `80, which leads to 8080`
fn described(port: &ServicePort) -> String {
    let number = port.shown();
    match &port.target_port {
        Some(target) if target.value != PortRef::Number(port.number()) => {
            format!("port {number} leads to {}", quoted(&target.value))
        }
        _ => format!("the Service listens on {number}"),
    }
}
