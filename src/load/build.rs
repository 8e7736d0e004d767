//! Charts and overlays: runs `helm` and `kustomize`, and takes what they print for input.

use super::before_build;
use super::program::{Limits, Stop, run};
use crate::kube::KubeVersion;
use crate::kustomize;
use crate::text::Failure;
use crate::text::paths::CurrentDirectory;
use rayon::prelude::*;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What other programs turn into manifests.
#[derive(Clone, Debug, Default)]
pub struct Builds {
    /// Charts, for `helm template` (`--helm`).
    pub charts: Vec<PathBuf>,
    /// How they are rendered.
    pub release: Release,
    /// Directories with a kustomization, for `kustomize build` (`--kustomize`).
    pub kustomizations: Vec<PathBuf>,
    /// Whether they may be fetched, and what they take in (`--allow-fetch`).
    pub fetch: bool,
}

impl Builds {
    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.charts.is_empty() && self.kustomizations.is_empty()
    }
}

/// How charts are rendered.
#[derive(Clone, Debug, Default)]
pub struct Release {
    /// Files of values, the last one first in rank (`--values`).
    pub values: Vec<PathBuf>,
    /// Single values (`--set`).
    pub set: Vec<String>,
    /// The name of the release (`--release-name`).
    pub name: Option<String>,
    /// The namespace that it goes to (`--namespace`).
    pub namespace: Option<String>,
    /// The version of Kubernetes that the chart is told (`--kube-version`).
    pub kube_version: KubeVersion,
}

const NO_HELM: &str =
    "`helm` is not installed: install it, or pipe what it prints elsewhere to `svclint -`";

const NO_KUSTOMIZE: &str = "neither `kustomize` nor `kubectl` is installed: install one, or pipe \
                            what it prints elsewhere to `svclint -`";

/// What a program has printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Built {
    /// What to call it.
    pub(super) name: String,
    /// The file whose findings these are, where no comment in the text says it.
    pub(super) origin: Option<String>,
    pub(super) text: Vec<u8>,
}

/// Builds everything, in the order in which it was asked for.
pub(super) fn all(here: &CurrentDirectory, builds: &Builds) -> Vec<Result<Built, Failure>> {
    let charts = builds.charts.par_iter();
    let charts = charts.map(|chart| helm(here, chart, &builds.release, builds.fetch));
    let kustomizations = builds.kustomizations.par_iter();
    let kustomizations = kustomizations.map(|directory| kustomize(here, directory, builds.fetch));
    charts.chain(kustomizations).collect()
}

/// Renders a chart.
fn helm(
    here: &CurrentDirectory,
    chart: &Path,
    release: &Release,
    fetch: bool,
) -> Result<Built, Failure> {
    let path = here.absolute(chart);
    let name = here.name_as_given(&path, chart);
    let refused = before_build::chart(here, &path, &release.values, fetch);
    let printed = refused.map_err(Stop::Refused).and_then(|()| {
        run(
            &here.0,
            "helm",
            &template(chart, release),
            Limits::new(fetch),
        )
    });
    match printed {
        Ok(text) => Ok(Built {
            text: if path.is_dir() {
                name_sources(&text, &name)
            } else {
                text
            },
            origin: None,
            name: format!("<helm template {name}>"),
        }),
        Err(stop) => Err(Failure {
            path: name,
            message: match stop {
                Stop::Missing => NO_HELM.to_owned(),
                Stop::Refused(reason) => reason,
                Stop::Failed(reason) => format!("`helm template` failed: {reason}"),
            },
        }),
    }
}

/// The arguments with which helm renders a chart.
fn template(chart: &Path, release: &Release) -> Vec<OsString> {
    let KubeVersion { major, minor } = release.kube_version;
    let mut arguments = vec!["template".into()];
    arguments.extend(["--kube-version".into(), format!("{major}.{minor}").into()]);
    if let Some(namespace) = &release.namespace {
        arguments.extend(["--namespace".into(), namespace.into()]);
    }
    for file in &release.values {
        arguments.extend(["--values".into(), file.into()]);
    }
    for value in &release.set {
        arguments.extend(["--set".into(), value.into()]);
    }
    arguments.push("--".into());
    arguments.extend(release.name.iter().map(OsString::from));
    arguments.push(chart.into());
    arguments
}

/// Builds what a kustomization says, with the program of its own or with the one in kubectl.
fn kustomize(here: &CurrentDirectory, directory: &Path, fetch: bool) -> Result<Built, Failure> {
    let path = here.absolute(directory);
    let name = here.name_as_given(&path, directory);
    let build = |program, command: &str| {
        let arguments = [command.into(), "--".into(), directory.into()];
        run(&here.0, program, &arguments, Limits::new(fetch))
    };
    let refused = before_build::overlay(here, &path, fetch).map_err(Stop::Refused);
    let printed = match refused.and_then(|()| build("kustomize", "build")) {
        Err(Stop::Missing) => build("kubectl", "kustomize"),
        printed => printed,
    };
    match printed {
        Ok(text) => Ok(Built {
            origin: origin(&path, &name),
            name: format!("<kustomize build {name}>"),
            text,
        }),
        Err(stop) => Err(Failure {
            path: name,
            message: match stop {
                Stop::Missing => NO_KUSTOMIZE.to_owned(),
                Stop::Refused(reason) => reason,
                Stop::Failed(reason) => format!("`kustomize build` failed: {reason}"),
            },
        }),
    }
}

/// The file of the kustomization in a directory of this name.
fn origin(directory: &Path, name: &str) -> Option<String> {
    let mut names = kustomize::FILE_NAMES.iter();
    let file = names.find(|file| directory.join(file).is_file())?;
    Some(match name {
        "." => (*file).to_owned(),
        _ => format!("{}/{file}", name.trim_end_matches('/')),
    })
}

/// Helm begins the path of a template with the name of its chart. Puts the directory of the chart
/// there, so that it leads to the file.
fn name_sources(rendered: &[u8], directory: &str) -> Vec<u8> {
    const COMMENT: &str = "# Source: ";
    let text = String::from_utf8_lossy(rendered);
    let mut named = String::with_capacity(text.len());
    let mut starts = false;
    for line in text.split_inclusive('\n') {
        let below = line
            .strip_prefix(COMMENT)
            .and_then(|path| path.split_once('/'));
        match below {
            Some((_, below)) if starts && directory == "." => named.extend([COMMENT, below]),
            Some((_, below)) if starts => named.extend([COMMENT, directory, "/", below]),
            _ => named.push_str(line),
        }
        starts = line.trim_end() == "---";
    }
    named.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_named_by_the_directory_of_their_chart() {
        let rendered = b"---\n# Source: shop/templates/a.yaml\na: |\n  # Source: shop/b\n---\n\
                         # Source: shop/charts/db/templates/c.yaml\n# Source: shop/d\n";
        let named = |directory| String::from_utf8(name_sources(rendered, directory)).unwrap();
        assert_eq!(
            named("charts/store"),
            "---\n# Source: charts/store/templates/a.yaml\na: |\n  # Source: shop/b\n---\n\
             # Source: charts/store/charts/db/templates/c.yaml\n# Source: shop/d\n"
        );
        assert!(named(".").starts_with("---\n# Source: templates/a.yaml\n"));
    }
}
