//! Annotations that say what something in the object means, by its name in their keys:
//! `actions.redirect`.

use super::condition::Condition;
use super::path::{OneOrMany, Path};
use super::reference::{Effect, Fault, FaultKind};
use super::row::{On, warning};
use crate::diagnostic::Severity;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use std::sync::Arc;

/// A row of `belongs`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BelongsRow {
    /// The kind whose annotations they are.
    pub(super) on: On,
    /// What the key of each begins with; a name follows.
    pub(super) prefix: String,
    /// Where the object says what it needs.
    at: OneOrMany<Path>,
    /// Where the name stands below that.
    name: Path,
    /// What a name may have such an annotation for.
    #[serde(default)]
    when: Condition,
    /// Whether a name that is found needs one.
    #[serde(default)]
    needed: bool,
    #[serde(default = "warning")]
    severity: Severity,
    effect: Option<String>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

impl BelongsRow {
    /// Whether the key of an annotation is about a name that the object does not have.
    pub(super) fn is_unused(&self, object: Cursor<'_>, key: &str) -> bool {
        let name = key.strip_prefix(&self.prefix);
        name.is_some_and(|name| !self.names(object).iter().any(|own| own.value == name))
    }

    /// The annotations that are about nothing and, where there is one, the names that lack theirs:
    /// by themselves those may get it from a controller.
    pub(super) fn faults(&self, object: Cursor<'_>) -> Vec<Fault> {
        let annotations = object.path(["metadata", "annotations"]);
        let entries = annotations.map(Cursor::entries).unwrap_or_default();
        let keys: Vec<&Spanned<String>> = entries.iter().map(|(key, _)| key).collect();
        let unused = keys.iter().filter(|key| self.is_unused(object, &key.value));
        let unused = unused.filter_map(|key| {
            let name = key.value.strip_prefix(&self.prefix)?;
            let kind = FaultKind::Unused(name.to_owned());
            (!is_placeholder(name)).then(|| self.fault((*key).clone(), kind))
        });
        let unused: Vec<Fault> = unused.collect();
        if unused.is_empty() || !self.needed {
            return unused;
        }
        let lacking = self.names(object).into_iter().filter_map(|name| {
            let key = format!("{}{}", self.prefix, name.value);
            let has_it = keys.iter().any(|own| own.value == key);
            let is_known = !has_it && !is_placeholder(&name.value);
            is_known.then(|| self.fault(name, FaultKind::Lacking(key)))
        });
        let lacking: Vec<Fault> = lacking.collect();
        unused.into_iter().chain(lacking).collect()
    }

    fn fault(&self, value: Spanned<String>, kind: FaultKind) -> Fault {
        let effect = Arc::new(Effect {
            severity: self.severity,
            text: self.effect.clone(),
        });
        Fault {
            value,
            kind,
            effect,
        }
    }

    /// The names in the object for which there may be an annotation.
    fn names(&self, object: Cursor<'_>) -> Vec<Spanned<String>> {
        let spots = self.when.spots(&Path::here(), &self.at, (object, object));
        let named = spots.into_iter();
        named
            .filter_map(|spot| self.name.first(spot.here)?.string())
            .collect()
    }
}
