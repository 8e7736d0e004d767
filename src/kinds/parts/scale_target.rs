//! What a custom resource scales, or takes over.

use crate::yaml::cursor::Cursor;

/// The fields that name a workload: of KEDA's `ScaledObject`, of Flagger's `Canary`, of Argo's
/// `Rollout`.
const FIELDS: [&str; 3] = ["scaleTargetRef", "targetRef", "workloadRef"];

/// Kind and name of the workload that an object refers to.
pub(in crate::kinds) fn scale_target(object: Cursor<'_>) -> Option<(String, String)> {
    let spec = object.get("spec")?;
    let fields = FIELDS.iter().filter_map(|field| spec.get(field));
    let reference = fields.into_iter().find(|target| target.is_map())?;
    let text = |name: &str| reference.get(name).map(|value| value.text().to_owned());
    // KEDA means a Deployment when it names no kind.
    let kind = text("kind").unwrap_or_else(|| "Deployment".to_owned());
    Some((kind, text("name")?))
}
