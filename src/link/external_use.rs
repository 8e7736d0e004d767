//! What the configuration says is elsewhere, and who asks for it.

use super::dns::DnsName;
use super::links::Links;
use super::lookup::Lookup;
use super::reference::Reference;
use super::{ExternalPods, ExternalService, MonitorLink, PolicyLink, RoutingLink};
use crate::kinds::Routing;
use crate::kinds::{Budget, Direction, Kind, LabelSelector, Labels, Peer, PolicyRule};
use crate::unit::{Namespace, Unit};
use std::collections::BTreeSet;

impl Links {
    fn external_pods(&self) -> &[ExternalPods] {
        &self.options.external.pods
    }

    /// The external Services of the configuration that something in any unit means, by their
    /// positions: the name of a Service that is not here, or the selector of a monitor.
    pub(crate) fn external_services_used(&self) -> BTreeSet<usize> {
        if self.options.external.services.is_empty() {
            return BTreeSet::new();
        }
        let units = self.units.iter();
        let used = units.flat_map(|unit| {
            let names = self.lookups(unit).filter_map(|lookup| lookup.external());
            let monitors = self.monitors(unit);
            let monitors = monitors.filter(|monitor| monitor.object().kind == Kind::ServiceMonitor);
            names.chain(monitors.filter_map(MonitorLink::external_service))
        });
        used.collect()
    }

    /// The look-ups of Services by their names in a unit. What pods know themselves, and what
    /// kustomize changes along with a Service, is not looked up.
    fn lookups<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = Lookup<'i>> {
        let references = self.references(unit);
        let references = references.filter(|reference| reference.moved().is_empty());
        let hosts = self.routing(unit).flat_map(|link| {
            let hosts = link.routing().hosts().into_iter();
            hosts.filter_map(move |host| link.lookup(&host.value))
        });
        let names = self.dns_names(unit).filter(|name| !name.is_own());
        references
            .map(Reference::lookup)
            .chain(hosts)
            .chain(names.map(DnsName::lookup))
            .chain(self.aliases(unit).map(|alias| alias.lookup()))
    }

    /// External pods that a selector selects in a namespace.
    pub(super) fn selected_external_pods(
        &self,
        place: &Namespace,
        selector: &LabelSelector,
    ) -> Option<&ExternalPods> {
        let mut all = self.external_pods().iter();
        all.find(|pods| pods.is_in(&place.name) && pods.fit(selector))
    }

    /// External pods in a namespace that carry the name of a workload in a label, so that it is
    /// probably theirs.
    pub(super) fn external_workload(&self, place: &Namespace, name: &str) -> Option<&ExternalPods> {
        let mut all = self.external_pods().iter();
        all.find(|pods| pods.is_in(&place.name) && pods.are_of(name))
    }

    /// Whether anything in any unit asks for these external pods.
    pub(crate) fn are_external_pods_used(&self, pods: &ExternalPods) -> bool {
        self.units.iter().any(|unit| {
            self.has_service_of(unit, pods)
                || self.has_workload_of(unit, pods)
                || self.policies(unit).any(|policy| policy.speaks_of(pods))
                || self.monitors(unit).any(|monitor| {
                    monitor.object().kind == Kind::PodMonitor && monitor.speaks_of(pods)
                })
                || self.has_route_to(unit, pods)
        })
    }

    fn has_service_of(&self, unit: &Unit, pods: &ExternalPods) -> bool {
        self.services(unit).any(|link| {
            let selector = link.service().selector.as_ref();
            selector.is_some_and(|selector| {
                pods.is_selected(&link.namespace().name, &selector.labels.pairs)
            })
        })
    }

    /// Whether a budget protects them, or an autoscaler scales the workload that is theirs.
    fn has_workload_of(&self, unit: &Unit, pods: &ExternalPods) -> bool {
        let here = unit
            .objects
            .iter()
            .filter(|member| pods.is_in(&member.namespace.name));
        let mut objects = here.map(|member| self.object(member.id));
        objects.any(|object| {
            let selects =
                |budget: &Budget| budget.selector.as_ref().is_some_and(|own| pods.fit(own));
            object.budget().is_some_and(selects)
                || object
                    .autoscaler()
                    .is_some_and(|own| pods.are_of(&own.name.value))
        })
    }

    /// Whether Istio's routing speaks of them: a subset, or the pods of a gateway.
    fn has_route_to(&self, unit: &Unit, pods: &ExternalPods) -> bool {
        self.routing(unit).any(|link| match link.routing() {
            Routing::DestinationRule(rule) => {
                let mut subsets = rule.subsets.iter();
                subsets.any(|subset| pods.have(&subset.labels.pairs))
            }
            Routing::Gateway(gateway) => {
                let selector = gateway.selector.as_ref();
                selector.is_some_and(|own| pods.have(&own.labels.pairs))
            }
            _ => false,
        })
    }
}

