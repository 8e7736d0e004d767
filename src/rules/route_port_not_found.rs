//! See `rules/route-port-not-found.md`.

use super::support::missing_port::{MissingPort, write_number};
use super::support::reference::{ROUTE, with_role};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{Links, Named, Reference, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in with_role(links, unit, ROUTE) {
        // What is absent may be added.
        let source = backend.target().name.span.source;
        if backend.target().port.is_some() {
            out.extend(missing(backend));
        } else if !links.is_kustomized_text(source) {
            out.push(absent(backend));
        }
    }
}

fn missing(reference: Reference<'_>) -> Option<Diagnostic> {
    let missing = MissingPort::of(reference)?;
    let found = missing.finding(RULE.id, Severity::Error);
    Some(write_number(found, &missing, "backendRefs use"))
}

/// The definition of the resource has a rule for that (gateway-api
/// `apis/v1/object_reference_types.go`, "Must have port for Service reference").
fn absent(reference: Reference<'_>) -> Diagnostic {
    let own = &reference.object().identity;
    let target = reference.target();
    let message = format!(
        "{} `{}` of {own} has no port: the API server refuses a Service without one",
        target.role.as_str(),
        target.name.value
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, target.name.span, message)
        .label("no `port` beside it")
        .object(own)
        .given([Premise::Unpatched]);
    let Named::Found(services) = reference.named() else {
        return found.help("add the `port` of the Service");
    };
    let ports = services.iter().flat_map(|link| &link.service().ports);
    let numbers: Vec<_> = ports.filter_map(|port| port.port.as_ref()).collect();
    match numbers.as_slice() {
        [only] => found
            .related(only.span, "the Service has this port")
            .help(format!("add `port: {}`", only.value)),
        _ => found.help("add the `port` of the Service"),
    }
}
