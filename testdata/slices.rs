//! Endpoints as Kubernetes makes them, in the notation of records.

use serde_json::Value;
use std::collections::BTreeSet;

/// What the `EndpointSlice`s of a record say: `IPv4 ports=[http:8080/TCP] … targets=[Pod/web*1]`.
pub(crate) fn observed(slices: &[Value]) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for slice in slices {
        let slice = slice.as_str().unwrap();
        let list = |field: &str, separator: char| {
            let (_, rest) = slice.split_once(&format!("{field}=[")).unwrap();
            let (list, _) = rest.split_once(']').unwrap();
            list.split(separator).filter(|item| !item.is_empty())
        };
        // An address without an owner was written by hand.
        for target in list("targets", ',').filter(|target| !target.starts_with("address ")) {
            let (owner, _) = target.rsplit_once('*').unwrap();
            lines.insert(owner.to_owned());
            lines.extend(list("ports", ' ').map(|port| format!("{owner} {port}")));
        }
    }
    lines
}
