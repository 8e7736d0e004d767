//! Repositories of git, as far as their directories tell.

use super::text;
use crate::text::hash::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The repositories that directories lie in.
#[derive(Debug, Default)]
pub(super) struct Repositories(HashMap<PathBuf, Option<Rc<Path>>>);

impl Repositories {
    /// The nearest directory, this one or above, that holds a `.git`.
    pub(super) fn root(&mut self, directory: &Path) -> Option<Rc<Path>> {
        if let Some(known) = self.0.get(directory) {
            return known.clone();
        }
        let root = if directory.join(".git").exists() {
            Some(directory.into())
        } else {
            directory.parent().and_then(|parent| self.root(parent))
        };
        self.0.insert(directory.to_owned(), root.clone());
        root
    }
}

/// Where a repository keeps what is a working tree's own, and what all of them share. In a linked
/// working tree and in a submodule `.git` is a file that says where.
pub(super) fn git_directories(root: &Path) -> Option<(PathBuf, PathBuf)> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some((git.clone(), git));
    }
    let read = |path: &Path| String::from_utf8(text::bytes(path).ok()?).ok();
    let own = root.join(read(&git)?.strip_prefix("gitdir:")?.trim());
    let shared = match read(&own.join("commondir")) {
        Some(shared) => own.join(shared.trim()),
        None => own.clone(),
    };
    Some((own, shared))
}
