//! The baseline: findings that were there when svclint was introduced, so that only new ones count.
//!
//! An entry is known by the fingerprint of its findings, which outlives moved lines and renamed
//! files; rule, object and message are there for people. What stands in several places alike is
//! counted: one more of it is new.

mod apply;
mod read;
mod write;

pub use write::{pruned, written};

pub(crate) use apply::apply;

use super::fingerprint::Fingerprint;
use crate::diagnostic::Identity;
use crate::text::source::Source;
use std::ops::Range;
use std::sync::Arc;

/// The version of the file's shape.
const VERSION: &str = "1";

/// A baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// What people call its file.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its entries, in the order of the text.
    pub entries: Vec<BaselineEntry>,
    /// Whether everything was looked at that it is about: what is not found is gone then.
    pub is_whole: bool,
}

/// Findings of a kind that are not reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineEntry {
    /// The rule.
    pub rule: String,
    /// The object: `Kind/name` or `Kind/namespace/name`; empty for a text that is none.
    pub object: String,
    /// What was said of it.
    pub message: String,
    /// What they are recognised by.
    pub fingerprint: String,
    /// How many there are.
    pub count: usize,
    place: Place,
}

/// Where an entry stands in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
    /// Its rule.
    rule: Range<u32>,
    /// All of its lines.
    lines: Range<u32>,
    /// Its count, if it is written.
    count: Option<Range<u32>>,
}

/// What became of the baseline in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What is still found, or could not be judged.
    pub kept: Vec<BaselineEntry>,
    /// How many entries find less than they say.
    pub stale: usize,
}

impl Baseline {
    /// Its text as a source of places.
    pub(crate) fn source(&self) -> Source {
        Source::setting(self.name.clone(), Arc::clone(&self.text))
    }
}

