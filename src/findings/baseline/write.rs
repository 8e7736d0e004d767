//! From findings to the file of a baseline: sorted, and the same for the same findings.

use super::{BaselineEntry, Outcome, Place, VERSION, object_of};
use crate::diagnostic::Diagnostic;
use crate::findings::fingerprint::Fingerprint;
use crate::text::printable::masked;
use crate::text::source::Sources;
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "\
# Findings that are known: `svclint --baseline` reports only others. `--write-baseline` writes this
# file, `--prune-baseline` removes what is no longer found. An entry is recognised by its \
fingerprint.
";

/// The baseline of all findings, and how many these are.
pub fn written(sources: &Sources, found: &[Diagnostic]) -> (String, usize) {
    let findings: Vec<&Diagnostic> = found
        .iter()
        .filter(|found| !sources.get(found.primary.span.source).is_setting)
        .collect();
    let prints = Fingerprint::of(sources, &findings);
    let mut entries: BTreeMap<Fingerprint, BaselineEntry> = BTreeMap::new();
    for (finding, print) in findings.iter().zip(prints) {
        let entry = entries
            .entry(print)
            .or_insert_with_key(|print| BaselineEntry {
                rule: print.rule.clone(),
                object: object_of(print),
                message: masked(&finding.message).into_owned(),
                fingerprint: print.digest(),
                count: 0,
                place: Place::default(),
            });
        entry.count += 1;
    }
    let text = file(entries.values());
    (text, findings.len())
}

/// The baseline without what is no longer found.
pub fn pruned(outcome: &Outcome) -> String {
    file(outcome.kept.iter())
}

fn file<'e>(entries: impl Iterator<Item = &'e BaselineEntry>) -> String {
    let mut text = format!("{HEAD}version: {VERSION}\nfindings:");
    let mut is_empty = true;
    for entry in entries {
        is_empty = false;
        let _ = write!(text, "\n  - rule: {}", entry.rule);
        for (field, value) in [("object", &entry.object), ("message", &entry.message)] {
            if !value.is_empty() {
                let _ = write!(text, "\n    {field}: {}", quoted(value));
            }
        }
        let _ = write!(text, "\n    fingerprint: {}", quoted(&entry.fingerprint));
        if entry.count > 1 {
            let _ = write!(text, "\n    count: {}", entry.count);
        }
    }
    text.push_str(if is_empty { " []\n" } else { "\n" });
    text
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            control if control.is_control() => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}
