//! Services that requests from outside lead to.

use crate::kinds::Role;
use crate::link::{Links, Named, Reference, ServiceLink, Unit};
use crate::text::source::Span;
use std::collections::BTreeSet;

/// The Services that an Ingress or a route of a unit sends requests to, by the places of their
/// names.
#[derive(Debug)]
pub(crate) struct Routed(BTreeSet<Span>);

impl Routed {
    /// Those of a unit.
    pub(crate) fn of(links: &Links, unit: &Unit) -> Self {
        let references = links.references(unit).filter(|own| sends_requests(*own));
        let services = references.flat_map(|own| match own.named() {
            Named::Found(services) => services,
            _ => Vec::new(),
        });
        let names = services.map(|service| service.object().name);
        Self(names.collect())
    }

    /// Whether a Service is one.
    pub(crate) fn has(&self, service: ServiceLink<'_>) -> bool {
        self.0.contains(&service.object().name)
    }
}

fn sends_requests(reference: Reference<'_>) -> bool {
    matches!(
        reference.target().role,
        Role::Backend | Role::RouteBackend | Role::RouteTarget | Role::Described
    )
}