impl PolicyLink<'_> {
    /// Whether it is also about external pods.
    pub fn selects_external_pods(self) -> bool {
        let mut all = self.links.external_pods().iter();
        all.any(|pods| self.is_about(pods))
    }

    /// Whether a rule also names external pods.
    pub fn has_external_peer(self, rule: &PolicyRule) -> bool {
        let mut all = self.links.external_pods().iter();
        all.any(|pods| self.names(rule, pods))
    }

    fn is_about(self, pods: &ExternalPods) -> bool {
        pods.is_in(&self.namespace().name) && pods.fit(&self.policy().pods)
    }

    fn names(self, rule: &PolicyRule, pods: &ExternalPods) -> bool {
        rule.peers.iter().any(|peer| {
            let Peer::Pods(peer) = peer else { return false };
            let is_there = peer.namespaces.is_some() || pods.is_in(&self.namespace().name);
            is_there && peer.pods.as_ref().is_none_or(|own| pods.fit(own))
        })
    }

    fn speaks_of(self, pods: &ExternalPods) -> bool {
        let mut rules = [Direction::Ingress, Direction::Egress]
            .into_iter()
            .flat_map(|direction| &self.policy().side(direction).rules);
        self.is_about(pods) || rules.any(|rule| self.names(rule, pods))
    }
}

impl MonitorLink<'_> {
    /// Whether it may also scrape external pods.
    pub fn selects_external_pods(self) -> bool {
        let mut all = self.links.external_pods().iter();
        all.any(|pods| self.speaks_of(pods))
    }

    fn speaks_of(self, pods: &ExternalPods) -> bool {
        self.may_look_into(pods.namespace.as_deref()) && pods.fit(self.selector())
    }

    /// Whether it may scrape an external Service.
    pub fn selects_external_service(self) -> bool {
        self.external_service().is_some()
    }

    /// The external Service that it may scrape, by its position: one that is called like a value
    /// of its selector.
    pub(super) fn external_service(self) -> Option<usize> {
        let all = &self.links.options.external.services;
        let values = || self.selector().labels.pairs.iter().map(|pair| &pair.value);
        let is_meant = |service: &ExternalService| {
            self.may_look_into(service.namespace.as_deref())
                && values().any(|value| service.is_called(&value.value))
        };
        all.iter().position(is_meant)
    }

    /// Whether it looks into a namespace of the configuration, which may be a pattern, or absent.
    fn may_look_into(self, namespace: Option<&str>) -> bool {
        namespace.is_none_or(|own| {
            own.contains('*') || self.looks_into(&Namespace::explicit(own)).is_some()
        })
    }
}

impl RoutingLink<'_> {
    /// Whether external pods, in whatever namespace, have these labels.
    pub fn has_external_pods(self, labels: &Labels) -> bool {
        let mut all = self.links.external_pods().iter();
        all.any(|pods| pods.have(&labels.pairs))
    }
}
