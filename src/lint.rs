//! The whole run: texts in, report out.

use crate::diagnostic::{Diagnostic, Identity, Severity};
use crate::index::{Doubt, FileFacts, Index, Membership, Named, Scope, ScopeFile, ScopeKind};
use crate::object::{self, Document, Problem, ProblemKind};
use crate::rule::{Activation, Check, Rule};
use crate::source::{Source, SourceId, Sources, Span};
use crate::suppress::{self, Sorted, Suppressed};
use crate::validation::{self, KubeVersion};
use crate::yaml;
use crate::yaml::tree::Tree;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
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
            selection: Selection::default(),
        }
    }
}

/// Which rules run: the defaults, changed by the user. Ids have been checked and groups resolved.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these run (`--only`).
    pub only: Option<BTreeSet<&'static str>>,
    /// These run too (`--select`).
    pub select: BTreeSet<&'static str>,
    /// These do not (`--ignore`).
    pub ignore: BTreeSet<&'static str>,
    /// Opt-in rules run, and findings of severity info are shown (`--pedantic`).
    pub pedantic: bool,
}

impl Selection {
    /// Whether a rule runs.
    pub fn runs(&self, rule: &str, on_by_default: bool) -> bool {
        let wanted = match &self.only {
            Some(only) => only.contains(rule),
            None => on_by_default || self.pedantic || self.select.contains(rule),
        };
        wanted && !self.ignore.contains(rule)
    }

    /// Whether a finding is shown: info ones only when they were asked for.
    pub fn shows(&self, rule: &str, severity: Severity) -> bool {
        let named = self.select.contains(rule)
            || self.only.as_ref().is_some_and(|only| only.contains(rule));
        severity > Severity::Info || self.pedantic || named
    }
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// The texts that the places refer to.
    pub sources: Sources,
    /// The findings, by path, place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that are not reported because the user said so.
    pub suppressed: Vec<Suppressed>,
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
}

/// Something that could not be judged. Silence about it must not look like a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// What.
    pub subject: Subject,
    /// The Service, or the object that refers to one.
    pub object: Arc<Identity>,
    /// The Service's name, where it is defined or where it is referred to.
    pub span: Span,
    /// Why, as one of a few fixed kebab-case words: `no-workload`, `operator`, `unread-document`.
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

/// A text to be linted, and what is known of it besides its words.
#[derive(Debug)]
pub struct Text {
    /// Name and words.
    pub source: Source,
    /// Whether it is reported, and whether it is test data.
    pub facts: FileFacts,
    /// Why nothing in it is an object, if so.
    pub skip: Option<SkipReason>,
    /// What is wrong with its bytes: where, and what.
    pub problems: Vec<(Range<usize>, String)>,
}

impl Text {
    /// A text that is reported.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            source: Source::new(name, text),
            facts: FileFacts {
                is_reported: true,
                ..FileFacts::default()
            },
            skip: None,
            problems: Vec::new(),
        }
    }
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
        doubts: Vec::new(),
        has_patches: false,
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
        .map(|(at, text)| read(SourceId(at as u32), text, &validation))
        .collect();
    let mut sources = Sources::default();
    let mut files = Vec::with_capacity(texts.len());
    for text in texts {
        files.push(text.facts);
        sources.add(text.source);
    }
    let documents = documents.into_iter().flatten().collect();
    Index::new(sources, documents, scopes, files, options.clone())
}

/// A stream with more documents than this is worked on in parallel.
const FEW: usize = 16;

/// Reads the documents of a text.
fn read(id: SourceId, text: &Text, options: &validation::Options) -> Vec<Document> {
    let words = text.source.text();
    let input = object::Input {
        text: words,
        source: id,
        skip: text.skip.as_ref(),
        may_ignore: suppress::may_ignore(words),
        is_kustomized: text.facts.is_kustomized,
        options,
    };
    let chunks = yaml::documents(words);
    let mut documents: Vec<Document> = if chunks.len() > FEW {
        let tree = || Tree::new(words);
        chunks
            .par_iter()
            .map_init(tree, |tree, chunk| object::read(input, chunk, tree))
            .collect()
    } else {
        let mut tree = Tree::new(words);
        chunks
            .iter()
            .map(|chunk| object::read(input, chunk, &mut tree))
            .collect()
    };
    forgive_templates(&mut documents);
    if !text.problems.is_empty() {
        documents.push(unreadable_bytes(id, text));
    }
    documents
}

