//! Findings that would drown the others, folded for people.

use super::{Place, counted};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::run::Report;
use crate::text::hash::HashMap;
use std::fmt;
use std::io;

/// Rules that hold for most of an ordinary repository, or for all that was mended in one go.
const FOLDED: [&str; 2] = [ids::MISSING_READINESS_PROBE, ids::STALE_BASELINE];

/// How many findings of such a rule are shown for one directory.
const SHOWN: usize = 5;

/// What people get to read.
pub(super) struct Folding<'a> {
    /// The findings that are shown, in order.
    pub(super) shown: Vec<&'a Diagnostic>,
    /// What is not.
    folded: Vec<Folded<'a>>,
}

/// Findings that are not shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Group<'a> {
    rule: &'a str,
    severity: Severity,
    directory: &'a str,
}

/// How many findings of a group are not shown.
struct Folded<'a> {
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
            "note: {findings} in {directory}; --format concise lists all"
        )
    }
}

/// Writes one line for each group of findings that `full` does not show in full.
///
/// # Errors
/// When the writer fails.
pub fn folded(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for folded in fold(report).folded {
        writeln!(out, "{folded}")?;
    }
    Ok(())
}

/// Chooses what is shown.
pub(super) fn fold(report: &Report) -> Folding<'_> {
    let mut folding = Folding {
        shown: Vec::new(),
        folded: Vec::new(),
    };
    let mut seen = HashMap::<_, usize>::default();
    let mut groups = Vec::new();
    for diagnostic in &report.diagnostics {
        let nth = group(report, diagnostic).map(|group| {
            let nth = seen.entry(group).or_default();
            *nth += 1;
            if *nth == SHOWN + 1 {
                groups.push(group);
            }
            *nth
        });
        if nth.is_none_or(|nth| nth <= SHOWN) {
            folding.shown.push(diagnostic);
        }
    }
    folding
        .folded
        .extend(groups.into_iter().map(|group| Folded {
            group,
            count: seen[&group] - SHOWN,
        }));
    folding
}

fn group<'a>(report: &'a Report, diagnostic: &Diagnostic) -> Option<Group<'a>> {
    FOLDED.contains(&diagnostic.rule).then(|| Group {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        directory: directory(Place::of(report, diagnostic.primary.span).file()),
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
    use crate::text::source::{Source, Span};

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

    #[test]
    fn five_per_directory_are_shown() {
        let report = report(&[("a/x", 3), ("a/y", 4), ("b/z", 5)]);
        let folding = fold(&report);
        let shown = folding.shown.iter().map(|shown| &shown.rule[..1]);
        assert_eq!(shown.collect::<String>(), "mmmommommmmmo");
        let mut notes = Vec::new();
        folded(&report, &mut notes).expect("written");
        let expected = "note: 2 more missing-readiness-probe warnings in a; \
                        --format concise lists all\n";
        assert_eq!(String::from_utf8_lossy(&notes), expected);
    }

    #[test]
    fn a_path_without_a_directory_is_in_the_current_one() {
        assert_eq!(directory("x.yaml"), ".");
        assert_eq!(directory("/x.yaml"), "/");
        assert_eq!(directory("a/b/x.yaml"), "a/b");
    }
}
