//! What a walk leaves out: hidden entries, and what `.gitignore` and `.ignore` files name, as git
//! reads them.

use super::repository::{Repositories, git_directories};
use super::text;
use super::tracked::Tracked;
use crate::text::hash::{HashMap, HashSet};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

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

    /// What the patterns say of an entry of the directory: of the nearest file that has one for it,
    /// the last.
    fn verdict(&self, path: &Path, is_dir: bool) -> Verdict {
        let tools = self.upwards().filter_map(|level| level.tools.as_ref());
        let git = self.upwards().filter_map(|level| level.git.as_ref());
        let exclude = self.upwards().filter_map(|level| level.exclude.as_ref());
        let tools = tools.map(|file| (file, Verdict::ForTools));
        let git = git.chain(exclude).map(|file| (file, Verdict::ForGit));
        let mut said = tools
            .chain(git)
            .map(|(file, verdict)| (file.matched(path, is_dir), verdict));
        match said.find(|(found, _)| !found.is_none()) {
            Some((Match::Ignore(_), verdict)) => verdict,
            Some(_) => Verdict::Read,
            None => Verdict::Silent,
        }
    }
}

/// What ignore files say of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing.
    Silent,
    /// A pattern takes it back in.
    Read,
    /// A `.ignore` file names it: no tool should look at it.
    ForTools,
    /// A `.gitignore` file or the repository's own patterns name it. Git never ignores what it
    /// tracks.
    ForGit,
}

/// All ignore files that have been looked at.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    pub(super) repositories: Repositories,
    levels: HashMap<PathBuf, Rc<Level>>,
    /// What the repositories track in which something ignored was met, by their roots.
    tracked: HashMap<Rc<Path>, Tracked>,
    /// Whether everything that is there is tracked: it was taken out of a revision.
    is_revision: bool,
    /// Ignored directories with something tracked in them.
    entered: HashSet<PathBuf>,
    /// The directory that was asked about last: a walk asks about many entries of each.
    last: Option<(PathBuf, Rc<Level>)>,
}

impl Ignored {
    pub(super) fn new(is_revision: bool) -> Self {
        Self {
            is_revision,
            ..Self::default()
        }
    }

    /// Whether an entry of a directory is left out. Outside any repository, ignore files count
    /// from the directory `top` downwards.
    pub(super) fn leaves_out(&mut self, path: &Path, is_dir: bool, top: &Path) -> bool {
        let Some(parent) = path.parent() else {
            return false;
        };
        if is_hidden(path) {
            return true;
        }
        // Below a directory that is ignored no pattern takes anything back in.
        let is_below_ignored = !self.entered.is_empty() && self.entered.contains(parent);
        match self.verdict(path, parent, is_dir, top) {
            Verdict::ForTools => true,
            Verdict::ForGit => !self.is_tracked(path, is_dir),
            Verdict::Read | Verdict::Silent => is_below_ignored && !self.is_tracked(path, is_dir),
        }
    }

    /// Whether a file that is not there would be left out.
    pub(super) fn would_leave_out(&mut self, path: &Path, top: &Path) -> bool {
        let Some(parent) = path.parent() else {
            return false;
        };
        let verdict = self.verdict(path, parent, false, top);
        is_hidden(path) || matches!(verdict, Verdict::ForTools | Verdict::ForGit)
    }

    fn verdict(&mut self, path: &Path, parent: &Path, is_dir: bool, top: &Path) -> Verdict {
        let level = match &self.last {
            Some((directory, level)) if directory.as_os_str() == parent.as_os_str() => {
                Rc::clone(level)
            }
            _ => {
                let level = self.level(parent, top);
                self.last = Some((parent.to_owned(), Rc::clone(&level)));
                level
            }
        };
        level.verdict(path, is_dir)
    }

    /// Whether git tracks an entry that it would ignore otherwise, or something below it.
    fn is_tracked(&mut self, path: &Path, is_dir: bool) -> bool {
        if self.is_revision {
            return true;
        }
        let parent = path.parent().unwrap_or(path);
        let Some(root) = self.repositories.root(parent) else {
            return false;
        };
        let Ok(below) = path.strip_prefix(&root) else {
            return false;
        };
        let new = || Tracked::of(&root);
        let tracked = self.tracked.entry(Rc::clone(&root)).or_insert_with(new);
        if !is_dir {
            return tracked.has(below);
        }
        let has = tracked.has_below(below);
        if has {
            self.entered.insert(path.to_owned());
        }
        has
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
                .then(|| {
                    let (_, shared) = git_directories(directory)?;
                    patterns(&shared.join("info/exclude"), directory)
                })
                .flatten(),
            above: above.map(|above| self.level(above, top)),
        });
        self.levels.insert(directory.to_owned(), Rc::clone(&level));
        level
    }
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name();
    name.is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
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
