//! See `rules/target-port-name-not-found.md`.

use super::support::dangling_port::{Dangling, dangling};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::link::{Backend, Links, Missing, Unit};
use crate::text::similar::nearest;
use crate::text::source::Spanned;
use crate::unit::PatchedPort;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::TARGET_PORT_NAME_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for dangling in dangling(links, unit) {
        // Of pods that were not meant the selector has to be said.
        if let (backend, Missing::Name) = dangling.cause()
            && dangling.strangers().is_empty()
        {
            out.push(finding(&dangling, backend));
        }
    }
}

fn finding(dangling: &Dangling<'_>, backend: Backend<'_>) -> Diagnostic {
    let name = &dangling.name;
    let message = dangling.message(backend, Missing::Name);
    let found = Diagnostic::new(RULE.id, dangling.severity(), name.span, message)
        .label("no container port has this name")
        .object(&dangling.service.object().identity);
    dangling
        .patched_ports(dangling.declared_ports(found, 0))
        .help(if dangling.is_found_elsewhere() {
            help_for_some(dangling, backend)
        } else {
            help(name, backend, dangling.patched_ports)
        })
}

/// Where other pods have the name, it is right.
fn help_for_some(dangling: &Dangling<'_>, backend: Backend<'_>) -> String {
    let (name, owner) = (&dangling.name.value, backend.display());
    let ports = || backend.workload().template.serving_ports();
    let names = ports().filter_map(|(_, port)| Some(port.name.as_ref()?.value.as_str()));
    if let Some(meant) = nearest(name, names) {
        return format!("rename port `{meant}` of {owner} to `{name}`");
    }
    let served = |number: &&Spanned<i64>| {
        let mut served = dangling.servers.iter().map(|(_, port)| &port.number);
        served.any(|own| own.as_ref().is_some_and(|own| own.value == number.value))
    };
    let unnamed = ports().filter(|(_, port)| port.name.is_none());
    match unnamed
        .filter_map(|(_, port)| port.number.as_ref())
        .find(served)
    {
        Some(number) => format!(
            "add `name: {name}` to containerPort {} of {owner}",
            number.value
        ),
        None => format!("add a container port with `name: {name}` to {owner}"),
    }
}

fn help(name: &Spanned<String>, backend: Backend<'_>, patched: &[PatchedPort]) -> String {
    let template = &backend.workload().template;
    let ports: Vec<_> = template.serving_ports().map(|(_, port)| port).collect();
    let names = ports
        .iter()
        .filter_map(|port| port.name.as_ref())
        .map(|own| own.value.as_str());
    let patched_names = patched.iter().filter_map(|port| port.name.as_deref());
    if let Some(meant) = nearest(&name.value, names.chain(patched_names)) {
        return format!("write `targetPort: {}`", as_yaml(meant));
    }
    if let [port] = ports.as_slice()
        && patched.is_empty()
    {
        return match (&port.name, &port.number) {
            (Some(own), _) => format!(
                "write `targetPort: {}`, the only port there is",
                as_yaml(&own.value)
            ),
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
