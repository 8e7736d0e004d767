//! See `rules/target-port-not-exposed.md`.

use super::support::listing::declared_ports;
use super::support::scraped::is_scraped;
use super::support::service_port::targets;
use super::support::undeclared_port::{Undeclared, server, undeclared};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::ServicePort;
use crate::link::{Links, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::TARGET_PORT_NOT_EXPOSED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(links, unit) {
        // Where other pods declare the port, that they differ is what has to be said.
        if server(service, port).is_some() {
            continue;
        }
        let mut misses = undeclared(service, port);
        // Where other pods serve the port, some traffic flows; clients of a headless Service
        // choose the port themselves.
        let flows =
            misses.len() < service.backends().count() || service.service().headless.is_some();
        // Beside ports that are declared, one that Prometheus scrapes is left out on purpose.
        let is_for_metrics = !misses.is_empty()
            && has_declared_port(service)
            && is_scraped(links, unit, service, port);
        for miss in &mut misses {
            let most = match (is_for_metrics, flows) {
                (true, _) => Severity::Info,
                (false, true) => Severity::Warning,
                (false, false) => Severity::Error,
            };
            miss.severity = miss.severity.min(most);
        }
        // One finding per port: the surest of its backends says it all.
        if let Some(miss) = misses
            .iter()
            .min_by_key(|miss| std::cmp::Reverse(miss.severity))
        {
            out.extend(miss.finding(service, port));
        }
    }
}

/// Whether pods of a Service declare where some port of it leads.
fn has_declared_port(service: ServiceLink<'_>) -> bool {
    let mut ports = service.service().ports.iter();
    ports.any(|port| server(service, port).is_some())
}

impl Undeclared<'_> {
    fn finding(&self, service: ServiceLink<'_>, port: &ServicePort) -> Option<Diagnostic> {
        let target = port.target()?;
        let numbers = self.declared(port);
        let message = self.message(service, port);
        let label = match port.target_port {
            Some(_) => "no container declares this port".to_owned(),
            None => format!("targetPort defaults to port {}", self.number),
        };
        let found = Diagnostic::new(RULE.id, self.severity, target.span, message)
            .label(label)
            .object(&service.object().identity);
        let number = self.number;
        let is_headless = service.service().headless.is_some();
        let help = match numbers.as_slice() {
            // Nothing translates the port, so that clients have to know that of the pods.
            _ if is_headless && port.target_port.is_none() => format!(
                "set `port` to a port that the pods listen on, or declare containerPort {number} \
                 if they listen there"
            ),
            [only] => format!(
                "set `targetPort: {only}`, or declare containerPort {number} if the process \
                 listens there"
            ),
            _ => format!(
                "set `targetPort` to a declared port, or declare containerPort {number} if the \
                 process listens there"
            ),
        };
        Some(declared_ports(found, self.backend).help(help))
    }
}
