//! `NetworkPolicy` objects and Services: where the traffic of a Service arrives, and whether
//! policies may admit it there.

use super::service_port;
use crate::kinds::{ContainerPort, Direction, PolicyRule, ServicePort};
use crate::link::{Backend, Links, PolicyLink, Resolution, ServiceLink, Unit};

/// A port of a Service, and where it leads in the pods of one template.
#[derive(Clone, Copy)]
pub(crate) struct Target<'i> {
    /// The pods.
    pub(crate) backend: Backend<'i>,
    /// The Service.
    pub(crate) service: ServiceLink<'i>,
    /// Its port, one of `spec.ports`.
    pub(crate) port: &'i ServicePort,
    /// The port of the pods.
    pub(crate) number: i64,
    /// The port of a container, if one declares it.
    pub(crate) declared: Option<&'i ContainerPort>,
}

/// The ports of the Services that select pods, and where they lead.
pub(crate) fn targets(backend: Backend<'_>) -> impl Iterator<Item = Target<'_>> {
    service_port::before(backend).filter_map(move |(service, port)| {
        let (number, declared) = match backend.resolve(port) {
            Resolution::Declared { port, .. } => (port.number.as_ref()?.value, Some(port)),
            Resolution::Undeclared(number) => (number, None),
            Resolution::Missing(_) | Resolution::Unknown => return None,
        };
        Some(Target {
            backend,
            service,
            port,
            number,
            declared,
        })
    })
}

/// Whether a policy may admit the traffic of a Service to its pods.
pub(crate) fn may_admit_in(target: Target<'_>) -> bool {
    target.backend.policies().any(|(link, _)| {
        let side = link.policy().side(Direction::Ingress);
        let mut rules = side.rules.iter();
        side.is_unreadable || side.isolates && rules.any(|rule| may_admit(rule, target))
    })
}

/// Whether some policy may let traffic out to the pods of a Service.
pub(crate) fn may_admit_out(links: &Links, unit: &Unit, target: Target<'_>) -> bool {
    let is_let_out = |link: PolicyLink<'_>| {
        let side = link.policy().side(Direction::Egress);
        let leads_there = |rule: &PolicyRule| {
            link.is_peer(rule, target.backend).is_some() && may_admit(rule, target)
        };
        side.is_unreadable || side.isolates && side.rules.iter().any(leads_there)
    };
    links.policies(unit).any(is_let_out)
}

fn may_admit(rule: &PolicyRule, target: Target<'_>) -> bool {
    let template = &target.backend.workload().template;
    rule.may_admit(target.port.protocol, target.number, Some(template))
}
