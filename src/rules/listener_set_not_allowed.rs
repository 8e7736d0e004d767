//! See `rules/listener-set-not-allowed.md`.

use super::support::allowed_namespaces::{gravest, labels_of, limited_to};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise};
use crate::kinds::FromNamespaces;
use crate::link::{GatewayLink, Links, ListenerSetLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::LISTENER_SET_NOT_ALLOWED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let sets = links.gateways(unit).filter_map(GatewayLink::attaches_to);
    for set in sets {
        out.extend(set.refused_by().map(|gateway| finding(set, gateway)));
    }
}

fn finding(set: ListenerSetLink<'_>, gateway: GatewayLink<'_>) -> Diagnostic {
    let allowed = &gateway.gateway().allowed_listeners;
    let (own, home) = (&set.object().identity, &set.namespace().name);
    let message = format!(
        "{} takes no ListenerSets of namespace `{home}`, so {own} adds no listeners to it",
        set.display_parent()
    );
    let place = set.parent().name.span;
    let found = Diagnostic::new(RULE.id, gravest(allowed), place, message)
        .label("this Gateway does not let it in")
        .object(own)
        .given([Premise::Absent]);
    let found = limited_to(found, allowed, ("ListenerSets", &gateway.namespace().name));
    let found = labels_of(found, allowed, set);
    if allowed.from == FromNamespaces::Selector {
        return found.given([Premise::Unpatched]).help(format!(
            "add the labels to namespace `{home}`, or change the selector of the Gateway"
        ));
    }
    let is_same = gateway.namespace().name == *home;
    let from = if is_same { "Same" } else { "All" };
    found.help(format!(
        "add `allowedListeners: {{namespaces: {{from: {from}}}}}` to the Gateway"
    ))
}
