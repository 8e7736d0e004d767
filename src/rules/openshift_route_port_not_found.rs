//! See `rules/openshift-route-port-not-found.md`.

use super::support::reference::with_role;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{PortRef, Role, ServicePort};
use crate::link::{Links, Named, Reference, Resolution, ServiceLink, Unit};
use crate::text::similar::nearest;
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: ids::OPENSHIFT_ROUTE_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    // The port is one for all Services of a Route: it is reported once.
    let mut seen = BTreeSet::new();
    for reference in with_role(links, unit, &[Role::RouteTarget]) {
        let found = finding(reference).filter(|found| seen.insert(found.primary.span));
        // Patches may well give a Service other ports.
        out.extend(found.map(|found| found.given([Premise::Absent, Premise::Unpatched])));
    }
}

fn finding(reference: Reference<'_>) -> Option<Diagnostic> {
    let wanted = reference.object().openshift_route()?.target_port.as_ref()?;
    let Named::Found(services) = reference.named() else {
        return None;
    };
    let [service] = services[..] else { return None };
    if !service.are_ports_known() {
        return None;
    }
    match number(&wanted.value) {
        Some(number) => by_number(reference, service, wanted, number),
        None => by_name(reference, service, wanted),
    }
}

/// A number, be it in quotes: the router compares texts.
fn number(port: &PortRef) -> Option<i64> {
    match port {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(name) => name.parse().ok(),
        PortRef::Unknown => None,
    }
}

fn by_name(
    reference: Reference<'_>,
    service: ServiceLink<'_>,
    wanted: &Spanned<PortRef>,
) -> Option<Diagnostic> {
    let PortRef::Name(name) = &wanted.value else {
        return None;
    };
    let ports = &service.service().ports;
    if ports.iter().any(|port| port.is(&wanted.value)) {
        return None;
    }
    let own = &reference.object().identity;
    let message = format!(
        "targetPort `{name}` of {own} is the name of no port of Service `{}`",
        service.name()
    );
    let names: Vec<&str> = ports
        .iter()
        .filter_map(|port| Some(port.name.as_ref()?.value.as_str()))
        .collect();
    let is_target = |port: &&ServicePort| {
        let target = port.target_port.as_ref();
        target.is_some_and(|target| target.value == wanted.value)
    };
    let meant = ports.iter().find(is_target);
    let meant = meant.and_then(|port| Some(port.name.as_ref()?.value.as_str()));
    let near = meant.or_else(|| nearest(name, names.iter().copied()));
    let only = || (names.len() == 1).then(|| names[0]);
    let help = match near.or_else(only) {
        Some(meant) => format!("write `targetPort: {}`", as_yaml(meant)),
        None if names.is_empty() => {
            format!("name the port of the Service `{name}`, or remove `port`")
        }
        None => "write the name of a port of the Service".to_owned(),
    };
    Some(
        shown(
            Diagnostic::new(RULE.id, Severity::Warning, wanted.span, message)
                .label("no port of the Service has this name")
                .object(own),
            service,
        )
        .help(help),
    )
}

/// A number is a port of the pods: that of the Service leads nowhere, where they differ.
fn by_number(
    reference: Reference<'_>,
    service: ServiceLink<'_>,
    wanted: &Spanned<PortRef>,
    number: i64,
) -> Option<Diagnostic> {
    let ports = &service.service().ports;
    let is_wanted = |port: &&ServicePort| {
        port.port.as_ref().is_some_and(|own| own.value == number) && !is_named(port, number)
    };
    let port = ports.iter().find(is_wanted)?;
    let may_lead =
        |port: &ServicePort| is_named(port, number) || may_lead_to(service, port, number);
    if ports.iter().any(may_lead) {
        return None;
    }
    let own = &reference.object().identity;
    let target = port.target()?;
    let message = format!(
        "targetPort {number} of {own} is a port of Service `{}`, but none of its pods",
        service.name()
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, wanted.span, message)
        .label("the router looks for this port among those of the pods")
        .object(own);
    let help = match (&port.name, &target.value) {
        (Some(name), _) => format!("write `targetPort: {}`", as_yaml(&name.value)),
        (None, PortRef::Number(target)) => format!("write `targetPort: {target}`"),
        (None, _) => "remove `port`: the Service has no names".to_owned(),
    };
    Some(shown(found, service).help(help))
}

fn is_named(port: &ServicePort, number: i64) -> bool {
    let name = port.name.as_ref();
    name.is_some_and(|name| name.value == number.to_string())
}

/// Whether traffic of a Service's port may arrive at this port of its pods.
fn may_lead_to(service: ServiceLink<'_>, port: &ServicePort, number: i64) -> bool {
    let Some(target) = port.target() else {
        return true;
    };
    match target.value {
        PortRef::Number(own) => own == number,
        PortRef::Unknown => true,
        PortRef::Name(_) => {
            let mut backends = service.backends().peekable();
            backends.peek().is_none()
                || backends.any(|backend| match backend.resolve(port) {
                    Resolution::Declared { port, .. } => {
                        port.number.as_ref().is_none_or(|own| own.value == number)
                    }
                    Resolution::Undeclared(own) => own == number,
                    Resolution::Missing(_) => !backend.is_fully_known(),
                    Resolution::Unknown => true,
                })
        }
    }
}

/// Adds what the Service has.
fn shown(found: Diagnostic, service: ServiceLink<'_>) -> Diagnostic {
    let ports = &service.service().ports;
    let Some(first) = ports.first() else {
        return found;
    };
    let listed: Vec<String> = ports
        .iter()
        .map(|port| {
            let number = port.shown();
            let target = port
                .target()
                .map_or(String::new(), |target| target.value.to_string());
            match &port.name {
                Some(name) => format!("`{}` ({number} to {target})", name.value),
                None => format!("{number} to {target}"),
            }
        })
        .collect();
    found.related(
        first.name_place(),
        format!("the Service has {}", listed.join(", ")),
    )
}
