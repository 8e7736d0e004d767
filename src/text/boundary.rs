//! How far a repository reaches. What its own files name, be it in a setting, a kustomization or a
//! link, must not lead out of it: whoever proposes a change would otherwise have files of the
//! machine read, and shown in a public log. What the command line names is another matter, if it
//! does not name a link.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A directory that no path may leave, links included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The real path of the directory.
    root: PathBuf,
    /// A path by which something inside is called, and what it really is.
    alias: (PathBuf, PathBuf),
}

/// The kernel follows fewer links, wherever it is one; a path with more of them leads nowhere.
const MOST_LINKS: usize = 64;

/// No path of Linux is longer, and to look at all parts of one that is would take for ever.
const LONGEST: usize = 4096;

impl Boundary {
    /// The repository that a directory lies in. Without one nothing says how far up things belong
    /// together: then it is the current directory if that holds the other one, or else the
    /// directory itself.
    pub fn around(directory: &Path, current_dir: &Path) -> Self {
        let real = real(directory);
        let root = repository(&real);
        // Paths in the repository are usually called by its name, not by that of the directory.
        if let (Some(root), Some(named)) = (root, repository(directory))
            && self::real(named) == root
        {
            return Self {
                root: root.to_owned(),
                alias: (named.to_owned(), root.to_owned()),
            };
        }
        let here = self::real(current_dir);
        let root = match root {
            Some(root) => root.to_owned(),
            None if real.starts_with(&here) => here,
            None => real.clone(),
        };
        Self {
            root,
            alias: (directory.to_owned(), real),
        }
    }

    /// A directory that the command line names.
    pub fn of(directory: &Path) -> Self {
        let root = real(directory);
        Self {
            alias: (directory.to_owned(), root.clone()),
            root,
        }
    }

    /// Whether a path stays inside.
    pub fn holds(&self, path: &Path) -> bool {
        self.resolve(path).is_some()
    }

    /// Where an absolute path really leads, be something there or not. None if it leads out, or to
    /// what git keeps for itself, which may hold credentials. Nothing outside is looked at, not
    /// even whether it exists.
    pub fn resolve(&self, path: &Path) -> Option<PathBuf> {
        if path.as_os_str().len() > LONGEST {
            return None;
        }
        let mut place = self.root.clone();
        let mut todo = self.steps(path, &mut place)?;
        let mut links = 0;
        while let Some(step) = todo.pop() {
            if step == ".." {
                place.pop();
            } else {
                if step.eq_ignore_ascii_case(".git") {
                    return None;
                }
                place.push(step);
                if links < MOST_LINKS
                    && let Ok(target) = fs::read_link(&place)
                {
                    links += 1;
                    place.pop();
                    todo.extend(self.steps(&target, &mut place)?);
                }
            }
            if !place.starts_with(&self.root) || place.as_os_str().len() > LONGEST {
                return None;
            }
        }
        Some(place)
    }

    /// The steps of a path, the first one last; an absolute path begins at a place inside.
    fn steps(&self, path: &Path, place: &mut PathBuf) -> Option<Vec<OsString>> {
        let (alias, real) = &self.alias;
        let below = if !path.has_root() {
            path
        } else if let Ok(below) = path.strip_prefix(alias) {
            place.clone_from(real);
            below
        } else {
            place.clone_from(&self.root);
            path.strip_prefix(&self.root).ok()?
        };
        let steps = below.components().filter_map(|component| match component {
            Component::CurDir => None,
            Component::ParentDir => Some("..".into()),
            other => Some(other.as_os_str().to_owned()),
        });
        let mut steps: Vec<OsString> = steps.collect();
        steps.reverse();
        Some(steps)
    }
}

/// Whether a path lies in a repository by its name, and really somewhere else: a change to the
/// repository can make a link of anything, also of what the command line names. Without a
/// repository the current directory is meant. Who names what git keeps for itself means it.
pub fn leads_out(path: &Path, current_dir: &Path) -> bool {
    if path.iter().any(|name| name == ".git") {
        return false;
    }
    let mut roots = roots(path, current_dir);
    roots.any(|root| !Boundary::around(root, root).holds(path))
}

/// Whether a path lies in a repository or in the current directory by its name.
pub fn is_ours(path: &Path, current_dir: &Path) -> bool {
    let directory = path.parent().unwrap_or(path);
    roots(directory, current_dir).next().is_some()
}

fn roots<'p>(path: &'p Path, current_dir: &'p Path) -> impl Iterator<Item = &'p Path> {
    let is_root = move |root: &&Path| *root == current_dir || root.join(".git").exists();
    path.ancestors().filter(is_root)
}

/// What is said of a path that the command line names and that leads out.
pub const LINK_OUT: &str = "it is behind a link out of the repository: name what that leads to";

/// The nearest directory, this one or above, that holds a `.git`.
pub fn repository(directory: &Path) -> Option<&Path> {
    let mut above = directory.ancestors();
    above.find(|directory| directory.join(".git").exists())
}

