//! Another revision of the repository, as files in a directory of its own: what is read when two
//! states are compared. The installed `git` says what was in them.

use crate::load::paths::normalise;
use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
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

/// The directory that has this path below it.
fn above(here: &Path, below: &Path) -> PathBuf {
    let levels = below.components().count();
    here.ancestors().nth(levels).unwrap_or(here).to_owned()
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

/// A file of a revision.
struct Entry {
    path: PathBuf,
    id: String,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    File,
    Link,
    /// A submodule: a repository of its own, at this commit.
    Repository,
}

/// A repository.
struct Git {
    root: PathBuf,
    /// The current directory, below the root.
    prefix: PathBuf,
    is_shallow: bool,
    /// Whether it lies in another one.
    is_inner: bool,
}

/// What tells git where its repository is. It is set in hooks, and none of an inner one's business.
const ENVIRONMENT: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
];

impl Git {
    fn around(here: &Path) -> Result<Self, String> {
        let mut git = Self {
            root: here.to_owned(),
            prefix: PathBuf::new(),
            is_shallow: false,
            is_inner: false,
        };
        let mut command = git.command(&["rev-parse", "--is-shallow-repository", "--show-prefix"]);
        let known = command.stderr(Stdio::piped()).output();
        let known = known.map_err(|error| missing(&error))?;
        if !known.status.success() {
            return Err(no_repository(&String::from_utf8_lossy(&known.stderr)));
        }
        let mut lines = known.stdout.splitn(2, |byte| *byte == b'\n');
        git.is_shallow = lines.next() == Some(b"true");
        let prefix = lines.next().unwrap_or_default();
        git.prefix = path(prefix.strip_suffix(b"\n").unwrap_or(prefix));
        git.root = above(here, &git.prefix);
        Ok(git)
    }

    /// The submodule at a path, if it is checked out and has this commit.
    fn inner(&self, path: &Path, commit: &str) -> Option<Self> {
        let root = self.root.join(path);
        let git = Self {
            prefix: PathBuf::new(),
            is_shallow: false,
            is_inner: true,
            root,
        };
        // Without a repository of its own it would be this one.
        let is_there = git.root.join(".git").exists();
        let named = format!("{commit}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", &named];
        (is_there && git.run(&verify).ok()?.is_some()).then_some(git)
    }

    /// The files that a sparse checkout leaves out. They are not here today either.
    fn not_checked_out(&self) -> Result<HashSet<PathBuf>, String> {
        let sparse = self.run(&["config", "--bool", "core.sparseCheckout"])?;
        if sparse.as_deref() != Some(b"true\n") {
            return Ok(HashSet::new());
        }
        let list = self.run(&["ls-files", "-t", "-z"])?.unwrap_or_default();
        let absent = list
            .split(|byte| *byte == 0)
            .filter_map(|line| line.strip_prefix(b"S "));
        Ok(absent.map(path).collect())
    }

    /// What a file has in it if what git has of it is a pointer to Git LFS.
    fn smudged(&self, bytes: Vec<u8>) -> Vec<u8> {
        let stored = || {
            let id = large_file(&bytes)?;
            let common = self.commit(&["rev-parse", "--git-common-dir"]).ok()??;
            let objects = self.root.join(common).join("lfs/objects");
            fs::read(objects.join(&id[..2]).join(&id[2..4]).join(id)).ok()
        };
        stored().unwrap_or(bytes)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .args(args)
            .current_dir(&self.root)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        if self.is_inner {
            for variable in ENVIRONMENT {
                command.env_remove(variable);
            }
        }
        command
    }

    /// What git prints, or none if it fails.
    fn run(&self, args: &[&str]) -> Result<Option<Vec<u8>>, String> {
        let output = self
            .command(args)
            .output()
            .map_err(|error| missing(&error))?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn commit(&self, args: &[&str]) -> Result<Option<String>, String> {
        let printed = self.run(args)?;
        let printed = printed.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
        Ok(printed.filter(|id| !id.is_empty()))
    }

    fn common_ancestor(&self, revision: &str) -> Result<String, String> {
        let fetch = if self.is_shallow {
            ": this clone is shallow, so fetch the history first (`git fetch --unshallow`, or \
             `fetch-depth: 0` in GitHub Actions)"
        } else {
            ""
        };
        let named = format!("{revision}^{{commit}}");
        let verify = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &named,
        ];
        let commit = self.commit(&verify)?;
        let commit = commit.ok_or_else(|| format!("git knows no revision `{revision}`{fetch}"))?;
        let ancestor = self.commit(&["merge-base", "HEAD", &commit])?;
        ancestor.ok_or_else(|| format!("HEAD shares no history with `{revision}`{fetch}"))
    }

