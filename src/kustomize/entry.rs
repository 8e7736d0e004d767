//! Texts in a kustomization that may lead somewhere, and those that do not.

use std::ops::Range;
use std::path::PathBuf;

/// A text in a kustomization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The text.
    pub text: String,
    /// Where it stands in the file.
    pub range: Range<u32>,
    /// What it leads to, if it is a path. Whether that exists is another question.
    pub path: Option<PathBuf>,
}

/// A path that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The path.
    pub entry: Entry,
    /// One that leads somewhere and is nearly the same.
    pub meant: Option<String>,
}

/// An entry that kustomize does not take, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The entry.
    pub entry: Entry,
    /// Why.
    pub why: Refusal,
}

/// Why kustomize does not take an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A file outside of the directory of the kustomization, all links followed, unless the build
    /// is told `--load-restrictor LoadRestrictionsNone` (`api/internal/loader/loadrestrictions.go`:
    /// `security; file '...' is not in or below '...'`).
    Outside,
    /// An absolute path (`api/internal/loader/fileloader.go:New`: `new root cannot be absolute`).
    /// Of a file it is one outside, if it is there.
    Absolute,
    /// A directory whose build needs this one, or in which this one lies
    /// (`fileloader.go:errIfArgEqualOrHigher`: `cycle detected`).
    Circle,
    /// A file where kustomize needs the directory of a kustomization
    /// (`api/internal/loader/fileloader.go:New`: `must build at directory`).
    File,
}
