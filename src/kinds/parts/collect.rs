//! Lists that stay.

/// Collects a list that stays: a large stream keeps thousands of them, and a list that grew while
/// it was collected has room to spare.
pub(in crate::kinds) fn collect<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.shrink_to_fit();
    list
}
