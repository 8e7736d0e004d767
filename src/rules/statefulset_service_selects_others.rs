//! See `rules/statefulset-service-selects-others.md`.

use super::support::reference::governed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{Backend, Links, Membership, Reference, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::STATEFULSET_SERVICE_SELECTS_OTHERS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (reference, services) in governed(links, unit) {
        let own = reference.object();
        // A Service that selects nothing is reported for that alone, if anything can be said.
        let selects_others = services.iter().all(|service| {
            *service.membership() == Membership::Matched
                && !service.may_select_more()
                && !service
                    .backends()
                    .any(|backend| std::ptr::eq(backend.object(), own))
        });
        let first = services.first().filter(|_| selects_others);
        out.extend(first.map(|service| finding(reference, *service)));
    }
}

fn finding(reference: Reference<'_>, service: ServiceLink<'_>) -> Diagnostic {
    let own = &reference.object().identity;
    let message = format!(
        "Service `{}` does not select the pods of {own}, which get no names in DNS",
        service.name()
    );
    let selector = service.service().selector.as_ref();
    let pair = selector.and_then(|own| own.labels.pairs.first());
    let others: Vec<String> = service.backends().map(Backend::display).take(2).collect();
    let place = reference.target().name.span;
    Diagnostic::new(RULE.id, Severity::Warning, place, message)
        .label("its pods are named below this Service")
        .related(
            pair.map_or(service.object().name, |pair| pair.value.span),
            format!("selects the pods of {}", others.join(" and ")),
        )
        .help("name the headless Service that selects these pods, or correct its selector")
        .object(own)
        .given([Premise::Absent])
}
