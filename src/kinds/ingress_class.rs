//! `IngressClass`: which controller serves the Ingresses that name it.

use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    reports_version: false,
    ..Row::new(
        "IngressClass",
        &[
            Version::since("networking.k8s.io/v1", 19),
            Version::between("networking.k8s.io/v1beta1", 18, 22),
        ],
    )
};

/// Its name is all that is asked for.
pub(super) fn read(_: Cursor<'_>) {}
