//! From a kind to what is known of it.

use super::api_type::ApiType;
use super::kind::Kind;
use super::parts::known_fields::{MisspeltField, misspelt_fields};
use super::row::Row;
use super::table::kinds;
use crate::yaml::cursor::Cursor;

macro_rules! list_rows {
    ($($(#[$doc:meta])* $kind:ident: $file:ident $(keeps $Kept:ident as $get:ident)?,)*) => {
        /// The rows of all kinds, in the order of the kinds.
        static ROWS: &[&Row] = &[$(&super::$file::ROW,)*];
    };
}

kinds!(list_rows);

/// All kinds that have a name, with their rows.
pub(super) fn rows() -> impl Iterator<Item = (Kind, &'static Row)> + Clone {
    let all = Kind::ALL.iter().copied().zip(ROWS.iter().copied());
    all.filter(|(kind, _)| *kind != Kind::Custom)
}

/// The kinds that have a name, each in groups of its own.
pub(super) fn named(name: &str) -> impl Iterator<Item = (Kind, &'static Row)> + Clone {
    rows().filter(move |(_, row)| row.kind == name)
}

/// The names of the kinds that are, or make, pods that their text describes.
pub fn with_pods() -> impl Iterator<Item = &'static str> {
    let rows = rows().filter(|(_, row)| row.pods.is_some());
    rows.map(|(_, row)| row.kind)
}

impl Kind {
    /// Its row.
    pub(super) fn row(self) -> &'static Row {
        ROWS[self as usize]
    }

    /// The type in the Kubernetes API that objects of a version are judged by, if there is one.
    pub fn api_type(self, api_version: &str) -> Option<&'static ApiType> {
        self.row().api_type(api_version)
    }

    /// Whether it is, or makes, pods that its text describes.
    pub fn has_pods(self) -> bool {
        self.row().pods.is_some()
    }

    /// Whether its pods run until they are told to stop.
    pub fn is_long_running(self) -> bool {
        let pods = self.row().pods;
        pods.is_some_and(|pods| pods.are_long_running)
    }

    /// Whether the API server asks for a selector that matches the labels of its pods.
    pub fn needs_selector(self) -> bool {
        self.row().pods.is_some_and(|pods| pods.need_selector)
    }

    /// Whether `spec.selector` is itself a map of strings.
    pub fn has_flat_selector(self) -> bool {
        self.row().has_flat_selector
    }

    /// The fields of an object of the kind that are almost those of its definition.
    pub fn misspelt_fields(self, object: Cursor<'_>) -> Vec<MisspeltField> {
        misspelt_fields(object, self.row().known)
    }

    /// Whether fields may have any name: what is called `labels` need not be a map of strings.
    pub fn is_free_form(self) -> bool {
        self.row().is_free_form
    }
}
