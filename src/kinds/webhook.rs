//! What the API server calls: webhooks, aggregated APIs, the conversion of custom resources. All
//! of them name a Service in the same form, with 443 as its port when none is written.

use super::parts::collect::collect;
use super::parts::service_ref::{Role, ServiceRef};
use crate::yaml::cursor::Cursor;

/// The Services of the webhooks of a configuration.
pub(super) fn of_configuration(object: Cursor<'_>) -> Vec<ServiceRef> {
    let webhooks = object.get("webhooks");
    let webhooks = webhooks.into_iter().flat_map(Cursor::items);
    let services = webhooks.filter_map(|webhook| webhook.get("clientConfig")?.get("service"));
    collect(services.filter_map(reference))
}

/// The Service behind an aggregated API.
pub(super) fn of_api(object: Cursor<'_>) -> Vec<ServiceRef> {
    let service = object.get("spec").and_then(|spec| spec.get("service"));
    collect(service.and_then(reference).into_iter())
}

/// The Service that converts a custom resource between its versions.
pub(super) fn of_conversion(object: Cursor<'_>) -> Vec<ServiceRef> {
    let path = ["spec", "conversion", "webhook", "clientConfig", "service"];
    let service = path
        .iter()
        .try_fold(object, |cursor, name| cursor.get(name));
    collect(service.and_then(reference).into_iter())
}

fn reference(service: Cursor<'_>) -> Option<ServiceRef> {
    ServiceRef::read(Role::Webhook, service)
}
