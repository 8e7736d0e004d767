//! The whole run: texts in, report out.

mod account;
mod read;
mod run;
mod selection;

pub use read::{Text, TextProblem};
pub use selection::Selection;

use crate::config::{Config, Date};
use crate::diagnostic::{Diagnostic, Identity};
use crate::findings::base::Before;
use crate::findings::baseline;
use crate::findings::baseline::Baseline;
use crate::findings::suppress::{Sorted, Suppressed};
use crate::kube::validation;
use crate::kube::validation::KubeVersion;
use crate::link::{Index, Scope, ScopeFile, ScopeKind};
use crate::object::Document;
use crate::text::source::{SourceId, Sources, Span};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

/// What decides how a run judges; the default is what the program does without any flag.
#[derive(Clone, Debug)]
pub struct Options {
    /// The namespace of objects that name none (`--namespace`).
    pub namespace: Option<String>,
    /// The version of Kubernetes that decides (`--kube-version`).
    pub kube_version: KubeVersion,
    /// Whether everything that exists is in the input (`--closed-world`).
    pub closed_world: bool,
    /// The numbers that the cluster gives out as node ports (`--service-node-port-range` of its
    /// API server).
    pub node_port_range: RangeInclusive<i32>,
    /// Which rules run.
    pub selection: Selection,
    /// Whether an ignore has to say why.
    pub require_reason: bool,
    /// The configuration: findings that are accepted, and objects that live elsewhere.
    pub config: Option<Arc<Config>>,
    /// The findings that are known.
    pub baseline: Option<Arc<Baseline>>,
    /// The globs of the configuration that leave nothing out. None means that not everything was
    /// looked at that it is about, so that nothing in it can be called of no use.
    pub unused_globs: Option<Vec<usize>>,
    /// What there was in the base revision (`--base`).
    pub before: Option<Arc<Before>>,
    /// The day on which the run takes place; without one, no ignore is over.
    pub today: Option<Date>,
}

impl Default for Options {
    fn default() -> Self {
        let server = validation::Options::default();
        Self {
            namespace: None,
            kube_version: server.kube_version,
            closed_world: false,
            node_port_range: server.node_port_range,
            require_reason: false,
            config: None,
            baseline: None,
            unused_globs: None,
            before: None,
            today: None,
            selection: Selection::default(),
        }
    }
}

impl Options {
    /// The namespace of objects that name none: what the command line says, what is known of their
    /// scope, what the configuration says of all.
    pub fn namespace_or<'o>(&'o self, of_scope: Option<&'o str>) -> &'o str {
        let own = self.namespace.as_deref().or(of_scope);
        own.or(self.configured_namespace()).unwrap_or("default")
    }

    /// Whether anybody says which namespace that is.
    pub fn sets_namespace(&self) -> bool {
        self.namespace.is_some() || self.configured_namespace().is_some()
    }

    fn configured_namespace(&self) -> Option<&str> {
        Some(&self.config.as_ref()?.namespace.as_ref()?.value)
    }
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// The texts that the places refer to.
    pub sources: Sources,
    /// Those that were asked for; the others are only there so that they can be judged.
    pub reported: Vec<SourceId>,
    /// The findings, by path, place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that are not reported because the user said so.
    pub suppressed: Vec<Suppressed>,
    /// What became of the baseline, if there is one.
    pub baseline: Option<baseline::Outcome>,
    /// How many findings are not reported because the base revision has them too.
    pub known: usize,
    /// Services, and references to Services, that could not be judged, and why.
    pub unverified: Vec<Unverified>,
    /// Input that was not looked at, and why.
    pub skipped: Vec<Skipped>,
    /// Input that should have been looked at and could not be read. The run did not do its job.
    pub failures: Vec<Failure>,
    /// What was looked at.
    pub counts: Counts,
}

/// What could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Which pods a Service selects.
    Service,
    /// Which Service another object means.
    Reference,
    /// Which workload an autoscaler means.
    Target,
    /// Which pods a disruption budget or a network policy is about.
    Selector,
}

