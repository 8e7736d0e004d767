//! How new pods take the place of old ones.

use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// `spec.strategy` of a Deployment.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Where it says `Recreate`, if it does.
    pub recreates: Option<Span>,
    /// `rollingUpdate.maxUnavailable`
    pub max_unavailable: Option<Spanned<Amount>>,
    /// `rollingUpdate.maxSurge`
    pub max_surge: Option<Spanned<Amount>>,
}

/// So many pods, or a part of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A number of pods.
    Pods(i64),
    /// So many of a hundred.
    Percent(i64),
}

impl Strategy {
    pub(in crate::kinds) fn read(strategy: Cursor<'_>) -> Self {
        let rolling = strategy.get("rollingUpdate");
        let amount = |name: &str| Amount::read(rolling?.get(name)?);
        Self {
            recreates: strategy
                .get("type")
                .filter(|kind| kind.text() == "Recreate")
                .map(Cursor::span),
            max_unavailable: amount("maxUnavailable"),
            max_surge: amount("maxSurge"),
        }
    }
}

impl Amount {
    fn read(value: Cursor<'_>) -> Option<Spanned<Self>> {
        if let Some(number) = value.integer() {
            return Some(Spanned::new(Self::Pods(number.value), number.span));
        }
        let text = value.string()?;
        let percent = text.value.strip_suffix('%')?.parse().ok()?;
        Some(Spanned::new(Self::Percent(percent), text.span))
    }

    /// How many of these replicas, a part rounded down
    /// (K `deployment_util.go:ResolveFenceposts` for `maxUnavailable`).
    pub fn rounded_down(self, replicas: i64) -> i64 {
        match self {
            Self::Pods(number) => number,
            Self::Percent(percent) => percent.saturating_mul(replicas) / 100,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_rounded_down() {
        assert_eq!(Amount::Percent(25).rounded_down(3), 0);
        assert_eq!(Amount::Percent(100).rounded_down(3), 3);
        assert_eq!(Amount::Pods(1).rounded_down(3), 1);
    }
}
