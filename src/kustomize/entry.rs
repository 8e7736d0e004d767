//! Texts in a kustomization that may lead somewhere, and those that do not.

use crate::text::placeholder::is_placeholder;
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

/// Whether nothing but a path can be meant: no address, and nothing that is filled in later.
pub(crate) fn is_path(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    let is_host = first.contains('.') && !matches!(first, "." | "..") && text.contains('/');
    let is_address = is_remote(text) || text.contains("//") || text.contains(".git") || is_host;
    !text.is_empty() && !is_address && !text.contains('$') && !is_placeholder(text)
}

/// Whether kustomize would fetch this from somewhere else (`api/internal/git/repospec.go`).
pub(crate) fn is_remote(text: &str) -> bool {
    const HOSTS: [&str; 5] = ["git::", "gh:", "git@", "github.com:", "github.com/"];
    let lower = text.to_ascii_lowercase();
    HOSTS.iter().any(|host| lower.starts_with(host))
        || ["://", "_git/", "?ref=", "?version="]
            .iter()
            .any(|part| lower.contains(part))
}