/// Something that could not be judged. Silence about it must not look like a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// What.
    pub subject: Subject,
    /// The Service, or the object that refers to one or to pods.
    pub object: Arc<Identity>,
    /// The Service's name, where it is defined or where it is referred to; or the name or the
    /// selector by which another object means pods.
    pub span: Span,
    /// Why, as one of the fixed words of [`Doubt::code`](crate::link::Doubt::code).
    pub reason: &'static str,
    /// Why, in a sentence without a full stop.
    pub detail: String,
}

/// Input that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The text it is in, and where. The whole text is one span.
    pub span: Span,
    /// Why.
    pub reason: SkipReason,
}

/// Why input was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// A Helm template (or another one with `{{`) that has not been rendered.
    Template,
    /// A kustomize patch, or a part of an object that is only complete after a patch.
    KustomizePatch,
    /// A kustomization or another file of a tool, which is followed but not judged.
    Kustomization,
    /// YAML that is no manifest: no `apiVersion` and `kind`.
    NotManifest,
    /// A list of manifests, where kubectl takes a `kind: List` only.
    BareList,
    /// Nobody named the file, nothing says that it is a manifest, and it cannot be read.
    Unreadable,
    /// A kind that no rule reads: `v1 Secret`.
    UnreadKind(String),
}

/// Input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was asked for.
    pub path: String,
    /// Why it could not be read, in a sentence without a full stop.
    pub message: String,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Texts that were read, without those that only serve as context.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects that some rule reads.
    pub objects: usize,
    /// Services among them.
    pub services: usize,
    /// Workloads among them.
    pub workloads: usize,
}

/// Lints texts that are applied together by directory.
pub fn lint_texts(mut texts: Vec<Text>, options: &Options) -> Report {
    // What comes first must not depend on who listed the files.
    texts.sort_by(|left, right| left.source.name.cmp(&right.source.name));
    let mut directories: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        let directory = Path::new(&text.source.name).parent().map(Path::to_path_buf);
        let directory = directory.unwrap_or_default().display().to_string();
        directories.entry(directory).or_default().push(at);
    }
    let scopes = directories.into_iter().map(|(name, files)| Scope {
        name: if name.is_empty() {
            ".".to_owned()
        } else {
            name
        },
        kind: ScopeKind::Directory,
        files: files
            .into_iter()
            .map(|at| ScopeFile {
                source: SourceId(at as u32),
                namespace: None,
            })
            .collect(),
        patched_ports: Vec::new(),
        patched_service_ports: Vec::new(),
        doubts: Vec::new(),
        changes: crate::kustomize::Changes::default(),
        namespace: None,
    });
    let scopes = scopes.collect();
    lint(texts, scopes, options)
}

/// Lints texts. Scopes say which of them are applied together; a [`SourceId`] is the position of
/// a text.
pub fn lint(texts: Vec<Text>, scopes: Vec<Scope>, options: &Options) -> Report {
    judge(link(texts, scopes, options))
}

/// Reads texts and links what is applied together. Takes the same as [`lint`].
pub fn link(texts: Vec<Text>, scopes: Vec<Scope>, options: &Options) -> Index {
    let validation = validation::Options {
        kube_version: options.kube_version,
        node_port_range: options.node_port_range.clone(),
    };
    let documents: Vec<Vec<Document>> = texts
        .par_iter()
        .enumerate()
        .map(|(at, text)| read::read(SourceId(at as u32), text, &validation))
        .collect();
    let mut sources = Sources::default();
    let mut files = Vec::with_capacity(texts.len());
    for text in texts {
        files.push(text.facts);
        sources.add(text.source);
    }
    if let Some(config) = &options.config {
        sources.add(config.source());
    }
    if let Some(baseline) = &options.baseline {
        sources.add(baseline.source());
    }
    let documents = documents.into_iter().flatten().collect();
    Index::new(sources, documents, scopes, files, options.clone())
}

/// Runs the rules over what is linked.
pub fn judge(index: Index) -> Report {
    let (
        Sorted {
            reported,
            suppressed,
        },
        baseline,
    ) = run::findings(&index);
    let counts = account::count(&index);
    let unverified = account::unverified(&index);
    let skipped = account::skipped(&index);
    let failures = account::empty_streams(&index);
    let asked_for = account::asked_for(&index);
    let sources = index.sources;
    Report {
        sources,
        reported: asked_for,
        diagnostics: reported,
        suppressed,
        baseline,
        known: 0,
        unverified,
        skipped,
        failures,
        counts,
    }
}
