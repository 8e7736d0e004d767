//! What the rules about references to Services share.

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Premise, Severity};
use crate::kinds::{LabelSelector, PortRef, Role, ServicePort};
use crate::link::{Index, Named, NamedPort, Reference, Resolution, ServiceLink, Unit};
use crate::text::similar::nearest;
use crate::text::source::{Span, Spanned};

/// The references of a unit that have one of these roles, and that the API server does not refuse.
pub(super) fn with_role<'i>(
    index: &'i Index,
    unit: &'i Unit,
    roles: &'static [Role],
) -> impl Iterator<Item = Reference<'i>> {
    index.references(unit).filter(move |reference| {
        let target = reference.target();
        roles.contains(&target.role) && !reference.object().has_problem_at(target.name.span)
    })
}

/// The roles of a Service in a route of the Gateway API.
pub(super) const ROUTE: &[Role] = &[Role::RouteBackend, Role::Mirror, Role::Authorizer];

/// The `StatefulSet`s of a unit whose pods are named below Services that are here.
pub(super) fn governed<'i>(
    index: &'i Index,
    unit: &'i Unit,
) -> impl Iterator<Item = (Reference<'i>, Vec<ServiceLink<'i>>)> {
    let references = with_role(index, unit, &[Role::Governing]);
    references.filter_map(|reference| match reference.named() {
        Named::Found(services) => Some((reference, services)),
        _ => None,
    })
}

/// Says what a reference that leads to no Service was probably meant for. Nothing is said where
/// nobody can know.
pub(super) fn dangling(
    rule: &'static str,
    gravest: Severity,
    reference: Reference<'_>,
) -> Option<Diagnostic> {
    let target = reference.target();
    let (name, own) = (&target.name.value, reference.object().identity.to_string());
    let namespace = &reference.namespace().name;
    let message = format!(
        "{} `{name}` of {own} is no Service in namespace `{namespace}`",
        target.role.as_str()
    );
    let span = target.name.span;
    let found = |severity, but: &str| {
        Diagnostic::new(rule, severity, span, format!("{message}{but}"))
            .label("no Service has this name here")
            .object(&reference.object().identity)
            .given([Premise::Absent])
    };
    match reference.named() {
        Named::Similar(similar) => Some(
            found(
                as_sure_as(gravest, reference, similar),
                &format!(", but `{}` is", similar.name()),
            )
            .related(similar.object().name, "this Service is called almost so")
            .help(format!("write `{}`", similar.name())),
        ),
        Named::Serving(service, backend) => {
            let but = format!(
                ", but `{}` selects the pods of {}",
                service.name(),
                backend.display()
            );
            Some(
                found(Severity::Warning, &but)
                    .related(service.object().name, "this Service sends to them")
                    .help(format!("write `{}`", service.name())),
            )
        }
        Named::OtherNamespace(other) => {
            let place = &other.namespace().name;
            let help = if target.role.crosses_namespaces() {
                format!("write `namespace: {place}`, or move the Service")
            } else {
                "refer to a Service of the same namespace, or move one of the two".to_owned()
            };
            let label = format!("Service `{}` is in namespace `{place}`", other.name());
            Some(
                found(gravest, &format!(", but in `{place}`"))
                    .related(namespace_span(other), label)
                    .help(help),
            )
        }
        Named::Missing => Some(found(Severity::Warning, "").help(format!(
            "add a Service `{name}`, or name one that is part of this"
        ))),
        Named::Gone => Some(
            found(Severity::Warning, " any more")
                .label(GONE)
                .help(restore(name)),
        ),
        Named::Found(_) | Named::Unverified(_) => None,
    }
}

/// What is said of a name that a Service had until what is judged was changed.
pub(super) const GONE: &str = "the base revision has this Service";

/// How to fix that it has gone.
pub(super) fn restore(name: &str) -> String {
    format!("restore Service `{name}`, or name another one")
}

/// A Service without the port that is asked for is less likely the one that was meant.
fn as_sure_as(gravest: Severity, reference: Reference<'_>, similar: ServiceLink<'_>) -> Severity {
    let ports = &similar.service().ports;
    let wanted = reference.target().wanted_port();
    let has_it = wanted.is_none_or(|wanted| ports.iter().any(|port| port.is(&wanted.value)));
    if has_it {
        gravest
    } else {
        gravest.min(Severity::Warning)
    }
}

