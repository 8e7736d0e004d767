//! See `rules/target-port-not-exposed.md`.

use super::port::{declared_ports, targets};
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Backend, Index, Resolution, ServiceLink, Unit};
use crate::model::{ContainerPort, PortRef, ServicePort};
use crate::rule::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    id: "target-port-not-exposed",
    doc: include_str!("../../rules/target-port-not-exposed.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(index, unit) {
        let misses = service
            .backends()
            .filter_map(|backend| Miss::of(service, port, backend));
        let mut misses: Vec<Miss<'_>> = misses.collect();
        // Where other pods serve the port, some traffic flows; clients of a headless Service
        // choose the port themselves.
        let flows =
            misses.len() < service.backends().count() || service.service().headless.is_some();
        if flows {
            for miss in &mut misses {
                miss.severity = Severity::Warning;
            }
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

/// A template that declares ports, but not the one that a Service sends to.
struct Miss<'i> {
    backend: Backend<'i>,
    number: i64,
    severity: Severity,
}

impl<'i> Miss<'i> {
    fn of(service: ServiceLink<'i>, port: &ServicePort, backend: Backend<'i>) -> Option<Self> {
        let Resolution::Undeclared(number) = backend.resolve(port) else {
            return None;
        };
        let template = &backend.workload().template;
        let declared: Vec<&ContainerPort> = template
            .serving_ports()
            .map(|(_, own)| own)
            .filter(|own| own.protocol == port.protocol)
            .collect();
        let is_declared_otherwise = template
            .serving_ports()
            .any(|(_, own)| own.number.as_ref().is_some_and(|own| own.value == number));
        let silent = declared.is_empty()
            || is_declared_otherwise
            || !backend.is_fully_known()
            || !backend.workload().kind.is_long_running()
            || template.mentions(number)
            || backend.may_be_patched(&PortRef::Number(number));
        if silent {
            return None;
        }
        let is_port = port.port.as_ref().is_some_and(|own| own.value == number);
        let only = declared.len() == 1 && template.containers.len() == 1;
        let is_sure = is_port && only && service.service().ports.len() == 1;
        let severity = if is_sure {
            Severity::Error
        } else {
            Severity::Warning
        };
        Some(Self {
            backend,
            number,
            severity,
        })
    }

    fn finding(&self, service: ServiceLink<'_>, port: &ServicePort) -> Option<Diagnostic> {
        let target = port.target()?;
        let template = &self.backend.workload().template;
        let declared = template
            .serving_ports()
            .filter(|(_, own)| own.protocol == port.protocol);
        let numbers: Vec<i64> = declared
            .filter_map(|(_, own)| own.number.as_ref())
            .map(|own| own.value)
            .collect();
        let listed: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let message = format!(
            "Service `{}` sends to port {}, but {} declares only {}",
            service.name(),
            self.number,
            self.backend.display(),
            listed.join(", ")
        );
        let label = match port.target_port {
            Some(_) => "no container declares this port".to_owned(),
            None => format!("targetPort defaults to port {}", self.number),
        };
        let found = Diagnostic::new(RULE.id, self.severity, target.span, message)
            .label(label)
            .object(&service.object().identity);
        let help = match numbers.as_slice() {
            [only] => format!(
                "set `targetPort: {only}`, or declare containerPort {}",
                self.number
            ),
            _ => format!(
                "set `targetPort` to a declared port, or declare containerPort {}",
                self.number
            ),
        };
        Some(declared_ports(found, self.backend).help(help))
    }
}
