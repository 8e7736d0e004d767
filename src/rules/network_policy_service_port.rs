//! See `rules/network-policy-service-port.md`.

use super::support::policy_target::{Target, may_admit_in, may_admit_out, targets};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Direction, PolicyPort, PolicyRule, PortRef};
use crate::link::{Backend, Fit, Links, PolicyLink, Unit};
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::NETWORK_POLICY_SERVICE_PORT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if links.may_have_other_policies(unit) {
        return;
    }
    for link in links.policies(unit) {
        for direction in [Direction::Ingress, Direction::Egress] {
            let side = link.policy().side(direction);
            for rule in side.rules.iter().filter(|_| side.isolates) {
                let found = rule.ports.iter();
                let found = found
                    .filter_map(|port| mistake(links, unit, link, direction, rule, port))
                    .map(|(number, target)| finding(link, direction, &number, target));
                out.extend(found);
            }
        }
    }
}

/// The port of a rule, if it is a Service's where that of the pods is meant.
fn mistake<'i>(
    links: &'i Links,
    unit: &'i Unit,
    link: PolicyLink<'i>,
    direction: Direction,
    rule: &PolicyRule,
    port: &PolicyPort,
) -> Option<(Spanned<i64>, Target<'i>)> {
    let number = alone(port)?;
    let (pods, has_others): (Vec<(Backend<'_>, Fit)>, bool) = match direction {
        Direction::Ingress => (link.pods().collect(), link.selects_external_pods()),
        Direction::Egress => (link.peers(rule), link.has_external_peer(rule)),
    };
    // Some of the pods may well listen on it.
    if has_others
        || pods
            .iter()
            .any(|(backend, _)| may_listen(*backend, number.value))
    {
        return None;
    }
    let certain = pods.into_iter().filter(|(_, fit)| *fit == Fit::Certain);
    let mut targets = certain.flat_map(|(backend, _)| targets(backend));
    let target = targets.find(|target| {
        let is_port = |own: &Spanned<i64>| own.value == number.value && target.number != own.value;
        port.is_of(target.port.protocol)
            && target.port.port.as_ref().is_some_and(is_port)
            && target.backend.workload().template.host_network.is_none()
    })?;
    let is_admitted = match direction {
        Direction::Ingress => may_admit_in(target),
        Direction::Egress => may_admit_out(links, unit, target),
    };
    (!is_admitted).then_some((number, target))
}

/// The number of a port that is no range.
fn alone(port: &PolicyPort) -> Option<Spanned<i64>> {
    let written = port.port.as_ref()?;
    let PortRef::Number(number) = written.value else {
        return None;
    };
    let is_alone = port.end.is_none_or(|end| end == number);
    is_alone.then(|| Spanned::new(number, written.span))
}

fn may_listen(backend: Backend<'_>, number: i64) -> bool {
    let template = &backend.workload().template;
    let mut ports = template
        .containers
        .iter()
        .flat_map(|container| &container.ports);
    !backend.is_fully_known()
        || backend.mentions(number)
        || backend.may_be_patched(&PortRef::Number(number))
        || ports.any(|port| port.number.as_ref().is_none_or(|own| own.value == number))
}

fn finding(
    link: PolicyLink<'_>,
    direction: Direction,
    number: &Spanned<i64>,
    target: Target<'_>,
) -> Diagnostic {
    let own = &link.object().identity;
    let (port, service) = (number.value, target.service.name());
    let pods = target.backend.display();
    let message = match direction {
        Direction::Ingress => format!(
            "{own} admits port {port} of Service `{service}`, but its traffic arrives at the pods \
             of {pods} on {}",
            target.number
        ),
        Direction::Egress => format!(
            "{own} lets out to port {port} of Service `{service}`, but its traffic goes to the \
             pods of {pods} on {}",
            target.number
        ),
    };
    let name = target.declared.and_then(|declared| declared.name.as_ref());
    let also = name.map_or(String::new(), |name| format!(", or `port: {}`", name.value));
    let found = Diagnostic::new(RULE.id, Severity::Warning, number.span, message)
        .label("the port of the Service, not of its pods")
        .help(format!(
            "write `{}`{also}",
            link.policy().dialect.port(target.number)
        ))
        .object(own);
    let found = found.related(
        target.port.place(),
        format!("Service `{service}` sends port {port} to {}", target.number),
    );
    match target.declared {
        Some(declared) => found.related(declared.span, format!("{pods} listens here")),
        None => found,
    }
}
