//! Kustomizations: what a `kustomization.yaml` brings in and what it does to it, without building
//! it.

mod edits;
mod entry;
mod graph;
mod keys;
mod read;

pub use edits::{AddedLabels, Edits};
pub use entry::{Entry, Missing, Refusal, Refused};
pub(crate) use entry::{is_path, is_remote};
pub(crate) use graph::Graph;
pub(crate) use keys::is_key;

use crate::text::source::{SourceId, Span};
use crate::yaml::cursor::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The names under which kustomize looks for its file.
pub(crate) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether kustomize would look at a file of this name.
pub fn is_file_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| FILE_NAMES.contains(&name))
}

/// A kustomization.
#[derive(Clone, Debug, Default)]
pub struct Kustomization {
    /// Its file, as an index of the files that were loaded.
    pub file: usize,
    /// The path of its file.
    pub path: PathBuf,
    /// Whether it is a Component: its resources and changes go into what uses it.
    pub component: bool,
    /// `namespace`: where everything goes.
    pub namespace: Option<Entry>,
    /// `resources` and `bases`: manifests, and directories of other kustomizations.
    pub resources: Vec<Entry>,
    /// `components`: directories.
    pub components: Vec<Entry>,
    /// `patches`, `patchesStrategicMerge` and `patchesJson6902`.
    pub patches: Vec<Patch>,
    /// Files that are neither objects nor patches: replacements, configurations, generators,
    /// transformers, CRDs, data that is generated from.
    pub auxiliary: Vec<Entry>,
    /// `generators`, `transformers` and `validators`: what tells a plugin what to do.
    pub plugins: Vec<PatchText>,
    /// Values of charts.
    pub values: Vec<Entry>,
    /// `generators`, `helmCharts` and the like: objects that only a build would show.
    pub generated: Vec<Generated>,
    /// `configurations`: what kustomize is told of kinds that it does not know.
    pub configurations: Vec<Entry>,
    /// What it does to what it takes in, and can be done here.
    pub edits: Edits,
    /// What else it does to what it takes in.
    pub changes: Changes,
    /// What kept it from being read in full.
    pub problem: Option<Entry>,
    /// The name of the file before it in its directory that is a kustomization too.
    pub rival: Option<String>,
    /// Where it begins.
    pub start: Range<u32>,
    /// The paths among the resources, components and patches that lead nowhere.
    pub missing: Vec<Missing>,
    /// What kustomize refuses to take in, be it there or not.
    pub refused: Vec<Refused>,
}

/// What kustomizations do to objects, apart from their namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each may be changed without the others"
)]
pub struct Changes {
    /// Labels are added to fields that the kustomization names itself.
    pub labels: bool,
    /// Names are changed.
    pub names: bool,
    /// Values are changed, nobody knows which: by replacements, variables, transformers, or patches
    /// that are not here.
    pub values: bool,
    /// Kustomize is told where labels and names stand in kinds that it does not know.
    pub custom: bool,
    /// `namespace` goes to fields that a configuration names, such as those of references.
    pub namespaces: bool,
}

impl Changes {
    /// Everything may be changed.
    pub const ALL: Self = Self {
        labels: true,
        names: true,
        values: true,
        custom: true,
        namespaces: true,
    };

    /// These and others.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self {
            labels: self.labels || others.labels,
            names: self.names || others.names,
            values: self.values || others.values,
            custom: self.custom || others.custom,
            namespaces: self.namespaces || others.namespaces,
        }
    }
}

/// A patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// What it does.
    pub text: PatchText,
    /// `target`, by which the kustomization says what it is for. Without one it says so itself.
    pub target: Option<Target>,
}

/// Where what a patch or a plugin does is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatchText {
    /// In a file.
    File(Entry),
    /// In the kustomization.
    Inline(Entry),
}

/// What a patch is for: objects of a kind and with a name, both of which may be patterns. What else
/// a `target` asks for only makes fewer of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// `kind`; any if there is none.
    pub kind: Option<String>,
    /// `name`; any if there is none.
    pub name: Option<String>,
}

/// A field that generates objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The field.
    pub field: &'static str,
    /// Its key.
    pub range: Range<u32>,
}

impl Generated {
    /// Whether it is a chart that is rendered.
    pub fn is_chart(&self) -> bool {
        self.field.starts_with("helmChart")
    }
}

impl Target {
    fn read(target: Cursor<'_>) -> Self {
        let text = |name| {
            let text = keys::field(target, name).map(Cursor::text);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            kind: text("kind"),
            name: text("name"),
        }
    }
}

impl Kustomization {
    /// Its directory.
    pub fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// A place in its file.
    pub fn span(&self, range: &Range<u32>) -> Span {
        Span {
            source: SourceId(self.file as u32),
            start: range.start,
            end: range.end,
        }
    }

    /// What has to be there for it to be built.
    pub fn needed(&self) -> impl Iterator<Item = &Entry> {
        let entries = self.resources.iter().chain(&self.components);
        entries.chain(self.patch_files())
    }

    /// The files of its patches.
    pub fn patch_files(&self) -> impl Iterator<Item = &Entry> {
        self.patches.iter().filter_map(|patch| match &patch.text {
            PatchText::File(entry) => Some(entry),
            PatchText::Inline(_) => None,
        })
    }

    /// Everything that may be a path to something that is read.
    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        let patches = self
            .patches
            .iter_mut()
            .filter_map(|patch| match &mut patch.text {
                PatchText::File(entry) => Some(entry),
                PatchText::Inline(_) => None,
            });
        let entries = self.resources.iter_mut().chain(&mut self.components);
        let others = self.auxiliary.iter_mut().chain(&mut self.values);
        entries.chain(patches).chain(others)
    }
}
