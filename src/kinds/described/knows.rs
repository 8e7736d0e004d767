//! The annotations that a controller reads: one that is almost among them is read by nobody.

use super::condition::Condition;
use super::path::Spot;
use super::reference::{Effect, Fault, FaultKind};
use super::row::{On, warning};
use crate::diagnostic::Severity;
use crate::settings::pattern::fits_text;
use crate::text::similar::nearest;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row of `knows`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnowsRow {
    /// The kind whose annotations they are.
    pub(super) on: On,
    /// What all of them begin with.
    prefix: String,
    /// The rest of each, as a pattern.
    keys: Vec<String>,
    /// Whether a key that is almost one of them is reported.
    #[serde(default = "yes")]
    near: bool,
    /// Prefixes under which others read the same keys, and when it is known that these do not.
    #[serde(default)]
    other: BTreeMap<String, Other>,
    #[serde(default = "warning")]
    severity: Severity,
    effect: Option<String>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    when: Condition,
}

fn yes() -> bool {
    true
}

impl KnowsRow {
    /// What the annotations begin with that it is about.
    #[cfg(test)]
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &str> {
        let others = self.other.keys().map(String::as_str);
        others.chain([self.prefix.as_str()])
    }

    /// The annotations of an object that nobody reads.
    pub(super) fn faults(&self, object: Cursor<'_>) -> Vec<Fault> {
        let annotations = object.path(["metadata", "annotations"]);
        let entries = annotations.map(Cursor::entries).unwrap_or_default();
        let effect = Arc::new(Effect {
            severity: self.severity,
            text: self.effect.clone(),
        });
        let faults = entries.into_iter().filter_map(|(key, _)| {
            let meant = self.meant(object, &key)?;
            Some(Fault {
                value: key,
                kind: FaultKind::Unread(meant),
                effect: effect.clone(),
            })
        });
        faults.collect()
    }

    /// The annotation that was probably meant by one that is not among those that are read.
    fn meant(&self, object: Cursor<'_>, key: &Spanned<String>) -> Option<String> {
        let is_read = |rest: &str| self.keys.iter().any(|own| fits_text(own, rest));
        if let Some(rest) = key.value.strip_prefix(&self.prefix) {
            let known = self.keys.iter().map(String::as_str);
            let near = || nearest(rest, known.filter(|own| !own.contains('*')));
            let meant = (self.near && !is_read(rest)).then(near)??;
            return Some(format!("{}{meant}", self.prefix));
        }
        let mut others = self.other.iter();
        others.find_map(|(prefix, other)| {
            let rest = key.value.strip_prefix(prefix)?;
            let is_other = is_read(rest) && other.when.holds(Spot::root(object));
            is_other.then(|| format!("{}{rest}", self.prefix))
        })
    }
}
