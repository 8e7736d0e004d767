//! The subsets of Istio's destination rules: which pods behind a host have their labels, and what
//! one that has none was probably meant for (istio
//! `pkg/config/analysis/analyzers/destinationrule/subset.go`).

use super::Backend;
use super::comparison::Comparison;
use super::mesh::RoutingLink;
use super::near_miss::NearMiss;
use crate::diagnostic::{Evidence, Severity};
use crate::kinds::{DestinationRule, Kind, Labels, Pair, Routing, Subset};
use crate::text::source::Span;

/// A subset that has no pods.
#[derive(Clone, Debug)]
pub struct SubsetMiss<'i> {
    /// The labels by which it is looked for in manifests.
    pub asked: Labels,
    /// What it was probably meant for.
    pub near: Option<(NearMiss, Backend<'i>)>,
    /// Where a route sends requests to it.
    pub route: Option<Span>,
    /// Whether other subsets of the rule do have pods, and a route sends requests to this one.
    pub has_siblings: bool,
}

impl<'i> RoutingLink<'i> {
    /// What is wrong with a subset of this destination rule that has no pods.
    pub fn subset_miss(
        self,
        rule: &'i DestinationRule,
        subset: &'i Subset,
    ) -> Option<SubsetMiss<'i>> {
        let backends = self.pods_of(rule);
        let asked = asked(subset);
        let has = |own: Backend<'_>, asked: &Labels| {
            let labels = &own.workload().template.labels;
            asked.pairs.iter().all(|pair| labels.has(pair))
        };
        let is_unclear = subset.labels.is_unreadable
            || asked.pairs.iter().any(Pair::is_unknown)
            || self.has_external_pods(&subset.labels);
        if is_unclear || backends.is_empty() || backends.iter().any(|own| has(*own, &asked)) {
            return None;
        }
        // Pods of another version may be in another unit.
        let units = self.links.units.iter();
        let mut all = units.flat_map(|unit| self.links.backends(unit));
        if !self.links.is_closed(self.unit()) && all.any(|own| has(own, &asked)) {
            return None;
        }
        let near = backends
            .iter()
            .find_map(|own| Some((slip(*own, &asked)?, *own)));
        let labels_of: Vec<Labels> = rule.subsets.iter().map(self::asked).collect();
        let mut served = labels_of.iter().filter(|asked| !asked.is_empty());
        let has_siblings = served.any(|asked| backends.iter().any(|own| has(*own, asked)));
        let route = self.route_to(rule, subset);
        let is_of_siblings = has_siblings && route.is_some();
        let is_wrong = near.is_some() || is_of_siblings || self.links.is_closed(self.unit());
        is_wrong.then_some(SubsetMiss {
            asked,
            near,
            route,
            has_siblings: is_of_siblings,
        })
    }

    /// The pods behind the host of a rule, if their labels are all known.
    fn pods_of(self, rule: &'i DestinationRule) -> Vec<Backend<'i>> {
        let Some(host) = &rule.host else {
            return Vec::new();
        };
        let services = self.services(&host.value);
        let backends = services.iter().flat_map(|service| service.backends());
        let backends: Vec<Backend<'_>> = backends.collect();
        let is_known = |backend: &Backend<'_>| {
            let workload = backend.workload();
            let labels = &workload.template.labels;
            // The controller of a Rollout labels the pods of each of its versions.
            !matches!(workload.kind, Kind::Rollout | Kind::Custom)
                && !labels.is_unreadable
                && !labels.pairs.iter().any(Pair::is_unknown)
        };
        let are_known = backends.iter().all(is_known);
        if are_known { backends } else { Vec::new() }
    }

    /// Where a virtual service of the unit sends requests to a subset of this rule.
    fn route_to(self, rule: &DestinationRule, subset: &Subset) -> Option<Span> {
        let own = &rule.host.as_ref()?.value;
        let mut all = self
            .links
            .routing(self.unit())
            .filter(|other| self.is_beside(*other));
        all.find_map(|link| {
            let Routing::VirtualService(routes) = link.routing() else {
                return None;
            };
            let mut destinations = routes.destinations.iter();
            destinations.find_map(|destination| {
                let name = destination.subset.as_ref()?;
                let is_it = name.value == subset.name.value
                    && link.is_same_host(&destination.host.value, self, own);
                is_it.then_some(name.span)
            })
        })
    }
}

fn slip(backend: Backend<'_>, asked: &Labels) -> Option<NearMiss> {
    let found = Comparison::of(asked, &backend.workload().template.labels);
    found.is_slip().then_some(NearMiss {
        at: backend.node.at,
        severity: Severity::Warning,
        evidence: Evidence::Slip,
        odd: found.odd,
        is_on_others: false,
        is_in_own_file: false,
        is_slip: true,
    })
}

/// The labels of a subset without those that Istio puts on endpoints, after those of the node
/// (istio `pilot/pkg/serviceregistry/util/label`).
fn asked(subset: &Subset) -> Labels {
    let is_of_node = |pair: &&Pair| {
        let key = pair.key.value.as_str();
        key == "kubernetes.io/hostname"
            || key.starts_with("topology.kubernetes.io/")
            || key.starts_with("topology.istio.io/")
    };
    let pairs = subset.labels.pairs.iter();
    Labels {
        pairs: pairs.filter(|pair| !is_of_node(pair)).cloned().collect(),
        is_unreadable: false,
    }
}
