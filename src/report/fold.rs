//! Findings that would drown the others, folded for people.

use super::{Place, counted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Report;
use std::collections::HashMap;
use std::fmt;

/// Rules that hold for most of an ordinary repository.
const FOLDED: [&str; 1] = ["missing-readiness-probe"];

/// How many findings of such a rule are shown for one directory.
const SHOWN: usize = 5;

/// What people get to read.
pub(super) enum Item<'a> {
    Finding(&'a Diagnostic),
    Folded(Folded<'a>),
}

/// Findings that are not shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Group<'a> {
    rule: &'a str,
    severity: Severity,
    directory: &'a str,
}

/// How many findings of a group are not shown.
pub(super) struct Folded<'a> {
    group: Group<'a>,
    count: usize,
}

impl fmt::Display for Folded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Group {
            rule,
            severity,
            directory,
        } = self.group;
        let findings = counted(self.count, &format!("more {rule} {severity}"));
        let directory = super::printable(directory);
        write!(
            f,
            "... and {findings} in {directory}; use --format json to list all"
        )
    }
}

/// The findings in order; a folded group ends with a line that counts the rest.
pub(super) fn fold(report: &Report) -> Vec<Item<'_>> {
    let groups: Vec<_> = report
        .diagnostics
        .iter()
        .map(|diagnostic| group(report, diagnostic))
        .collect();
    let mut totals = HashMap::<_, usize>::new();
    for group in groups.iter().flatten() {
        *totals.entry(*group).or_default() += 1;
    }
    let mut seen = HashMap::<_, usize>::new();
    let mut items = Vec::new();
    for (diagnostic, group) in report.diagnostics.iter().zip(groups) {
        let Some(group) = group else {
            items.push(Item::Finding(diagnostic));
            continue;
        };
        let nth = seen.entry(group).or_default();
        *nth += 1;
        if *nth <= SHOWN {
            items.push(Item::Finding(diagnostic));
        } else if *nth == totals[&group] {
            let count = *nth - SHOWN;
            items.push(Item::Folded(Folded { group, count }));
        }
    }
    items
}

fn group<'a>(report: &'a Report, diagnostic: &Diagnostic) -> Option<Group<'a>> {
    FOLDED.contains(&diagnostic.rule).then(|| Group {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        directory: directory(Place::of(report, diagnostic.primary.span).path),
    })
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or(
        ".",
        |(directory, _)| {
            if directory.is_empty() { "/" } else { directory }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};

    fn report(paths: &[(&str, usize)]) -> Report {
        let mut report = Report::default();
        for &(path, count) in paths {
            let source = report.sources.add(Source::new(path, "a: 1\n"));
            let span = Span {
                source,
                start: 0,
                end: 1,
            };
            for rule in std::iter::repeat_n(FOLDED[0], count).chain(["other-rule"]) {
                let finding = Diagnostic::new(rule, Severity::Warning, span, "x");
                report.diagnostics.push(finding);
            }
        }
        report
    }

    fn shape(report: &Report) -> Vec<String> {
        fold(report)
            .into_iter()
            .map(|item| match item {
                Item::Finding(diagnostic) => diagnostic.rule[..1].to_owned(),
                Item::Folded(folded) => folded.to_string(),
            })
            .collect()
    }

    #[test]
    fn five_per_directory_are_shown() {
        let shown = shape(&report(&[("a/x", 3), ("a/y", 4), ("b/z", 5)]));
        let more = "... and 2 more missing-readiness-probe warnings in a; \
                    use --format json to list all";
        let expected = [
            "m", "m", "m", "o", "m", "m", more, "o", "m", "m", "m", "m", "m", "o",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_path_without_a_directory_is_in_the_current_one() {
        assert_eq!(directory("x.yaml"), ".");
        assert_eq!(directory("/x.yaml"), "/");
        assert_eq!(directory("a/b/x.yaml"), "a/b");
    }
}
