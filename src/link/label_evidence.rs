//! The judge of labels: whether a selector that selects nothing was meant for an object, and what
//! says so. Services, budgets, policies and monitors are judged alike.
//!
//! Measured on 58 public repositories: where all pairs but one match in the selector's own file,
//! and the last differs in its value only, 10 of 10 were mistakes, whether something else selected
//! the pods or not. In other files it takes values that look alike, or pods that nothing selects.

use super::comparison::Comparison;
use crate::diagnostic::{Evidence, Severity};
use crate::text::similar::Similarity;

/// What is known of an object that was perhaps meant, besides its labels.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Circumstances {
    /// Nothing else that selects for the same purpose selects it.
    pub(super) is_orphan: bool,
    /// It stands in the file of the selector. A rendered chart is one file.
    pub(super) is_in_own_file: bool,
    /// It has the name of the object that the selector is in.
    pub(super) has_own_name: bool,
    /// What does not match is on the workload itself, but not on its pods.
    pub(super) has_own_labels: bool,
    /// The only value of the selector is its name.
    pub(super) is_named: bool,
    /// It alone is an orphan, and the selector alone asks in vain for its keys.
    pub(super) is_left_over: bool,
    /// It alone is an orphan.
    pub(super) is_only_orphan: bool,
    /// Its controller puts other labels on some of the pods.
    pub(super) is_labelled_later: bool,
}

impl Circumstances {
    /// Whether a likeness counts: an affix mostly makes another thing, and so does a number.
    fn count(self, similar: Similarity) -> bool {
        match similar {
            Similarity::Folded | Similarity::Edit => true,
            Similarity::Affix => self.is_orphan || self.is_in_own_file,
            Similarity::Enumeration => self.has_own_name,
        }
    }

    /// What says that a selector was meant for the object, and how sure that is.
    pub(super) fn evidence(self, found: &Comparison) -> Option<(Severity, Evidence)> {
        let is_alike = found.similar.is_some_and(|similar| self.count(similar));
        let has_all_keys = found.absent == 0;
        if found.is_one_off() && is_alike {
            return Some((Severity::Error, Evidence::Slip));
        }
        let is_other_version = self.is_labelled_later
            || found.similar == Some(Similarity::Enumeration) && !self.has_own_name;
        if found.is_one_off() && has_all_keys && self.is_in_own_file && !is_other_version {
            return Some((Severity::Error, Evidence::OwnFile));
        }
        let is_only_pair = found.equal == 0 && found.odd.len() == 1;
        let may_be_taken = self.is_orphan || self.is_in_own_file;
        if is_only_pair && has_all_keys && is_alike && may_be_taken {
            return Some((Severity::Error, Evidence::OnlyPair));
        }
        if !self.is_orphan {
            return None;
        }
        self.of_orphan(found)
    }

