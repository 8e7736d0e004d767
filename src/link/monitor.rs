//! What monitors of the Prometheus operator scrape.
//!
//! Services are selected by their own labels, not by those of their pods, and in the monitor's
//! namespace unless it says otherwise (prometheus-operator `pkg/prometheus/promcfg.go`,
//! `generateServiceMonitorConfig` and `getNamespacesFromNamespaceSelector`).

use super::doubt;
use super::fit::{Fit, labels_fit, selector_fits};
use super::links::{Link, Links};
use super::near_miss::{NearMiss, Seeker};
use super::orphans::Purpose;
use super::selected::{Selected, SelectorMiss};
use super::{Backend, ServiceLink};
use crate::diagnostic::Evidence;
use crate::kinds::described::Selects;
use crate::kinds::parts::monitor::Namespaces;
use crate::kinds::{LabelSelector, Labels, Monitor};
use crate::unit::{Doubt, Namespace, Unit};

/// A monitor in a unit, whose selector is written down.
pub type MonitorLink<'i> = Link<'i, Scrape<'i>>;

/// What a monitor says.
#[derive(Clone, Copy, Debug)]
pub struct Scrape<'i> {
    monitor: &'i Monitor,
    selector: &'i LabelSelector,
}

/// What a monitor that selects no Service was probably meant for.
#[derive(Clone, Debug)]
pub enum MonitorMiss<'i> {
    /// A Service whose pods have these labels, but not it itself.
    PodLabels(ServiceLink<'i>),
    /// This Service.
    Near(NearMiss, ServiceLink<'i>),
    /// A Service in a namespace that the monitor does not look into. Both are explicit.
    OtherNamespace(ServiceLink<'i>),
    /// Nothing, where everything that exists has been searched.
    Absent,
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

impl Links {
    /// What the objects of a unit select by what describes their kinds.
    pub fn selects<'i>(
        &'i self,
        unit: &'i Unit,
    ) -> impl Iterator<Item = (MonitorLink<'i>, &'i Selects)> {
        let holders = self.members(unit, |object| Some(&object.selects));
        holders.flat_map(|holder| {
            holder.node.what.iter().filter_map(move |selects| {
                let monitor = &selects.monitor;
                let selector = monitor.selector.as_ref()?;
                Some((holder.reading(Scrape { monitor, selector }), selects))
            })
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

    /// What becomes of its selector over pods.
    pub fn selected_pods(self) -> Selected<SelectorMiss<'i>> {
        let looks_into = |place: &Namespace| self.looks_into(place).is_some();
        self.selected_where(self.selector(), Purpose::PodMonitor, looks_into)
    }

    /// What becomes of its selector over Services.
    pub fn selected_services(self) -> Selected<MonitorMiss<'i>> {
        let selector = self.selector();
        if selector.is_empty() || !self.services().is_empty() {
            return Selected::Fine;
        }
        if let Some(doubt) = self.doubt_of_services() {
            return Selected::Unverified(doubt);
        }
        let view = self.links.view(self.unit());
        let rest = view.doubt_of_rest();
        if rest.is_none()
            && let Some(other) = self.service_in_other_namespace()
        {
            return other;
        }
        let looks_into = |own: &ServiceLink<'_>| self.looks_into(own.namespace()).is_some();
        let mut here = self.nearest_services();
        here.retain(looks_into);
        let orphans = self.links.orphans(self.unit());
        let orphans = orphans.of_purpose(Purpose::ServiceMonitor);
        let seeker = Seeker::of(self.node, selector, orphans);
        let miss = seeker.best_service(here.iter().map(|own| own.node));
        let miss = miss.filter(|miss| Purpose::ServiceMonitor.takes(miss));
        let labelled = here.iter().find(|own| self.is_about_pods_of(**own));
        let is_elsewhere = || self.service_elsewhere().is_some();
        let is_alone = |own: &&ServiceLink<'_>| {
            let is_own = own.source() == self.source();
            rest.is_none() && (is_own || !is_elsewhere())
        };
        let slip = |miss: &NearMiss| miss.evidence == Evidence::Slip;
        if let Some(service) = labelled.filter(is_alone)
            && !miss.as_ref().is_some_and(slip)
        {
            return Selected::Miss(MonitorMiss::PodLabels(*service));
        }
        if let Some(miss) = self.settled(miss, rest.as_ref(), is_elsewhere) {
            let service = self.links.service(self.unit(), miss.at);
            return Selected::Miss(MonitorMiss::Near(miss, service));
        }
        match rest.or_else(|| self.service_elsewhere()) {
            Some(doubt) => Selected::Unverified(doubt),
            None if self.links.is_closed(self.unit()) => Selected::Miss(MonitorMiss::Absent),
            None => Selected::Unverified(Doubt::NoEvidence),
        }
    }

    /// Why Services that it selects may be there, although nothing here shows them.
    fn doubt_of_services(self) -> Option<Doubt> {
        let view = self.links.view(self.unit());
        let pairs = &self.selector().labels.pairs;
        let values = pairs.iter().map(|pair| &pair.value.value);
        let external = self.external_service();
        let external = external.map(|at| &self.links.options.external.services[at]);
        let external = || external.map(|own| Doubt::External(own.reason.clone()));
        let patched = || {
            let is_patched = self.unit().may_be_relabelled();
            is_patched.then(|| Doubt::Kustomize("a patch may change labels".to_owned()))
        };
        self.is_unclear(self.selector())
            .or_else(patched)
            .or_else(|| doubt::of_labels(pairs, std::iter::empty()))
            .or_else(|| view.doubt_of_maker(values))
            .or_else(external)
    }

    /// A Service that it selects, but for its namespace.
    fn service_in_other_namespace(self) -> Option<Selected<MonitorMiss<'i>>> {
        let is_elsewhere = |service: &ServiceLink<'_>| {
            labels_fit(self.selector(), &service.service().labels) == Some(Fit::Certain)
                && self.is_beside(*service)
        };
        let other = self.selected_in(self.unit()).find(is_elsewhere)?;
        let both_explicit = other.namespace().is_explicit && self.namespace().is_explicit;
        // A Service beside its pods is where it should be; otherwise that is what is reported.
        let pods = other.in_other_namespace();
        let is_faulty = pods.is_some_and(|(pods, _)| self.looks_into(pods.namespace()).is_some());
        Some(if is_faulty {
            Selected::Unverified(Doubt::Faulty(other.object().identity.to_string()))
        } else if both_explicit {
            Selected::Miss(MonitorMiss::OtherNamespace(other))
        } else {
            Selected::Unverified(Doubt::Namespace)
        })
    }

    /// What matches in another unit may well be what is meant.
    fn service_elsewhere(self) -> Option<Doubt> {
        let units = self.links.units.iter();
        let mut all = units.flat_map(|unit| self.selected_in(unit));
        let fits =
            |own: &ServiceLink<'_>| labels_fit(self.selector(), &own.service().labels).is_some();
        Some(Doubt::MatchedElsewhere(all.find(fits)?.display()))
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
