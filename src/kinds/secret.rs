//! `Secret`. Its values are never looked at.

use super::parts::entries::Entries;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    reports_version: false,
    ..Row::new("Secret", &[Version::since("v1", 0)])
};

pub(super) fn read(object: Cursor<'_>) -> Secret {
    Secret {
        entries: Entries::read(object, ["data", "stringData"]),
    }
}

/// What is kept of a core/v1 `Secret`: the names of its keys, and nothing else.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The keys of `data` and `stringData`.
    pub entries: Entries,
}
