//! What was probably meant by a name or a label that is not there.

use std::ops::Range;

/// What was meant is looked for among this many: it is seldom far away, and comparing thousands of
/// names with thousands of others would take minutes.
const MOST: usize = 500;

/// The positions among which it is looked for: those that stand nearest to what comes behind all
/// that is before it.
pub(super) fn nearest<T>(all: &[T], is_before: impl FnMut(&T) -> bool) -> Range<usize> {
    let here = all.partition_point(is_before);
    let start = here
        .saturating_sub(MOST / 2)
        .min(all.len().saturating_sub(MOST));
    start..all.len().min(start + MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_all_near_and_of_many_those_around() {
        let all: Vec<usize> = (0..2000).collect();
        let of = |count: usize, here: usize| nearest(&all[..count], |at| *at < here);
        assert_eq!(of(0, 0), 0..0);
        assert_eq!(of(MOST, 7), 0..MOST);
        assert_eq!(of(2000, 0), 0..MOST);
        assert_eq!(of(2000, 1000), 750..1250);
        assert_eq!(of(2000, 2000), 1500..2000);
    }
}
