//! Paths: made absolute, and named for people.
//!
//! All paths of a run are absolute and without `.` and `..`: equal ones have equal bytes. Maps of
//! many paths have `OsStr` for keys for that reason; to hash a `Path` is to take it apart.

use std::path::{Component, Path, PathBuf};

/// The directory in which the run takes place: relative paths start here, and names are relative
/// to it.
#[derive(Debug)]
pub(crate) struct CurrentDirectory(pub(crate) PathBuf);

impl CurrentDirectory {
    /// The directory at a path, which is empty for that of the process.
    pub(crate) fn new(directory: &Path) -> Self {
        let absolute = std::path::absolute(directory)
            .or_else(|_| std::env::current_dir())
            .unwrap_or_default();
        Self(absolute)
    }

    /// A path as given, made absolute.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        normalise(&self.0.join(path))
    }

    /// The name of a path that was given like `given`, or found in what was.
    pub(crate) fn name_as_given(&self, path: &Path, given: &Path) -> String {
        self.name(path, given.is_relative())
    }

    /// The name of a path that nobody gave: relative unless it lies somewhere else altogether.
    pub(crate) fn name_of_found(&self, path: &Path) -> String {
        let root = path
            .ancestors()
            .last()
            .map_or(0, |root| root.components().count());
        self.name(path, self.shared(path) > root)
    }

    /// Where a file of settings is, and its name: what is given from the root is named as if it had
    /// been found.
    pub(crate) fn settings(&self, given: &Path) -> (PathBuf, String) {
        let path = self.absolute(given);
        let name = if given.is_absolute() {
            self.name_of_found(&path)
        } else {
            self.name_as_given(&path, given)
        };
        (path, name)
    }

    /// What people call a path. One that begins with a dash would be taken for an option where it
    /// is typed again.
    fn name(&self, path: &Path, relative: bool) -> String {
        let name = self.plain_name(path, relative);
        if name.starts_with('-') {
            return format!("./{name}");
        }
        name
    }

    fn plain_name(&self, path: &Path, relative: bool) -> String {
        if let Ok(below) = path.strip_prefix(&self.0) {
            let name = slashed(below);
            return if name.is_empty() { ".".into() } else { name };
        }
        if !relative {
            return slashed(path);
        }
        let shared = self.shared(path);
        let up = self.0.components().skip(shared).map(|_| "..");
        let down: PathBuf = path.components().skip(shared).collect();
        let name: PathBuf = up.collect::<PathBuf>().join(down);
        slashed(&name.components().collect::<PathBuf>())
    }

    /// How many leading components a path shares with the directory.
    fn shared(&self, path: &Path) -> usize {
        let pairs = self.0.components().zip(path.components());
        pairs.take_while(|(ours, theirs)| ours == theirs).count()
    }
}

/// A path as text, with `/` on every system.
pub(crate) fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// A path without `.` and `..`. Symbolic links stay as they are, but for those that a `..` leaves
/// again: the parent of what they point to is meant, not the directory that they lie in.
pub fn normalise(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result = follow(result);
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

/// What a path stands for if it is a symbolic link; otherwise the path itself.
pub(crate) fn follow(path: PathBuf) -> PathBuf {
    if !path.is_symlink() {
        return path;
    }
    let Ok(real) = path.canonicalize() else {
        return path;
    };
    // Windows answers in a form that equals no path that a person has written.
    let plain = real.to_str().and_then(|text| text.strip_prefix(r"\\?\"));
    match plain {
        Some(plain) if !plain.starts_with("UNC") => plain.into(),
        _ => real,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn names_are_relative_to_the_current_directory() {
        let place = CurrentDirectory("/no/such/project".into());
        let name = |given: &str| {
            let given = Path::new(given);
            place.name_as_given(&place.absolute(given), given)
        };
        assert_eq!(name("."), ".");
        assert_eq!(name("./deploy//web.yaml"), "deploy/web.yaml");
        assert_eq!(name("deploy/../web.yaml"), "web.yaml");
        assert_eq!(name("../other/web.yaml"), "../other/web.yaml");
        assert_eq!(name("../project/web.yaml"), "web.yaml");
        assert_eq!(name("../.."), "../..");
        assert_eq!(name("-f/--help.yaml"), "./-f/--help.yaml");
        assert_eq!(name("a/-b.yaml"), "a/-b.yaml");
        assert_eq!(name("/no/such/project/web.yaml"), "web.yaml");
        assert_eq!(name("/no/such/web.yaml"), "/no/such/web.yaml");
        let found = |path: &str| place.name_of_found(Path::new(path));
        assert_eq!(found("/no/such/web.yaml"), "../web.yaml");
        assert_eq!(found("/somewhere/web.yaml"), "/somewhere/web.yaml");
    }

    #[test]
    fn parents_of_the_root_are_the_root() {
        let root = Path::new("/");
        assert_eq!(normalise(&root.join("../../a")), root.join("a"));
    }
}
