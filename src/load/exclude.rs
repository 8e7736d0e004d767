//! `--exclude`: globs that the user leaves out.

use crate::settings::pattern::{anchored, compile};
use crate::text::quote::quoted;
use globset::GlobSet;
use std::fmt;

/// A glob that cannot be read. It is the user's to correct, before anything is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidGlob {
    /// The glob as given.
    pub glob: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for InvalidGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "glob `{}` is invalid: {}", self.glob, self.message)
    }
}

impl std::error::Error for InvalidGlob {}

/// The globs, read as `.gitignore` reads patterns: one without a `/` fits names at any depth, one
/// with a `/` fits paths from the current directory, one that ends in `/` fits only directories.
#[derive(Debug)]
pub(super) struct Exclude {
    globs: GlobSet,
    /// For each glob, whether it fits only directories.
    only_directories: Vec<bool>,
}

impl Exclude {
    pub(super) fn new(globs: &[String]) -> Result<Self, InvalidGlob> {
        let invalid = |glob: &str, message| InvalidGlob {
            glob: quoted(glob).into_owned(),
            message,
        };
        let all: Vec<String> = globs.iter().map(|glob| anchored(glob)).collect();
        let set = compile(&all).map_err(|message| {
            let own = globs.iter().find_map(|glob| {
                let message = compile(&[anchored(glob)]).err()?;
                Some(invalid(glob, message))
            });
            own.unwrap_or_else(|| invalid(&globs.join(" "), message))
        })?;
        Ok(Self {
            globs: set,
            only_directories: globs.iter().map(|glob| glob.ends_with('/')).collect(),
        })
    }

    /// Whether a path, named from the current directory, is left out.
    pub(super) fn leaves_out(&self, name: &str, is_dir: bool) -> bool {
        self.fitting(name, is_dir).next().is_some()
    }

    /// The globs that leave a path out, by their position.
    pub(super) fn fitting(&self, name: &str, is_dir: bool) -> impl Iterator<Item = usize> {
        // Before a dash.
        let name = name.strip_prefix("./").unwrap_or(name);
        let fitting = self.globs.matches(name).into_iter();
        fitting.filter(move |index| is_dir || !self.only_directories[*index])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn excludes(glob: &str, name: &str, is_dir: bool) -> bool {
        Exclude::new(&[glob.to_owned()])
            .unwrap()
            .leaves_out(name, is_dir)
    }

    #[test]
    fn globs_fit_as_patterns_of_gitignore_do() {
        assert!(excludes("*.gen.yaml", "a/b.gen.yaml", false));
        assert!(excludes("vendor", "vendor", true));
        assert!(excludes("vendor", "a/vendor", true));
        assert!(!excludes("vendor", "a/vendored", true));
        assert!(excludes("a/*.yaml", "a/b.yaml", false));
        assert!(!excludes("a/*.yaml", "a/b/c.yaml", false));
        assert!(!excludes("a/*.yaml", "x/a/b.yaml", false));
        assert!(excludes("a/**/c.yaml", "a/c.yaml", false));
        assert!(excludes("/a.yaml", "a.yaml", false));
        assert!(!excludes("/a.yaml", "b/a.yaml", false));
        assert!(excludes("./a.yaml", "a.yaml", false));
        assert!(excludes("../a/*", "../a/b.yaml", false));
        assert!(excludes("{a,b}.yaml", "x/b.yaml", false));
        assert!(excludes("build/", "x/build", true));
        assert!(!excludes("build/", "x/build", false));
        assert!(excludes("/-a.yaml", "./-a.yaml", false));
    }

    #[test]
    fn a_bad_glob_is_named() {
        let globs = ["*.yaml".to_owned(), "a[".to_owned()];
        let error = Exclude::new(&globs).unwrap_err();
        assert_eq!(error.glob, "a[");
        assert!(error.to_string().starts_with("glob `a[` is invalid: "));
    }
}
