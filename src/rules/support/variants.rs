//! Workloads that are versions, colours or shards of one application.

use crate::link::Backend;
use std::collections::BTreeSet;

/// Labels by which variants of one application are told apart.
const VARIANT_LABELS: &[&str] = &[
    "version", "track", "variant", "slot", "shard", "color", "release",
];

/// Ends of names by which they are.
const VARIANT_ENDS: &[&str] = &[
    "-canary",
    "-stable",
    "-primary",
    "-blue",
    "-green",
    "-baseline",
    "-preview",
];

/// Whether workloads are versions, colours or shards of one application.
pub(crate) fn are_variants(backends: &[Backend<'_>]) -> bool {
    let differ = |key: &&str| {
        let values = backends.iter().map(|backend| {
            let label = backend.workload().template.labels.get(key);
            label.map(|pair| pair.value.value.as_str())
        });
        let distinct: BTreeSet<_> = values.collect();
        distinct.len() == backends.len()
    };
    let stems: BTreeSet<&str> = backends
        .iter()
        .map(|backend| stem(backend.name()))
        .collect();
    VARIANT_LABELS.iter().any(differ) || stems.len() == 1
}

/// A name without what tells its variants apart: `web` of `web-v2`, `web-canary` and `web-1`.
fn stem(name: &str) -> &str {
    let end = VARIANT_ENDS.iter().find_map(|end| name.strip_suffix(end));
    let number = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = number.strip_suffix("-v").or(number.strip_suffix('-'));
    end.or(number.filter(|_| name.ends_with(|c: char| c.is_ascii_digit())))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn variants_have_one_stem() {
        for name in ["web", "web-v2", "web-canary", "web-stable", "web-10"] {
            assert_eq!(stem(name), "web", "{name}");
        }
        for name in ["web-api", "web2", "web-"] {
            assert_eq!(stem(name), name);
        }
    }
}
