//! See `rules/label-value-not-string.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::Pair;
use crate::link::{Links, Unit};
use crate::object::{Problem, ProblemKind};
use crate::text::hash::HashMap;

pub(super) const RULE: Rule = Rule {
    id: ids::LABEL_VALUE_NOT_STRING,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let members = unit.objects.iter().map(|member| links.object(member.id));
    let broken: Vec<_> = members
        .filter(|object| object.problems_of(RULE.id).next().is_some())
        .collect();
    if broken.is_empty() {
        return;
    }
    let ends = Ends::of(links, unit);
    for object in broken {
        for problem in object.problems_of(RULE.id) {
            let found = problem.diagnostic().object(&object.identity);
            out.push(ends.add_other_end(problem, found));
        }
    }
}

/// Both ends of what a pair links, by key and value as written.
struct Ends<'i> {
    selectors: HashMap<(&'i str, &'i str), &'i Pair>,
    labels: HashMap<(&'i str, &'i str), &'i Pair>,
}

impl<'i> Ends<'i> {
    fn of(links: &'i Links, unit: &'i Unit) -> Self {
        let selectors = links
            .services(unit)
            .filter_map(|service| service.service().selector.as_ref());
        let selectors = selectors.flat_map(|selector| &selector.labels.pairs);
        let labels = links
            .backends(unit)
            .flat_map(|backend| &backend.workload().template.labels.pairs);
        Self {
            selectors: by_text(selectors),
            labels: by_text(labels),
        }
    }

    /// Shows what a selector should match, or what selects a label.
    fn add_other_end(&self, problem: &Problem, found: Diagnostic) -> Diagnostic {
        let ProblemKind::LabelValue { map, key, text, .. } = &problem.kind else {
            return found;
        };
        let pair = (key.as_str(), text.as_str());
        let (end, text) = match map.as_str() {
            "selector" => (self.labels.get(&pair), "the label it should match"),
            "labels" | "matchLabels" => (
                self.selectors.get(&pair),
                "the selector that should match it",
            ),
            _ => return found,
        };
        match end.filter(|end| end.value.span != problem.span) {
            Some(end) => found.related(end.value.span, text),
            None => found,
        }
    }
}

fn by_text<'i>(pairs: impl Iterator<Item = &'i Pair>) -> HashMap<(&'i str, &'i str), &'i Pair> {
    let mut map = HashMap::default();
    for pair in pairs {
        map.entry((pair.key.value.as_str(), pair.value.value.as_str()))
            .or_insert(pair);
    }
    map
}
