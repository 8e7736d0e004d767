//! `ValidatingWebhookConfiguration`.

use super::parts::webhook::of_configuration;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;

pub(super) static ROW: Row = Row {
    references: of_configuration,
    ..Row::typed::<ValidatingWebhookConfiguration>(&[
        Version::since("admissionregistration.k8s.io/v1", 16),
        Version::between("admissionregistration.k8s.io/v1beta1", 9, 22),
    ])
};

/// The Services that it names are all that matters.
pub(super) fn read(_: Cursor<'_>) {}
