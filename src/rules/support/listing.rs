//! How a few ports or names read in a sentence.

use crate::diagnostic::Diagnostic;
use crate::kinds::{ContainerPort, PortRef, ServicePort};
use crate::link::Backend;

/// How many ports of a template are named.
const MOST: usize = 12;

/// A name in backticks, a number as it is.
pub(crate) fn quoted(port: &PortRef) -> String {
    match port {
        PortRef::Name(name) => format!("`{name}`"),
        other => other.to_string(),
    }
}

/// All of a few words: `a`, `b` or `c`.
pub(crate) fn all_of(words: &[String], last: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [before @ .., end] if !before.is_empty() => {
            format!("{} {last} {end}", before.join(", "))
        }
        _ => words.concat(),
    }
}

/// All of a few things, or the first of many: `only 80 and 81`.
pub(crate) fn some(things: impl Iterator<Item = String>, what: &str) -> String {
    let things: Vec<String> = things.collect();
    match things.as_slice() {
        [] => format!("no {what}"),
        [only] => format!("only {only}"),
        [before @ .., last] if before.len() < 4 => {
            format!("only {} and {last}", before.join(", "))
        }
        [first, second, third, rest @ ..] => {
            format!("{first}, {second}, {third} and {} others", rest.len())
        }
        [first, second] => format!("only {first} and {second}"),
    }
}

/// Names and numbers of the first few ports.
pub(crate) fn listed(ports: &[ServicePort]) -> String {
    let one = |port: &ServicePort| {
        let number = port.shown();
        match &port.name {
            Some(name) => format!("`{}` ({number})", name.value),
            None => number,
        }
    };
    some(ports.iter().map(one), "ports")
}

/// Adds what a template declares, at its first container with ports, or at its first container.
pub(crate) fn declared_ports(found: Diagnostic, backend: Backend<'_>) -> Diagnostic {
    let template = &backend.workload().template;
    let ports = || template.serving_ports().map(|(_, port)| port);
    match ports().next() {
        Some(port) => {
            let names: Vec<String> = ports().take(MOST).map(ContainerPort::display).collect();
            let names = match ports().count() - names.len() {
                0 => names.join(", "),
                others => format!("{} and {others} others", names.join(", ")),
            };
            found.related(
                port.place(),
                format!("{} declares {names}", backend.display()),
            )
        }
        None => match template.serving_containers().next() {
            Some(container) => found.related(
                container.span,
                format!("{} declares no port", backend.display()),
            ),
            None => found,
        },
    }
}
