//! Ports of what a `ServiceMonitor` or a `PodMonitor` selects.

use super::listing::declared_ports;
use crate::diagnostic::{Diagnostic, Identity, Premise, Severity};
use crate::kinds::{ContainerPort, Kind, PortRef, ServicePort};
use crate::link::{Backend, Fit, Links, MonitorLink, ServiceLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;
use std::sync::Arc;

/// The monitors of a kind.
pub(crate) fn monitors<'i>(
    links: &'i Links,
    unit: &'i Unit,
    kind: Kind,
) -> impl Iterator<Item = MonitorLink<'i>> {
    let all = links.monitors(unit);
    all.filter(move |link| link.object().kind == kind)
}

/// All that is selected, if that is something and known for certain.
pub(crate) fn certain<T>(selected: Vec<(T, Fit)>) -> Option<Vec<T>> {
    let is_certain = selected.iter().all(|(_, fit)| *fit == Fit::Certain);
    (is_certain && !selected.is_empty())
        .then(|| selected.into_iter().map(|(found, _)| found).collect())
}

/// Whether a text means one port: monitors hand it to Prometheus as a regular expression.
pub(crate) fn is_name(port: &str) -> bool {
    port.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

/// Whether a container of these pods may have such a port. Prometheus looks at all of them, also
/// at those that have ended (`discovery/kubernetes/pod.go`, `buildPod`).
pub(crate) fn may_declare(backend: Backend<'_>, wanted: &PortRef) -> bool {
    let template = &backend.workload().template;
    let is_it = |port: &ContainerPort| match wanted {
        PortRef::Number(number) => port.number.as_ref().is_none_or(|own| own.value == *number),
        PortRef::Name(name) => port.name.as_ref().is_some_and(|own| own.value == *name),
        PortRef::Unknown => true,
    };
    let mut ports = template
        .containers
        .iter()
        .flat_map(|container| &container.ports);
    !backend.is_fully_known() || backend.may_be_patched(wanted) || ports.any(is_it)
}

/// A port that no container of the selected pods declares.
pub(crate) fn no_container_port(
    rule: &'static str,
    own: &Arc<Identity>,
    wanted: &Spanned<PortRef>,
    pods: &[Backend<'_>],
) -> Option<Diagnostic> {
    if pods.iter().any(|own| may_declare(*own, &wanted.value)) {
        return None;
    }
    let whose = match pods {
        [only] => only.display(),
        many => format!("the {} workloads it selects", many.len()),
    };
    let message = format!(
        "port `{}` of {own} is no container port of {whose}",
        wanted.value
    );
    let found = Diagnostic::new(rule, Severity::Warning, wanted.span, message)
        .label("no container declares this port")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let found = pods.iter().take(3).copied().fold(found, declared_ports);
    Some(found.help(container_port_help(&wanted.value, pods)))
}

fn container_port_help(wanted: &PortRef, pods: &[Backend<'_>]) -> String {
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
        Some(name) => format!("write `port: {}`", as_yaml(name)),
        None => "declare the port in the container, or write the name of one that is".to_owned(),
    }
}

/// A `port` that is the name of no port of the Services.
pub(crate) fn no_service_port(
    rule: &'static str,
    own: &Arc<Identity>,
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
    let whose = match services {
        [only] => format!("Service `{}`", only.name()),
        many => format!("the {} Services it selects", many.len()),
    };
    let message = format!(
        "endpoint port `{}` of {own} is the name of no port of {whose}",
        name.value
    );
    let found = Diagnostic::new(rule, Severity::Warning, name.span, message)
        .label("no port of the Service has this name")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let found = services
        .iter()
        .take(3)
        .copied()
        .fold(found, with_service_ports);
    Some(found.help(service_port_help(&name.value, services)))
}

/// Adds what the ports of a Service are called.
fn with_service_ports(found: Diagnostic, service: ServiceLink<'_>) -> Diagnostic {
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
    let number = port.shown();
    match &port.name {
        Some(name) => format!("`{}` ({number})", name.value),
        None => format!("{number} without a name"),
    }
}

fn service_port_help(wanted: &str, services: &[ServiceLink<'_>]) -> String {
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
        (Some(near), _) => format!("write `port: {}`", as_yaml(near)),
        (
            None,
            Some(ServicePort {
                name: Some(own), ..
            }),
        ) => format!("write `port: {}`", as_yaml(&own.value)),
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
pub(crate) fn no_target_port(
    rule: &'static str,
    own: &Arc<Identity>,
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
    let message = format!(
        "endpoint targetPort `{}` of {own} is no container port of {}",
        port.value,
        pods[0].display()
    );
    let found = Diagnostic::new(rule, Severity::Warning, port.span, message)
        .label("no container declares this port")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let found = pods.iter().take(3).copied().fold(found, declared_ports);
    Some(found.help("write `port` with the name of a port of the Service, or declare this one"))
}
