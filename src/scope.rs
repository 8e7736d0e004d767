//! From files to texts, and to what is applied together.

use crate::index::{FileFacts, Scope, ScopeFile, ScopeKind};
use crate::lint::{SkipReason, Text};
use crate::load::{File, Loaded, Role};
use crate::source::{Source, SourceId};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Directories whose manifests are made to be looked at rather than applied.
const FIXTURES: &[&str] = &["testdata", "fixtures", "__snapshots__"];

/// Turns files into texts, and says which of them are applied together.
pub fn scopes(loaded: Loaded) -> (Vec<Text>, Vec<Scope>) {
    let mut charts = Charts::default();
    let mut directories: BTreeMap<PathBuf, Vec<SourceId>> = BTreeMap::new();
    let mut scopes = Vec::new();
    let mut texts = Vec::with_capacity(loaded.files.len());
    for file in loaded.files {
        let id = SourceId(texts.len() as u32);
        match file
            .path
            .as_deref()
            .map(|path| path.parent().unwrap_or(path))
        {
            Some(directory) => directories
                .entry(directory.to_path_buf())
                .or_default()
                .push(id),
            None => scopes.push(scope(file.name.clone(), ScopeKind::Stream, vec![id])),
        }
        texts.push(text(file, &mut charts));
    }
    for files in directories.into_values() {
        let first = &texts[files[0].0 as usize].source.name;
        let name = first
            .rsplit_once('/')
            .map_or(".", |(directory, _)| directory)
            .to_owned();
        scopes.push(scope(name, ScopeKind::Directory, files));
    }
    (texts, scopes)
}

fn scope(name: String, kind: ScopeKind, files: Vec<SourceId>) -> Scope {
    Scope {
        name,
        kind,
        files: files
            .into_iter()
            .map(|source| ScopeFile {
                source,
                namespace: None,
            })
            .collect(),
        patched_ports: Vec::new(),
        doubts: Vec::new(),
        has_patches: false,
    }
}

fn text(file: File, charts: &mut Charts) -> Text {
    let below = file.below_argument();
    let is_fixture = below.iter().any(|component| FIXTURES.contains(component));
    let is_template = file
        .path
        .as_deref()
        .is_some_and(|path| charts.has_template(path));
    Text {
        facts: FileFacts {
            is_reported: file.role == Role::Reported,
            is_fixture,
            is_kustomized: false,
        },
        skip: is_template.then_some(SkipReason::Template),
        problems: file
            .problems
            .iter()
            .map(|problem| {
                (
                    problem.range.start as usize..problem.range.end as usize,
                    problem.message.clone(),
                )
            })
            .collect(),
        source: if file.path.is_some() {
            Source::new(file.name, file.text)
        } else {
            Source::stream(file.name, file.text)
        },
    }
}

/// Which `templates` directories belong to a chart.
#[derive(Default)]
struct Charts(HashMap<PathBuf, bool>);

impl Charts {
    /// Whether a file is a template of a chart: below `templates/`, beside a `Chart.yaml`.
    fn has_template(&mut self, path: &Path) -> bool {
        let mut ancestors = path.ancestors().skip(1);
        let is_templates = |directory: &&Path| {
            directory
                .file_name()
                .is_some_and(|name| name == "templates")
        };
        let Some(chart) = ancestors.find(is_templates).and_then(Path::parent) else {
            return false;
        };
        *self
            .0
            .entry(chart.to_path_buf())
            .or_insert_with(|| chart.join("Chart.yaml").is_file())
    }
}
