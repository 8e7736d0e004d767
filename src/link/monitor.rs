//! What monitors of the Prometheus operator scrape.
//!
//! Services are selected by their own labels, not by those of their pods, and in the monitor's
//! namespace unless it says otherwise (prometheus-operator `pkg/prometheus/promcfg.go`,
//! `generateServiceMonitorConfig` and `getNamespacesFromNamespaceSelector`).

use super::fit::{Fit, labels_fit, selector_fits};
use super::links::{Link, Links};
use super::near::slip;
use super::{Backend, ServiceLink};
use crate::kinds::parts::monitor::Namespaces;
use crate::kinds::{LabelSelector, Labels, Monitor, Pair};
use crate::unit::{Namespace, Unit};

/// A monitor in a unit, whose selector is written down.
pub type MonitorLink<'i> = Link<'i, Scrape<'i>>;

/// What a monitor says.
#[derive(Clone, Copy, Debug)]
pub struct Scrape<'i> {
    monitor: &'i Monitor,
    selector: &'i LabelSelector,
}

/// What a monitor that selects no Service was probably meant for.
#[derive(Clone, Copy, Debug)]
pub enum MonitorMiss<'i> {
    /// A Service whose pods have these labels, but not it itself.
    PodLabels(ServiceLink<'i>),
    /// A Service with a label that is almost what the selector asks for.
    Similar {
        /// The pair of the selector.
        pair: &'i Pair,
        /// The label of the Service.
        own: &'i Pair,
        /// The Service.
        service: ServiceLink<'i>,
    },
    /// A Service in a namespace that the monitor does not look into. Both are explicit.
    OtherNamespace(ServiceLink<'i>),
}

impl Links {
    /// The monitors of a unit whose selector is written down.
    pub fn monitors<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = MonitorLink<'i>> + 'i {
        self.members(unit, |object| {
            let monitor = object.monitor()?;
            let selector = monitor.selector.as_ref()?;
            Some(Scrape { monitor, selector })
        })
    }
}

impl<'i> MonitorLink<'i> {
    /// The monitor.
    pub fn monitor(self) -> &'i Monitor {
        self.node.what.monitor
    }

    /// Its selector.
    pub fn selector(self) -> &'i LabelSelector {
        self.node.what.selector
    }

    /// Whether it looks into a namespace.
    pub(super) fn looks_into(self, other: &Namespace) -> Option<Fit> {
        let fit = |own: &Namespace| own.may_be(other).then(|| own.fits(other));
        match &self.monitor().namespaces {
            Namespaces::Own => fit(self.namespace()),
            Namespaces::Any => Some(Fit::Certain),
            Namespaces::Listed(names) => {
                let names = names.iter().map(|name| Namespace::explicit(&name.value));
                names.filter_map(|own| fit(&own)).max()
            }
            Namespaces::Unknown => Some(Fit::Possible),
        }
    }

    /// The Services that it selects, or may.
    pub fn services(self) -> Vec<(ServiceLink<'i>, Fit)> {
        let selected = self.selected_in(self.unit()).filter_map(|service| {
            let fit = labels_fit(self.selector(), &service.service().labels)?;
            let looks = self.looks_into(service.namespace())?;
            self.is_beside(service).then_some((service, fit.min(looks)))
        });
        selected.collect()
    }

    /// The Services of a unit that its selector may select, whatever their namespace.
    fn selected_in(self, unit: &'i Unit) -> impl Iterator<Item = ServiceLink<'i>> {
        let links = self.links;
        let nodes = links.view(unit).services_for(self.selector());
        nodes.map(move |node| Link { links, node })
    }

    /// The Services among which it looks for what was meant: those that stand nearest.
    fn nearest_services(self) -> Vec<ServiceLink<'i>> {
        let (links, here) = (self.links, self.node.member.id);
        let near = links
            .view(self.unit())
            .nearest_services(|own| own.id < here);
        let services = near.map(|node| Link { links, node });
        services.filter(|own| self.is_beside(*own)).collect()
    }

    /// The pods that it selects, or may.
    pub fn pods(self) -> Vec<(Backend<'i>, Fit)> {
        let links = self.links;
        let nodes = links.view(self.unit()).templates_for(self.selector());
        let beside = nodes.filter(|node| self.node.is_beside(*node));
        let selected = beside.filter_map(|node| {
            let fit = selector_fits(self.selector(), node)?;
            let looks = self.looks_into(node.namespace())?;
            Some((Link { links, node }, fit.min(looks)))
        });
        selected.collect()
    }

    /// What it was probably meant for, if it selects no Service and nothing speaks for one that is
    /// elsewhere.
    pub fn service_miss(self) -> Option<MonitorMiss<'i>> {
        let (selector, unit) = (self.selector(), self.unit());
        let labels = &selector.labels;
        let view = self.links.view(unit);
        let is_unclear = selector.is_empty()
            || unit.is_patched()
            || self.selects_external_service()
            || view.doubt_of_labels(self.namespace(), labels).is_some();
        if is_unclear || !self.services().is_empty() {
            return None;
        }
        let is_elsewhere = |service: &ServiceLink<'_>| {
            labels_fit(selector, &service.service().labels) == Some(Fit::Certain)
                && self.looks_into(service.namespace()).is_none()
                && self.is_beside(*service)
        };
        if let Some(other) = self.selected_in(unit).find(is_elsewhere) {
            let both_explicit = other.namespace().is_explicit && self.namespace().is_explicit;
            // A Service beside its pods is where it should be; otherwise that is what is reported.
            let pods = other.in_other_namespace();
            let is_there = pods.is_none_or(|(pods, _)| self.looks_into(pods.namespace()).is_none());
            let is_wrong = both_explicit && is_there;
            return is_wrong.then_some(MonitorMiss::OtherNamespace(other));
        }
        let mut here = self.nearest_services();
        here.retain(|service| self.looks_into(service.namespace()).is_some());
        let meant = here.iter().find(|service| self.is_about_pods_of(**service));
        let similar = || {
            here.iter().find_map(|&service| {
                let (pair, own) = slip(&labels.pairs, &service.service().labels)?;
                let is_only_that = selector.expressions.is_empty();
                is_only_that.then_some(MonitorMiss::Similar { pair, own, service })
            })
        };
        let miss = meant.map(|service| MonitorMiss::PodLabels(*service));
        let miss = miss.or_else(similar)?;
        // What matches in another unit may well be what is meant.
        let units = self.links.units.iter();
        let mut all = units.flat_map(|unit| self.selected_in(unit));
        let is_elsewhere =
            all.any(|service| labels_fit(selector, &service.service().labels).is_some());
        (!is_elsewhere).then_some(miss)
    }

    /// Whether all that the selector asks for is on the pods of a Service.
    fn is_about_pods_of(self, service: ServiceLink<'_>) -> bool {
        let is_certain =
            |labels: &Labels| labels_fit(self.selector(), labels) == Some(Fit::Certain);
        let selector = service.service().selector.as_ref();
        selector.is_some_and(|selector| is_certain(&selector.labels))
            || service
                .backends()
                .any(|backend| is_certain(&backend.workload().template.labels))
    }
}
