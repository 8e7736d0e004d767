//! What a run makes of a baseline: which findings are known, and which entries are out of date.

use super::{BaselineEntry, Outcome, name_of};
use crate::catalogue::Selection;
use crate::catalogue::find;
use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::findings::Wanted;
use crate::findings::fingerprint::Fingerprint;
use crate::findings::suppressed::{Sorted, Suppressed, Suppressor};
use crate::link::Links;
use crate::text::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Keeps back what the baseline has, and adds what is to be said about entries out of date.
/// Findings have to be in order: of several that are alike, the first are kept back.
pub(crate) fn apply(links: &Links, wanted: Wanted<'_>, sorted: &mut Sorted) -> Option<Outcome> {
    let (baseline, source) = wanted.baseline?;
    let span = |range: &Range<u32>| Span {
        source,
        start: range.start,
        end: range.end,
    };
    let mut left: BTreeMap<&str, (usize, &BaselineEntry)> = BTreeMap::new();
    for entry in &baseline.entries {
        left.insert(&entry.fingerprint, (entry.count, entry));
    }
    let found = std::mem::take(&mut sorted.reported);
    let in_manifests =
        |found: &Diagnostic| !links.sources.get(found.primary.span.source).is_setting;
    let (found, settings): (Vec<_>, Vec<_>) = found.into_iter().partition(in_manifests);
    sorted.reported = settings;
    let prints = Fingerprint::of(&links.sources, &found.iter().collect::<Vec<_>>());
    for (diagnostic, print) in found.into_iter().zip(prints) {
        match left.get_mut(&*print.digest()) {
            Some((count, entry)) if *count > 0 => {
                *count -= 1;
                sorted.suppressed.push(Suppressed {
                    by: Suppressor::Baseline,
                    span: span(&entry.place.rule),
                    reason: None,
                    diagnostic,
                });
            }
            _ => sorted.reported.push(diagnostic),
        }
    }
    let judge = Judge::of(links, wanted.selection, baseline.is_whole);
    let mut outcome = Outcome::default();
    for entry in &baseline.entries {
        let (gone, _) = left[&*entry.fingerprint];
        if gone == 0 || !judge.can_tell(entry) {
            outcome.kept.push(entry.clone());
            continue;
        }
        outcome.stale += 1;
        if gone < entry.count {
            outcome.kept.push(BaselineEntry {
                count: entry.count - gone,
                ..entry.clone()
            });
        }
        if wanted.selection.runs(ids::STALE_BASELINE) {
            sorted.reported.push(stale(entry, gone, span));
        }
    }
    Some(outcome)
}

/// What is known about which findings a run could have made.
struct Judge<'i> {
    selection: &'i Selection,
    is_whole: bool,
    /// The objects that were judged.
    objects: BTreeSet<String>,
}

impl<'i> Judge<'i> {
    fn of(links: &Links, selection: &'i Selection, is_whole: bool) -> Self {
        let documents = links.documents.iter();
        let documents = documents.filter(|document| links.is_reported(document.span.source));
        let objects = documents.flat_map(|document| &document.objects);
        Self {
            selection,
            is_whole,
            objects: objects.map(|object| name_of(&object.identity)).collect(),
        }
    }

    /// Whether a finding that is not made is gone: its rule ran (or is no more), and its object was
    /// looked at, if it exists.
    fn can_tell(&self, entry: &BaselineEntry) -> bool {
        let ran = self.selection.runs(&entry.rule) || find(&entry.rule).is_none();
        ran && (self.is_whole || self.objects.contains(&entry.object))
    }
}

/// An entry of whose findings so many are gone.
fn stale(entry: &BaselineEntry, gone: usize, span: impl Fn(&Range<u32>) -> Span) -> Diagnostic {
    let of = match entry.object.as_str() {
        "" => String::new(),
        object => format!(" of {object}"),
    };
    let new = |message| {
        Diagnostic::new(
            ids::STALE_BASELINE,
            Severity::Warning,
            span(&entry.place.rule),
            message,
        )
    };
    let edit = |title: &str, range: &Range<u32>, text: String| Fix {
        title: title.to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            span: span(range),
            text,
        }],
    };
    if gone == entry.count {
        let message = format!(
            "`{}`{of} is in the baseline, but is no longer found",
            entry.rule
        );
        return new(message)
            .label("no longer found")
            .help("remove the entry, or prune the baseline with `--prune-baseline`")
            .fix(edit("remove the entry", &entry.place.lines, String::new()));
    }
    let found = entry.count - gone;
    let message = format!(
        "`{}`{of} is in the baseline {} times, but is found {found} times",
        entry.rule, entry.count
    );
    let stale = new(message).label("found less often").help(format!(
        "write `count: {found}`, or prune the baseline with `--prune-baseline`"
    ));
    match &entry.place.count {
        Some(range) => stale.fix(edit("correct the count", range, found.to_string())),
        None => stale,
    }
}
