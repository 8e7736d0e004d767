//! See `rules/target-port-name-not-found.md`.

use super::port::{declared_ports, targets};
use crate::diagnostic::{Diagnostic, Severity};
use crate::index::{Backend, Index, Missing, Resolution, ServiceLink, Unit};
use crate::model::{PortRef, ServicePort};
use crate::rule::{Check, Rule};
use crate::similar::nearest;
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: "target-port-name-not-found",
    doc: include_str!("../../rules/target-port-name-not-found.md"),
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(index, unit) {
        let Some(target) = port.target() else {
            continue;
        };
        let PortRef::Name(name) = &target.value else {
            continue;
        };
        // A name that the API server refuses is reported for that alone.
        if service.object().has_problem_at(target.span) {
            continue;
        }
        let name = Spanned::new(name.clone(), target.span);
        out.extend(finding(service, port, &name));
    }
}

fn finding(
    service: ServiceLink<'_>,
    port: &ServicePort,
    name: &Spanned<String>,
) -> Option<Diagnostic> {
    let target = PortRef::Name(name.value.clone());
    let mut missing = Vec::new();
    let mut total = 0;
    for backend in service.backends() {
        total += 1;
        match backend.resolve(port) {
            Resolution::Missing(Missing::Name)
                if backend.is_fully_known() && !backend.may_be_patched(&target) =>
            {
                missing.push(backend);
            }
            Resolution::Declared { .. } => {}
            // Whoever cannot be judged may be the one that resolves it.
            _ => return None,
        }
    }
    let all = missing.len() == total;
    // A Job beside the server need not serve: that it does not is for the better.
    missing.retain(|backend| all || backend.workload().kind.is_long_running());
    let first = *missing.first()?;
    let severity = if all {
        Severity::Error
    } else {
        Severity::Warning
    };
    let mut found = Diagnostic::new(RULE.id, severity, name.span, message(name, first, all))
        .label("no container port has this name")
        .object(&service.object().identity);
    for backend in missing.iter().take(3) {
        found = declared_ports(found, *backend);
    }
    Some(found.help(help(name, first)))
}

fn message(name: &Spanned<String>, backend: Backend<'_>, all: bool) -> String {
    let who = backend.display();
    if all {
        format!(
            "targetPort `{}` names no container port of {who}: the Service gets endpoints without a port",
            name.value
        )
    } else {
        format!(
            "targetPort `{}` names no container port of {who}: its pods get no traffic for this port",
            name.value
        )
    }
}

fn help(name: &Spanned<String>, backend: Backend<'_>) -> String {
    let template = &backend.workload().template;
    let ports: Vec<_> = template.serving_ports().map(|(_, port)| port).collect();
    let names = ports
        .iter()
        .filter_map(|port| port.name.as_ref())
        .map(|own| own.value.as_str());
    if let Some(meant) = nearest(&name.value, names.clone()) {
        return format!("write `targetPort: {meant}`");
    }
    if let [port] = ports.as_slice() {
        return match (&port.name, &port.number) {
            (Some(own), _) => format!("write `targetPort: {}`, the only port there is", own.value),
            (None, Some(number)) => format!(
                "add `name: {}` to containerPort {}, or write `targetPort: {}`",
                name.value, number.value, number.value
            ),
            (None, None) => format!("add `name: {}` to the container port", name.value),
        };
    }
    format!(
        "add a container port with `name: {}`, or use one of the declared names",
        name.value
    )
}
