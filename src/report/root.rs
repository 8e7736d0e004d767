//! Paths for those who do not know where svclint ran: code hosts want them from the root of the
//! repository, with `/` on every system.

use super::Place;
use crate::run::Report;
use crate::text::boundary::repository;
use crate::text::paths::{normalise, slashed};
use crate::text::source::{Source, Span};
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
        Self {
            root: repository(here).unwrap_or(here).to_owned(),
            here: here.to_owned(),
        }
    }

    /// The path of what stands at a place.
    pub(super) fn path_at(&self, report: &Report, span: Span) -> String {
        match Place::of(report, span).template {
            Some(template) => self.path_of_template(template),
            None => self.path_of(report.sources.get(span.source)),
        }
    }

    /// A template is named from the current directory if svclint has had it rendered; otherwise
    /// nobody knows from where.
    fn path_of_template(&self, name: &str) -> String {
        if self.here.join(name).is_file() {
            self.path_of_name(name)
        } else {
            name.to_owned()
        }
    }

    /// The path of a text, in full if it lies outside.
    pub(super) fn path_of(&self, source: &Source) -> String {
        if source.is_stream {
            return source.name.clone();
        }
        self.path_of_name(&source.name)
    }

    fn path_of_name(&self, name: &str) -> String {
        let path = normalise(&self.here.join(name));
        let path = self.resolved(path);
        slashed(path.strip_prefix(&self.root).unwrap_or(&path))
    }

    /// The file that links lead to, if it is in the repository: of a link, code hosts show nothing
    /// but where it points.
    fn resolved(&self, path: PathBuf) -> PathBuf {
        // Windows answers in a form that no path of ours has.
        if cfg!(windows) || !self.root.is_absolute() {
            return path;
        }
        match path.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => real,
            _ => path,
        }
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
    fn templates_start_at_the_root_of_the_repository_if_they_are_there() {
        let root = Root::around(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/programs"));
        let root = Root {
            root: env!("CARGO_MANIFEST_DIR").into(),
            ..root
        };
        let there = "shop/templates/service.yaml";
        assert_eq!(
            root.path_of_template(there),
            format!("testdata/programs/{there}")
        );
        let elsewhere = "web/templates/service.yaml";
        assert_eq!(root.path_of_template(elsewhere), elsewhere);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_the_repository_are_followed() {
        use std::fs;
        let name = format!("svclint-root-{}", std::process::id());
        let scratch = std::env::temp_dir().join(name);
        let repository = scratch.join("repository");
        fs::create_dir_all(repository.join("base")).expect("a directory");
        for file in [scratch.join("out.yaml"), repository.join("base/web.yaml")] {
            fs::write(file, "").expect("a file");
        }
        let link = |to: &str, from: &str| {
            std::os::unix::fs::symlink(to, scratch.join(from)).expect("a link");
        };
        link("base/web.yaml", "repository/web.yaml");
        link("base", "repository/alias");
        link("../out.yaml", "repository/out.yaml");
        link("repository", "other-name");
        let root = repository.canonicalize().expect("it is there");
        let root = Root {
            here: root.clone(),
            root,
        };
        let path = |name: &str| root.path_of(&Source::new(name, ""));
        assert_eq!(path("web.yaml"), "base/web.yaml");
        assert_eq!(path("alias/web.yaml"), "base/web.yaml");
        assert_eq!(path("out.yaml"), "out.yaml");
        let other = scratch.join("other-name/base/web.yaml");
        assert_eq!(path(&other.to_string_lossy()), "base/web.yaml");
        fs::remove_dir_all(scratch).expect("it goes away");
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
