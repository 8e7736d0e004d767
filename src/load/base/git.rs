//! What git knows of a revision: the installed program is asked.

use crate::load::program::find;
use crate::load::text;
use crate::text::hash::HashSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A file of a revision.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) id: String,
    pub(super) form: Form,
}

/// What an entry of a commit is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    File,
    Link,
    /// A submodule: a repository of its own, at this commit.
    Repository,
}

/// A repository.
pub(super) struct Git {
    /// The installed program.
    program: PathBuf,
    pub(super) root: PathBuf,
    /// The current directory, below the root.
    pub(super) prefix: PathBuf,
    is_shallow: bool,
    /// Whether it lies in another one.
    is_inner: bool,
}

/// Settings that let no repository run anything: no commands of a bare repository that lies among
/// the files of another one, no monitor of files, no hooks, and nothing that is fetched.
const SAFE: [&str; 4] = [
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
];

/// The same for what settings of a repository could overrule, or older versions of git do not know.
const SAFE_ENVIRONMENT: [(&str, &str); 5] = [
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
];

/// What tells git where its repository is. It is set in hooks, and none of an inner one's business.
const ENVIRONMENT: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
];

impl Git {
    pub(super) fn around(here: &Path) -> Result<Self, String> {
        let mut git = Self {
            program: find("git").ok_or_else(|| NOT_INSTALLED.to_owned())?,
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
    pub(super) fn inner(&self, path: &Path, commit: &str) -> Option<Self> {
        let root = self.root.join(path);
        let git = Self {
            program: self.program.clone(),
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
    pub(super) fn not_checked_out(&self) -> Result<HashSet<PathBuf>, String> {
        let sparse = self.run(&["config", "--bool", "core.sparseCheckout"])?;
        if sparse.as_deref() != Some(b"true\n") {
            return Ok(HashSet::default());
        }
        let list = self.run(&["ls-files", "-t", "-z"])?.unwrap_or_default();
        let absent = list
            .split(|byte| *byte == 0)
            .filter_map(|line| line.strip_prefix(b"S "));
        Ok(absent.map(path).collect())
    }

    /// What a file has in it if what git has of it is a pointer to Git LFS.
    pub(super) fn smudged(&self, bytes: Vec<u8>) -> Vec<u8> {
        let stored = || {
            let id = large_file(&bytes)?;
            let common = self.commit(&["rev-parse", "--git-common-dir"]).ok()??;
            let objects = self.root.join(common).join("lfs/objects");
            text::bytes(&objects.join(&id[..2]).join(&id[2..4]).join(id)).ok()
        };
        stored().unwrap_or(bytes)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(SAFE.iter().flat_map(|setting| ["-c", setting]))
            .args(args)
            .current_dir(&self.root)
            .envs(SAFE_ENVIRONMENT)
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

    pub(super) fn common_ancestor(&self, revision: &str) -> Result<String, String> {
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
        let ancestor = match ancestor {
            None if self.is_shallow && self.is_parent(&commit)? => Some(commit),
            known => known,
        };
        ancestor.ok_or_else(|| format!("HEAD shares no history with `{revision}`{fetch}"))
    }

    /// The user's own patterns of what git ignores.
    pub(super) fn exclude(&self) -> Option<Vec<u8>> {
        let path = self
            .commit(&["rev-parse", "--git-path", "info/exclude"])
            .ok()??;
        text::bytes(&self.root.join(path)).ok()
    }

    /// Whether a commit is a parent of HEAD, by the words of that. In a shallow clone git does not
    /// count those parents that it was not told to fetch; when CI merges a pull request, HEAD is a
    /// merge with its base.
    fn is_parent(&self, commit: &str) -> Result<bool, String> {
        let head = self
            .run(&["cat-file", "commit", "HEAD"])?
            .unwrap_or_default();
        let head = String::from_utf8_lossy(&head);
        let mut header = head.lines().take_while(|line| !line.is_empty());
        Ok(header.any(|line| line.strip_prefix("parent ") == Some(commit)))
    }

    pub(super) fn files(&self, commit: &str) -> Result<Vec<Entry>, String> {
        let list = self.run(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let list = list.ok_or("git cannot list the files of the base revision")?;
        let entries = list.split(|byte| *byte == 0).filter_map(entry);
        Ok(entries.collect())
    }
}

/// The directory that has this path below it.
fn above(here: &Path, below: &Path) -> PathBuf {
    let levels = below.components().count();
    here.ancestors().nth(levels).unwrap_or(here).to_owned()
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

const NOT_INSTALLED: &str = "`--base` needs git, which is not installed";

fn missing(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        NOT_INSTALLED.to_owned()
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
    let is_inside = parts
        .all(|part| matches!(part, Component::Normal(name) if !name.eq_ignore_ascii_case(".git")));
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

/// Nothing is fetched here: a repository says itself from where, and by which command.
const INCOMPLETE: &str = "git does not have all files of the base revision: this clone is partial, \
                          so fetch them first (`git fetch --refetch --no-filter`)";

/// The contents of files, asked for one after the other.
pub(super) struct Blobs {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<std::process::ChildStdout>,
}

impl Blobs {
    pub(super) fn open(git: &Git) -> Result<Self, String> {
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

    pub(super) fn read(&mut self, id: &str) -> Result<Vec<u8>, String> {
        self.ask_for(id)
            .ok()
            .flatten()
            .ok_or_else(|| INCOMPLETE.to_owned())
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
            "`--base` needs a git repository, and git says: detected dubious ownership in \
             repository at '/x'"
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
            "a/.GIT/b",
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
