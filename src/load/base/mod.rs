//! The base revision (`--base`), as files in a directory of its own: what is read when two states
//! are compared. The installed `git` says what was in them.

mod git;

use self::git::{Blobs, Form, Git};
use crate::text::paths::normalise;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The directories of this process, for when it ends early.
static SCRATCH: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The files of a revision. They are deleted with it.
#[derive(Debug)]
pub struct Checkout {
    directory: PathBuf,
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
            directory: scratch().map_err(|error| unwritable(&error))?,
            root: git.root.clone(),
            prefix: git.prefix.clone(),
        };
        checkout.fill(&git, &commit, extent)?;
        Ok(checkout)
    }

    /// What the current directory was.
    pub fn current_dir(&self) -> PathBuf {
        self.directory.join(&self.prefix)
    }

    /// What a path was. Outside the repository it is what it is; none if it was not there.
    pub fn path(&self, given: &Path) -> Option<PathBuf> {
        let path = self.absolute(given);
        let Some(below) = self.below(&path) else {
            return Some(path);
        };
        if !self.directory.join(&below).exists() {
            return None;
        }
        // What was given as a relative path keeps its name.
        Some(if given.is_relative() && path.starts_with(&self.root) {
            given.to_owned()
        } else {
            self.directory.join(below)
        })
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
        let then = self.directory.join(below);
        if then.exists() {
            return Ok(());
        }
        copy(&today, &then).map_err(|error| unwritable(&error))
    }

    /// A text without a trace of where the files were for a moment.
    pub fn as_today(&self, text: &str) -> String {
        let directory = self.directory.to_string_lossy();
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
        let copy = self.directory.join(below);
        write(&copy, text.as_bytes()).map_err(|error| unwritable(&error))?;
        Ok(copy)
    }

    fn fill(&self, git: &Git, commit: &str, extent: Extent) -> Result<(), String> {
        // So that nothing is looked for above it.
        let exclude = git.exclude().unwrap_or_default();
        self.write(Path::new(".git/info/exclude"), &exclude)?;
        self.take_out(git, commit, Path::new(""), extent)?;
        fs::create_dir_all(self.current_dir()).map_err(|error| unwritable(&error))
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
            let path = self.directory.join(below).join(&entry.path);
            link(&path, &target).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        write(&self.directory.join(path), bytes).map_err(|error| unwritable(&error))
    }
}

/// How much of a revision is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What svclint reads.
    Manifests,
    /// Everything, for programs that build manifests.
    All,
}

/// Deletes what revisions have been taken out to. For when the process ends early: otherwise that
/// is gone already.
pub fn clean_up() {
    for directory in lock(&SCRATCH).drain(..) {
        let _ = fs::remove_dir_all(directory);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
        lock(&SCRATCH).retain(|directory| *directory != self.directory);
    }
}

fn unwritable(error: &io::Error) -> String {
    format!("the files of the base revision cannot be written: {error}")
}

/// A new directory that only the user can enter.
fn scratch() -> io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("svclint-base-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match builder.create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => {
                created?;
                lock(&SCRATCH).push(path.clone());
                return Ok(path);
            }
        }
    }
}

/// Copies a directory with everything in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() && !path.is_symlink() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

#[cfg(unix)]
fn link(path: &Path, target: &[u8]) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), path)
}

/// Where links need privileges, git too writes the path that they lead to.
#[cfg(not(unix))]
fn link(path: &Path, target: &[u8]) -> io::Result<()> {
    write(path, target)
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
