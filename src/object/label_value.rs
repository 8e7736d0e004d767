//! Values of labels and selectors that are no strings to kubectl.

use super::{Problem, ProblemKind, ResolvedLabel};
use crate::catalogue::ids;
use crate::kinds::Kind;
use crate::text::hash::HashSet;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;
use crate::yaml::reader::Reader;
use crate::yaml::scalar::{Scalar, json_float};
use crate::yaml::tree::NodeId;

/// The rule that reports them.
const RULE: &str = ids::LABEL_VALUE_NOT_STRING;

/// Finds them anywhere in an object: these field names mean a map of strings in every kind.
pub(super) fn find(reader: &Reader<'_, '_>, kind: Kind, object: NodeId, into: &mut Vec<Problem>) {
    // Of equal keys only the last one counts.
    let repeated = reader.repeated_keys().into_iter();
    let lost: HashSet<NodeId> = repeated.map(|own| own.lost).collect();
    let mut found = Found::default();
    let mut open = vec![object];
    while let Some(node) = open.pop() {
        for (key, value) in reader.tree.pairs(node) {
            if reader.tree.form(value).is_scalar() || lost.contains(&key) {
                continue;
            }
            let name = reader.tree.scalar(key);
            if matches!(
                name,
                "labels" | "matchLabels" | "nodeSelector" | "annotations"
            ) {
                values(reader, name, value, &mut found);
            }
            open.push(value);
        }
        if reader.tree.form(node).is_seq() {
            let items = reader.tree.children(node).iter();
            open.extend(items.filter(|item| !reader.tree.form(**item).is_scalar()));
        }
    }
    if kind.has_flat_selector()
        && let Some((_, spec)) = reader.get(object, "spec")
        && let Some((_, selector)) = reader.get(spec, "selector")
    {
        values(reader, "selector", selector, &mut found);
    }
    let Found {
        problems: mut found,
        dropped,
    } = found;
    into.retain(|own| !dropped.contains(&own.span));
    // What an alias or a merge key brings in several times is wrong once.
    let mut seen = HashSet::default();
    found.retain(|problem| seen.insert(problem.span));
    // The decoder meets them, too, and does not know where an alias is used.
    let is_type = |own: &Problem| matches!(own.kind, ProblemKind::WrongType { .. });
    into.retain(|own| !(is_type(own) && seen.contains(&own.span)));
    into.append(&mut found);
}

/// What is found in an object.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    /// The keys without a value: `kubectl apply` does not send them, so nobody refuses them.
    dropped: HashSet<Span>,
}

fn values(reader: &Reader<'_, '_>, map: &str, node: NodeId, into: &mut Found) {
    let mapping = reader.tree.resolve(node);
    if !reader.tree.form(mapping).is_map() {
        return;
    }
    for pair in reader.entries(mapping).chunks_exact(2) {
        let (key, written) = (pair[0], pair[1]);
        let value = reader.tree.resolve(written);
        let text = reader.tree.scalar(value);
        if !reader.tree.form(value).is_scalar() || is_placeholder(text) {
            continue;
        }
        let resolved = match reader.scalar(value) {
            Ok(Scalar::Bool(value)) => ResolvedLabel::Boolean(value),
            Ok(Scalar::Int(number)) => ResolvedLabel::Number(number.to_string()),
            Ok(Scalar::Uint(number)) => ResolvedLabel::Number(number.to_string()),
            Ok(Scalar::Float(number)) => ResolvedLabel::Number(json_float(number)),
            Ok(Scalar::Null) => {
                into.dropped.insert(reader.span(key));
                ResolvedLabel::Null
            }
            Ok(Scalar::Str(_)) | Err(_) => continue,
        };
        let visible = if reader.tree.range(value).is_empty() {
            key
        } else {
            value
        };
        into.problems.push(Problem {
            rule: RULE,
            span: reader.span(visible),
            kind: ProblemKind::LabelValue {
                map: map.to_owned(),
                key: reader.tree.scalar(key).to_owned(),
                text: text.to_owned(),
                resolved,
            },
        });
    }
}