/// Where a Service says which namespace it is in.
fn namespace_span(service: ServiceLink<'_>) -> Span {
    let object = service.object();
    object
        .namespace
        .as_ref()
        .map_or(object.name, |namespace| namespace.span)
}

/// A port that the Service of a reference does not have.
pub(super) struct MissingPort<'i> {
    reference: Reference<'i>,
    pub(super) service: ServiceLink<'i>,
    wanted: Spanned<PortRef>,
    /// What was probably meant.
    pub(super) meant: Option<Meant<'i>>,
}

/// Which port of a Service was probably meant by what is none.
#[derive(Clone, Copy)]
pub(super) enum Meant<'i> {
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

    pub(super) fn port(self) -> &'i ServicePort {
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
    pub(super) fn of(reference: Reference<'i>) -> Option<Self> {
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
    pub(super) fn wanted(&self) -> &Spanned<PortRef> {
        &self.wanted
    }

    /// Whether no port is written, and the default is none of the Service's.
    pub(super) fn is_default(&self) -> bool {
        self.reference.target().port.is_none()
    }

    /// Writes another port. Only what names the port of the pods has one meaning for certain.
    pub(super) fn fix(&self, text: String) -> Fix {
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
    pub(super) fn is_target(&self) -> bool {
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
    pub(super) fn finding(&self, rule: &'static str, severity: Severity) -> Diagnostic {
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
            Some(port) => found.related(span(port), described(port)),
            None => found.related(self.service.object().name, "this Service has no ports"),
        }
    }
}

/// Whether a port of a Service arrives at this port of its pods.
pub(super) fn leads_to(service: ServiceLink<'_>, port: &ServicePort, wanted: &PortRef) -> bool {
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
pub(super) fn write_number(found: Diagnostic, missing: &MissingPort<'_>, who: &str) -> Diagnostic {
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

fn span(port: &ServicePort) -> Span {
    port.port.as_ref().map_or(port.span, |port| port.span)
}

/// `80, which leads to 8080`
fn described(port: &ServicePort) -> String {
    let number = port.port.as_ref().map_or(0, |port| port.value);
    match &port.target_port {
        Some(target) if target.value != PortRef::Number(number) => {
            format!("port {number} leads to {}", quoted(&target.value))
        }
        _ => format!("the Service listens on {number}"),
    }
}

/// A name in backticks, a number as it is.
pub(super) fn quoted(port: &PortRef) -> String {
    match port {
        PortRef::Name(name) => format!("`{name}`"),
        other => other.to_string(),
    }
}

/// What was searched in vain: ``none of the 3 pod templates in namespace `shop` has `app: web` ``.
pub(super) fn none_of(count: usize, namespace: &str, selector: &LabelSelector) -> String {
    let pairs = selector.labels.pairs.iter();
    let pairs: Vec<String> = pairs.map(|pair| format!("`{}`", pair.display())).collect();
    let wanted = match pairs.as_slice() {
        [] => "what it asks for".to_owned(),
        all => all.join(" and "),
    };
    match count {
        0 => format!("there is no pod template in namespace `{namespace}`"),
        1 => format!("the one pod template in namespace `{namespace}` does not have {wanted}"),
        _ => format!("none of the {count} pod templates in namespace `{namespace}` has {wanted}"),
    }
}

/// All of a few things, or the first of many: `only 80 and 81`.
pub(super) fn some(things: impl Iterator<Item = String>, what: &str) -> String {
    let things: Vec<String> = things.collect();
    match things.as_slice() {
        [] => format!("no {what}"),
        [only] => format!("only {only}"),
        [before @ .., last] if before.len() < 4 => {
            format!("only {} and {last}", before.join(", "))
        }
        [first, second, third, rest @ ..] => {
            format!("{first}, {second}, {third} and {} others", rest.len())
        }
        [first, second] => format!("only {first} and {second}"),
    }
}

/// Names and numbers of the first few ports.
fn listed(ports: &[ServicePort]) -> String {
    let one = |port: &ServicePort| {
        let number = port.port.as_ref().map_or(0, |port| port.value);
        match &port.name {
            Some(name) => format!("`{}` ({number})", name.value),
            None => number.to_string(),
        }
    };
    some(ports.iter().map(one), "ports")
}