/// A text that holds an expression of a template language is a template as a whole: that other
/// documents of it are no YAML means nothing.
fn forgive_templates(documents: &mut [Document]) {
    if !documents
        .iter()
        .any(|document| document.skipped == Some(SkipReason::Template))
    {
        return;
    }
    for document in documents
        .iter_mut()
        .filter(|document| document.objects.is_empty())
    {
        if !document.problems.is_empty() {
            document.problems.clear();
            document.skipped = Some(SkipReason::Template);
        }
    }
}

/// What is wrong with the bytes of a text, as the problems of a document without objects.
fn unreadable_bytes(id: SourceId, text: &Text) -> Document {
    let span = |range: &Range<usize>| Span {
        source: id,
        start: range.start as u32,
        end: range.end as u32,
    };
    let problems = text.problems.iter().map(|(range, message)| Problem {
        rule: "invalid-manifest",
        span: span(range),
        kind: ProblemKind::Unreadable {
            message: message.clone(),
            help: None,
        },
    });
    Document {
        span: span(&(0..text.source.text().len())),
        objects: Vec::new(),
        problems: problems.collect(),
        is_manifest: false,
        skipped: None,
        ignores: Vec::new(),
    }
}

/// Runs the rules over what is linked.
pub fn judge(index: Index) -> Report {
    let Sorted {
        reported,
        suppressed,
    } = findings(&index);
    let counts = count(&index);
    let unverified = unverified(&index);
    let skipped = skipped(&index);
    let failures = empty_streams(&index);
    let sources = index.sources;
    Report {
        sources,
        diagnostics: reported,
        suppressed,
        unverified,
        skipped,
        failures,
        counts,
    }
}

/// What the rules find, without what the user does not want to hear of.
fn findings(index: &Index) -> Sorted {
    let selection = &index.options.selection;
    let shows = |found: &Diagnostic| selection.shows(found.rule, found.severity);
    // An ignore of what is not shown is of use all the same.
    let mut sorted = suppress::sort_out(index, run_rules(index));
    sorted.reported.retain(shows);
    sorted
        .suppressed
        .retain(|suppressed| shows(&suppressed.diagnostic));
    put_in_order(&index.sources, &mut sorted.reported);
    sorted
}

/// Runs every rule that is wanted.
fn run_rules(index: &Index) -> Vec<Diagnostic> {
    let selection = &index.options.selection;
    let on = |rule: &&Rule| selection.runs(rule.id, rule.meta().default == Activation::On);
    let rules: Vec<&Rule> = crate::rules::ALL.iter().filter(on).collect();
    let found = rules.par_iter().flat_map_iter(|rule| run(index, rule));
    let mut found: Vec<Diagnostic> = found
        .filter(|found| index.is_reported(found.primary.span.source))
        .collect();
    put_in_order(&index.sources, &mut found);
    found
}

/// Sorts findings by path, place and rule, and drops what is said twice.
fn put_in_order(sources: &Sources, found: &mut Vec<Diagnostic>) {
    found.par_sort_by(|left, right| {
        let key = |found: &Diagnostic| {
            let span = found.primary.span;
            (span.start, span.end, found.rule)
        };
        let name = |found: &Diagnostic| &sources.get(found.primary.span.source).name;
        name(left)
            .cmp(name(right))
            .then_with(|| key(left).cmp(&key(right)))
            .then_with(|| left.message.cmp(&right.message))
    });
    found.dedup_by(|left, right| {
        left.rule == right.rule
            && left.primary.span == right.primary.span
            && left.message == right.message
    });
}

fn run(index: &Index, rule: &Rule) -> Vec<Diagnostic> {
    match rule.check {
        Check::Problems => {
            let mut found = Vec::new();
            for document in &index.documents {
                object::report(document, rule.id, &mut found);
            }
            found
        }
        Check::Document(check) => {
            let mut found = Vec::new();
            for document in &index.documents {
                check(index, document, &mut found);
            }
            found
        }
        Check::Unit(check) => {
            let found = index.units.par_iter().map(|unit| {
                let mut found = Vec::new();
                check(index, unit, &mut found);
                found
            });
            in_every_unit(index, found.collect())
        }
        Check::Run => Vec::new(),
    }
}

