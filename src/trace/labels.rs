//! Labels in words.

use crate::kinds::Labels;

/// Labels as they are written on the command line: `app=web,tier=front`.
pub(super) fn written(labels: &Labels) -> String {
    let pairs = labels.pairs.iter();
    let pairs = pairs.map(|pair| format!("{}={}", pair.key.value, pair.value.value));
    pairs.collect::<Vec<_>>().join(",")
}
