//! `StatefulSet`.

use super::kind::Kind;
use super::parts::service_ref::{Role, ServiceRef};
use super::parts::workload::Workload;
use super::row::{Pods, Row, Runtime, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::apps::v1::StatefulSet;

pub(super) static ROW: Row = Row {
    pods: Some(Pods {
        are_long_running: true,
        need_selector: true,
        can_scale: true,
        labels: &[
            ("controller-revision-hash", Runtime::Unknown),
            ("apps.kubernetes.io/pod-index", Runtime::Number),
            ("statefulset.kubernetes.io/pod-name", Runtime::NumberedName),
        ],
    }),
    references: |object| governing_service(object).into_iter().collect(),
    ..Row::typed::<StatefulSet>(&[
        Version::since("apps/v1", 9),
        Version::between("apps/v1beta2", 8, 16),
        Version::between("apps/v1beta1", 5, 16),
    ])
};

pub(super) fn read(object: Cursor<'_>) -> Workload {
    let first = object.path(["spec", "ordinals", "start"]);
    Workload {
        first_ordinal: first
            .and_then(Cursor::integer)
            .map_or(0, |first| first.value),
        ..Workload::read(Kind::StatefulSet, &ROW, object)
    }
}

/// `spec.serviceName`: the Service below whose name its pods have theirs.
fn governing_service(object: Cursor<'_>) -> Option<ServiceRef> {
    let name = object.path(["spec", "serviceName"])?;
    Some(ServiceRef {
        role: Role::Governing,
        name: name.string().filter(|name| !name.value.is_empty())?,
        namespace: None,
        port: None,
        weight: None,
        key: name.key_span(),
        described: None,
    })
}
