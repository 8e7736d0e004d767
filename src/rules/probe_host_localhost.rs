//! See `rules/probe-host-localhost.md`.

use super::support::serving;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, PodTemplate, PortRef, Probe, ProbeKind};
use crate::link::{Backend, Links, Unit};
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: ids::PROBE_HOST_LOCALHOST,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (backend, container, probe) in serving::probes(links, unit) {
        let template = &backend.workload().template;
        // On the network of the node localhost is the node, and so is the pod.
        if template.host_network.is_none() && !asks_host_port(template, probe) {
            out.extend(finding(backend, container, probe));
        }
    }
}

/// Whether a probe asks a port of the node that leads into the pod.
fn asks_host_port(template: &PodTemplate, probe: &Probe) -> bool {
    let host_ports = template
        .serving_ports()
        .filter_map(|(_, port)| port.host_port());
    let mut host_ports = host_ports.map(|port| PortRef::Number(port.value));
    let asked = probe.port.as_ref().map(|port| &port.value);
    match asked {
        Some(PortRef::Name(_)) => host_ports.next().is_some(),
        asked => host_ports.any(|port| Some(&port) == asked),
    }
}

fn finding(backend: Backend<'_>, container: &Container, probe: &Probe) -> Option<Diagnostic> {
    let host = probe
        .host
        .as_ref()
        .filter(|host| is_localhost(&host.value))?;
    let outcome = match probe.kind {
        ProbeKind::Readiness => "the pod never becomes ready",
        ProbeKind::Startup | ProbeKind::Liveness => "the container is restarted for ever",
    };
    let message = format!(
        "{} of container `{}` asks `{}`, which is the node and not the pod: {outcome}",
        probe.kind.as_str(),
        container.display(),
        host.value
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Error, host.span, message)
            .label("the kubelet asks from the node")
            .help("remove `host`: the probe then asks the pod")
            .object(&backend.object().identity),
    )
}

fn is_localhost(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_localhost;

    #[test]
    fn the_node_has_several_names() {
        for host in [
            "localhost",
            "127.0.0.1",
            "127.1.2.3",
            "::1",
            "[::1]",
            "LOCALHOST",
        ] {
            assert!(is_localhost(host), "{host}");
        }
        for host in ["web", "10.0.0.1", "0.0.0.0", "localhost.example.com"] {
            assert!(!is_localhost(host), "{host}");
        }
    }
}
