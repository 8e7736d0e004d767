//! `CustomResourceDefinition`.

use super::parts::service_ref::ServiceRef;
use super::parts::webhook;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

/// Definitions of custom resources are most of the bytes of some repositories. They name a Service
/// only where they convert between versions, which few do.
pub(super) static ROW: Row = Row {
    references: services,
    reports_version: false,
    // A schema has fields of any name.
    is_free_form: true,
    words: &["conversion", "clientConfig"],
    ..Row::new(
        "CustomResourceDefinition",
        &[
            Version::since("apiextensions.k8s.io/v1", 16),
            Version::between("apiextensions.k8s.io/v1beta1", 7, 22).unread(),
        ],
    )
};

/// The Services that it names are all that matters.
pub(super) fn read(_: Cursor<'_>) {}

/// The Service that converts a custom resource between its versions.
fn services(object: Cursor<'_>) -> Vec<ServiceRef> {
    let path = ["spec", "conversion", "webhook", "clientConfig", "service"];
    let service = object.path(path);
    service.and_then(webhook::service).into_iter().collect()
}
