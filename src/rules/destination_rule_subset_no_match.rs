//! See `rules/destination-rule-subset-no-match.md`.

use super::support::near_pair::NearPair;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Kind, Labels, Pair, Routing, Subset};
use crate::link::{Backend, Links, RoutingLink, Unit, slip};
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::DESTINATION_RULE_SUBSET_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        let Routing::DestinationRule(rule) = link.routing() else {
            continue;
        };
        let Some(host) = &rule.host else { continue };
        let backends = backends(link, host);
        let subsets = rule.subsets.iter();
        out.extend(subsets.filter_map(|subset| finding(links, unit, link, subset, &backends)));
    }
}

/// The pods behind a host, if their labels are all known.
fn backends<'i>(link: RoutingLink<'i>, host: &'i Spanned<String>) -> Vec<Backend<'i>> {
    let services = link.services(&host.value);
    let backends: Vec<Backend<'_>> = services
        .iter()
        .flat_map(|service| service.backends())
        .collect();
    let is_known = |backend: &Backend<'_>| {
        let workload = backend.workload();
        let labels = &workload.template.labels;
        // The controller of a Rollout labels the pods of each of its versions.
        !matches!(workload.kind, Kind::Rollout | Kind::Custom)
            && !labels.is_unreadable
            && !labels.pairs.iter().any(Pair::is_unknown)
    };
    if backends.iter().all(is_known) {
        backends
    } else {
        Vec::new()
    }
}

/// Labels that Istio puts on endpoints, after those of the node (istio
/// `pilot/pkg/serviceregistry/util/label`).
fn is_of_node(pair: &Pair) -> bool {
    let key = pair.key.value.as_str();
    key == "kubernetes.io/hostname"
        || key.starts_with("topology.kubernetes.io/")
        || key.starts_with("topology.istio.io/")
}

fn finding(
    links: &Links,
    unit: &Unit,
    link: RoutingLink<'_>,
    subset: &Subset,
    backends: &[Backend<'_>],
) -> Option<Diagnostic> {
    let asked = || subset.labels.pairs.iter().filter(|pair| !is_of_node(pair));
    let selects = |labels: &Labels| asked().all(|pair| labels.has(pair));
    let is_unclear = subset.labels.is_unreadable
        || asked().any(Pair::is_unknown)
        || link.has_external_pods(&subset.labels);
    let mut templates = backends.iter().map(|own| &own.workload().template.labels);
    if is_unclear || backends.is_empty() || templates.any(selects) {
        return None;
    }
    let (pair, own, backend) = meant(&subset.labels, backends)?;
    // Pods of another version may be in another unit.
    let mut all = links.units.iter().flat_map(|unit| links.backends(unit));
    if all.any(|other| selects(&other.workload().template.labels)) && !links.is_closed(unit) {
        return None;
    }
    let identity = &link.object().identity;
    let message = format!(
        "subset `{}` of {identity} has no pods: none has `{}`",
        subset.name.value,
        pair.display()
    );
    let near = NearPair { pair, own };
    let found = Diagnostic::new(RULE.id, Severity::Warning, near.span(), message)
        .label("no pod of the Service has this label")
        .object(identity)
        .given(Premise::ALL_IS_HERE);
    Some(near.show(found, &format!("the pods of {} have", backend.display())))
}

/// The pair that no pods have, and the label that was probably meant.
fn meant<'s, 'i>(
    labels: &'s Labels,
    backends: &[Backend<'i>],
) -> Option<(&'s Pair, &'i Pair, Backend<'i>)> {
    backends.iter().find_map(|backend| {
        let asked = labels.pairs.iter().filter(|pair| !is_of_node(pair));
        let (pair, own) = slip(asked, &backend.workload().template.labels)?;
        Some((pair, own, *backend))
    })
}
