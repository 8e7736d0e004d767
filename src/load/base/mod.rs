//! The base revision (`--base`), as files in a directory of its own: what is read when two states
//! are compared. The installed `git` says what was in them.

mod git;

use self::git::{Blobs, Form, Git};
use crate::load::cleanup::Scratch;
use crate::text::boundary::Boundary;
use crate::text::paths::normalise;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The files of a revision. They are deleted with it.
#[derive(Debug)]
pub struct Checkout {
    directory: Scratch,
    /// The root of the repository, as it is called from the current directory.
    root: PathBuf,
    /// The current directory, below the root.
    prefix: PathBuf,
}

impl Checkout {
    /// Takes out what the current branch shares with a revision: the commit where it was left.
    ///
    /// # Errors
    /// Says what is missing: git, a repository, the revision, or its history.
    pub fn of(revision: &str, here: &Path, extent: Extent) -> Result<Self, String> {
        let git = Git::around(here)?;
        let commit = git.common_ancestor(revision)?;
        let checkout = Self {
            directory: Scratch::new("base").map_err(|error| unwritable(&error))?,
            root: git.root.clone(),
            prefix: git.prefix.clone(),
        };
        checkout.fill(&git, &commit, extent)?;
        Ok(checkout)
    }

    /// What the current directory was.
    pub fn current_dir(&self) -> PathBuf {
        self.directory.path().join(&self.prefix)
    }

    /// Whether a directory held anything.
    pub fn was_there(&self, given: &Path) -> bool {
        let below = self.below(&self.absolute(given));
        let then = below.map(|below| self.directory.path().join(below));
        // The current directory is made if there was none. Outside the repository all is as it was.
        then.is_none_or(|path| {
            let entries = fs::read_dir(path).ok();
            entries.is_some_and(|mut entries| entries.next().is_some())
        })
    }

    /// Where everything is.
    pub fn root(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// What a path was. Outside the repository it is what it is; none if it was not there.
    pub fn path(&self, given: &Path) -> Option<PathBuf> {
        let path = self.absolute(given);
        let Some(below) = self.below(&path) else {
            return Some(path);
        };
        if !self.directory.path().join(&below).exists() {
            return None;
        }
        // What was given as a relative path keeps its name.
        Some(if given.is_relative() && path.starts_with(&self.root) {
            given.to_owned()
        } else {
            self.directory.path().join(below)
        })
    }

    /// Where a file of the revision is, by any name; none if it was not there.
    pub fn copy_of(&self, given: &Path) -> Option<PathBuf> {
        self.path(&self.absolute(given))
    }

    /// What a path of the revision is today.
    pub fn today(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(self.directory.path()) {
            Ok(below) => self.root.join(below),
            Err(_) => path.to_owned(),
        }
    }

    /// What a file was that goes with what is linted, such as the values of a chart. One that was
    /// not there is taken as it is today.
    pub fn file(&self, given: &Path) -> PathBuf {
        self.path(given).unwrap_or_else(|| self.absolute(given))
    }

    /// Gives a chart the dependencies that are here today if those of the revision were not part of
    /// it: git often ignores them.
    ///
    /// # Errors
    /// When they cannot be put there.
    pub fn lend_dependencies(&self, chart: &Path) -> Result<(), String> {
        let today = self.absolute(chart).join("charts");
        let Some(below) = self.below(&today).filter(|_| today.is_dir()) else {
            return Ok(());
        };
        if self.directory.path().join(&below).exists() {
            return Ok(());
        }
        let boundary = Boundary::around(&self.root, &self.root);
        self.lend(&boundary, &today, &below, DEEPEST)
            .map_err(|error| unwritable(&error))
    }

    /// Copies a directory of today with everything in it. Links are copied as what they lead to,
    /// and left out if they lead out of the repository.
    fn lend(&self, today: &Boundary, from: &Path, below: &Path, depth: u32) -> io::Result<()> {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let below = below.join(entry.file_name());
            let Some(path) = today.resolve(&entry.path()) else {
                continue;
            };
            if path.is_file() {
                fs::copy(path, make_room(self.directory.path(), &below)?)?;
            } else if path.is_dir() && depth > 0 {
                self.lend(today, &path, &below, depth - 1)?;
            }
        }
        Ok(())
    }

    /// A text without a trace of where the files were for a moment.
    pub fn as_today(&self, text: &str) -> String {
        let directory = self.directory.path().to_string_lossy();
        text.replace(&*directory, &self.root.to_string_lossy())
    }

    fn absolute(&self, given: &Path) -> PathBuf {
        normalise(&self.root.join(&self.prefix).join(given))
    }

    /// Where a path is below the root, also if links lead there.
    fn below(&self, path: &Path) -> Option<PathBuf> {
        if let Ok(below) = path.strip_prefix(&self.root) {
            return Some(below.to_owned());
        }
        let real = path.canonicalize().ok()?;
        real.strip_prefix(&self.root).map(Path::to_owned).ok()
    }

