//! Istio's routing, of whatever kind.

use super::body::Body;
use super::destination_rule::DestinationRule;
use super::istio_gateway::IstioGateway;
use super::service_entry::ServiceEntry;
use super::virtual_service::VirtualService;
use crate::text::source::Spanned;

/// A part of Istio's routing.
#[derive(Clone, Copy, Debug)]
pub enum Routing<'b> {
    /// Where requests for a host are sent.
    VirtualService(&'b VirtualService),
    /// Which pods a host has.
    DestinationRule(&'b DestinationRule),
    /// Where requests come in.
    Gateway(&'b IstioGateway),
    /// A host that is no Service.
    ServiceEntry(&'b ServiceEntry),
}

impl<'b> Routing<'b> {
    /// The part that an object is; none if it is something else.
    pub fn of(body: &'b Body) -> Option<Self> {
        Some(match body {
            Body::VirtualService(service) => Self::VirtualService(service),
            Body::DestinationRule(rule) => Self::DestinationRule(rule),
            Body::IstioGateway(gateway) => Self::Gateway(gateway),
            Body::ServiceEntry(entry) => Self::ServiceEntry(entry),
            _ => return None,
        })
    }

    /// The hosts that must exist.
    pub fn hosts(self) -> Vec<&'b Spanned<String>> {
        match self {
            Self::VirtualService(service) => {
                let destinations = service.destinations.iter();
                destinations.map(|destination| &destination.host).collect()
            }
            Self::DestinationRule(rule) => rule.host.iter().collect(),
            Self::Gateway(_) | Self::ServiceEntry(_) => Vec::new(),
        }
    }
}
