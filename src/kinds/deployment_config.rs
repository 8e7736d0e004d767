//! `OpenShift`'s `DeploymentConfig`.

use super::kind::Kind;
use super::parts::known_fields::{CONTAINER, CONTAINER_PORT, OBJECT};
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;

/// Fields: openshift/api `apps/v1/types.go`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        (
            "spec",
            "strategy minReadySeconds triggers replicas revisionHistoryLimit test paused selector \
             template",
        ),
        ("spec.template", "metadata spec"),
        ("spec.template.spec.containers[]", CONTAINER),
        ("spec.template.spec.containers[].ports[]", CONTAINER_PORT),
    ],
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
