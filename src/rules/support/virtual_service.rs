//! Istio's `VirtualService` objects, which say where requests for a host go.

use crate::kinds::{Routing, VirtualService};
use crate::link::{Links, RoutingLink, Unit};

/// Those of a unit.
pub(crate) fn virtual_services<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (RoutingLink<'i>, &'i VirtualService)> {
    links.routing(unit).filter_map(|link| match link.routing() {
        Routing::VirtualService(routes) => Some((link, routes)),
        _ => None,
    })
}
