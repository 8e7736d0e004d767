//! See `rules/dns-port-not-found.md`.

use super::support::dns_name::replace;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{PortRef, ServicePort};
use crate::link::{DnsName, Form, Links, Resolution, ServiceLink, Unit};
use crate::text::hash::HashSet;
use crate::text::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    id: ids::DNS_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::default();
    // Who asks for a pod connects to whatever it listens on.
    let names = links.dns_names(unit);
    for name in names.filter(|name| !name.is_own() && name.form() != Form::Pod) {
        let Some(port) = name.port() else { continue };
        let services = name.services();
        let Some(first) = services.first() else {
            continue;
        };
        if services.iter().any(|own| may_answer(*own, port.value)) || !seen.insert(port.span) {
            continue;
        }
        out.push(finding(links, name, port, *first));
    }
}

/// Whether a client that connects to this port of a Service may be answered.
fn may_answer(service: ServiceLink<'_>, port: i64) -> bool {
    let own = service.service();
    let is_it = |own: &ServicePort| own.is(&PortRef::Number(port));
    !service.are_ports_known()
        || own.ports.iter().any(is_it)
        || own.may_be_headless() && may_listen(service, port)
}

/// Clients of a headless Service connect to its pods themselves.
fn may_listen(service: ServiceLink<'_>, port: i64) -> bool {
    let mut backends = service.backends();
    let is_unknown = backends.clone().next().is_none();
    is_unknown
        || backends.any(|backend| {
            let template = &backend.workload().template;
            let mut ports = template.serving_ports();
            let declares_none = ports.next().is_none();
            let mut ports = template.serving_ports();
            !backend.is_fully_known()
                || declares_none
                || backend.mentions(port)
                || backend.may_be_patched(&PortRef::Number(port))
                || ports.any(|(_, own)| own.number.as_ref().is_none_or(|own| own.value == port))
        })
}

fn finding(
    links: &Links,
    name: DnsName<'_>,
    port: &Spanned<i64>,
    service: ServiceLink<'_>,
) -> Diagnostic {
    let (host, number) = (name.host(), port.value);
    let span = Span {
        end: port.span.end.max(host.span.end),
        ..host.span
    };
    let ports = &service.service().ports;
    let shown: Vec<String> = ports.iter().map(shown).collect();
    let message = format!(
        "{} connects to `{}:{number}`, but Service `{}` has no port {number}: it listens on {}",
        name.object().identity,
        host.value,
        service.name(),
        if shown.is_empty() {
            "none".to_owned()
        } else {
            shown.join(", ")
        }
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, span, message)
        .label(format!("Service `{}` has no such port", service.name()))
        .object(&name.object().identity)
        .given([Premise::Absent]);
    let place = ports
        .first()
        .map_or(service.object().name, ServicePort::place);
    let found = found.related(place, format!("Service `{}` listens here", service.name()));
    let Some(meant) = meant(service, number) else {
        return found.help(format!(
            "connect to a port of Service `{}`, or add port {number} to it",
            service.name()
        ));
    };
    let found = found.help(format!(
        "write `{}:{meant}`: {number} is the port of the pods, which clients of a Service do not \
         see",
        host.value
    ));
    found.fix(replace(
        links,
        port.span,
        &number.to_string(),
        &meant.to_string(),
    ))
}

/// `80 (to 8080)`
fn shown(port: &ServicePort) -> String {
    let number = port.shown();
    match &port.target_port {
        Some(target) if target.value != PortRef::Number(port.number()) => {
            format!("{number} (to {})", target.value)
        }
        _ => number,
    }
}

/// The port of the Service whose traffic arrives at this port of the pods.
fn meant(service: ServiceLink<'_>, number: i64) -> Option<i64> {
    let leads_there = |port: &&ServicePort| {
        port.target()
            .is_some_and(|target| target.value == PortRef::Number(number))
            || service.backends().any(|backend| {
                let resolved = backend.resolve(port);
                let Resolution::Declared { port, .. } = resolved else {
                    return false;
                };
                port.number.as_ref().is_some_and(|own| own.value == number)
            })
    };
    let headless = service.service().headless.is_some();
    let port = service.service().ports.iter().find(leads_there)?;
    port.port
        .as_ref()
        .filter(|_| !headless)
        .map(|port| port.value)
}
