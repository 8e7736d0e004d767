//! What git tracks: the names in the index of a repository
//! (git's `Documentation/gitformat-index.txt`). No program is run for it: its answer would depend
//! on who owns the directory, and on settings that come with it.

use super::repository::git_directories;
use super::text;
use crate::text::paths::slashed;
use std::path::Path;

/// The paths in the index of a repository, below its root, in the order of their bytes.
#[derive(Debug, Default)]
pub(super) struct Tracked(Vec<Vec<u8>>);

impl Tracked {
    /// What the repository at a root tracks; nothing if that cannot be read.
    pub(super) fn of(root: &Path) -> Self {
        let read = || {
            let (own, shared) = git_directories(root)?;
            let index = text::bytes(&own.join("index")).ok()?;
            let config = text::bytes(&shared.join("config")).unwrap_or_default();
            names(&index, id_length(&String::from_utf8_lossy(&config)))
        };
        Self(read().unwrap_or_default())
    }

    /// Whether a file is tracked.
    pub(super) fn has(&self, file: &Path) -> bool {
        let file = slashed(file).into_bytes();
        self.0.binary_search(&file).is_ok()
    }

    /// Whether anything below a directory is tracked.
    pub(super) fn has_below(&self, directory: &Path) -> bool {
        let prefix = (slashed(directory) + "/").into_bytes();
        let at = self.0.partition_point(|name| *name < prefix);
        let next = self.0.get(at);
        next.is_some_and(|name| name.starts_with(&prefix))
    }
}

/// How long the ids of objects are: `extensions.objectFormat`.
fn id_length(config: &str) -> usize {
    let mut lines = config.lines().filter_map(|line| line.split_once('='));
    let is_long = lines.any(|(key, value)| {
        key.trim().eq_ignore_ascii_case("objectformat") && value.trim() == "sha256"
    });
    if is_long { 32 } else { 20 }
}

/// Times, device, inode, mode, owner and size of a file, before its id.
const FACTS: usize = 40;

/// A flag of an entry: more flags follow.
const EXTENDED: u8 = 0x40;

/// The names of all entries; none if the index is none, or names only what differs from another
/// file (a split index).
fn names(index: &[u8], id_length: usize) -> Option<Vec<Vec<u8>>> {
    let mut rest = index.strip_prefix(b"DIRC")?;
    let version = number(&mut rest)?;
    let count = number(&mut rest)?;
    let mut names: Vec<Vec<u8>> = Vec::new();
    for _ in 0..count {
        let start = rest;
        let flags = rest.get(FACTS + id_length..)?;
        let is_extended = version >= 3 && flags.first()? & EXTENDED != 0;
        rest = flags.get(if is_extended { 4 } else { 2 }..)?;
        let mut name = Vec::new();
        if version >= 4 {
            let before = names.last().map_or(&[][..], Vec::as_slice);
            let kept = before.len().checked_sub(varint(&mut rest)?)?;
            name.extend_from_slice(&before[..kept]);
        }
        let end = rest.iter().position(|byte| *byte == 0)?;
        name.extend_from_slice(&rest[..end]);
        names.push(name);
        rest = rest.get(end + 1..)?;
        if version < 4 {
            // Entries are filled up to a multiple of eight bytes.
            let length = start.len() - rest.len();
            rest = rest.get(length.next_multiple_of(8) - length..)?;
        }
    }
    // In a split index `link`, the first extension, says which file has the rest.
    (!rest.starts_with(b"link")).then_some(names)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_be_bytes(*bytes))
}

/// A number as git packs it (`varint.c:decode_varint`).
fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut value: usize = 0;
    loop {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value = value.checked_mul(128)? + usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
        value += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_index_tracks_nothing() {
        for bytes in [
            &b""[..],
            b"DIRC",
            b"DIRC\0\0\0\x02\0\0\0\x01",
            b"DIRC\0\0\0\x04\xff\xff\xff\xff\0\0",
        ] {
            assert_eq!(names(bytes, 20), None, "{bytes:?}");
        }
        assert_eq!(names(b"DIRC\0\0\0\x02\0\0\0\0", 20), Some(Vec::new()));
        assert_eq!(names(b"DIRC\0\0\0\x02\0\0\0\0link", 20), None);
    }

    #[test]
    fn the_format_of_ids_is_configured() {
        assert_eq!(id_length("[extensions]\n\tobjectFormat = sha256\n"), 32);
        assert_eq!(id_length("[core]\n\tbare = false\n"), 20);
    }
}
