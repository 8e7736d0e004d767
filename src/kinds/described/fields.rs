//! The fields that a part of a kind has, so that one that is almost one of them is seen.

use super::path::OneOrMany;
use crate::kinds::parts::known_fields::{MisspeltField, misspelt_fields};
use crate::yaml::cursor::Cursor;
use serde::Deserialize;

/// What the definition of a kind has in one part, whichever version it is of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldsRow {
    #[serde(default)]
    pub(super) of: Vec<String>,
    /// Where the part is: `spec.routes[]`.
    at: OneOrMany<String>,
    /// All its fields, separated by spaces.
    has: String,
    /// The file and the type that have them.
    #[serde(default)]
    #[expect(dead_code, reason = "it is for who reads the page")]
    source: Option<String>,
}

impl FieldsRow {
    /// The fields of an object that are almost those of its definition.
    pub(super) fn misspelt(&self, object: Cursor<'_>) -> Vec<MisspeltField> {
        let places = self.at.iter().map(|at| (at.as_str(), self.has.as_str()));
        let known: Vec<(&str, &str)> = places.collect();
        misspelt_fields(object, &known)
    }
}
