//! What points at a Service by its name.

use super::kind::Kind;
use super::parts::service_ref::ServiceRef;
use super::{argo, ingress, openshift, route, stateful_set, webhook};
use crate::yaml::cursor::Cursor;

/// Everything in an object that names a Service.
pub fn read(kind: Kind, object: Cursor<'_>) -> Vec<ServiceRef> {
    match kind {
        Kind::Ingress => ingress::backends(object),
        Kind::GatewayRoute => route::backends(object),
        Kind::ValidatingWebhookConfiguration | Kind::MutatingWebhookConfiguration => {
            webhook::of_configuration(object)
        }
        Kind::APIService => webhook::of_api(object),
        Kind::CustomResourceDefinition => webhook::of_conversion(object),
        Kind::StatefulSet => stateful_set::governing_service(object),
        Kind::Rollout => argo::services(object),
        Kind::OpenShiftRoute => openshift::services(object),
        _ => Vec::new(),
    }
}
