//! What a file is for, as far as paths and kustomizations tell.

use crate::kustomize::{Entry, Kustomization};
use crate::unit::Purpose;
use crate::unit::{File, Role};
use std::collections::{BTreeSet, HashMap, HashSet};
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
    let auxiliary = paths(kustomizations.iter().flat_map(|it| &it.auxiliary));
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
        } else if charts.have_template(path) {
            Purpose::HelmTemplate
        } else {
            Purpose::Manifest
        };
    }
}

/// The charts that reported templates belong to, without those that another one takes in.
pub(super) fn charts(files: &[File]) -> Vec<String> {
    let templates = files
        .iter()
        .filter(|file| file.role == Role::Reported && file.purpose == Purpose::HelmTemplate);
    let charts: BTreeSet<&str> = templates.filter_map(|file| chart(&file.name)).collect();
    let is_part = |name: &str| {
        name.rsplit_once("charts/").is_some_and(|(above, _)| {
            let above = above.trim_end_matches('/');
            charts.contains(if above.is_empty() { "." } else { above })
        })
    };
    let tops = charts.iter().filter(|name| !is_part(name));
    tops.map(|name| (*name).to_owned()).collect()
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
