//! What the rules about addresses written by hand share: whose addresses they are.

use crate::index::{Index, ServiceLink, Unit};
use crate::model::Endpoints;
use crate::object::Object;

/// The `Endpoints` and `EndpointSlice` objects of a unit that belong to a Service.
pub(super) fn endpoints_of<'i>(
    index: &'i Index,
    unit: &'i Unit,
    service: ServiceLink<'i>,
) -> impl Iterator<Item = (&'i Object, &'i Endpoints)> {
    let members = unit.objects.iter().filter(move |member| {
        member.namespace.may_be(service.namespace())
            && unit.is_together(index.source_of(member.id), service.source())
    });
    let objects = members.map(|member| index.object(member.id));
    let endpoints = objects.filter_map(|object| Some((object, object.endpoints()?)));
    endpoints.filter(move |(_, endpoints)| {
        let name = endpoints.service.as_ref();
        endpoints.unreadable || name.is_some_and(|name| name.value == service.name())
    })
}