/// A path without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::os::unix::fs::symlink;

    /// A repository, and things beside it.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let name = format!("svclint-boundary-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            for directory in ["repo/.git", "repo/a/b", "outside"] {
                fs::create_dir_all(path.join(directory)).unwrap();
            }
            fs::write(path.join("outside/secret"), "x").unwrap();
            fs::write(path.join("repo/a/file"), "x").unwrap();
            Self(path.canonicalize().unwrap())
        }

        fn link(&self, target: &str, path: &str) {
            symlink(target, self.0.join(path)).unwrap();
        }

        /// Where a path leads, from the root of the repository.
        fn resolve(&self, boundary: &Boundary, path: &str) -> Option<String> {
            let found = boundary.resolve(&self.0.join(path))?;
            let below = found.strip_prefix(self.0.join("repo")).unwrap();
            Some(below.to_str().unwrap().to_owned())
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn no_link_leads_out() {
        let scratch = Scratch::new("links");
        scratch.link("../outside/secret", "repo/secret");
        scratch.link("/etc/passwd", "repo/passwd");
        scratch.link("../outside", "repo/dir");
        scratch.link("a/b/../../../outside/secret", "repo/long");
        scratch.link("secret", "repo/chain");
        scratch.link("../outside/nothing", "repo/dangling");
        scratch.link("a/nothing", "repo/inner-dangling");
        scratch.link("a/b", "repo/inner");
        scratch.link("loop", "repo/loop");
        scratch.link(".git/config", "repo/config");
        scratch.link(
            scratch.0.join("repo/a/file").to_str().unwrap(),
            "repo/absolute",
        );
        let boundary = Boundary::around(&scratch.0.join("repo/a"), Path::new("/nowhere"));
        let resolve = |path: &str| scratch.resolve(&boundary, path);
        for out in [
            "repo/secret",
            "repo/passwd",
            "repo/dir/secret",
            "repo/long",
            "repo/chain",
            "repo/dangling",
            "repo/config",
            "repo/.git/config",
            "repo/a/../.GIT/config",
            "repo/../outside/secret",
            "repo/inner/../../../outside",
            "outside/secret",
        ] {
            assert_eq!(resolve(out), None, "{out}");
        }
        for (path, real) in [
            ("repo", ""),
            ("repo/a/../a/./file", "a/file"),
            ("repo/inner/../file", "a/file"),
            ("repo/inner/c", "a/b/c"),
            ("repo/inner-dangling", "a/nothing"),
            ("repo/absolute", "a/file"),
            ("repo/no/such/../file", "no/file"),
            ("repo/loop", "loop"),
        ] {
            assert_eq!(resolve(path).as_deref(), Some(real), "{path}");
        }
    }

    #[test]
    fn the_repository_has_many_names() {
        let scratch = Scratch::new("names");
        scratch.link("repo", "alias");
        scratch.link("repo/a", "inner");
        for directory in ["repo", "alias", "alias/a", "inner"] {
            let boundary = Boundary::around(&scratch.0.join(directory), Path::new("/nowhere"));
            let below = boundary.resolve(&scratch.0.join(directory).join("x"));
            assert!(
                below.unwrap().starts_with(scratch.0.join("repo")),
                "{directory}"
            );
            assert!(
                boundary.holds(&scratch.0.join("repo/a/file")),
                "{directory}"
            );
            assert!(
                !boundary.holds(&scratch.0.join("outside/secret")),
                "{directory}"
            );
        }
    }

    #[test]
    fn a_name_in_a_repository_may_lead_out() {
        let scratch = Scratch::new("named");
        fs::create_dir(scratch.0.join("outside/.git")).unwrap();
        scratch.link("../outside", "repo/link");
        scratch.link(".git", "repo/git");
        scratch.link("a", "repo/inner");
        scratch.link("repo", "alias");
        let nowhere = Path::new("/nowhere");
        for out in ["repo/link", "repo/link/x", "alias/link", "repo/git/x"] {
            assert!(leads_out(&scratch.0.join(out), nowhere), "{out}");
        }
        for inside in [
            "repo",
            "alias",
            "alias/a/x",
            "repo/inner/x",
            "repo/.git/x",
            "outside/x",
        ] {
            assert!(!leads_out(&scratch.0.join(inside), nowhere), "{inside}");
        }
        fs::remove_dir(scratch.0.join("repo/.git")).unwrap();
        let (link, repo) = (scratch.0.join("repo/link"), scratch.0.join("repo"));
        assert!(!leads_out(&link, nowhere) && leads_out(&link, &repo));
        assert!(!is_ours(&link, nowhere) && is_ours(&link, &repo));
    }

    #[test]
    fn without_a_repository_the_current_directory_counts() {
        let scratch = Scratch::new("none");
        fs::remove_dir(scratch.0.join("repo/.git")).unwrap();
        let around =
            |here: &str| Boundary::around(&scratch.0.join("repo/a"), &scratch.0.join(here));
        assert!(around("repo").holds(&scratch.0.join("repo/x")));
        assert!(!around("repo").holds(&scratch.0.join("outside/secret")));
        assert!(!around("outside").holds(&scratch.0.join("repo/x")));
        assert!(around("outside").holds(&scratch.0.join("repo/a/x")));
    }
}
