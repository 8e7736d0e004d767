//! What a file is for, as far as paths and kustomizations tell.

use super::assertions::Assertions;
use crate::kustomize::{Entry, Kustomization};
use crate::text::hash::{HashMap, HashSet};
use crate::unit::Purpose;
use crate::unit::{File, Role};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Tells every file's purpose. What some kustomization takes in is a manifest, whatever it is to
/// others.
pub(super) fn assign(files: &mut [File], kustomizations: &[Kustomization]) {
    fn paths<'k>(entries: impl Iterator<Item = &'k Entry>) -> HashSet<&'k OsStr> {
        let paths = entries.filter_map(|entry| entry.path.as_ref());
        paths.map(|path| path.as_os_str()).collect()
    }
    let manifests = paths(kustomizations.iter().flat_map(|it| &it.resources));
    let own: HashSet<_> = kustomizations
        .iter()
        .map(|it| it.path.as_os_str())
        .collect();
    let patches = paths(kustomizations.iter().flat_map(Kustomization::patch_files));
    // The values of a chart are told by holding no manifest: kustomize does not even read them
    // unless it is allowed to run helm.
    let auxiliary = paths(kustomizations.iter().flat_map(|it| &it.auxiliary));
    let assertions = Assertions::of(files);
    let mut charts = Charts::default();
    for file in files {
        let Some(path) = file.path.as_deref() else {
            continue;
        };
        let key = path.as_os_str();
        file.purpose = if own.contains(key) {
            Purpose::Kustomization
        } else if manifests.contains(key) {
            Purpose::Manifest
        } else if patches.contains(key) {
            Purpose::Patch
        } else if auxiliary.contains(key) {
            Purpose::Auxiliary
        } else if assertions.have(path) {
            Purpose::Assertion
        } else if charts.have_template(path) {
            Purpose::HelmTemplate
        } else {
            Purpose::Manifest
        };
    }
}

/// The charts that reported templates belong to and that nothing renders, without those that
/// another one takes in. Their `Chart.yaml` stands for them.
pub(super) fn charts(files: &mut [File], is_rendered: impl Fn(&str) -> bool) -> Vec<String> {
    let reported = || files.iter().filter(|file| file.role == Role::Reported);
    let templates = reported().filter(|file| file.purpose == Purpose::HelmTemplate);
    let of_templates = templates.filter_map(|file| chart(&file.name));
    // A chart may be made of nothing but others.
    let umbrellas = reported().filter(|file| {
        let mut lines = file.text.lines();
        is_chart_file(file) && lines.any(|line| line.starts_with("dependencies:"))
    });
    let of_umbrellas = umbrellas.map(|file| directory(&file.name));
    let charts: BTreeSet<&str> = of_templates.chain(of_umbrellas).collect();
    let is_part = |name: &str| {
        name.rsplit_once("charts/").is_some_and(|(above, _)| {
            let above = above.trim_end_matches('/');
            charts.contains(if above.is_empty() { "." } else { above })
        })
    };
    let tops = charts
        .iter()
        .filter(|name| !is_part(name) && !is_rendered(name));
    let tops: Vec<String> = tops.map(|name| (*name).to_owned()).collect();
    for file in files.iter_mut().filter(|file| is_chart_file(file)) {
        let is_top = tops.iter().any(|top| top == directory(&file.name));
        file.purpose = if is_top {
            Purpose::Chart
        } else {
            Purpose::ChartPart
        };
    }
    tops
}

/// Whether it is what helm reads a chart's name and dependencies from (helm's
/// `pkg/chart/loader`), not a manifest.
fn is_chart_file(file: &File) -> bool {
    let name = file.path.as_deref().and_then(Path::file_name);
    name.is_some_and(|name| name == "Chart.yaml")
}

/// The directory of a file that has this name.
fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or(".", |(above, _)| above)
}

/// The directory of the chart that a template belongs to.
fn chart(template: &str) -> Option<&str> {
    if template.starts_with("templates/") && !template.contains("/templates/") {
        return Some(".");
    }
    template.rfind("/templates/").map(|end| &template[..end])
}

/// Directories that could hold the templates of a chart, and whether they do.
#[derive(Default)]
struct Charts(HashMap<PathBuf, bool>);

impl Charts {
    /// Whether a file lies in `templates` beside a `Chart.yaml`.
    fn have_template(&mut self, path: &Path) -> bool {
        let above = path.ancestors().skip(1);
        let mut candidates = above.filter(|directory| directory.ends_with("templates"));
        candidates.any(|directory| {
            if let Some(known) = self.0.get(directory) {
                return *known;
            }
            let is_chart = directory.with_file_name("Chart.yaml").is_file();
            self.0.insert(directory.to_owned(), is_chart);
            is_chart
        })
    }
}
