//! `Deployment`.

use super::kind::Kind;
use super::parts::strategy::Strategy;
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::apps::v1::Deployment;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: true,
        need_selector: true,
        can_scale: true,
        labels: &[("pod-template-hash", Runtime::Unknown)],
    }),
    ..Row::typed::<Deployment>(&[
        Version::since("apps/v1", 9),
        Version::between("apps/v1beta2", 8, 16),
        Version::between("apps/v1beta1", 6, 16),
        Version::between("extensions/v1beta1", 1, 16),
    ])
};

pub(super) fn read(object: Cursor<'_>) -> Workload {
    let strategy = object.path(["spec", "strategy"]);
    Workload {
        strategy: strategy.map(|strategy| Box::new(Strategy::read(strategy))),
        ..Workload::read(Kind::Deployment, &ROW, object)
    }
}
