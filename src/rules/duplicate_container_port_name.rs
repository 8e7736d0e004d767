//! See `rules/duplicate-container-port-name.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ContainerPort, PortRef, Protocol};
use crate::link::{Backend, Links, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::DUPLICATE_CONTAINER_PORT_NAME,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for member in &unit.objects {
        out.extend(links.object(member.id).report(RULE.id));
    }
    for backend in links.backends(unit) {
        across_containers(backend, out);
    }
}

/// The API server only warns of a name in two containers; a Service that asks for it gets the
/// first one. (The kubelet looks up names of probes in their own container.)
fn across_containers(backend: Backend<'_>, out: &mut Vec<Diagnostic>) {
    let ports: Vec<_> = backend.workload().template.serving_ports().collect();
    for (at, (container, port)) in ports.iter().enumerate() {
        let Some(name) = &port.name else { continue };
        let is_same = |(other, own): &&(&Container, &ContainerPort)| {
            !std::ptr::eq(*other, *container)
                && own.protocol == port.protocol
                && own.name.as_ref().is_some_and(|own| own.value == name.value)
        };
        let Some((first, first_port)) = ports[..at].iter().find(is_same) else {
            continue;
        };
        let Some(user) = user_of(backend, &name.value, port.protocol) else {
            continue;
        };
        let message = format!(
            "port name `{}` stands in containers `{}` and `{}` of {}: a Service that asks for it \
             gets the first",
            name.value,
            first.display(),
            container.display(),
            backend.display()
        );
        let place = first_port.place();
        out.push(
            Diagnostic::new(RULE.id, Severity::Warning, name.span, message)
                .label("no Service reaches this one by name")
                .related(place, "Services get this one")
                .related(user, "asks for it by name")
                .help(format!(
                    "rename one of the two, say to `{}`",
                    suggestion(container, &name.value)
                ))
                .object(&backend.object().identity),
        );
    }
}

/// A Service port that asks for this name.
fn user_of(backend: Backend<'_>, name: &str, protocol: Protocol) -> Option<Span> {
    let mut targets = backend
        .services()
        .flat_map(|service| &service.service().ports)
        .filter(|port| port.protocol == protocol)
        .filter_map(|port| port.target_port.as_ref());
    targets
        .find(|target| matches!(&target.value, PortRef::Name(own) if own == name))
        .map(|target| target.span)
}

/// A port name that says whose it is, within the 15 characters that there are.
fn suggestion(container: &Container, name: &str) -> String {
    let long = format!("{}-{name}", container.display());
    if long.len() <= 15 {
        long
    } else {
        format!("{}-2", name.chars().take(13).collect::<String>())
    }
}
