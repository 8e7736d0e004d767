//! What a unit is made of, before anything is parsed.

use crate::kustomize::{Changes, Edits, Target};
use crate::object::Text;
use crate::text::source::{SourceId, Span, Spanned};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Texts that are applied together, and what is done to them on the way.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What people call it: a directory, the file of a kustomization, standard input.
    pub name: String,
    /// What holds it together.
    pub kind: UnitKind,
    /// The manifests, by text.
    pub files: Vec<UnitFile>,
    /// Patches that are applied to some of them.
    pub patches: Vec<AppliedPatch>,
    /// Why there may be more than can be seen.
    pub gaps: Vec<Gap>,
    /// The namespace of objects that name none, if it is known for this unit alone.
    pub namespace: Option<String>,
}

/// What holds a unit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// One stream, such as a rendered chart.
    Stream,
    /// A kustomization that no other one takes in.
    Kustomization,
    /// The files of a directory.
    Directory,
    /// The configuration says so.
    Configured,
}

/// A text in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitFile {
    /// The text.
    pub source: SourceId,
    /// The namespace that a kustomization puts its objects into, whatever they say themselves.
    pub namespace: Option<Spanned<String>>,
    /// What kustomizations do to its objects that can be done here, the inner ones first.
    pub edits: Vec<Arc<Edits>>,
    /// What else kustomizations do to its objects.
    pub changes: Changes,
}

/// A patch that is applied in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedPatch {
    /// What it does.
    pub text: AppliedText,
    /// What it is for, if the kustomization says so.
    pub target: Option<Target>,
}

/// Where what an applied patch does is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppliedText {
    /// In a file.
    File(SourceId),
    /// In a kustomization.
    Inline(Spanned<String>),
}

/// Something that a kustomization takes in and that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What kind of reason.
    pub reason: Reason,
    /// Where it stands in a kustomization.
    pub span: Span,
    /// It in a sentence without a full stop.
    pub detail: String,
}

/// Why a unit may hold more than can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A resource lies in another repository or behind an address.
    Remote,
    /// A resource leads out of the repository.
    Outside,
    /// A resource is not there, or must not be looked at.
    Missing,
    /// The same of a patch.
    MissingPatch,
    /// A kustomization cannot be read in full.
    Unread,
    /// A kustomization generates objects, from a chart for example.
    Generated,
    /// A Component that nothing uses: it is made to be part of something else.
    LoneComponent,
    /// A kustomization brings in itself.
    Cycle,
}

impl Reason {
    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Remote => "remote-resource",
            Self::Outside => "outside-resource",
            Self::Missing => "missing-resource",
            Self::MissingPatch => "missing-patch",
            Self::Unread => "unread-kustomization",
            Self::Generated => "generated-objects",
            Self::LoneComponent => "lone-component",
            Self::Cycle => "kustomization-cycle",
        }
    }
}

impl Plan {
    /// One without texts, to which nothing is done.
    pub fn new(name: String, kind: UnitKind) -> Self {
        Self {
            name,
            kind,
            files: Vec::new(),
            patches: Vec::new(),
            gaps: Vec::new(),
            namespace: None,
        }
    }
}

impl UnitFile {
    /// A text to which nothing is done.
    pub fn plain(source: SourceId) -> Self {
        Self {
            source,
            namespace: None,
            edits: Vec::new(),
            changes: Changes::default(),
        }
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        let namespace = self.namespace.as_ref()?;
        Some(&namespace.value)
    }
}

/// Takes texts that lie in one directory for applied together, as long as nothing says otherwise.
pub fn by_directory(texts: &[Text]) -> Vec<Plan> {
    let mut directories: BTreeMap<String, Vec<UnitFile>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        let directory = Path::new(&text.source.name).parent().map(Path::to_path_buf);
        let directory = directory.unwrap_or_default().display().to_string();
        let file = UnitFile::plain(SourceId(at as u32));
        directories.entry(directory).or_default().push(file);
    }
    let plans = directories.into_iter().map(|(name, files)| {
        let name = if name.is_empty() {
            ".".to_owned()
        } else {
            name
        };
        Plan {
            files,
            ..Plan::new(name, UnitKind::Directory)
        }
    });
    plans.collect()
}
