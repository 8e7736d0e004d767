//! What test harnesses compare the objects of a cluster with: parts of objects, which nothing
//! applies.

use crate::text::paths::normalise;
use crate::text::source::SourceId;
use crate::unit::File;
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{documents, parse};
use globset::{Glob, GlobMatcher};
use rayon::prelude::*;
use std::path::Path;

/// The files that tests of chainsaw name under `assert` and `error` (`.spec.steps[].try[]`; they
/// may be globs), and those that kuttl takes by their names.
pub(super) struct Assertions(Vec<GlobMatcher>);

impl Assertions {
    pub(super) fn of(files: &[File]) -> Self {
        let tests = files.par_iter().filter_map(|file| {
            let path = file.path.as_deref()?;
            let stem = path.file_stem()?.to_str()?;
            Some((path.parent()?, file)).filter(|_| stem == "chainsaw-test")
        });
        Self(
            tests
                .flat_map_iter(|(directory, file)| named(directory, &file.text))
                .collect(),
        )
    }

    /// Whether a file is one.
    pub(super) fn have(&self, path: &Path) -> bool {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        stem.is_some_and(is_step) || self.0.iter().any(|glob| glob.is_match(path))
    }
}

/// `00-assert`, `01-errors`: kuttl takes files for what the cluster must, or must not, hold by the
/// name after the number of the step (`pkg/test/step.go:LoadYAML`).
fn is_step(stem: &str) -> bool {
    let Some((number, name)) = stem.split_once('-') else {
        return false;
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && matches!(name, "assert" | "errors")
}

/// What a test of chainsaw names.
fn named(directory: &Path, test: &str) -> Vec<GlobMatcher> {
    let mut found = Vec::new();
    let mut tree = Tree::new(test);
    for document in documents(test) {
        if parse(&mut tree, &document).is_err() {
            continue;
        }
        let reader = Reader::new(&tree, SourceId(0));
        let nodes = tree.ids().map(|node| Cursor::at(&reader, node));
        for node in nodes.filter(|node| node.is_map()) {
            let operations = ["assert", "error"].into_iter();
            let files = operations.filter_map(|name| node.get(name)?.get("file")?.string());
            found.extend(files.filter_map(|file| {
                let path = normalise(&directory.join(file.value));
                Some(Glob::new(path.to_str()?).ok()?.compile_matcher())
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_kuttl_are_told_by_their_names() {
        for stem in ["00-assert", "1-errors"] {
            assert!(is_step(stem), "{stem}");
        }
        for stem in [
            "assert",
            "00-install",
            "a-assert",
            "00-assert-more",
            "-assert",
        ] {
            assert!(!is_step(stem), "{stem}");
        }
    }

    #[test]
    fn chainsaw_names_what_it_compares_with() {
        let test = "kind: Test\nspec:\n  steps:\n  - try:\n    - apply: {file: web.yaml}\n    \
                    - assert: {file: ../web-assert.yaml}\n    - error: {file: none/*.yaml}\n";
        let found = Assertions(named(Path::new("/t/one"), test));
        assert!(found.have(Path::new("/t/web-assert.yaml")));
        assert!(found.have(Path::new("/t/one/none/a.yaml")));
        assert!(!found.have(Path::new("/t/one/web.yaml")));
    }
}
