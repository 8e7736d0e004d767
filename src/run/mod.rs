//! The whole run: texts in, report out.

mod account;
mod check;
mod flags;
mod premise;

pub use flags::Flags;

use crate::catalogue::Selection;
use crate::catalogue::ids;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Identity, Severity};
use crate::findings::Wanted;
use crate::findings::baseline;
use crate::findings::baseline::Baseline;
use crate::findings::suppressed::{Sorted, Suppressed};
use crate::kube::KubeVersion;
use crate::kube::validation;
use crate::link;
use crate::link::{Before, Input, Links};
use crate::object;
use crate::object::Document;
use crate::object::SkipReason;
use crate::object::Text;
use crate::settings::Date;
use crate::settings::Invalid;
use crate::text::Failure;
use crate::text::source::{Source, SourceId, Sources, Span};
use crate::unit::{DefaultNamespace, Plan, UnitFile, UnitKind};
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
    /// The namespace of objects that name none, unless something is known of their unit.
    pub fn default_namespace(&self) -> String {
        self.judging().namespace.or(None).to_owned()
    }

    /// The part that decides what is heard of. The texts of the configuration and the baseline come
    /// behind all others.
    fn wanted(&self, links: &Links) -> Wanted<'_> {
        let config_source = SourceId(links.files.len() as u32);
        let config = self.config.as_deref().map(|own| (own, config_source));
        let baseline_source = SourceId(config_source.0 + u32::from(config.is_some()));
        let baseline = self.baseline.as_deref();
        Wanted {
            selection: &self.selection,
            config,
            baseline: baseline.map(|own| (own, baseline_source)),
            unused_globs: self.unused_globs.as_deref(),
            today: self.today,
        }
    }

    /// The part that decides how links are judged.
    fn judging(&self) -> link::Options {
        let config = self.config.as_deref();
        let namespace = config.and_then(|config| config.namespace.as_ref());
        link::Options {
            namespace: DefaultNamespace {
                flag: self.namespace.clone(),
                configured: namespace.map(|entry| entry.value.clone()),
            },
            kube_version: self.kube_version,
            node_port_range: self.node_port_range.clone(),
            closed_world: self.closed_world,
            external: config
                .map(|own| Arc::clone(&own.external))
                .unwrap_or_default(),
            before: self.before.clone(),
        }
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

impl From<Invalid> for Report {
    /// What there is to report instead of the findings of a run.
    fn from(invalid: Invalid) -> Self {
        let mut report = Self::default();
        let source = Source::setting(invalid.name, invalid.text);
        let source = report.sources.add(source);
        let remarks = invalid.remarks.into_iter();
        let found =
            remarks.map(|remark| remark.diagnostic(ids::INVALID_CONFIG, Severity::Error, source));
        report.diagnostics = found.collect();
        report
    }
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
    /// Why, as one of the fixed words of [`Doubt::code`](crate::unit::Doubt::code).
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
    let plans = directories.into_iter().map(|(name, files)| Plan {
        name: if name.is_empty() {
            ".".to_owned()
        } else {
            name
        },
        kind: UnitKind::Directory,
        files: files
            .into_iter()
            .map(|at| UnitFile {
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
    let plans = plans.collect();
    lint(texts, plans, options)
}

/// Lints texts. Plans say which of them are applied together; a [`SourceId`] is the position of
/// a text.
pub fn lint(texts: Vec<Text>, plans: Vec<Plan>, options: &Options) -> Report {
    judge(link(texts, plans, options), options)
}

/// Reads texts and links what is applied together. Takes the same as [`lint`].
pub fn link(texts: Vec<Text>, plans: Vec<Plan>, options: &Options) -> Links {
    let validation = validation::Options {
        kube_version: options.kube_version,
        node_port_range: options.node_port_range.clone(),
    };
    let documents: Vec<Vec<Document>> = texts
        .par_iter()
        .enumerate()
        .map(|(at, text)| object::read(SourceId(at as u32), text, &validation))
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
    let judging = options.judging();
    Links::of(Input::new(sources, documents, plans, files, judging))
}

/// Runs the rules over what is linked.
pub fn judge(links: Links, options: &Options) -> Report {
    let (
        Sorted {
            reported,
            suppressed,
        },
        baseline,
    ) = check::findings(&links, options.wanted(&links), options.require_reason);
    let counts = account::count(&links);
    let unverified = account::unverified(&links);
    let skipped = account::skipped(&links);
    let failures = account::empty_streams(&links);
    let asked_for = account::asked_for(&links);
    let sources = links.into_input().sources;
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
