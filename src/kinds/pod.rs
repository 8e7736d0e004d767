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

/// A Pod is what templates describe: it has their fields itself, and no selector. What a Job owns,
/// as in a dump of a cluster, runs as long as those of a Job do.
pub(super) fn read(object: Cursor<'_>) -> Workload {
    let kind = if is_of_job(object) {
        Kind::Job
    } else {
        Kind::Pod
    };
    Workload::read_from(kind, &ROW, object, None, Some(object))
}

fn is_of_job(object: Cursor<'_>) -> bool {
    let owners = object.path(["metadata", "ownerReferences"]);
    let mut owners = owners.into_iter().flat_map(Cursor::items);
    owners.any(|owner| {
        let is = |name: &str, text: &str| owner.get(name).is_some_and(|own| own.text() == text);
        is("kind", "Job") && is("controller", "true")
    })
}
