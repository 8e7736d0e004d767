//! See `rules/duplicate-object.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::kind::group_version;
use crate::link::{Links, Member, Unit};
use crate::object::values;
use crate::text::hash::HashMap;
use crate::text::placeholder::stands_for_name;
use crate::text::source::{SourceId, Span};
use crate::unit::UnitKind;

pub(super) const RULE: Rule = Rule {
    id: ids::DUPLICATE_OBJECT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut first: HashMap<_, &Member> = HashMap::default();
    let mut values = Values::of(links);
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
            let is_copy = values.are_equal(object.name, links.object(earlier.id).name);
            out.push(finding(links, unit, (earlier, member), is_copy));
        }
    }
}

/// What objects say, of the texts that define one twice. They are read once more: what is kept of
/// an object leaves out what no rule looks at.
struct Values<'i> {
    links: &'i Links,
    by_text: HashMap<SourceId, HashMap<Span, u64>>,
}

impl<'i> Values<'i> {
    fn of(links: &'i Links) -> Self {
        Self {
            links,
            by_text: HashMap::default(),
        }
    }

    /// Whether two objects, by the places of their names, say the same.
    fn are_equal(&mut self, left: Span, right: Span) -> bool {
        let left = self.of_object(left);
        left.is_some() && left == self.of_object(right)
    }

    fn of_object(&mut self, name: Span) -> Option<u64> {
        let text = self.by_text.entry(name.source).or_insert_with(|| {
            values::of_objects(self.links.sources.get(name.source).text(), name.source)
        });
        text.get(&name).copied()
    }
}

fn source(links: &Links, member: &Member) -> SourceId {
    links.object(member.id).name.source
}

fn finding(
    links: &Links,
    unit: &Unit,
    (first, second): (&Member, &Member),
    is_copy: bool,
) -> Diagnostic {
    let (old, new) = (links.object(first.id), links.object(second.id));
    let same_file = source(links, first) == source(links, second);
    // Two files of one directory that define one object are rather alternatives.
    let is_alternative = unit.kind == UnitKind::Directory && !same_file;
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
