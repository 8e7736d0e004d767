//! `CronJob`.

use super::kind::Kind;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::batch::v1::CronJob;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: false,
        need_selector: false,
        can_scale: false,
        labels: &[
            ("controller-uid", Runtime::Unknown),
            ("batch.kubernetes.io/controller-uid", Runtime::Unknown),
            ("batch.kubernetes.io/job-completion-index", Runtime::Number),
            // Each Job has the time in its name.
            ("job-name", Runtime::NumberedName),
            ("batch.kubernetes.io/job-name", Runtime::NumberedName),
        ],
    }),
    ..Row::typed::<CronJob>(&[
        Version::since("batch/v1", 21),
        Version::between("batch/v1beta1", 8, 25),
        Version::between("batch/v2alpha1", 5, 21).unread(),
    ])
};

/// Selector and template are those of the Jobs that it makes.
pub(super) fn read(object: Cursor<'_>) -> Workload {
    let job = object.path(["spec", "jobTemplate", "spec"]);
    let template = job.and_then(|job| job.get("template"));
    Workload::read_from(Kind::CronJob, &ROW, object, job, template)
}
