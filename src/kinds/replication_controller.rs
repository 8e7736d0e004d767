//! `ReplicationController`.

use super::kind::Kind;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::core::v1::ReplicationController;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: true,
        need_selector: false,
        can_scale: true,
        labels: &[],
    }),
    has_flat_selector: true,
    ..Row::typed::<ReplicationController>(&[Version::since("v1", 0)])
};

pub(super) fn read(object: Cursor<'_>) -> Workload {
    Workload::read(Kind::ReplicationController, &ROW, object)
}
