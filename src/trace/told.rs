//! By which names the pods of a unit are told of its Services: in environment, arguments and the
//! config maps that they read.

use super::code;
use super::model::{Hop, HopKind, Located, Step};
use crate::kinds::{PortRef, ServicePort};
use crate::link::{DnsName, ServiceLink};
use crate::text::source::Span;

/// Whether a name is for a port of a Service: by its number, or because it has none, or none of
/// the Service.
pub(super) fn is_for(name: DnsName<'_>, service: ServiceLink<'_>, port: &ServicePort) -> bool {
    let mut ports = service.service().ports.iter();
    name.port().is_none_or(|wanted| {
        let wanted = PortRef::Number(wanted.value);
        port.is(&wanted) || !ports.any(|port| port.is(&wanted))
    })
}

/// The step from who is told of a Service to it: `Deployment shop/web env CART_URL cart:80`.
pub(super) fn hop(name: DnsName<'_>) -> Hop {
    let host = name.host();
    let place = format!("{} {}", source(name), host.value);
    let value = match name.port() {
        Some(port) => format!("{place}:{}", port.value),
        None => place,
    };
    Hop {
        kind: HopKind::Told,
        step: Step::plain(code::TOLD, &value, Some(host.span)),
        object: Some(Located {
            identity: name.reader().identity.clone(),
            namespace: name.own_namespace().name.clone(),
            place: name.reader().name,
        }),
    }
}

/// In what the name stands.
fn source(name: DnsName<'_>) -> String {
    if name.is_configured() {
        return format!("ConfigMap {}", name.object().identity.name);
    }
    let place = name.host().span;
    let containers = name.workload().template.containers.iter();
    let processes = containers.filter_map(|own| own.process.as_ref());
    let mut variables = processes.flat_map(|own| &own.env);
    let holds = |span: Span| {
        span.source == place.source && span.start <= place.start && place.end <= span.end
    };
    let variable = variables.find(|own| own.value.as_ref().is_some_and(|own| holds(own.span)));
    match variable {
        Some(variable) => format!("env {}", variable.name.value),
        None => "args".to_owned(),
    }
}
