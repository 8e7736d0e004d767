//! See `rules/service-selects-multiple-workloads.md`.

use super::support::service_port::targets;
use super::support::undeclared_port::{Undeclared, server, undeclared};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{ContainerPort, Kind, ServicePort};
use crate::link::{Backend, Links, ServiceLink, Unit};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTS_MULTIPLE_WORKLOADS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut told: BTreeSet<_> = BTreeSet::new();
    for (service, port) in targets(links, unit) {
        let Some(server) = server(service, port) else {
            continue;
        };
        // One port says it all.
        let misses = undeclared(service, port);
        if let Some(miss) = misses.first()
            && told.insert(service.object().name)
        {
            out.extend(differing_ports(service, port, server, miss));
        }
    }
    for service in links.services(unit) {
        if !told.contains(&service.object().name) {
            out.extend(several(service));
        }
    }
}

/// Pods that get traffic for a port that only others declare.
fn differing_ports(
    service: ServiceLink<'_>,
    port: &ServicePort,
    (server, declared): (Backend<'_>, &ContainerPort),
    miss: &Undeclared<'_>,
) -> Option<Diagnostic> {
    let selector = service.service().selector.as_ref()?;
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
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, selector.key, message)
            .label(format!(
                "selects {} and {}",
                server.display(),
                other.display()
            ))
            .related(
                declared.span,
                format!("{} declares {number}", server.display()),
            )
            .related(
                place,
                format!("{} declares only {numbers}", other.display()),
            )
            .help(format!(
                "put a label on {} that other pods do not have, and select it too",
                server.display()
            ))
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

/// Labels by which variants of one application are told apart.
const VARIANT_LABELS: &[&str] = &[
    "version", "track", "variant", "slot", "shard", "color", "release",
];

/// Ends of names by which they are.
const VARIANT_ENDS: &[&str] = &[
    "-canary",
    "-stable",
    "-primary",
    "-blue",
    "-green",
    "-baseline",
    "-preview",
];

/// Whether workloads are versions, colours or shards of one application.
fn are_variants(backends: &[Backend<'_>]) -> bool {
    let differ = |key: &&str| {
        let values = backends.iter().map(|backend| {
            let label = backend.workload().template.labels.get(key);
            label.map(|pair| pair.value.value.as_str())
        });
        let distinct: BTreeSet<_> = values.collect();
        distinct.len() == backends.len()
    };
    let stems: BTreeSet<&str> = backends
        .iter()
        .map(|backend| stem(backend.name()))
        .collect();
    VARIANT_LABELS.iter().any(differ) || stems.len() == 1
}

/// A name without what tells its variants apart: `web` of `web-v2`, `web-canary` and `web-1`.
fn stem(name: &str) -> &str {
    let end = VARIANT_ENDS.iter().find_map(|end| name.strip_suffix(end));
    let number = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = number.strip_suffix("-v").or(number.strip_suffix('-'));
    end.or(number.filter(|_| name.ends_with(|c: char| c.is_ascii_digit())))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn variants_have_one_stem() {
        for name in ["web", "web-v2", "web-canary", "web-stable", "web-10"] {
            assert_eq!(stem(name), "web", "{name}");
        }
        for name in ["web-api", "web2", "web-"] {
            assert_eq!(stem(name), name);
        }
    }
}
