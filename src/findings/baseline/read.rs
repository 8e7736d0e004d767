//! From the file of a baseline to its entries, or to everything that is wrong with it.

use super::{Baseline, BaselineEntry, Place, VERSION};
use crate::settings::check::{document, items, range, text};
use crate::settings::shape;
use crate::settings::shape::{Shape, optional, required};
use crate::settings::{Entry, Invalid, Remark};
use crate::text::hash::HashSet;
use crate::yaml::cursor::Cursor;
use std::ops::Range;
use std::sync::Arc;

static TOP: Shape = Shape::Fields(&[
    required(
        "version",
        Shape::Word(VERSION),
        "The version of this shape.",
    ),
    optional("findings", Shape::List(&FINDING), "What is known."),
]);

const FINDING: Shape = Shape::Fields(&[
    required("rule", Shape::Text, "The rule."),
    optional("object", Shape::Text, "The object."),
    optional("message", Shape::Text, "What was said of it."),
    required("fingerprint", Shape::Text, "What it is recognised by."),
    optional(
        "count",
        Shape::Count,
        "How many there are; one if it is not said.",
    ),
]);

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn read(name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Self, Invalid> {
        let (name, text) = (name.into(), text.into());
        match document(&text, "the baseline", &TOP, |top, remarks| {
            entries(top, &text, remarks)
        }) {
            Ok(Some(entries)) => Ok(Self {
                name,
                text,
                entries,
                is_whole: false,
            }),
            Ok(None) => Err(Invalid {
                name,
                remarks: vec![
                    Remark::new(0..text.len() as u32, "the baseline is empty")
                        .help("write it with `--write-baseline`"),
                ],
                text,
            }),
            Err(remarks) => Err(Invalid {
                name,
                text,
                remarks,
            }),
        }
    }
}

/// The entries of a checked baseline.
fn entries(top: Cursor<'_>, whole: &str, remarks: &mut Vec<Remark>) -> Vec<BaselineEntry> {
    let mut entries: Vec<BaselineEntry> = Vec::new();
    let mut seen = HashSet::default();
    for entry in items(top, "findings") {
        let Some(own) = read_entry(entry, whole) else {
            continue;
        };
        if !seen.insert(own.fingerprint.clone()) {
            remarks.push(
                Remark::new(own.place.rule, "this finding stands twice in the baseline")
                    .label("the same again")
                    .help("remove one of the two, or write the file anew"),
            );
            continue;
        }
        entries.push(own);
    }
    entries
}

fn read_entry(entry: Cursor<'_>, whole: &str) -> Option<BaselineEntry> {
    let rule = text(entry, "rule")?;
    let said = |field: &str| text(entry, field).map_or_else(String::new, |entry| entry.value);
    let count = text(entry, "count");
    Some(BaselineEntry {
        object: said("object"),
        message: said("message"),
        fingerprint: text(entry, "fingerprint")?.value,
        count: match &count {
            Some(entry) => shape::count(&entry.value)?,
            None => 1,
        },
        place: Place {
            rule: rule.range.clone(),
            lines: lines(whole, &range(entry)),
            count: count.map(|Entry { range, .. }| range),
        },
        rule: rule.value,
    })
}

/// The lines of an entry, from that of its dash on.
fn lines(text: &str, entry: &Range<u32>) -> Range<u32> {
    let (start, end) = (entry.start as usize, entry.end as usize);
    let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[end..]
        .find('\n')
        .map_or(text.len(), |newline| end + newline + 1);
    start as u32..end as u32
}
