//! See `rules/pod-monitor-port-not-found.md`.

use super::support::listing::declared_ports;
use super::support::monitor_port::{certain, is_name, may_declare, monitors};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Kind, PortRef, ScrapeEndpoint};
use crate::link::{Backend, Links, MonitorLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::POD_MONITOR_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in monitors(links, unit, Kind::PodMonitor) {
        // Pods that the configuration says are elsewhere may have the port.
        let pods = certain(link.pods()).filter(|_| !link.selects_external_pods());
        let Some(pods) = pods else {
            continue;
        };
        let endpoints = link.monitor().endpoints.iter();
        out.extend(endpoints.filter_map(|endpoint| finding(link, endpoint, &pods)));
    }
}

/// Ports that a mesh adds to the pods of a whole namespace.
const INJECTED: &[&str] = &["http-envoy-prom", "linkerd-admin"];

/// What an endpoint names, if it is a port and no pattern.
fn wanted(endpoint: &ScrapeEndpoint) -> Option<Spanned<PortRef>> {
    let name = endpoint.port.as_ref();
    let name = name.map(|name| Spanned::new(PortRef::Name(name.value.clone()), name.span));
    let wanted = name.or_else(|| endpoint.container_port.clone())?;
    let is_clear = match &wanted.value {
        PortRef::Name(name) => {
            is_name(name) && !is_placeholder(name) && !INJECTED.contains(&name.as_str())
        }
        PortRef::Number(_) => true,
        PortRef::Unknown => false,
    };
    is_clear.then_some(wanted)
}

fn finding(
    link: MonitorLink<'_>,
    endpoint: &ScrapeEndpoint,
    pods: &[Backend<'_>],
) -> Option<Diagnostic> {
    let wanted = wanted(endpoint)?;
    if pods.iter().any(|own| may_declare(*own, &wanted.value)) {
        return None;
    }
    let own = &link.object().identity;
    let whose = match pods {
        [only] => only.display(),
        many => format!("the {} workloads it selects", many.len()),
    };
    let message = format!(
        "port `{}` of {own} is no container port of {whose}",
        wanted.value
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, wanted.span, message)
        .label("no container declares this port")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let found = pods.iter().take(3).copied().fold(found, declared_ports);
    Some(found.help(help(&wanted.value, pods)))
}

fn help(wanted: &PortRef, pods: &[Backend<'_>]) -> String {
    let containers = pods
        .iter()
        .flat_map(|backend| &backend.workload().template.containers);
    let ports = containers.flat_map(|container| &container.ports);
    let wanted = wanted.to_string();
    let is_meant = |number: i64| number.to_string() == wanted;
    let named = ports.filter_map(|port| Some((port.name.as_ref()?.value.as_str(), port)));
    let named: Vec<_> = named.collect();
    let by_number = named.iter().find(|(_, port)| {
        let number = port.number.as_ref();
        number.is_some_and(|own| is_meant(own.value))
    });
    let near = || nearest(&wanted, named.iter().map(|(name, _)| *name));
    match by_number.map(|(name, _)| *name).or_else(near) {
        Some(name) => format!("write `port: {name}`"),
        None => "declare the port in the container, or write the name of one that is".to_owned(),
    }
}