/// Keeps the findings that every unit with the text has, each in its mildest form: a base that is
/// right in one of the environments it is made for is right.
fn in_every_unit(index: &Index, found: Vec<Vec<Diagnostic>>) -> Vec<Diagnostic> {
    let mut by_place: BTreeMap<Span, Vec<Vec<Diagnostic>>> = BTreeMap::new();
    for unit in found {
        let mut own: BTreeMap<Span, Vec<Diagnostic>> = BTreeMap::new();
        for found in unit {
            own.entry(found.primary.span).or_default().push(found);
        }
        for (span, list) in own {
            by_place.entry(span).or_default().push(list);
        }
    }
    let everywhere = by_place
        .into_iter()
        .filter(|(span, units)| units.len() == index.units_with(span.source));
    let mildest = everywhere.filter_map(|(_, units)| {
        let gravest = |list: &Vec<Diagnostic>| list.iter().map(|found| found.severity).max();
        units.into_iter().min_by_key(gravest)
    });
    mildest.flatten().collect()
}

/// Streams that hold no manifest: what has failed upstream (`helm template … | svclint -`) must
/// not look like a pass.
fn empty_streams(index: &Index) -> Vec<Failure> {
    let has_manifest = |id: SourceId| {
        let mut own = index.documents.iter().filter(|own| own.span.source == id);
        own.any(|document| {
            let is_none = matches!(document.skipped, None | Some(SkipReason::NotManifest));
            document.is_manifest || !document.problems.is_empty() || !is_none
        })
    };
    let streams = index
        .sources
        .iter()
        .filter(|(id, source)| source.is_stream && !has_manifest(*id));
    let failures = streams.map(|(_, source)| Failure {
        path: source.name.clone(),
        message: "Standard input holds no manifest".to_owned(),
    });
    failures.collect()
}

fn count(index: &Index) -> Counts {
    let is_reported = |document: &&Document| index.is_reported(document.span.source);
    let documents = || index.documents.iter().filter(is_reported);
    let objects = || documents().flat_map(|document| &document.objects);
    let is_workload = |object: &&object::Object| object.kind.has_pods();
    Counts {
        files: index.files.iter().filter(|file| file.is_reported).count(),
        documents: documents().count(),
        objects: objects().count(),
        services: objects()
            .filter(|object| object.service().is_some())
            .count(),
        workloads: objects().filter(is_workload).count(),
    }
}

/// The Services, and the references to Services, that no unit could judge.
fn unverified(index: &Index) -> Vec<Unverified> {
    let mut judged: BTreeSet<Span> = BTreeSet::new();
    let mut doubtful: BTreeMap<Span, Unverified> = BTreeMap::new();
    let mut note = |span: Span, identity: &Arc<Identity>, subject, doubt: Option<&Doubt>| {
        if !index.is_reported(span.source) {
            return;
        }
        let Some(doubt) = doubt else {
            judged.insert(span);
            return;
        };
        doubtful.entry(span).or_insert_with(|| Unverified {
            subject,
            object: Arc::clone(identity),
            span,
            reason: doubt.code(),
            detail: doubt.detail(),
        });
    };
    for unit in &index.units {
        for link in index.services(unit) {
            let doubt = match link.membership() {
                Membership::Unverified(doubt) => Some(doubt),
                _ => None,
            };
            let object = link.object();
            note(object.name, &object.identity, Subject::Service, doubt);
        }
        for reference in index.references(unit) {
            let named = reference.named();
            let doubt = match &named {
                Named::Unverified(doubt) => Some(doubt),
                _ => None,
            };
            let span = reference.target().name.span;
            note(
                span,
                &reference.object().identity,
                Subject::Reference,
                doubt,
            );
        }
    }
    let mut list: Vec<Unverified> = doubtful
        .into_values()
        .filter(|found| !judged.contains(&found.span))
        .collect();
    list.sort_by_cached_key(|found| {
        (
            index.sources.get(found.span.source).name.clone(),
            found.span.start,
        )
    });
    list
}

fn skipped(index: &Index) -> Vec<Skipped> {
    let documents = index
        .documents
        .iter()
        .filter(|document| index.is_reported(document.span.source));
    let skipped = documents.filter_map(|document| {
        let reason = document.skipped.clone()?;
        Some(Skipped {
            span: document.span,
            reason,
        })
    });
    let mut list: Vec<Skipped> = skipped.collect();
    list.sort_by_cached_key(|found| {
        (
            index.sources.get(found.span.source).name.clone(),
            found.span.start,
        )
    });
    list
}
