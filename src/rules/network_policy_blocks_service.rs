//! See `rules/network-policy-blocks-service.md`.

use super::support::policy_target::{Target, may_admit_in, targets};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Direction, PolicyPort, PortRef, Protocol};
use crate::link::{Backend, Fit, Links, PolicyLink, Unit};
use crate::unit::UnitKind;

pub(super) const RULE: Rule = Rule {
    id: ids::NETWORK_POLICY_BLOCKS_SERVICE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if links.may_have_other_policies(unit) {
        return;
    }
    for link in links.policies(unit) {
        let cut_off: Vec<Target<'_>> = link
            .pods()
            .filter(|(backend, fit)| *fit == Fit::Certain && is_isolated_by(*backend, link))
            .flat_map(|(backend, _)| targets(backend))
            .filter(|target| !may_admit_in(*target) && !is_explained(*target))
            .collect();
        if !cut_off.is_empty() {
            out.push(finding(link, &cut_off, severity(links, unit, link)));
        }
    }
}

/// How sure it is that nobody is to be admitted by mistake. In a directory, what a policy that
/// admits nothing at all cuts off is often admitted by one that is applied with the program.
fn severity(links: &Links, unit: &Unit, link: PolicyLink<'_>) -> Severity {
    let is_deny_all = link.policy().ingress.rules.is_empty();
    if is_deny_all && unit.kind == UnitKind::Directory && !links.is_closed(unit) {
        Severity::Info
    } else {
        Severity::Warning
    }
}

/// Whether this is the first policy that cuts the pods off.
fn is_isolated_by(backend: Backend<'_>, link: PolicyLink<'_>) -> bool {
    let template = &backend.workload().template;
    let mut isolating = backend
        .policies()
        .filter(|(own, fit)| *fit == Fit::Certain && own.policy().ingress.isolates);
    let first = isolating.next();
    template.host_network.is_none()
        && first.is_some_and(|(own, _)| own.object().name == link.object().name)
}

/// Whether a policy names the Service's own port, or a name that leads nowhere in these pods: that
/// is what is wrong then, and other rules say so.
fn is_explained(target: Target<'_>) -> bool {
    let number = target.port.port.as_ref().map(|port| port.value);
    let number = number.filter(|own| *own != target.number);
    target.backend.policies().any(|(link, _)| {
        let rules = &link.policy().side(Direction::Ingress).rules;
        let mut ports = rules.iter().flat_map(|rule| &rule.ports);
        ports.any(|port| match port.port.as_ref().map(|port| &port.value) {
            Some(PortRef::Number(own)) => Some(*own) == number && port.is_of(target.port.protocol),
            Some(PortRef::Name(name)) => !has_port(target.backend, name, port),
            _ => false,
        })
    })
}

/// Whether a container declares a port of this name, of the protocol that is admitted.
fn has_port(backend: Backend<'_>, name: &str, admitted: &PolicyPort) -> bool {
    let containers = backend.workload().template.containers.iter();
    let mut ports = containers.flat_map(|container| &container.ports);
    ports.any(|port| {
        let is_named = port.name.as_ref().is_some_and(|own| own.value == name);
        is_named && admitted.is_of(port.protocol)
    })
}

fn finding(link: PolicyLink<'_>, cut_off: &[Target<'_>], severity: Severity) -> Diagnostic {
    let own = link.object();
    let first = cut_off[0];
    let more = match cut_off.len() {
        1 => String::new(),
        2 => " (and 1 more port)".to_owned(),
        count => format!(" (and {} more ports)", count - 1),
    };
    let message = format!(
        "{} cuts off Service `{}`{more}: no policy admits port {}{} of the pods of {}",
        own.identity,
        first.service.name(),
        first.number,
        match first.port.protocol {
            Protocol::Tcp => String::new(),
            other => format!("/{}", other.as_str()),
        },
        first.backend.display()
    );
    let found = Diagnostic::new(RULE.id, severity, own.name, message)
        .label("admits nobody to these ports, and neither does another policy here")
        .help(format!(
            "admit port {} ({}) in an `ingress` rule",
            first.number,
            first.port.protocol.as_str()
        ))
        .object(&own.identity)
        .given([Premise::Absent]);
    cut_off.iter().take(3).fold(found, |found, target| {
        found.related(
            target.port.place(),
            format!(
                "Service `{}` sends to port {} of {}",
                target.service.name(),
                target.number,
                target.backend.display()
            ),
        )
    })
}
