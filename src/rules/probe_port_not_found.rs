//! See `rules/probe-port-not-found.md`.

use super::support::serving;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Container, ContainerPort, PortRef, Probe, ProbeKind};
use crate::link::{Backend, Links, Unit};
use crate::text::similar::nearest;
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::PROBE_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    // On a plain init container the probe itself is refused.
    for (backend, container, probe) in serving::probes(links, unit) {
        if let Some(name) = undeclared(backend, container, probe) {
            out.push(finding(backend, container, probe, &name));
        }
    }
}

/// The name by which a probe asks for a port, if its container declares none of that name.
fn undeclared(
    backend: Backend<'_>,
    container: &Container,
    probe: &Probe,
) -> Option<Spanned<String>> {
    let port = probe.port.as_ref()?;
    let PortRef::Name(name) = &port.value else {
        return None;
    };
    let mut declared = container.ports.iter().filter_map(|port| port.name.as_ref());
    let is_unclear = backend.workload().template.unreadable || backend.may_be_patched(&port.value);
    let is_missing = !is_unclear && !declared.any(|own| own.value == *name);
    is_missing.then(|| Spanned::new(name.clone(), port.span))
}

fn finding(
    backend: Backend<'_>,
    container: &Container,
    probe: &Probe,
    name: &Spanned<String>,
) -> Diagnostic {
    let (severity, outcome) = match probe.kind {
        ProbeKind::Readiness => (Severity::Error, "the pod never becomes ready"),
        ProbeKind::Startup => (Severity::Error, "the container never counts as started"),
        ProbeKind::Liveness => (Severity::Warning, "the probe never fires"),
    };
    let message = format!(
        "{} of container `{}` asks for port `{}`, which the container does not declare: {outcome}",
        probe.kind.as_str(),
        container.display(),
        name.value
    );
    let found = Diagnostic::new(RULE.id, severity, name.span, message)
        .label("no port of this container has this name")
        .object(&backend.object().identity)
        .given([Premise::Accepted(name.span)]);
    let template = &backend.workload().template;
    let elsewhere = template.containers.iter().find_map(|other| {
        let named = |own: &&Spanned<String>| own.value == name.value;
        let port = other
            .ports
            .iter()
            .filter_map(|port| port.name.as_ref())
            .find(named)?;
        Some((other, port))
    });
    if let Some((other, port)) = elsewhere {
        return found
            .related(
                port.span,
                format!(
                    "container `{}` declares it, but names are looked up per container",
                    other.display()
                ),
            )
            .help("use the number of the port");
    }
    let names = container.ports.iter().filter_map(|port| port.name.as_ref());
    let meant = nearest(&name.value, names.map(|name| name.value.as_str()));
    let found = match container.ports.first() {
        Some(port) => {
            let ports: Vec<String> = container.ports.iter().map(ContainerPort::display).collect();
            let span = port.place();
            found.related(
                span,
                format!(
                    "container `{}` declares {}",
                    container.display(),
                    ports.join(", ")
                ),
            )
        }
        None => found.related(container.span, "this container declares no port"),
    };
    match meant {
        Some(meant) => found.help(format!("write `port: {}`", as_yaml(meant))),
        None => found.help(format!(
            "use a number, or add a container port with `name: {}`",
            name.value
        )),
    }
}
