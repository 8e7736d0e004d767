//! What the definition of a custom kind refuses, beside the shape of its fields.

use super::condition::Condition;
use super::path::{OneOrMany, Path, Spot};
use crate::settings::pattern::fits_text;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;

/// A row of `refuses`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefuseRow {
    #[serde(default)]
    pub(super) of: Vec<String>,
    #[serde(default = "Path::here")]
    within: Path,
    at: OneOrMany<Path>,
    #[serde(default)]
    when: Condition,
    /// The field that is refused, below `at`.
    field: Option<Path>,
    /// Texts of the field that are not, as patterns.
    #[serde(default)]
    except: Vec<String>,
    /// The server's words.
    says: String,
    /// The file and the rule that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

/// Something that the API server refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where.
    pub place: Span,
    /// The server's words.
    pub says: String,
}

impl RefuseRow {
    /// What is refused in an object.
    pub(super) fn refused(&self, object: Cursor<'_>) -> Vec<Refused> {
        let spots = self.when.spots(&self.within, &self.at, (object, object));
        let refused = spots.into_iter().filter_map(|spot| {
            let (place, text) = self.place(spot)?;
            let is_right = self.except.iter().any(|own| fits_text(own, text));
            (!is_right && !is_placeholder(text)).then(|| Refused {
                place,
                says: self.says.clone(),
            })
        });
        refused.collect()
    }

    /// Where something would be refused, and the text there, if it is about one.
    fn place<'r>(&self, spot: Spot<'r>) -> Option<(Span, &'r str)> {
        let Some(field) = &self.field else {
            return Some((spot.here.key_span(), ""));
        };
        let found = field.first(spot.here)?;
        Some((found.span(), found.text()))
    }
}
