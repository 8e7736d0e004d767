//! See `rules/service-selects-multiple-workloads.md`.

use super::support::dangling_port::Dangling;
use super::support::listing::declared_ports;
use super::support::service_port::targets;
use super::support::stranger::{is_portless_stranger, narrowing};
use super::support::undeclared_port::{server, undeclared};
use super::support::variants::are_variants;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Kind, ServicePort};
use crate::link::{Backend, Links, ServiceLink, Unit};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTS_MULTIPLE_WORKLOADS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut told: BTreeSet<_> = BTreeSet::new();
    for (service, port) in targets(links, unit) {
        // One port says it all.
        if told.contains(&service.object().name) {
            continue;
        }
        let found = Dangling::of(unit, service, port)
            .and_then(|dangling| strangers(&dangling))
            .or_else(|| differing_ports(service, port))
            .or_else(|| portless(service, port));
        if let Some(found) = found {
            told.insert(service.object().name);
            out.push(found);
        }
    }
    for service in links.services(unit) {
        if !told.contains(&service.object().name) {
            out.extend(several(service));
        }
    }
}

/// Pods that have no port of the name that others have.
fn strangers(dangling: &Dangling<'_>) -> Option<Diagnostic> {
    let (service, name) = (dangling.service, &dangling.name);
    let (strangers, servers) = (dangling.strangers(), &dangling.servers);
    let (stranger, (server, declared)) = (*strangers.first()?, *servers.first()?);
    let message = format!(
        "Service `{}` also selects the pods of {}, which have no port `{}`",
        service.name(),
        stranger.display(),
        name.value
    );
    let servers: Vec<_> = servers.iter().map(|(server, _)| *server).collect();
    let help = narrowing(&servers, &strangers);
    let found = takes_in(service, server, stranger, message)?
        .related(
            declared.span,
            format!("{} declares `{}`", server.display(), name.value),
        )
        .related(name.span, "asks for the port by its name");
    Some(declared_ports(found, stranger).help(help))
}

/// Pods that get traffic for a port that only others declare.
fn differing_ports(service: ServiceLink<'_>, port: &ServicePort) -> Option<Diagnostic> {
    let (server, declared) = server(service, port)?;
    let miss = undeclared(service, port).into_iter().next()?;
    let (number, other) = (miss.number, miss.backend);
    let numbers: Vec<String> = miss
        .declared(port)
        .iter()
        .map(ToString::to_string)
        .collect();
    let numbers = numbers.join(", ");
    let message = format!(
        "some pods behind Service `{}` do not expose {number}: {} declares only {numbers}",
        service.name(),
        other.display(),
    );
    let place = other.workload().template.serving_ports().next()?.1.span;
    let found = takes_in(service, server, other, message)?
        .related(
            declared.span,
            format!("{} declares {number}", server.display()),
        )
        .related(
            place,
            format!("{} declares only {numbers}", other.display()),
        );
    Some(found.help(narrowing(&[server], &[other])))
}

/// Pods that get traffic for a port that others declare, declare none themselves, and are another
/// part of the application by their labels.
fn portless(service: ServiceLink<'_>, port: &ServicePort) -> Option<Diagnostic> {
    let (server, declared) = server(service, port)?;
    let is_other = |backend: &Backend<'_>| is_portless_stranger(service, port, *backend);
    let others: Vec<Backend<'_>> = service.backends().filter(is_other).collect();
    let other = *others.first()?;
    let number = port.target()?.value.to_string();
    let message = format!(
        "Service `{}` also sends traffic for port {number} to {}, which declares no port",
        service.name(),
        other.display(),
    );
    let found = takes_in(service, server, other, message)?.related(
        declared.span,
        format!("{} declares {number}", server.display()),
    );
    Some(declared_ports(found, other).help(narrowing(&[server], &others)))
}

/// A finding about a selector that takes in other pods than those of the server.
fn takes_in(
    service: ServiceLink<'_>,
    server: Backend<'_>,
    other: Backend<'_>,
    message: String,
) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let label = format!("selects {} and {}", server.display(), other.display());
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, selector.key, message)
            .label(label)
            .object(&service.object().identity),
    )
}

/// Workloads of different names behind one Service, which may be meant.
fn several(service: ServiceLink<'_>) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
    let lasting = |backend: &Backend<'_>| {
        let kind = backend.workload().kind;
        kind.is_long_running() && kind != Kind::Pod
    };
    let backends: Vec<Backend<'_>> = service.backends().filter(lasting).collect();
    let (first, second) = (*backends.first()?, *backends.get(1)?);
    if are_variants(&backends) {
        return None;
    }
    let message = format!(
        "Service `{}` spreads its traffic over {} workloads: {} and {}",
        service.name(),
        backends.len(),
        first.display(),
        second.display()
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Info, selector.key, message)
            .label("selects the pods of all of them")
            .related(first.object().name, "selected")
            .related(second.object().name, "selected, too")
            .help("put a label on the pods that are meant, and select it too")
            .object(&service.object().identity),
    )
}