    /// The same of what nothing else selects.
    fn of_orphan(self, found: &Comparison) -> Option<(Severity, Evidence)> {
        let has_all_keys = found.absent == 0;
        let (severity, evidence) = if self.has_own_labels {
            (Severity::Error, Evidence::OwnLabels)
        } else if self.is_named {
            (Severity::Error, Evidence::WorkloadName)
        } else if self.has_own_name && self.is_in_own_file {
            (Severity::Error, Evidence::SameName)
        } else if has_all_keys && self.is_in_own_file && self.is_left_over {
            (Severity::Error, Evidence::LeftOver)
        } else if found.odd.len() == 1 && found.has_other_key {
            (Severity::Warning, Evidence::OtherKey)
        } else if has_all_keys && self.is_only_orphan {
            (Severity::Warning, Evidence::OnlyOrphan)
        } else if found.is_one_off() {
            (Severity::Warning, Evidence::OneOff)
        } else {
            return None;
        };
        Some((severity, evidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{Labels, Pair, PairValue};
    use crate::text::source::{SourceId, Span, Spanned};
    use Evidence::{
        LeftOver, OneOff, OnlyOrphan, OnlyPair, OtherKey, OwnFile, OwnLabels, SameName, Slip,
        WorkloadName,
    };

    const HERE: Span = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };

    /// `app: web, tier: front`
    fn labels(text: &str) -> Labels {
        let pairs = text.split(", ").map(|pair| {
            let (key, value) = pair.split_once(": ").expect("a pair");
            Pair {
                key: Spanned::new(key.to_owned(), HERE),
                value: Spanned::new(value.to_owned(), HERE),
                kind: PairValue::Text,
            }
        });
        Labels {
            pairs: pairs.collect(),
            is_unreadable: false,
        }
    }

    /// What is true, in words.
    fn circumstances(text: &str) -> Circumstances {
        let is = |word: &str| text.split(' ').any(|own| own == word);
        Circumstances {
            is_orphan: is("orphan"),
            is_in_own_file: is("own-file"),
            has_own_name: is("same-name"),
            has_own_labels: is("own-labels"),
            is_named: is("named"),
            is_left_over: is("left-over"),
            is_only_orphan: is("only-orphan"),
            is_labelled_later: is("labelled-later"),
        }
    }

    /// The labels of a selector and of pods, what is true besides, and what comes of it.
    type Row<'r> = (&'r str, &'r str, &'r str, Option<(Severity, Evidence)>);

    fn judge(table: &[Row<'_>]) {
        for (selector, pods, is, expected) in table {
            let found = Comparison::of(&labels(selector), &labels(pods));
            let evidence = circumstances(is).evidence(&found);
            assert_eq!(evidence, *expected, "{selector} | {pods} | {is}");
        }
    }

    #[test]
    fn all_pairs_match_but_one() {
        let pods = "app: web, tier: front";
        judge(&[
            // All pairs but one, which looks alike: orphan or not, wherever it stands.
            (
                "app: web, tier: fornt",
                pods,
                "",
                Some((Severity::Error, Slip)),
            ),
            (
                "app: web, teir: front",
                pods,
                "",
                Some((Severity::Error, Slip)),
            ),
            // An affix counts for orphans, and in the own file.
            ("app: web, tier: front-end", pods, "", None),
            (
                "app: web, tier: front-end",
                pods,
                "orphan",
                Some((Severity::Error, Slip)),
            ),
            (
                "app: web, tier: front-end",
                pods,
                "own-file",
                Some((Severity::Error, Slip)),
            ),
            // A number counts where both have one name.
            ("app: web, tier: front2", pods, "own-file", None),
            (
                "app: web, tier: front2",
                pods,
                "own-file same-name",
                Some((Severity::Error, Slip)),
            ),
            // Another value: in the own file, orphan or not.
            ("app: web, tier: back", pods, "", None),
            (
                "app: web, tier: back",
                pods,
                "own-file",
                Some((Severity::Error, OwnFile)),
            ),
            (
                "app: web, tier: back",
                pods,
                "own-file labelled-later",
                None,
            ),
            (
                "app: web, tier: back",
                pods,
                "orphan",
                Some((Severity::Warning, OneOff)),
            ),
            ("app: web, zone: back", pods, "own-file", None),
            (
                "app: web, zone: back",
                pods,
                "own-file orphan",
                Some((Severity::Warning, OneOff)),
            ),
        ]);
    }

    #[test]
    fn no_pair_matches() {
        judge(&[
            // A single pair has to look alike as well.
            ("app: wbe", "app: web", "", None),
            (
                "app: wbe",
                "app: web",
                "orphan",
                Some((Severity::Error, OnlyPair)),
            ),
            (
                "app: wbe",
                "app: web",
                "own-file",
                Some((Severity::Error, OnlyPair)),
            ),
            (
                "app: web-svc",
                "app: web",
                "own-file",
                Some((Severity::Error, OnlyPair)),
            ),
            ("app: email", "app: checkout", "own-file", None),
            ("app: email", "app: checkout", "own-file orphan", None),
            // What nothing selects.
            (
                "app: a",
                "app: b",
                "own-file orphan left-over",
                Some((Severity::Error, LeftOver)),
            ),
            (
                "app: a",
                "app: b",
                "orphan only-orphan",
                Some((Severity::Warning, OnlyOrphan)),
            ),
            ("app: a", "x: b", "orphan only-orphan", None),
            (
                "app: a",
                "x: b",
                "orphan own-labels",
                Some((Severity::Error, OwnLabels)),
            ),
            (
                "app: a",
                "x: b",
                "orphan named",
                Some((Severity::Error, WorkloadName)),
            ),
            (
                "app: a",
                "x: b",
                "orphan own-file same-name",
                Some((Severity::Error, SameName)),
            ),
            (
                "app: a",
                "x: b",
                "own-labels named own-file same-name left-over",
                None,
            ),
            // The value under another key.
            (
                "name: edge",
                "app: edge",
                "orphan",
                Some((Severity::Warning, OtherKey)),
            ),
            ("name: edge", "app: edge", "", None),
            ("name: true", "app: true", "orphan", None),
            (
                "a: x, b: y",
                "app: edge",
                "orphan only-orphan own-file left-over",
                None,
            ),
        ]);
    }
}
