//! A selector that selects nothing, and what it was probably meant for, in words.

use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::parts::labels::pair_span;
use crate::kinds::{Labels, Pair};
use crate::link::NearMiss;
use crate::text::source::Span;

/// A selector, and what it was probably meant for.
pub(crate) struct Meant<'p> {
    /// The pairs of the selector.
    pub(crate) selector: &'p Labels,
    /// What is the matter with it.
    pub(crate) miss: &'p NearMiss,
    /// The labels that what was meant has.
    pub(crate) labels: &'p Labels,
    /// Where these stand, or should.
    pub(crate) labels_place: Span,
    /// What has them: ``the pods of Deployment `web` ``.
    pub(crate) whose: String,
    /// The workload, or the Service: ``Deployment `web` ``.
    pub(crate) name: String,
    /// Whether the label can be changed where it stands, too.
    pub(crate) can_relabel: bool,
    /// What is selected: `pod`.
    pub(crate) what: &'static str,
    /// What it is made from, if it is not written down itself: `pod template`.
    pub(crate) made_from: &'static str,
}

impl<'p> Meant<'p> {
    /// The pairs that do not match.
    fn odd(&self) -> impl Iterator<Item = &'p Pair> {
        let odd = self.miss.odd.iter();
        odd.map(|odd| &self.selector.pairs[odd.pair])
    }

    /// The first pair that does not match, and the label that was probably meant.
    fn first(&self) -> Option<(&'p Pair, Option<&'p Pair>)> {
        let odd = self.miss.odd.first()?;
        let own = odd.label.map(|at| &self.labels.pairs[at]);
        Some((&self.selector.pairs[odd.pair], own))
    }

    /// The finding, which begins with what comes of it: ``Service `web` selects no pods``.
    pub(crate) fn finding(
        &self,
        rule: &'static str,
        severity: Severity,
        outcome: &str,
        alias: Option<Span>,
    ) -> Option<Diagnostic> {
        let (pair, own) = self.first()?;
        let what = self.what;
        let (lacking, label) = if self.miss.is_on_others {
            let all = listed(self.selector.pairs.iter());
            let label = format!("not on the same {what}s as the rest");
            (format!("all of {all}"), label)
        } else {
            let label = format!("no {what} has `{}`", pair.display());
            (listed(self.odd()), label)
        };
        let message = format!("{outcome}: no {} has {lacking}", self.made_from);
        let span = odd_span(pair, own);
        // Whoever changes what an alias stands for changes something else, too.
        let taken = self.odd().flat_map(|pair| [pair.key.span, pair.value.span]);
        let found = Diagnostic::new(rule, severity, alias.unwrap_or(span), message)
            .label(label)
            .evidence(self.miss.evidence)
            .given([Premise::Absent])
            .given(taken.map(Premise::Accepted));
        let found = match alias {
            Some(_) => found.related(span, "this is what the alias stands for"),
            None => found,
        };
        Some(self.matching(self.other_end(found, pair, own)))
    }

    /// Adds the label that was meant, or where it should be.
    fn other_end(&self, found: Diagnostic, pair: &Pair, own: Option<&Pair>) -> Diagnostic {
        match own {
            Some(own) => found.related(
                odd_span(own, Some(pair)),
                format!("{} have `{}`", self.whose, own.display()),
            ),
            None => found.related(
                self.labels_place,
                format!("{} have no label `{}`", self.whose, pair.key.value),
            ),
        }
    }

    /// Adds the pairs that do match.
    fn matching(&self, found: Diagnostic) -> Diagnostic {
        let pairs = self.selector.pairs.iter();
        let matching: Vec<&Pair> = pairs.filter(|pair| self.labels.has(pair)).collect();
        let Some(first) = matching.first() else {
            return found;
        };
        let verb = if matching.len() == 1 {
            "matches"
        } else {
            "match"
        };
        let text = format!("{} {verb}", listed(matching.iter().copied()));
        found.related(pair_span(first), text)
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> Option<String> {
        let (pair, own) = self.first()?;
        Some(match (self.miss.evidence, own) {
            (Evidence::OwnLabels, _) => format!(
                "put {} on the pod template of {}: labels on the workload itself are not put on \
                 its pods",
                listed(self.odd()),
                self.name
            ),
            (Evidence::WorkloadName, _) => {
                format!(
                    "select a label of the {}s, not the name of {}",
                    self.what, self.name
                )
            }
            (_, Some(own)) if self.can_relabel => {
                format!(
                    "write `{}`, or change the label of {}",
                    own.as_yaml(),
                    self.name
                )
            }
            (_, Some(own)) => format!("write `{}`", own.as_yaml()),
            _ if self.miss.odd.len() == 1 && !self.selector.pairs.is_empty() => format!(
                "remove `{}`, or add it to the labels of {}",
                pair.display(),
                self.name
            ),
            _ => format!("make the selector match the labels of {}", self.name),
        })
    }
}

/// What is wrong in one of two pairs: the key, if that differs, or else the value.
fn odd_span(pair: &Pair, other: Option<&Pair>) -> Span {
    if other.is_some_and(|other| other.key.value != pair.key.value) {
        pair.key.span
    } else {
        pair.value.span
    }
}

/// `a: 1`, `b: 2`, in backticks.
pub(crate) fn listed<'p>(pairs: impl Iterator<Item = &'p Pair>) -> String {
    let pairs: Vec<String> = pairs.map(|pair| format!("`{}`", pair.display())).collect();
    pairs.join(", ")
}
