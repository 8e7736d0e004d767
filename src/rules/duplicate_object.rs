//! See `rules/duplicate-object.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::kind::group_version;
use crate::link::{Links, Member, Unit};
use crate::text::placeholder::stands_for_name;
use crate::text::source::SourceId;
use crate::unit::UnitKind;
use std::collections::HashMap;

pub(super) const RULE: Rule = Rule {
    id: ids::DUPLICATE_OBJECT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut first: HashMap<_, &Member> = HashMap::new();
    for member in &unit.objects {
        let object = links.object(member.id);
        let identity = &object.identity;
        // Each file may begin with the namespace that it is for.
        let is_namespace = object.namespace_labels().is_some();
        if identity.name.is_empty() || stands_for_name(&identity.name) || is_namespace {
            continue;
        }
        let (group, _) = group_version(&identity.api_version);
        let namespace = &member.namespace.name;
        let key = (group, &identity.kind, namespace, &identity.name);
        let Some(earlier) = first.get(&key) else {
            first.insert(key, member);
            continue;
        };
        // Each of two bases may have a prefix of its own.
        let is_renamed = unit.is_renamed() && object.name.source != source(links, earlier);
        if !is_renamed {
            out.push(finding(links, unit, earlier, member));
        }
    }
}

fn source(links: &Links, member: &Member) -> SourceId {
    links.object(member.id).name.source
}

fn finding(links: &Links, unit: &Unit, first: &Member, second: &Member) -> Diagnostic {
    let (old, new) = (links.object(first.id), links.object(second.id));
    let same_file = source(links, first) == source(links, second);
    // Two files of one directory that define one object are rather alternatives.
    let is_alternative = unit.kind == UnitKind::Directory && !same_file;
    let is_copy = links.same_text(first.id, second.id);
    let severity = if is_alternative || is_copy {
        Severity::Info
    } else {
        Severity::Warning
    };
    let message = format!(
        "{} is defined twice in namespace `{}`: the one that is applied last wins",
        new.identity, second.namespace.name
    );
    Diagnostic::new(RULE.id, severity, new.name, message)
        .label(if is_copy {
            "the same again"
        } else {
            "defined again"
        })
        .related(old.name, "defined here first")
        .help("remove one of them, or give it another name")
        .object(&new.identity)
}
