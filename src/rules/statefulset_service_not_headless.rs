//! See `rules/statefulset-service-not-headless.md`.

use super::support::reference::governed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::ServiceType;
use crate::link::{Links, Reference, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::STATEFULSET_SERVICE_NOT_HEADLESS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (reference, services) in governed(links, unit) {
        let has_address = services.iter().all(|service| {
            let own = service.service();
            !own.may_be_headless() && own.service_type != ServiceType::Unknown
        });
        let first = services.first().filter(|_| has_address);
        out.extend(first.map(|service| finding(reference, *service)));
    }
}

fn finding(reference: Reference<'_>, service: ServiceLink<'_>) -> Diagnostic {
    let (own, name) = (&reference.object().identity, &reference.target().name);
    let message = format!(
        "serviceName `{}` of {own} is no headless Service, which Kubernetes asks for",
        name.value
    );
    Diagnostic::new(RULE.id, Severity::Info, name.span, message)
        .label("the Service has an address of its own")
        .related(service.object().name, "no `clusterIP: None` here")
        .help("name a Service with `clusterIP: None`")
        .object(own)
}
