//! Paths for those who do not know where svclint ran: code hosts want them from the root of the
//! repository, with `/` on every system.

use super::Place;
use crate::lint::Report;
use crate::load::paths::{normalise, slashed};
use crate::source::{Source, Span};
use std::path::{Path, PathBuf};

/// Where paths in reports for code hosts start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// The root of the repository; without one, the current directory.
    root: PathBuf,
    /// The directory that the names of texts start from.
    here: PathBuf,
}

impl Root {
    /// The root of the repository around a directory.
    pub fn around(here: &Path) -> Self {
        let mut above = here.ancestors();
        let root = above.find(|directory| directory.join(".git").exists());
        Self {
            root: root.unwrap_or(here).to_owned(),
            here: here.to_owned(),
        }
    }

    /// The path of what stands at a place.
    pub(super) fn path_at(&self, report: &Report, span: Span) -> String {
        match Place::of(report, span).template {
            Some(template) => template.to_owned(),
            None => self.path_of(report.sources.get(span.source)),
        }
    }

    /// The path of a text, in full if it lies outside.
    pub(super) fn path_of(&self, source: &Source) -> String {
        if source.is_stream {
            return source.name.clone();
        }
        let path = normalise(&self.here.join(&source.name));
        slashed(path.strip_prefix(&self.root).unwrap_or(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_root_of_the_repository() {
        let root = Root {
            root: "/no/such/project".into(),
            here: "/no/such/project/deploy".into(),
        };
        let path = |name: &str| root.path_of(&Source::new(name, ""));
        assert_eq!(path("web.yaml"), "deploy/web.yaml");
        assert_eq!(path("../base/web.yaml"), "base/web.yaml");
        assert_eq!(path("../../other/web.yaml"), "/no/such/other/web.yaml");
        assert_eq!(path("/no/such/project/web.yaml"), "web.yaml");
        assert_eq!(root.path_of(&Source::stream("<stdin>", "")), "<stdin>");
    }

    #[test]
    fn the_repository_is_found_upwards() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let root = Root::around(&here);
        assert!(root.here.starts_with(&root.root));
        let nowhere = Path::new("/no/such/project");
        assert_eq!(Root::around(nowhere).root, nowhere);
    }
}
