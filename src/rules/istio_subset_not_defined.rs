//! See `rules/istio-subset-not-defined.md`.

use super::support::virtual_service::virtual_services;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::{Destination, DestinationRule};
use crate::link::{Links, Named, RoutingLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_SUBSET_NOT_DEFINED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (link, routes) in virtual_services(links, unit) {
        let destinations = routes.destinations.iter();
        out.extend(destinations.filter_map(|destination| finding(link, destination)));
    }
}

fn finding(link: RoutingLink<'_>, destination: &Destination) -> Option<Diagnostic> {
    let subset = destination.subset.as_ref()?;
    let rules = link.rules_of(&destination.host.value);
    let Some((first, rule)) = rules.first() else {
        return absence(link, destination);
    };
    let may_define = |rule: &DestinationRule| {
        let mut names = rule.subsets.iter().map(|subset| &subset.name.value);
        rule.is_unreadable || names.any(|own| *own == subset.value || is_placeholder(own))
    };
    if is_placeholder(&subset.value) || rules.iter().any(|(_, rule)| may_define(rule)) {
        return None;
    }
    let (own, host) = (&link.object().identity, &destination.host.value);
    let message = format!(
        "{own} sends to subset `{}` of host `{host}`, which {} does not define",
        subset.value,
        first.object().identity
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, subset.span, message)
        .label("no DestinationRule of this host has this subset")
        .object(own)
        .given(Premise::ALL_IS_HERE);
    let names: Vec<&str> = rules
        .iter()
        .flat_map(|(_, rule)| &rule.subsets)
        .map(|subset| subset.name.value.as_str())
        .collect();
    let found = match rule.subsets.first() {
        Some(first) => {
            let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            found.related(
                first.name.span,
                format!("defined here: {}", listed.join(", ")),
            )
        }
        None => found.related(first.object().name, "defines no subset"),
    };
    Some(
        found.help(match nearest(&subset.value, names.iter().copied()) {
            Some(near) => format!("write `subset: {}`", as_yaml(near)),
            None => format!("define subset `{}` in the DestinationRule", subset.value),
        }),
    )
}

/// No `DestinationRule` is about the host, a Service of the unit, and all that exists is here.
fn absence(link: RoutingLink<'_>, destination: &Destination) -> Option<Diagnostic> {
    let subset = destination.subset.as_ref()?;
    let (own, host) = (&link.object().identity, &destination.host.value);
    let is_known = !is_placeholder(&subset.value);
    let is_here = matches!(link.named(host), Some(Named::Found(_)));
    if !is_known || !is_here || !link.is_closed() {
        return None;
    }
    let message = format!(
        "{own} sends to subset `{}` of host `{host}`, which no DestinationRule is about",
        subset.value
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, subset.span, message)
            .label("no DestinationRule defines this subset")
            .object(own)
            .evidence(Evidence::ClosedWorld)
            .given(Premise::ALL_IS_HERE)
            .help(format!(
                "add a DestinationRule for `{host}` that defines it, or remove `subset`"
            )),
    )
}
