//! What the API server calls: webhooks, aggregated APIs, the conversion of custom resources. All
//! of them name a Service in the same form, with 443 as its port when none is written.

use super::collect::collect;
use super::service_ref::{Role, ServiceRef};
use crate::yaml::cursor::Cursor;

/// The Services of the webhooks of a `ValidatingWebhookConfiguration` or a
/// `MutatingWebhookConfiguration`.
pub(in crate::kinds) fn of_configuration(object: Cursor<'_>) -> Vec<ServiceRef> {
    let webhooks = object.list("webhooks");
    let services = webhooks.filter_map(|webhook| webhook.path(["clientConfig", "service"]));
    collect(services.filter_map(service))
}

/// A Service that the API server calls.
pub(in crate::kinds) fn service(reference: Cursor<'_>) -> Option<ServiceRef> {
    ServiceRef::read(Role::Webhook, reference)
}
