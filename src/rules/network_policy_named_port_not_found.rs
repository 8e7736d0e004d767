//! See `rules/network-policy-named-port-not-found.md`.

use super::support::listing::declared_ports;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Direction, PolicyPort, PolicyRule, PortRef, Protocol};
use crate::link::{Backend, Fit, Links, PolicyLink, Unit};
use crate::text::similar::nearest;
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::NETWORK_POLICY_NAMED_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.policies(unit) {
        for direction in [Direction::Ingress, Direction::Egress] {
            for rule in &link.policy().side(direction).rules {
                let Some(pods) = connected(links, unit, link, direction, rule) else {
                    continue;
                };
                let found = rule.ports.iter();
                out.extend(found.filter_map(|port| finding(link, direction, port, &pods)));
            }
        }
    }
}

/// The pods that connections of a rule end at, if all of them are known.
fn connected<'i>(
    links: &Links,
    unit: &Unit,
    link: PolicyLink<'i>,
    direction: Direction,
    rule: &PolicyRule,
) -> Option<Vec<Backend<'i>>> {
    if !link.policy().side(direction).isolates {
        return None;
    }
    let pods: Vec<(Backend<'_>, Fit)> = match direction {
        // A policy about all pods is also about those that are described elsewhere.
        Direction::Ingress if link.policy().pods.is_empty() && !links.is_closed(unit) => {
            return None;
        }
        // Those that the configuration says are elsewhere may have the port.
        Direction::Ingress if link.selects_external_pods() => return None,
        Direction::Egress if link.has_external_peer(rule) => return None,
        Direction::Ingress => link.pods().collect(),
        Direction::Egress => link.peers(rule),
    };
    let is_known = |&(backend, fit): &(Backend<'_>, Fit)| {
        fit == Fit::Certain && backend.is_fully_known() && backend.workload().kind.has_pods()
    };
    let is_known = !pods.is_empty() && pods.iter().all(is_known);
    is_known.then(|| pods.into_iter().map(|(backend, _)| backend).collect())
}

fn finding(
    link: PolicyLink<'_>,
    direction: Direction,
    port: &PolicyPort,
    pods: &[Backend<'_>],
) -> Option<Diagnostic> {
    let written = port.port.as_ref()?;
    let PortRef::Name(name) = &written.value else {
        return None;
    };
    if port.protocol == Some(Protocol::Unknown) {
        return None;
    }
    let may_have = |backend: &Backend<'_>| {
        backend.may_be_patched(&written.value)
            || protocols(*backend, name)
                .any(|own| port.is_of(own.value) || own.value == Protocol::Unknown)
    };
    if pods.iter().any(may_have) {
        return None;
    }
    let first = pods[0];
    let other = pods
        .iter()
        .find_map(|backend| protocols(*backend, name).next());
    let own = link.object();
    let whose = match (direction, pods.len()) {
        (_, 1) => first.display(),
        (Direction::Ingress, count) => format!("the {count} workloads it selects"),
        (Direction::Egress, count) => format!("the {count} workloads it leads to"),
    };
    let protocol = port
        .protocol
        .map_or(String::new(), |own| format!("{} ", own.as_str()));
    let message = format!(
        "port `{name}` of {} names no {protocol}container port of {whose}",
        own.identity,
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, written.span, message)
        .label("no container port has this name")
        .object(&own.identity)
        .given([Premise::Accepted(written.span)]);
    if let (Some(admitted), Some(other)) = (port.protocol, other) {
        let protocol = other.value.as_str();
        return Some(
            found
                .label(format!("{} where nothing else is said", admitted.as_str()))
                .related(other.span, format!("`{name}` is a port of {protocol}"))
                .help(format!("set `protocol: {protocol}` beside it")),
        );
    }
    let found = pods.iter().take(3).copied().fold(found, declared_ports);
    Some(found.help(help(name, port, pods)))
}

/// The protocols of the ports with this name, in any container: which of them count depends on
/// the network plugin.
fn protocols<'i>(
    backend: Backend<'i>,
    name: &str,
) -> impl Iterator<Item = Spanned<Protocol>> + use<'i> {
    let containers = backend.workload().template.containers.iter();
    let ports = containers.flat_map(|container| &container.ports);
    let name = name.to_owned();
    ports.filter_map(move |port| {
        let own = port.name.as_ref().filter(|own| own.value == name)?;
        Some(Spanned::new(port.protocol, own.span))
    })
}

fn help(name: &str, admitted: &PolicyPort, pods: &[Backend<'_>]) -> String {
    let declared = || {
        let ports = pods
            .iter()
            .flat_map(|backend| backend.workload().template.serving_ports());
        let ports = ports.filter(|(_, port)| admitted.is_of(port.protocol));
        ports.filter_map(|(_, port)| Some(port.name.as_ref()?.value.as_str()))
    };
    let of_service = pods
        .iter()
        .flat_map(|backend| backend.services())
        .flat_map(|service| &service.service().ports)
        .find(|port| port.name.as_ref().is_some_and(|own| own.value == name));
    let target = of_service
        .and_then(crate::kinds::ServicePort::target)
        .map(|target| target.value.to_string());
    match (nearest(name, declared()), target) {
        (_, Some(target)) => format!(
            "write `{target}`: `{name}` is the name of the Service's port, not of the container's"
        ),
        (Some(near), None) => format!("write `{}`", as_yaml(near)),
        (None, None) => format!("name a port that the containers declare, or declare `{name}`"),
    }
}
