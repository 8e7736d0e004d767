//! The Services of a unit.

use super::links::{Backend, Link, Links, ServiceLink};
use super::membership::Membership;
use super::near_miss::NearMiss;
use crate::diagnostic::Severity;
use crate::kinds::{Service, ServicePort, ServiceType};
use crate::unit::{Namespace, Unit};

impl Links {
    /// The Services of a unit that somebody writes, with their links.
    pub fn services<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = ServiceLink<'i>> + 'i {
        let view = self.view(unit);
        let nodes = view.services().take(view.symbols.written_services);
        nodes.map(|node| Link { links: self, node })
    }

    pub(super) fn service<'i>(&'i self, unit: &'i Unit, at: usize) -> ServiceLink<'i> {
        Link {
            links: self,
            node: self.view(unit).service(at),
        }
    }
}

impl<'i> ServiceLink<'i> {
    /// The Service.
    pub fn service(self) -> &'i Service {
        self.node.what
    }

    /// What became of its selector.
    pub fn membership(self) -> &'i Membership {
        &self.links.memberships(self.unit())[self.node.at]
    }

    /// The pod templates that it selects, in the order of the unit.
    pub fn backends(self) -> impl Iterator<Item = Backend<'i>> + Clone + 'i {
        let (links, unit) = (self.links, self.unit());
        let templates = links.selections(unit).templates_of(self.node.at).iter();
        templates.map(move |&at| links.backend(unit, at))
    }

    /// Whether it may select more pods, which depends on placeholders.
    pub fn may_select_more(self) -> bool {
        let selections = self.links.selections(self.unit());
        selections.may_select_more(self.node.at)
    }

    /// Whether it sends traffic to the pods it selects.
    pub fn routes(self) -> bool {
        self.service().service_type != ServiceType::ExternalName
    }

    /// The template that the selector selects in another namespace, and how wrong that is.
    pub fn in_other_namespace(self) -> Option<(Backend<'i>, Severity)> {
        let Membership::OtherNamespace { template, severity } = self.membership() else {
            return None;
        };
        Some((self.links.backend(self.unit(), *template), *severity))
    }

    /// Whether it selected pods in the base revision.
    pub fn had_pods(self) -> bool {
        self.links.had_pods(|| self.node.key())
    }

    /// How many pod templates its namespace has in the unit, for "what was searched".
    pub fn templates_searched(self) -> usize {
        self.links.view(self.unit()).templates_in(self.namespace())
    }

    /// Whether it is written down which ports it has, and the API server takes them: only a
    /// headless Service may have none. One of type `ExternalName` passes on whatever it is asked
    /// for.
    pub fn are_ports_known(self) -> bool {
        let (service, object) = (self.service(), self.object());
        let translates = !matches!(
            service.service_type,
            ServiceType::ExternalName | ServiceType::Unknown
        );
        let is_taken = |span| !object.has_problem_at(span);
        let is_known = |port: &ServicePort| {
            let name = port.name.as_ref();
            !port.unreadable
                && port.port.as_ref().is_some_and(|own| is_taken(own.span))
                && name.is_none_or(|own| is_taken(own.span))
        };
        let may_be_all = !service.ports.is_empty() || service.headless.is_some();
        translates && may_be_all && !service.ports_unreadable && service.ports.iter().all(is_known)
    }

    /// Whether it is in the wrong namespace itself: it selects pods of this one.
    pub(super) fn is_meant_for(self, namespace: &Namespace) -> bool {
        let pods = self.in_other_namespace();
        pods.is_some_and(|(backend, _)| backend.namespace().may_be(namespace))
    }
}

impl NearMiss {
    /// The workload that was probably meant by a Service.
    pub fn workload<'i>(&self, service: ServiceLink<'i>) -> Backend<'i> {
        service.links.backend(service.unit(), self.at)
    }
}
