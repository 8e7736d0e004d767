//! `DaemonSet`.

use super::kind::Kind;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::apps::v1::DaemonSet;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: true,
        need_selector: true,
        can_scale: false,
        labels: &[("controller-revision-hash", Runtime::Unknown)],
    }),
    ..Row::typed::<DaemonSet>(&[
        Version::since("apps/v1", 9),
        Version::between("apps/v1beta2", 8, 16),
        Version::between("extensions/v1beta1", 1, 16),
    ])
};

pub(super) fn read(object: Cursor<'_>) -> Workload {
    Workload::read(Kind::DaemonSet, &ROW, object)
}
