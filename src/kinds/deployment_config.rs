//! `OpenShift`'s `DeploymentConfig`.

use super::kind::Kind;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: true,
        need_selector: false,
        can_scale: true,
        labels: &[
            // `DeploymentConfigLabel`
            ("deploymentconfig", Runtime::Name),
        ],
    }),
    has_flat_selector: true,
    ..Row::new(
        "DeploymentConfig",
        &[
            Version::extension("apps.openshift.io/v1"),
            // As it was before groups.
            Version::extension("v1"),
        ],
    )
};

pub(super) fn read(object: Cursor<'_>) -> Workload {
    Workload::read(Kind::DeploymentConfig, &ROW, object)
}