/// How an entry names the object of a finding.
fn object_name(kind: &str, namespace: &str, name: &str) -> String {
    let parts = [kind, namespace, name].into_iter();
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

fn object_of(print: &Fingerprint) -> String {
    object_name(&print.kind, &print.namespace, &print.name)
}

fn name_of(identity: &Identity) -> String {
    let namespace = identity.namespace.as_deref().unwrap_or_default();
    object_name(&identity.kind, namespace, &identity.name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalogue::Selection;
    use crate::catalogue::ids;
    use crate::object::Text;
    use crate::run::{Options, Report, lint_texts};
    use std::collections::BTreeSet;

    const TWO: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  \
                       selector: {app: web}\n  ports:\n  - {port: 0}\n  - {name: b, port: 99999}\n";

    fn lint(files: &[(&str, &str)], options: &Options) -> Report {
        let texts = files.iter().map(|(name, text)| Text::new(*name, *text));
        lint_texts(texts.collect(), options)
    }

    fn text_of(report: &Report) -> String {
        written(&report.sources, &report.diagnostics).0
    }

    fn baseline_of(text: &str) -> Baseline {
        let text = text_of(&lint(&[("a.yaml", text)], &Options::default()));
        let baseline = Baseline::read("base.yaml", text);
        baseline.unwrap_or_else(|invalid| panic!("{:#?}", invalid.remarks))
    }

    fn with(baseline: Baseline) -> Options {
        Options {
            baseline: Some(Arc::new(baseline)),
            ..Options::default()
        }
    }

    fn ids(report: &Report) -> Vec<&str> {
        let found = report.diagnostics.iter();
        found.map(|found| found.rule).collect()
    }

    #[test]
    fn what_is_known_is_not_reported_wherever_it_goes() {
        let baseline = Baseline {
            is_whole: true,
            ..baseline_of(TWO)
        };
        let count: usize = baseline.entries.iter().map(|entry| entry.count).sum();
        assert_eq!(count, 3);
        let moved = format!(
            "# moved\n\n---\n{}",
            TWO.replace("ports:", "# more\n  ports:")
        );
        let report = lint(&[("b/c.yaml", &moved)], &with(baseline));
        assert_eq!(ids(&report), Vec::<&str>::new());
        assert_eq!(report.suppressed.len(), 3);
        assert_eq!(report.baseline.as_ref().unwrap().stale, 0);
        let kept = pruned(report.baseline.as_ref().unwrap());
        assert_eq!(
            kept,
            text_of(&lint(&[("a.yaml", TWO)], &Options::default()))
        );
    }

    #[test]
    fn one_more_of_what_is_known_is_new() {
        // Without names, all ports are alike.
        let ports = |ports: &str| TWO.replace("  - {port: 0}\n  - {name: b, port: 99999}\n", ports);
        let one = ports("  - {name: a, port: 1}\n  - {port: 0}\n");
        let two = ports("  - {name: a, port: 1}\n  - {port: 0}\n  - {port: 0}\n");
        let found = |text: &str, options: &Options| lint(&[("a.yaml", text)], options);
        let count = |text: &str| {
            found(text, &Options::default())
                .diagnostics
                .iter()
                .filter(|own| own.message.contains("must be between"))
                .count()
        };
        assert_eq!((count(&one), count(&two)), (1, 2));
        let report = found(&two, &with(baseline_of(&one)));
        assert!(ids(&report).contains(&"invalid-service-port"));
        let report = found(&one, &with(baseline_of(&two)));
        assert!(ids(&report).iter().all(|id| *id == ids::STALE_BASELINE));
        let fewer: Vec<_> = report
            .diagnostics
            .iter()
            .filter(|own| own.message.contains("2 times"))
            .collect();
        assert!(!fewer.is_empty());
        let fix = fewer[0].fix.as_ref().unwrap();
        assert_eq!(fix.edits[0].text, "1");
        assert_eq!(report.sources.slice(fix.edits[0].span), "2");
    }

    #[test]
    fn what_is_gone_is_stale_if_anybody_can_tell() {
        let clean = TWO
            .replace("port: 0", "name: a, port: 1")
            .replace("99999", "2");
        let stale = |text: &str, is_whole, ignore: &[&'static str]| {
            let baseline = Baseline {
                is_whole,
                ..baseline_of(TWO)
            };
            let options = Options {
                selection: Selection {
                    ignore: ignore.iter().copied().collect::<BTreeSet<_>>(),
                    ..Selection::default()
                },
                ..with(baseline)
            };
            let report = lint(&[("a.yaml", text)], &options);
            assert!(ids(&report).iter().all(|id| *id == ids::STALE_BASELINE));
            (report.diagnostics.len(), report.baseline.unwrap().stale)
        };
        let entries = baseline_of(TWO).entries.len();
        assert_eq!(stale(&clean, false, &[]), (entries, entries));
        assert_eq!(stale(&clean, false, &["invalid-service-port"]), (0, 0));
        assert_eq!(stale(&clean, false, &[ids::STALE_BASELINE]), (0, entries));
        let other = clean.replace("web", "api");
        assert_eq!(stale(&other, false, &[]), (0, 0));
        assert_eq!(stale(&other, true, &[]), (entries, entries));
    }

    #[test]
    fn removing_stale_entries_prunes_the_file() {
        let baseline = baseline_of(TWO);
        let half = TWO.replace("99999", "2");
        let report = lint(&[("a.yaml", &half)], &with(baseline));
        let mut text = baseline_of(TWO).text.to_string();
        let mut edits: Vec<_> = report
            .diagnostics
            .iter()
            .flat_map(|found| &found.fix.as_ref().unwrap().edits)
            .collect();
        assert!(!edits.is_empty());
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        for edit in edits {
            text.replace_range(edit.span.range(), &edit.text);
        }
        assert_eq!(text, pruned(report.baseline.as_ref().unwrap()));
    }

    #[test]
    fn any_text_survives_the_file() {
        let hostile = "a: \"b\" \\ \n\t\r# c\u{1b}\u{7f}\u{85}\u{2028}\u{feff}é🦀{{ x }}";
        let hostile_entry = BaselineEntry {
            rule: "r".to_owned(),
            object: hostile.to_owned(),
            message: hostile.to_owned(),
            fingerprint: "1e3".to_owned(),
            count: 7,
            place: Place::default(),
        };
        let text = pruned(&Outcome {
            kept: vec![hostile_entry.clone()],
            stale: 0,
        });
        let read = Baseline::read("b", text.clone())
            .unwrap_or_else(|invalid| panic!("{text}\n{:#?}", invalid.remarks));
        let entry = BaselineEntry {
            place: Place::default(),
            ..read.entries[0].clone()
        };
        assert_eq!(entry, hostile_entry);
        let empty = pruned(&Outcome::default());
        assert!(
            Baseline::read("b", empty)
                .unwrap_or_default()
                .entries
                .is_empty()
        );
    }

    #[test]
    fn what_is_wrong_with_the_file_has_a_place() {
        let found = |text: &str| {
            let invalid = Baseline::read("b", text).expect_err(text);
            let remarks = invalid.remarks.iter();
            let places = remarks.map(|remark| {
                text[remark.range.start as usize..remark.range.end as usize].to_owned()
            });
            places.collect::<Vec<_>>()
        };
        assert_eq!(found("version: 2\n"), ["2"]);
        assert_eq!(found("findings: []\n"), ["findings"]);
        assert_eq!(found("version: 1\nfindings: [{rule: a}]\n"), ["rule"]);
        assert_eq!(
            found("version: 1\nfindings: [{rule: a, fingerprint: b, count: 0}]\n"),
            ["0"]
        );
        assert_eq!(
            found("version: 1\nfindings: [{rule: a, fingerprint: b}, {rule: c, fingerprint: b}]\n"),
            ["c"]
        );
        assert_eq!(found("<<<<<<< ours\nversion: 1\n").len(), 1);
        assert_eq!(found("").len(), 1);
    }
}
