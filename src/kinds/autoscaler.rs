//! `HorizontalPodAutoscaler`.

use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// What an autoscaler scales, and how far down.
#[derive(Clone, Debug)]
pub struct Autoscaler {
    /// `scaleTargetRef.kind`
    pub kind: Spanned<String>,
    /// `scaleTargetRef.name`
    pub name: Spanned<String>,
    /// `minReplicas`
    pub min_replicas: Option<Spanned<i64>>,
}

impl Autoscaler {
    /// Reads a `HorizontalPodAutoscaler`; none if it does not say what it scales.
    pub fn read(object: Cursor<'_>) -> Option<Self> {
        let spec = object.get("spec")?;
        let target = spec.get("scaleTargetRef")?;
        Some(Self {
            kind: target.get("kind")?.string()?,
            name: target.get("name")?.string()?,
            min_replicas: spec.get("minReplicas").and_then(Cursor::integer),
        })
    }
}
