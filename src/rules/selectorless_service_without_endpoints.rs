//! See `rules/selectorless-service-without-endpoints.md`.

use super::support::endpoints::AllEndpoints;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::Kind;
use crate::link::{Backend, Links, ServiceLink, Unit};

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
        || unit.may_patch(&service.object().identity, false)
        || links.operator_of(unit, service.name()).is_some();
    let is_closed = links.is_closed(unit) && !may_be_elsewhere;
    let namesake = namesake(links, unit, service).filter(|_| !may_be_elsewhere);
    let (severity, evidence) = match (namesake, is_closed, own.empty_selector) {
        (Some(_), ..) => (Severity::Warning, Some(Evidence::SameName)),
        (None, true, _) => (Severity::Warning, Some(Evidence::ClosedWorld)),
        (None, false, Some(_)) => (Severity::Info, None),
        (None, false, None) => return None,
    };
    let message = format!(
        "Service `{}` has no selector, and no EndpointSlice or Endpoints give it addresses",
        service.name()
    );
    let label = match own.empty_selector {
        Some(_) => "an empty selector is no selector: it does not mean all pods",
        None => "no selector here",
    };
    let found = Diagnostic::new(RULE.id, severity, own.selector_key, message)
        .label(label)
        .object(&service.object().identity)
        .given([Premise::Absent]);
    let found = Diagnostic { evidence, ..found };
    Some(match namesake {
        Some(backend) => found
            .related(
                backend.workload().template.labels_key,
                format!("no Service selects the pods of {}", backend.display()),
            )
            .help(format!(
                "add a selector with the labels of the pods of {}",
                backend.display()
            )),
        None => found.help(format!(
            "add a selector, or an EndpointSlice with the label `kubernetes.io/service-name: {}`",
            service.name()
        )),
    })
}

/// The workload that the Service was written for: it has its name, in the same file, and no
/// Service. What a `StatefulSet` runs often elects a leader, and writes the address itself.
fn namesake<'i>(links: &'i Links, unit: &'i Unit, service: ServiceLink<'i>) -> Option<Backend<'i>> {
    links.backends(unit).find(|backend| {
        let kind = backend.workload().kind;
        let is_meant = backend.name() == service.name()
            && backend.source() == service.source()
            && backend.namespace().may_be(service.namespace());
        let makes_equals =
            kind.is_long_running() && !matches!(kind, Kind::StatefulSet | Kind::Custom);
        is_meant && makes_equals && backend.services().next().is_none()
    })
}
