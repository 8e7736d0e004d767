//! References to Services by name, as Ingresses, routes, webhooks and workloads hold them.

use crate::kinds::Role;
use crate::link::{Links, Named, Reference, ServiceLink, Unit};

/// The references of a unit that have one of these roles, and that the API server does not refuse.
pub(crate) fn with_role<'i>(
    links: &'i Links,
    unit: &'i Unit,
    roles: &'static [Role],
) -> impl Iterator<Item = Reference<'i>> {
    links.references(unit).filter(move |reference| {
        let target = reference.target();
        roles.contains(&target.role) && !reference.object().has_problem_at(target.name.span)
    })
}

/// The roles of a Service in a route of the Gateway API.
pub(crate) const ROUTE: &[Role] = &[Role::RouteBackend, Role::Mirror, Role::Authorizer];

/// The `StatefulSet`s of a unit whose pods are named below Services that are here.
pub(crate) fn governed<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (Reference<'i>, Vec<ServiceLink<'i>>)> {
    let references = with_role(links, unit, &[Role::Governing]);
    references.filter_map(|reference| match reference.named() {
        Named::Found(services) => Some((reference, services)),
        _ => None,
    })
}
