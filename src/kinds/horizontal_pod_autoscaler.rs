//! `HorizontalPodAutoscaler`.

use super::row::{Row, Version};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::autoscaling::{v1, v2};

pub(super) static ROW: Row = Row::typed::<v2::HorizontalPodAutoscaler>(&[
    Version::since("autoscaling/v2", 23),
    Version::since("autoscaling/v1", 2),
    Version::between("autoscaling/v2beta2", 12, 26),
    Version::between("autoscaling/v2beta1", 8, 25),
])
.or_typed::<v1::HorizontalPodAutoscaler>();

/// None if it does not say what it scales.
pub(super) fn read(object: Cursor<'_>) -> Option<Autoscaler> {
    let spec = object.get("spec")?;
    let target = spec.get("scaleTargetRef")?;
    Some(Autoscaler {
        api_version: target.get("apiVersion").and_then(Cursor::string),
        kind: target.get("kind")?.string()?,
        name: target.get("name")?.string()?,
        min_replicas: spec.get("minReplicas").and_then(Cursor::integer),
    })
}

/// A `HorizontalPodAutoscaler`: what it scales, and how far down.
#[derive(Clone, Debug)]
pub struct Autoscaler {
    /// `spec.scaleTargetRef.apiVersion`, of which only the group counts.
    pub api_version: Option<Spanned<String>>,
    /// `spec.scaleTargetRef.kind`
    pub kind: Spanned<String>,
    /// `spec.scaleTargetRef.name`
    pub name: Spanned<String>,
    /// `spec.minReplicas`
    pub min_replicas: Option<Spanned<i64>>,
}
