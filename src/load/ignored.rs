//! What a walk leaves out: hidden entries, and what `.gitignore` and `.ignore` files name, as git
//! reads them.

use super::text;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::HashMap;
use std::fs;
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

/// The ignore files of one directory, and of those above it up to the root of the repository.
#[derive(Debug)]
struct Level {
    /// `.ignore`: what git tracks but no tool should look at. It has the last word.
    tools: Option<Gitignore>,
    /// `.gitignore`
    git: Option<Gitignore>,
    /// The repository's `info/exclude`, at its root.
    exclude: Option<Gitignore>,
    above: Option<Rc<Self>>,
}

impl Level {
    fn upwards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |level| level.above.as_deref())
    }

    /// Whether the patterns leave an entry of the directory out: of the nearest file that has one
    /// for it, the last.
    fn ignores(&self, path: &Path, is_dir: bool) -> bool {
        let tools = self.upwards().filter_map(|level| level.tools.as_ref());
        let git = self.upwards().filter_map(|level| level.git.as_ref());
        let exclude = self.upwards().filter_map(|level| level.exclude.as_ref());
        tools
            .chain(git)
            .chain(exclude)
            .map(|file| file.matched(path, is_dir))
            .find(|found| !found.is_none())
            .is_some_and(|found| matches!(found, Match::Ignore(_)))
    }
}

/// All ignore files that have been looked at.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    pub(super) repositories: Repositories,
    levels: HashMap<PathBuf, Rc<Level>>,
    /// The directory that was asked about last: a walk asks about many entries of each.
    last: Option<(PathBuf, Rc<Level>)>,
}

impl Ignored {
    /// Whether an entry of a directory is left out. Outside any repository, ignore files count
    /// from the directory `top` downwards.
    pub(super) fn leaves_out(&mut self, path: &Path, is_dir: bool, top: &Path) -> bool {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let Some(parent) = path.parent() else {
            return false;
        };
        if hidden {
            return true;
        }
        if let Some((directory, level)) = &self.last
            && directory.as_os_str() == parent.as_os_str()
        {
            return level.ignores(path, is_dir);
        }
        let level = self.level(parent, top);
        self.last = Some((parent.to_owned(), Rc::clone(&level)));
        level.ignores(path, is_dir)
    }

    fn level(&mut self, directory: &Path, top: &Path) -> Rc<Level> {
        if let Some(level) = self.levels.get(directory) {
            return Rc::clone(level);
        }
        let root = self.repositories.root(directory);
        let is_root = root.as_deref() == Some(directory);
        let ends = is_root || root.is_none() && !is_below(directory, top);
        let above = if ends { None } else { directory.parent() };
        let level = Rc::new(Level {
            tools: patterns(&directory.join(".ignore"), directory),
            git: patterns(&directory.join(".gitignore"), directory),
            exclude: is_root
                .then(|| patterns(&git_directory(directory)?.join("info/exclude"), directory))
                .flatten(),
            above: above.map(|above| self.level(above, top)),
        });
        self.levels.insert(directory.to_owned(), Rc::clone(&level));
        level
    }
}

fn is_below(path: &Path, directory: &Path) -> bool {
    path != directory && path.starts_with(directory)
}

/// The patterns of an ignore file. Like git, it must be a file of its own: links are not followed.
fn patterns(path: &Path, directory: &Path) -> Option<Gitignore> {
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let bytes = text::bytes(path).ok()?;
    let lines = String::from_utf8_lossy(&bytes);
    let mut builder = GitignoreBuilder::new(directory);
    builder.allow_unclosed_class(false);
    for line in lines.trim_start_matches('\u{feff}').lines() {
        let names_something = line.trim_end() != "!" && line.trim_end() != "/";
        if names_something {
            // To git too, a pattern that cannot be read is one that matches nothing.
            let _ = builder.add_line(None, &as_glob(line));
        }
    }
    builder.build().ok().filter(|file| !file.is_empty())
}

/// A pattern of git as the glob of the same meaning, where the two differ: braces are nothing
/// special to git, and it knows classes like `[[:digit:]]`.
fn as_glob(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(next) = rest.chars().next() {
        let class = CLASSES.iter().find(|(class, _)| rest.starts_with(class));
        let (taken, meaning) = match (next, class) {
            (_, Some((class, range))) if in_class => (class.len(), *range),
            ('[', _) if !in_class => {
                in_class = true;
                // A bracket that comes first is one of the characters.
                let first = ["[!]", "[^]", "[]", "["];
                let start = first.into_iter().find(|start| rest.starts_with(start));
                let start = start.unwrap_or_default();
                (start.len(), start)
            }
            (']', _) => {
                in_class = false;
                (1, "]")
            }
            ('{', _) if !in_class => (1, r"\{"),
            ('}', _) if !in_class => (1, r"\}"),
            _ => {
                let escaped = next == '\\' && !in_class;
                let length = rest.chars().take(1 + usize::from(escaped));
                let length = length.map(char::len_utf8).sum();
                (length, &rest[..length])
            }
        };
        glob.push_str(meaning);
        rest = &rest[taken..];
    }
    glob
}

/// Classes of characters inside brackets.
const CLASSES: [(&str, &str); 6] = [
    ("[:alnum:]", "0-9A-Za-z"),
    ("[:alpha:]", "A-Za-z"),
    ("[:digit:]", "0-9"),
    ("[:lower:]", "a-z"),
    ("[:upper:]", "A-Z"),
    ("[:xdigit:]", "0-9A-Fa-f"),
];

/// Where a repository keeps what all its working trees share. In a linked working tree and in a
/// submodule `.git` is a file that says where.
fn git_directory(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let read = |path: &Path| String::from_utf8(text::bytes(path).ok()?).ok();
    let own = root.join(read(&git)?.strip_prefix("gitdir:")?.trim());
    match read(&own.join("commondir")) {
        Some(shared) => Some(own.join(shared.trim())),
        None => Some(own),
    }
}
