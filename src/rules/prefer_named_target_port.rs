//! See `rules/prefer-named-target-port.md`.

use super::support::service_port::targets;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{ContainerPort, PortRef, ServicePort};
use crate::link::{Links, Resolution, ServiceLink, Unit};
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::PREFER_NAMED_TARGET_PORT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, port) in targets(links, unit) {
        // Where no port is translated, number and name come to the same.
        let target = port
            .target()
            .filter(|target| matches!(target.value, PortRef::Number(_)));
        let Some(target) = target.filter(|_| !service.service().may_be_headless()) else {
            continue;
        };
        if let Some((declared, name)) = common_name(service, port) {
            out.push(finding(service, &target, declared, name));
        }
    }
}

/// The name by which every pod behind a Service calls a port.
fn common_name<'i>(
    service: ServiceLink<'i>,
    port: &ServicePort,
) -> Option<(&'i ContainerPort, &'i str)> {
    let mut named = service
        .backends()
        .map(|backend| match backend.resolve(port) {
            Resolution::Declared { port, .. } => Some((port, port.name.as_ref()?.value.as_str())),
            _ => None,
        });
    let first = named.next()??;
    named
        .all(|other| other.is_some_and(|(_, name)| name == first.1))
        .then_some(first)
}

fn finding(
    service: ServiceLink<'_>,
    target: &Spanned<PortRef>,
    declared: &ContainerPort,
    name: &str,
) -> Diagnostic {
    let message = format!(
        "Service `{}` sends to port {} by its number, though its pods call it `{name}`",
        service.name(),
        target.value
    );
    let place = declared.place();
    Diagnostic::new(RULE.id, Severity::Info, target.span, message)
        .label("a number")
        .related(place, format!("has the name `{name}`"))
        .help(format!("write `targetPort: {}`", as_yaml(name)))
        .object(&service.object().identity)
}
