//! See `rules/network-policy-blocks-service.md`.

use super::support::policy_target::{Target, may_admit_in, targets};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Direction, PortRef};
use crate::link::{Backend, Fit, Links, PolicyLink, Unit};

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
            let severity = if links.is_closed(unit) {
                Severity::Warning
            } else {
                Severity::Info
            };
            out.push(finding(link, &cut_off, severity));
        }
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

/// Whether a policy names the Service's own port or a name that leads nowhere: that is what is
/// wrong then, and other rules say so.
fn is_explained(target: Target<'_>) -> bool {
    let number = target.port.port.as_ref().map(|port| port.value);
    target.backend.policies().any(|(link, _)| {
        let rules = &link.policy().side(Direction::Ingress).rules;
        let mut ports = rules.iter().flat_map(|rule| &rule.ports);
        ports.any(|port| match port.port.as_ref().map(|port| &port.value) {
            Some(PortRef::Number(own)) => Some(*own) == number,
            Some(PortRef::Name(_)) => true,
            _ => false,
        })
    })
}

fn finding(link: PolicyLink<'_>, cut_off: &[Target<'_>], severity: Severity) -> Diagnostic {
    let own = link.object();
    let first = cut_off[0];
    let more = match cut_off.len() {
        1 => String::new(),
        count => format!(" (and {} more ports)", count - 1),
    };
    let message = format!(
        "{} cuts off Service `{}`{more}: no policy admits port {} of the pods of {}",
        own.identity,
        first.service.name(),
        first.number,
        first.backend.display()
    );
    let found = Diagnostic::new(RULE.id, severity, own.name, message)
        .label("admits nobody to these ports, and neither does another policy here")
        .help(format!("admit port {} in an `ingress` rule", first.number))
        .object(&own.identity);
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
