//! Another revision of the repository, as files in a directory of its own: what is read when two
//! states are compared. The installed `git` says what was in them.

use crate::load::paths::normalise;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

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
    pub fn of(revision: &str, here: &Path) -> Result<Self, String> {
        let git = Git::at(here)?;
        let commit = git.common_ancestor(revision)?;
        let checkout = Self {
            directory: scratch().map_err(|error| unwritable(&error))?,
            root: above(here, &git.prefix),
            prefix: git.prefix.clone(),
        };
        checkout.fill(&git, &commit)?;
        Ok(checkout)
    }

    /// What the current directory was.
    pub fn current_dir(&self) -> PathBuf {
        self.directory.join(&self.prefix)
    }

    /// What a path was. Outside the repository it is what it is; none if it was not there.
    pub fn path(&self, given: &Path) -> Option<PathBuf> {
        let path = normalise(&self.root.join(&self.prefix).join(given));
        let Ok(below) = path.strip_prefix(&self.root) else {
            return Some(path);
        };
        if !self.directory.join(below).exists() {
            return None;
        }
        // What was given as a relative path keeps its name.
        Some(if given.is_relative() {
            given.to_owned()
        } else {
            self.directory.join(below)
        })
    }

    /// Puts a file of today beside those of the revision: the configuration, which holds for both.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, path: &Path, text: &str) -> Result<PathBuf, String> {
        let path = normalise(&self.root.join(&self.prefix).join(path));
        let Ok(below) = path.strip_prefix(&self.root) else {
            return Ok(path);
        };
        let copy = self.directory.join(below);
        write(&copy, text.as_bytes()).map_err(|error| unwritable(&error))?;
        Ok(copy)
    }

    fn fill(&self, git: &Git, commit: &str) -> Result<(), String> {
        let write = |path: &Path, bytes: &[u8]| {
            write(&self.directory.join(path), bytes).map_err(|error| unwritable(&error))
        };
        let entries = git.files(commit)?;
        // So that nothing is looked for above it.
        let exclude = git.exclude().unwrap_or_default();
        write(Path::new(".git/info/exclude"), &exclude)?;
        let builds = entries.iter().any(|entry| is_kustomization(&entry.path));
        let mut blobs = Blobs::open(git)?;
        for entry in entries.iter().filter(|entry| !entry.is_link) {
            if is_read(&entry.path) {
                write(&entry.path, &blobs.read(&entry.id)?)?;
            } else if builds {
                // Whether it is there is all that matters.
                write(&entry.path, b"")?;
            }
        }
        for entry in entries.iter().filter(|entry| entry.is_link) {
            let target = blobs.read(&entry.id)?;
            link(&self.directory.join(&entry.path), &target).map_err(|error| unwritable(&error))?;
        }
        fs::create_dir_all(self.current_dir()).map_err(|error| unwritable(&error))
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
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
            created => return created.map(|()| path),
        }
    }
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
    is_link: bool,
}

/// The repository around a directory.
struct Git {
    here: PathBuf,
    prefix: PathBuf,
    is_shallow: bool,
}

impl Git {
    fn at(here: &Path) -> Result<Self, String> {
        let mut git = Self {
            here: here.to_owned(),
            prefix: PathBuf::new(),
            is_shallow: false,
        };
        let known = git.run(&["rev-parse", "--is-shallow-repository", "--show-prefix"]);
        let known = known?.ok_or("`--base` needs a git repository, and this is none")?;
        let known = String::from_utf8_lossy(&known).into_owned();
        let mut lines = known.lines();
        git.is_shallow = lines.next() == Some("true");
        git.prefix = lines.next().unwrap_or_default().into();
        Ok(git)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .args(args)
            .current_dir(&self.here)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
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
        fs::read(self.here.join(path)).ok()
    }

    fn files(&self, commit: &str) -> Result<Vec<Entry>, String> {
        let list = self.run(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let list = list.ok_or("git cannot list the files of the base revision")?;
        let entries = list.split(|byte| *byte == 0).filter_map(entry);
        Ok(entries.collect())
    }
}

fn missing(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        "`--base` needs git, which is not installed".to_owned()
    } else {
        format!("git cannot be run: {error}")
    }
}

/// Reads `100644 blob 8baef1b4…\tpath`. Submodules are none of ours, and no path may lead out.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let facts = std::str::from_utf8(&line[..tab]).ok()?;
    let mut facts = facts.split(' ');
    let (mode, kind, id) = (facts.next()?, facts.next()?, facts.next()?);
    let path = path(&line[tab + 1..]);
    let mut parts = path.components();
    let is_inside = parts.all(|part| matches!(part, Component::Normal(name) if name != ".git"));
    (kind == "blob" && is_inside).then(|| Entry {
        id: id.to_owned(),
        is_link: mode == "120000",
        path,
    })
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
