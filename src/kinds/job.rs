//! `Job`.

use super::kind::Kind;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::batch::v1::Job;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: false,
        need_selector: false,
        can_scale: false,
        labels: &[
            ("controller-uid", Runtime::Unknown),
            ("batch.kubernetes.io/controller-uid", Runtime::Unknown),
            ("batch.kubernetes.io/job-completion-index", Runtime::Number),
            ("job-name", Runtime::Name),
            ("batch.kubernetes.io/job-name", Runtime::Name),
        ],
    }),
    ..Row::typed::<Job>(&[Version::since("batch/v1", 2)])
};

pub(super) fn read(object: Cursor<'_>) -> Workload {
    Workload::read(Kind::Job, &ROW, object)
}
