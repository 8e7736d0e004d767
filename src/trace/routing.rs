//! What `VirtualService`s of Istio send to Services, and to which of their pods: the subsets of
//! `DestinationRule`s.

use super::code;
use super::findings::Findings;
use super::labels::written;
use super::model::{Hop, HopKind, Located, Step};
use crate::diagnostic::Severity;
use crate::kinds::{Destination, PortRef, ServicePort};
use crate::link::{Links, Named, RoutingLink, ServiceLink};
use crate::rules::virtual_services;
use crate::unit::Unit;

/// Where a route of a `VirtualService` leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Routed<'i> {
    pub(super) link: RoutingLink<'i>,
    pub(super) destination: &'i Destination,
}

impl<'i> Routed<'i> {
    /// All of a unit.
    pub(super) fn all(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Self> {
        virtual_services(links, unit).flat_map(|(link, routes)| {
            let destinations = routes.destinations.iter();
            destinations.map(move |destination| Self { link, destination })
        })
    }

    /// The Services that its host is.
    pub(super) fn services(self) -> Vec<ServiceLink<'i>> {
        match self.link.named(&self.destination.host.value) {
            Some(Named::Found(services)) => services,
            _ => Vec::new(),
        }
    }

    /// Whether it leads to a port: without one, to all that requests come in on.
    pub(super) fn leads_to(self, service: ServiceLink<'i>, port: &ServicePort) -> bool {
        let mut ports = service.service().ports.iter();
        self.destination.port.as_ref().is_none_or(|wanted| {
            port.is(&wanted.value) || !ports.any(|port| port.is(&wanted.value))
        })
    }

    /// Its port, if the Service does not have it, and how wrong a rule finds that.
    pub(super) fn astray(self, findings: &Findings<'_>) -> Option<(PortRef, Severity)> {
        let port = self.destination.port.as_ref()?;
        let found = findings.gravest([port.span])?;
        Some((port.value.clone(), found.severity))
    }

    /// The step from it to the Service.
    pub(super) fn hop(self, findings: &Findings<'_>) -> Hop {
        let Destination {
            host, port, subset, ..
        } = self.destination;
        let places = [
            Some(host.span),
            port.as_ref().map(|own| own.span),
            subset.as_ref().map(|own| own.span),
        ];
        let found = findings.gravest(places.into_iter().flatten());
        let found = found.filter(|found| found.severity == Severity::Error);
        Hop {
            kind: HopKind::Entry,
            step: match found {
                Some(found) => Step::wrong(&self.value(), Some(host.span), found),
                None => Step::plain(code::SENDS, &self.value(), Some(host.span)),
            },
            object: Some(Located::of(self.link)),
        }
    }

    /// `port 80, subset v2 (version=v2), weight 10`
    fn value(self) -> String {
        let port = self.destination.port.as_ref();
        let port = port.and_then(|port| match &port.value {
            PortRef::Number(number) => Some(format!("port {number}")),
            _ => None,
        });
        let weight = self.destination.weight;
        let weight = weight.map(|weight| format!("weight {weight}"));
        let parts = [port, self.subset(), weight].into_iter().flatten();
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The subset by its name and its labels.
    fn subset(self) -> Option<String> {
        let name = &self.destination.subset.as_ref()?.value;
        let rules = self.link.rules_of(&self.destination.host.value);
        let mut subsets = rules.iter().flat_map(|(_, rule)| &rule.subsets);
        let defined = subsets.find(|own| own.name.value == *name);
        Some(match defined {
            Some(subset) => format!("subset {name} ({})", written(&subset.labels)),
            None => format!("subset {name}"),
        })
    }
}
