//! `APIService`.

use super::parts::service_ref::ServiceRef;
use super::parts::webhook;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    references: services,
    reports_version: false,
    ..Row::new(
        "APIService",
        &[
            Version::since("apiregistration.k8s.io/v1", 10),
            Version::between("apiregistration.k8s.io/v1beta1", 7, 22),
        ],
    )
};

/// The Services that it names are all that matters.
pub(super) fn read(_: Cursor<'_>) {}

/// `spec.service`: the Service behind an aggregated API.
fn services(object: Cursor<'_>) -> Vec<ServiceRef> {
    let service = object.path(["spec", "service"]);
    service.and_then(webhook::service).into_iter().collect()
}
