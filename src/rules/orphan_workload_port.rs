//! See `rules/orphan-workload-port.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Container, ContainerPort};
use crate::link::{Backend, Links, Membership, Resolution, Unit};
use crate::text::hash::HashSet;
use crate::unit::{Doubt, Namespace};

pub(super) const RULE: Rule = Rule {
    id: ids::ORPHAN_WORKLOAD_PORT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let may_select_anything = links.services(unit).any(|service| {
        matches!(
            service.membership(),
            Membership::Unverified(Doubt::Placeholder)
        )
    });
    if may_select_anything {
        return;
    }
    let scraped = scraped(links, unit);
    for backend in links.backends(unit) {
        let workload = backend.workload();
        let is_reached_otherwise = workload.template.host_network.is_some()
            || scraped
                .iter()
                .any(|namespace| namespace.may_be(backend.namespace()));
        if !backend.is_fully_known() || !workload.kind.is_long_running() || is_reached_otherwise {
            continue;
        }
        for (container, port) in workload.template.serving_ports() {
            let is_readable = port.number.is_some() && port.host_port().is_none();
            if is_readable && !is_served(backend, port) {
                out.push(finding(backend, container, port));
            }
        }
    }
}

/// The namespaces with monitors of pods, which may reach any port.
fn scraped<'i>(links: &Links, unit: &'i Unit) -> HashSet<&'i Namespace> {
    let monitors = unit.objects.iter().filter(|member| {
        let kind = &links.object(member.id).identity.kind;
        matches!(
            kind.as_str(),
            "PodMonitor" | "VMPodScrape" | "PodMonitoring"
        )
    });
    monitors.map(|member| &member.namespace).collect()
}

/// Whether a Service leads to a port, or gives out the addresses of the pods.
fn is_served(backend: Backend<'_>, port: &ContainerPort) -> bool {
    backend.services().any(|service| {
        let own = service.service();
        let leads = |target: Resolution<'_>| match target {
            Resolution::Declared { port: other, .. } => std::ptr::eq(other, port),
            Resolution::Unknown => true,
            Resolution::Undeclared(_) | Resolution::Missing(_) => false,
        };
        own.headless.is_some() || own.ports.iter().any(|other| leads(backend.resolve(other)))
    })
}

fn finding(backend: Backend<'_>, container: &Container, port: &ContainerPort) -> Diagnostic {
    let message = format!(
        "no Service here leads to port {} of container `{}` of {}",
        port.display(),
        container.display(),
        backend.display()
    );
    Diagnostic::new(RULE.id, Severity::Info, port.span, message)
        .label("declared, and reached by nothing here")
        .help("add a Service for it, or remove it if nothing connects to it")
        .object(&backend.object().identity)
        .given([Premise::Complete])
}
