//! Labels whose values change from one release to the next.

use crate::kinds::{Pair, PairValue};

/// When the value of a label changes, if it does.
pub(crate) fn changes(pair: &Pair) -> Option<&'static str> {
    if pair.kind != PairValue::Text {
        return None;
    }
    match pair.key.value.as_str() {
        "pod-template-hash" | "controller-revision-hash" => Some("rollout"),
        "release-revision" => Some("release"),
        // `chart: monitoring` would be a name like any other.
        "helm.sh/chart" | "chart" | "app.kubernetes.io/version" => {
            has_version(&pair.value.value).then_some("release")
        }
        _ => None,
    }
}

/// `web-1.2.3`, `v2`, `1.4`
fn has_version(text: &str) -> bool {
    let last = text
        .rsplit('-')
        .find(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let numbered = text.strip_prefix('v').unwrap_or(text);
    last.is_some() || numbered.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::has_version;

    #[test]
    fn versions_are_told_from_names() {
        for text in ["web-1.2.3", "1.4", "v2", "web-0.1.0-rc1"] {
            assert!(has_version(text), "{text}");
        }
        for text in ["web", "vault", "monitoring-stack", ""] {
            assert!(!has_version(text), "{text}");
        }
    }
}
