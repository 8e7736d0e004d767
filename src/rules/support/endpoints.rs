//! `Endpoints` and `EndpointSlice` objects, by the Service that they belong to.

use crate::kinds::Endpoints;
use crate::link::{Links, ServiceLink, Unit};
use crate::object::Object;
use crate::text::hash::HashMap;
use crate::text::source::SourceId;
use crate::unit::Namespace;

/// The `Endpoints` and `EndpointSlice` objects of a unit.
pub(crate) struct AllEndpoints<'i> {
    unit: &'i Unit,
    /// By the name of their Service; those of which it cannot be read under the empty name.
    by_service: HashMap<&'i str, Vec<Found<'i>>>,
}

struct Found<'i> {
    object: &'i Object,
    endpoints: &'i Endpoints,
    namespace: &'i Namespace,
    source: SourceId,
}

impl<'i> AllEndpoints<'i> {
    /// Those of a unit.
    pub(crate) fn of(links: &'i Links, unit: &'i Unit) -> Self {
        let mut by_service: HashMap<&str, Vec<Found<'_>>> = HashMap::default();
        for member in &unit.objects {
            let object = links.object(member.id);
            let Some(endpoints) = object.endpoints() else {
                continue;
            };
            let name = match &endpoints.service {
                _ if endpoints.unreadable => "",
                Some(name) => name.value.as_str(),
                None => continue,
            };
            by_service.entry(name).or_default().push(Found {
                object,
                endpoints,
                namespace: &member.namespace,
                source: links.source_of(member.id),
            });
        }
        Self { unit, by_service }
    }

    /// Those that belong to a Service, or may.
    pub(crate) fn of_service(
        &self,
        service: ServiceLink<'i>,
    ) -> impl Iterator<Item = (&'i Object, &'i Endpoints)> + '_ {
        let named = |name: &str| self.by_service.get(name).map_or(&[][..], Vec::as_slice);
        let found = named(service.name()).iter().chain(named(""));
        let found = found.filter(move |found| {
            found.namespace.may_be(service.namespace())
                && self.unit.is_together(found.source, service.source())
        });
        found.map(|found| (found.object, found.endpoints))
    }
}
