//! See `rules/service-monitor-port-not-found.md`.

use super::support::listing::declared_ports;
use super::support::monitor_port::{certain, is_name, may_declare, monitors};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Kind, PortRef, ScrapeEndpoint, ServicePort};
use crate::link::{Backend, Links, MonitorLink, ServiceLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_MONITOR_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in monitors(links, unit, Kind::ServiceMonitor) {
        // A Service that the configuration says is elsewhere may have the port.
        let services = certain(link.services()).filter(|_| !link.selects_external_service());
        let Some(services) = services else {
            continue;
        };
        let endpoints = link.monitor().endpoints.iter();
        out.extend(endpoints.filter_map(|endpoint| finding(link, endpoint, &services)));
    }
}

fn finding(
    link: MonitorLink<'_>,
    endpoint: &ScrapeEndpoint,
    services: &[ServiceLink<'_>],
) -> Option<Diagnostic> {
    match (&endpoint.port, &endpoint.container_port) {
        (Some(name), _) => unnamed(link, name, services),
        (None, Some(port)) => undeclared(link, port, services),
        (None, None) => None,
    }
}

/// A `port` that is the name of no port of the Services.
fn unnamed(
    link: MonitorLink<'_>,
    name: &Spanned<String>,
    services: &[ServiceLink<'_>],
) -> Option<Diagnostic> {
    let wanted = PortRef::Name(name.value.clone());
    let has_it = |port: &ServicePort| port.is(&wanted);
    let may_have = |service: &ServiceLink<'_>| {
        !service.are_ports_known() || service.service().ports.iter().any(has_it)
    };
    let is_clear = is_name(&name.value) && !is_placeholder(&name.value);
    if !is_clear || services.iter().any(may_have) {
        return None;
    }
    let own = &link.object().identity;
    let whose = match services {
        [only] => format!("Service `{}`", only.name()),
        many => format!("the {} Services it selects", many.len()),
    };
    let message = format!(
        "endpoint port `{}` of {own} is the name of no port of {whose}",
        name.value
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, name.span, message)
        .label("no port of the Service has this name")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let found = services.iter().take(3).copied().fold(found, service_ports);
    Some(found.help(help(&name.value, services)))
}

/// Adds what the ports of a Service are called.
fn service_ports(found: Diagnostic, service: ServiceLink<'_>) -> Diagnostic {
    let ports = &service.service().ports;
    let Some(first) = ports.first() else {
        return found.related(service.object().name, "this Service has no ports");
    };
    let listed: Vec<String> = ports.iter().map(display).collect();
    found.related(
        first.name_place(),
        format!("Service `{}` has {}", service.name(), listed.join(", ")),
    )
}

fn display(port: &ServicePort) -> String {
    let number = port.number();
    match &port.name {
        Some(name) => format!("`{}` ({number})", name.value),
        None => format!("{number} without a name"),
    }
}

fn help(wanted: &str, services: &[ServiceLink<'_>]) -> String {
    let ports = || services.iter().flat_map(|service| &service.service().ports);
    // The number, or what it is called in the pods, leads to the port that is meant.
    let is_meant = |port: &&ServicePort| {
        let is_number = port
            .port
            .as_ref()
            .is_some_and(|own| own.value.to_string() == wanted);
        let target = port.target().map(|target| target.value.to_string());
        is_number || target.as_deref() == Some(wanted)
    };
    let names = ports().filter_map(|port| Some(port.name.as_ref()?.value.as_str()));
    let meant = ports().find(is_meant).or_else(|| {
        let mut all = ports();
        let only = all.next()?;
        all.next().is_none().then_some(only)
    });
    match (nearest(wanted, names), meant) {
        (Some(near), _) => format!("write `port: {near}`"),
        (
            None,
            Some(ServicePort {
                name: Some(own), ..
            }),
        ) => format!("write `port: {}`", own.value),
        (None, Some(_)) => {
            let name = if is_number(wanted) { "metrics" } else { wanted };
            format!("name the port of the Service `{name}`, and write `port: {name}` here")
        }
        (None, None) => "write the name of a port of the Service".to_owned(),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}

/// A `targetPort` that no container declares.
fn undeclared(
    link: MonitorLink<'_>,
    port: &Spanned<PortRef>,
    services: &[ServiceLink<'_>],
) -> Option<Diagnostic> {
    let pods: Vec<Backend<'_>> = services
        .iter()
        .flat_map(|service| service.backends())
        .collect();
    let are_known = services.iter().all(|own| own.backends().next().is_some());
    let is_clear = match &port.value {
        PortRef::Name(name) => is_name(name),
        PortRef::Number(_) => true,
        PortRef::Unknown => false,
    };
    if !are_known || !is_clear || pods.iter().any(|own| may_declare(*own, &port.value)) {
        return None;
    }
    let own = &link.object().identity;
    let message = format!(
        "endpoint targetPort `{}` of {own} is no container port of {}",
        port.value,
        pods[0].display()
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, port.span, message)
        .label("no container declares this port")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let found = pods.iter().take(3).copied().fold(found, declared_ports);
    Some(found.help("write `port` with the name of a port of the Service, or declare this one"))
}
