//! Argo Rollouts: the Services that a Rollout points at its versions.

use super::parts::collect::collect;
use super::parts::labels::Labels;
use super::parts::service_ref::{Role, ServiceRef};
use crate::yaml::cursor::Cursor;

/// Where a Rollout names a Service, and where the labels are that its pods have besides those of
/// the template while that Service selects them.
const SERVICES: &[(Role, &[&str], Option<&str>)] = &[
    (
        Role::ActiveService,
        &["blueGreen", "activeService"],
        Some("activeMetadata"),
    ),
    (
        Role::PreviewService,
        &["blueGreen", "previewService"],
        Some("previewMetadata"),
    ),
    (
        Role::StableService,
        &["canary", "stableService"],
        Some("stableMetadata"),
    ),
    (
        Role::CanaryService,
        &["canary", "canaryService"],
        Some("canaryMetadata"),
    ),
    (
        Role::PingService,
        &["canary", "pingPong", "pingService"],
        None,
    ),
    (
        Role::PongService,
        &["canary", "pingPong", "pongService"],
        None,
    ),
];

/// The Services of a Rollout.
pub(super) fn services(rollout: Cursor<'_>) -> Vec<ServiceRef> {
    let strategy = rollout.get("spec").and_then(|spec| spec.get("strategy"));
    let named = SERVICES.iter().filter_map(|(role, path, _)| {
        let field = path
            .iter()
            .try_fold(strategy?, |cursor, name| cursor.get(name))?;
        let name = field.string().filter(|name| !name.value.is_empty())?;
        Some(ServiceRef {
            role: *role,
            name,
            namespace: None,
            port: None,
            key: field.key_span(),
        })
    });
    collect(named)
}

/// The labels that the controller puts on the pods of each version while they have a role.
pub(super) fn added_labels(rollout: Cursor<'_>) -> Vec<(Role, Labels)> {
    let strategy = rollout.get("spec").and_then(|spec| spec.get("strategy"));
    let added = SERVICES.iter().filter_map(|(role, path, metadata)| {
        let of_kind = strategy?.get(path[0])?;
        let labels = of_kind.get((*metadata)?)?.get("labels")?;
        Some((*role, Labels::read(Some(labels))))
    });
    collect(added)
}
