//! See `rules/selectorless-service-without-endpoints.md`.

use super::support::endpoints::AllEndpoints;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{Links, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SELECTORLESS_SERVICE_WITHOUT_ENDPOINTS,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let all = AllEndpoints::of(links, unit);
    for service in links.services(unit).filter(|service| service.routes()) {
        let own = service.service();
        let selects_nothing = own.selector.is_none() && !own.selector_unreadable;
        let mut endpoints = all.of_service(service);
        if selects_nothing && endpoints.next().is_none() {
            out.extend(finding(links, unit, service));
        }
    }
}

fn finding(links: &Links, unit: &Unit, service: ServiceLink<'_>) -> Option<Diagnostic> {
    let own = service.service();
    // That the addresses are not here says nothing if they may be elsewhere.
    let may_be_elsewhere = unit.is_incomplete()
        || unit.is_patched()
        || links.operator_of(unit, service.name()).is_some();
    let is_closed = links.is_closed(unit) && !may_be_elsewhere;
    let severity = match (is_closed, own.empty_selector) {
        (true, _) => Severity::Warning,
        (false, Some(_)) => Severity::Info,
        (false, None) => return None,
    };
    let message = format!(
        "Service `{}` has no selector, and no EndpointSlice or Endpoints give it addresses",
        service.name()
    );
    let label = match own.empty_selector {
        Some(_) => "an empty selector is no selector: it does not mean all pods",
        None => "no selector here",
    };
    Some(
        Diagnostic::new(RULE.id, severity, own.selector_key, message)
            .label(label)
            .help(format!(
                "add a selector, or an EndpointSlice with the label `kubernetes.io/service-name: \
                 {}`",
                service.name()
            ))
            .object(&service.object().identity)
            .given([Premise::Absent]),
    )
}
