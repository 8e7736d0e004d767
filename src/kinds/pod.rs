//! `Pod`.

use super::kind::Kind;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::core::v1::Pod;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: true,
        need_selector: false,
        can_scale: false,
        labels: &[],
    }),
    ..Row::typed::<Pod>(&[Version::since("v1", 0)])
};

/// A Pod is what templates describe: it has their fields itself, and no selector.
pub(super) fn read(object: Cursor<'_>) -> Workload {
    Workload::read_from(Kind::Pod, &ROW, object, None, Some(object))
}
