//! Files that the program writes: all of a file or nothing, and not where a link in a repository
//! leads. Whoever proposes a change could otherwise have any file of the machine overwritten.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use svclint::text::boundary::{LINK_OUT, is_ours, leads_out};
use svclint::text::paths::normalise;

/// Puts a new file in the place of the old one, which stays if the new one cannot be written. In a
/// repository a link gives way to the file; elsewhere the file that it leads to is meant. What is
/// no file (`/dev/stderr`, a pipe) is written to as it is.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = &normalise(&std::path::absolute(path)?);
    let here = &std::env::current_dir()?;
    if leads_out(directory(path), here) {
        return Err(io::Error::other(LINK_OUT));
    }
    if path.is_symlink() && is_ours(path, here) {
        return write_beside(path, bytes);
    }
    if path.exists() && !path.is_file() {
        return fs::write(path, bytes);
    }
    write_beside(
        &path.canonicalize().unwrap_or_else(|_| path.to_owned()),
        bytes,
    )
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (part, mut file) = beside(path)?;
    let written = file.write_all(bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// A new file in the same directory.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for count in 0.. {
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}-{count}.part", std::process::id()));
        let part = path.with_file_name(name);
        match File::create_new(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return Ok((part, created?)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The directory of a file.
pub(crate) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A directory that is deleted at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("svclint-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_takes_the_place_of_the_old_one_and_leaves_nothing_else() {
        let scratch = Scratch::new("replace");
        let path = scratch.path("out.txt");
        replace(&path, b"a long old one").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 1);
        let lost = scratch.path("nowhere/out.txt");
        assert!(replace(&lost, b"new").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_of_a_repository_gives_way_and_others_stay() {
        use std::os::unix::fs::symlink;
        let scratch = Scratch::new("replace-link");
        fs::create_dir_all(scratch.path("repo/.git")).unwrap();
        fs::create_dir_all(scratch.path("other/.git")).unwrap();
        fs::write(scratch.path("precious"), "old").unwrap();
        symlink(scratch.path("precious"), scratch.path("link")).unwrap();
        symlink(scratch.path("precious"), scratch.path("repo/link")).unwrap();
        symlink("/dev/null", scratch.path("repo/device")).unwrap();
        symlink(&scratch.0, scratch.path("repo/above")).unwrap();
        symlink(scratch.path("other"), scratch.path("repo/other")).unwrap();
        symlink(".git", scratch.path("repo/git")).unwrap();
        let part = format!(".link.{}-0.part", std::process::id());
        symlink(scratch.path("precious"), scratch.path("repo").join(part)).unwrap();

        for link in ["repo/link", "repo/device"] {
            replace(&scratch.path(link), b"new").unwrap();
            assert!(!scratch.path(link).is_symlink(), "{link}");
            assert_eq!(fs::read(scratch.path(link)).unwrap(), b"new");
        }
        for out in ["repo/above/precious", "repo/other/x", "repo/git/config"] {
            assert!(replace(&scratch.path(out), b"new").is_err(), "{out}");
        }
        assert_eq!(fs::read(scratch.path("precious")).unwrap(), b"old");
        assert!(!scratch.path("other/x").exists());

        replace(&scratch.path("link"), b"new").unwrap();
        assert!(scratch.path("link").is_symlink());
        assert_eq!(fs::read(scratch.path("precious")).unwrap(), b"new");
    }
}
