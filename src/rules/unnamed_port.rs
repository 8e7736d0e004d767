//! See `rules/unnamed-port.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::ServicePort;
use crate::link::{Links, Resolution, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::UNNAMED_PORT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit).filter(|service| service.routes()) {
        for port in &service.service().ports {
            if port.name.is_none() && !port.unreadable {
                out.push(finding(service, port));
            }
        }
    }
}

fn finding(service: ServiceLink<'_>, port: &ServicePort) -> Diagnostic {
    let message = format!(
        "port {} of Service `{}` has no name: it has no SRV record, and monitors and policies \
         cannot refer to it",
        port.display(),
        service.name()
    );
    let place = port.place();
    let found = Diagnostic::new(RULE.id, Severity::Info, place, message)
        .label("no name")
        .object(&service.object().identity)
        .given([Premise::Accepted(port.span)]);
    let declared = service
        .backends()
        .find_map(|backend| match backend.resolve(port) {
            Resolution::Declared { port, .. } => port.name.as_ref(),
            _ => None,
        });
    match declared {
        Some(name) => found
            .related(
                name.span,
                format!("its pods call the port `{}`", name.value),
            )
            .help(format!("add `name: {}`", name.value)),
        None => found.help("add a name that says what is spoken there, such as `name: http`"),
    }
}