    /// Puts a file of today beside those of the revision: the configuration, which holds for both.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, path: &Path, text: &str) -> Result<PathBuf, String> {
        let path = self.absolute(path);
        let Some(below) = self.below(&path) else {
            return Ok(path);
        };
        let place = self.directory.path().join(&below);
        if place.is_symlink() {
            fs::remove_file(&place).map_err(|error| unwritable(&error))?;
        }
        self.write(&below, text.as_bytes())?;
        Ok(place)
    }

    fn fill(&self, git: &Git, commit: &str, extent: Extent) -> Result<(), String> {
        // So that nothing is looked for above it.
        let exclude = git.exclude().unwrap_or_default();
        self.write(Path::new(".git/info/exclude"), &exclude)?;
        self.take_out(git, commit, Path::new(""), extent)?;
        self.make_current_dir().map_err(|error| unwritable(&error))
    }

    /// What is a directory today may have been anything.
    fn make_current_dir(&self) -> io::Result<()> {
        let here = self.current_dir();
        let directory = self.directory.path();
        if !here.exists() && !self.prefix.as_os_str().is_empty() {
            fs::create_dir(make_room(directory, &self.prefix)?)?;
        }
        if here.is_dir() && Boundary::of(directory).holds(&here) {
            return Ok(());
        }
        Err(io::ErrorKind::NotADirectory.into())
    }

    /// Writes the files of a commit below a directory.
    fn take_out(
        &self,
        git: &Git,
        commit: &str,
        below: &Path,
        extent: Extent,
    ) -> Result<(), String> {
        let absent = git.not_checked_out()?;
        let mut entries = git.files(commit)?;
        entries.retain(|entry| !absent.contains(&entry.path));
        let builds = entries.iter().any(|entry| is_kustomization(&entry.path));
        let mut blobs = Blobs::open(git)?;
        for entry in &entries {
            let path = below.join(&entry.path);
            match entry.form {
                Form::File if extent == Extent::All || is_read(&path) => {
                    let bytes = blobs.read(&entry.id)?;
                    self.write(&path, &git.smudged(bytes))?;
                }
                // Whether it is there is all that matters.
                Form::File if builds => self.write(&path, b"")?,
                Form::Repository => {
                    if let Some(inner) = git.inner(&entry.path, &entry.id) {
                        self.take_out(&inner, &entry.id, &path, extent)?;
                    }
                }
                Form::File | Form::Link => {}
            }
        }
        // Last, so that nothing is written through them.
        for entry in entries.iter().filter(|entry| entry.form == Form::Link) {
            let target = blobs.read(&entry.id)?;
            let path = below.join(&entry.path);
            link(self.directory.path(), &path, &target).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        write(self.directory.path(), path, bytes).map_err(|error| unwritable(&error))
    }
}

/// How deep directories of dependencies lie in each other. Links may lead in circles.
const DEEPEST: u32 = 16;

/// How much of a revision is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What svclint reads.
    Manifests,
    /// Everything, for programs that build manifests.
    All,
}

fn unwritable(error: &io::Error) -> String {
    format!("the files of the base revision cannot be written: {error}")
}

/// Writes a file, and the directories that it lies in, below a directory.
fn write(directory: &Path, below: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(make_room(directory, below)?, bytes)
}

/// Makes the directories that a new path below a directory lies in. No link is followed, and none
/// is written to: a tree of git can name a directory that an earlier entry has made a link, and so
/// can names that a file system takes for the same.
fn make_room(directory: &Path, below: &Path) -> io::Result<PathBuf> {
    let mut path = directory.to_owned();
    let mut names = below.components().peekable();
    while let Some(name) = names.next() {
        let Component::Normal(name) = name else {
            return Err(io::ErrorKind::InvalidFilename.into());
        };
        path.push(name);
        let known = path.symlink_metadata().ok();
        match (names.peek(), known) {
            (Some(_), Some(known)) if known.is_dir() => {}
            (Some(_), Some(_)) => return Err(io::ErrorKind::NotADirectory.into()),
            (Some(_), None) => fs::create_dir(&path)?,
            (None, Some(known)) if !known.is_file() => {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            (None, _) => {}
        }
    }
    Ok(path)
}

#[cfg(unix)]
fn link(directory: &Path, below: &Path, target: &[u8]) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let path = make_room(directory, below)?;
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), path)
}

/// Where links need privileges, git too writes the path that they lead to.
#[cfg(not(unix))]
fn link(directory: &Path, below: &Path, target: &[u8]) -> io::Result<()> {
    write(directory, below, target)
}

/// Whether svclint reads such a file.
fn is_read(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
        || matches!(name, Some("Kustomization" | ".gitignore" | ".ignore"))
}

fn is_kustomization(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    matches!(stem, Some("kustomization" | "Kustomization"))
}