    /// The user's own patterns of what git ignores.
    fn exclude(&self) -> Option<Vec<u8>> {
        let path = self
            .commit(&["rev-parse", "--git-path", "info/exclude"])
            .ok()??;
        fs::read(self.root.join(path)).ok()
    }

    fn files(&self, commit: &str) -> Result<Vec<Entry>, String> {
        let list = self.run(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let list = list.ok_or("git cannot list the files of the base revision")?;
        let entries = list.split(|byte| *byte == 0).filter_map(entry);
        Ok(entries.collect())
    }
}

/// Why git takes a directory for no repository. One that belongs to somebody else, as in a
/// container, it does not touch.
fn no_repository(said: &str) -> String {
    let said = said.lines().next().unwrap_or_default();
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    if said.is_empty() || said.starts_with("not a git repository") {
        return "`--base` needs a git repository, and this is none".to_owned();
    }
    format!("`--base` needs a git repository, and git says: {said}")
}

fn missing(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        "`--base` needs git, which is not installed".to_owned()
    } else {
        format!("git cannot be run: {error}")
    }
}

/// Reads `100644 blob 8baef1b4…\tpath`. No path may lead out.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let facts = std::str::from_utf8(&line[..tab]).ok()?;
    let mut facts = facts.split(' ');
    let (mode, kind, id) = (facts.next()?, facts.next()?, facts.next()?);
    let path = path(&line[tab + 1..]);
    let mut parts = path.components();
    let is_inside = parts.all(|part| matches!(part, Component::Normal(name) if name != ".git"));
    let form = match (kind, mode) {
        ("blob", "120000") => Form::Link,
        ("blob", _) => Form::File,
        ("commit", _) => Form::Repository,
        _ => return None,
    };
    is_inside.then(|| Entry {
        id: id.to_owned(),
        form,
        path,
    })
}

/// The id in a pointer to a file of Git LFS.
fn large_file(bytes: &[u8]) -> Option<&str> {
    const LONGEST: usize = 1024;
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(LONGEST))?).ok()?;
    let rest = text.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
    let mut ids = rest
        .lines()
        .filter_map(|line| line.strip_prefix("oid sha256:"));
    ids.next()
        .filter(|id| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(bytes)).to_owned()
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// The contents of files, asked for one after the other.
struct Blobs {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<std::process::ChildStdout>,
}

impl Blobs {
    fn open(git: &Git) -> Result<Self, String> {
        let mut command = git.command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| missing(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answer)) => Ok(Self {
                child,
                ask,
                answer: BufReader::new(answer),
            }),
            _ => Err("git cannot be talked to".to_owned()),
        }
    }

    fn read(&mut self, id: &str) -> Result<Vec<u8>, String> {
        self.ask_for(id)
            .ok()
            .flatten()
            .ok_or_else(|| "git does not have all files of the base revision".to_owned())
    }

    /// The answer is `8baef1b4… blob 12`, the bytes, and a newline.
    fn ask_for(&mut self, id: &str) -> io::Result<Option<Vec<u8>>> {
        writeln!(self.ask, "{id}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.answer.read_line(&mut head)?;
        let size = head.trim_end().rsplit_once(" blob ");
        let Some(size) = size.and_then(|(_, size)| size.parse::<usize>().ok()) else {
            return Ok(None);
        };
        let mut bytes = vec![0; size + 1];
        self.answer.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(Some(bytes))
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_of_a_directory_is_passed_on() {
        let none = "`--base` needs a git repository, and this is none";
        assert_eq!(no_repository(""), none);
        let said = "fatal: not a git repository (or any of the parent directories): .git\n";
        assert_eq!(no_repository(said), none);
        let owned = "fatal: detected dubious ownership in repository at '/x'\nTo add\n";
        assert_eq!(
            no_repository(owned),
            "`--base` needs a git repository, and git says: detected dubious ownership in repository at '/x'"
        );
    }

    #[test]
    fn no_path_of_a_revision_leads_out() {
        let path = |name: &str| entry(format!("100644 blob 1234\t{name}").as_bytes());
        assert!(path("a b/\n.yaml").is_some());
        for name in [
            "../a.yaml",
            "a/../../b.yaml",
            "/a.yaml",
            ".git/config",
            "a/.git/b",
        ] {
            assert!(path(name).is_none(), "{name}");
        }
    }

    #[test]
    fn only_pointers_name_large_files() {
        let id = "0123456789abcdef".repeat(4);
        let pointer = |id: &str| {
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 1\n")
        };
        assert_eq!(large_file(pointer(&id).as_bytes()), Some(&*id));
        assert_eq!(large_file(pointer("../../etc").as_bytes()), None);
        assert_eq!(large_file(b"version: 1\n"), None);
    }
}
