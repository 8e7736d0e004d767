//! See `rules/istio-gateway-selector-no-match.md`.

use super::support::selector_miss::Unmatched;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise};
use crate::kinds::{LabelSelector, Routing};
use crate::link::{Links, RoutingLink, SelectorMiss, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_GATEWAY_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        if let Routing::Gateway(gateway) = link.routing()
            && let Some(selector) = &gateway.selector
        {
            let found = finding(links, link, selector);
            out.extend(found.map(|found| found.given([Premise::Unpatched])));
        }
    }
}

fn finding(links: &Links, link: RoutingLink<'_>, selector: &LabelSelector) -> Option<Diagnostic> {
    let miss = link.selected_proxies(selector).miss()?;
    // A chart does not bring the proxies: who runs the cluster does.
    let is_others = matches!(miss, SelectorMiss::Absent { .. }) && !links.options.closed_world;
    if is_others || link.has_external_pods(&selector.labels) {
        return None;
    }
    let own = &link.object().identity;
    let unmatched = Unmatched {
        rule: RULE.id,
        own,
        what: "gateway",
        outcome: format!("{own} selects no proxies"),
        selector,
        namespace: &link.namespace().name,
        place: "any namespace".to_owned(),
    };
    unmatched.finding(&miss)
}
