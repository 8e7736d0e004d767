//! See `rules/network-policy-ignored-rules.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Direction, NetworkPolicy};
use crate::link::Links;
use crate::object::{Document, Object};

pub(super) const RULE: Rule = Rule {
    id: ids::NETWORK_POLICY_IGNORED_RULES,
    check: Check::Document(check),
};

fn check(_: &Links, document: &Document, out: &mut Vec<Diagnostic>) {
    for object in &document.objects {
        if let Some(policy) = object.network_policy() {
            let directions = [Direction::Ingress, Direction::Egress].into_iter();
            out.extend(directions.filter_map(|direction| finding(object, policy, direction)));
        }
    }
}

fn finding(object: &Object, policy: &NetworkPolicy, direction: Direction) -> Option<Diagnostic> {
    let side = policy.side(direction);
    let (types, key) = (policy.types?, side.key?);
    if side.isolates || side.is_unreadable || side.rules.is_empty() {
        return None;
    }
    let (field, name) = (direction.field(), direction.as_str());
    let message = format!(
        "the `{field}` rules of {} are ignored: its policyTypes do not name `{name}`",
        object.identity
    );
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, key, message)
            .label("these rules mean nothing")
            .related(types, format!("`{name}` is not listed here"))
            .help(format!(
                "add `{name}` to `policyTypes`, or remove the `{field}` rules"
            ))
            .object(&object.identity),
    )
}
