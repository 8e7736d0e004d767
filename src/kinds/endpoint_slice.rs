//! `EndpointSlice`.

use super::endpoints::Endpoints;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::discovery::v1::EndpointSlice;

pub(super) static ROW: Row = Row::typed::<EndpointSlice>(&[
    Version::since("discovery.k8s.io/v1", 21),
    // Its endpoints have another form.
    Version::between("discovery.k8s.io/v1beta1", 16, 25).unread(),
]);

pub(super) fn read(object: Cursor<'_>) -> Endpoints {
    let labels = object.path(["metadata", "labels"]);
    let service = labels.and_then(|labels| labels.field(SERVICE_LABEL));
    let address_type = object.get("addressType");
    let ports: Vec<Cursor<'_>> = object.list("ports").collect();
    let endpoints: Vec<Cursor<'_>> = object.list("endpoints").collect();
    Endpoints {
        fqdn: address_type
            .filter(|address_type| address_type.text() == "FQDN")
            .map(Cursor::span),
        ..Endpoints::new(object, service, &ports, &endpoints)
    }
}

/// The label by which a slice belongs to a Service (API `discovery/v1`, `LabelServiceName`).
pub const SERVICE_LABEL: &str = "kubernetes.io/service-name";
