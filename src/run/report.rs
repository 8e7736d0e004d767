//! What comes of a run.

use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Identity, Severity};
use crate::findings::baseline;
use crate::findings::suppressed::Suppressed;
use crate::object::SkipReason;
use crate::settings::Invalid;
use crate::text::Failure;
use crate::text::source::{Source, SourceId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What came of a run.
#[derive(Debug, Default)]
#[non_exhaustive]
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
    #[doc(hidden)]
    pub baseline: Option<baseline::Outcome>,
    /// How many findings are not reported because the base revision has them too.
    pub in_base: usize,
    /// The rules that run by default, and that somebody has switched off.
    pub switched_off: Vec<SwitchedOff>,
    /// What the settings of a change hide that those of the base revision do not, if there is one.
    pub hidden: Hidden,
    /// Services, references to Services, and values that could not be judged, and why.
    pub unverified: Vec<Unverified>,
    /// Input that was not looked at, and why.
    pub skipped: Vec<Skipped>,
    /// What walks through directories came by and left out.
    pub left_out: BTreeMap<LeftOut, Count>,
    /// The texts that were asked for in which anything was judged.
    pub judged: BTreeSet<SourceId>,
    /// How many of the texts that were asked for are test data, by the directories that they are
    /// in: what is missing there counts less.
    pub test_data: usize,
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
#[non_exhaustive]
pub enum Subject {
    /// Which pods a Service selects.
    Service,
    /// Which Service another object means.
    Reference,
    /// Which workload an autoscaler means.
    Target,
    /// Which pods a disruption budget or a network policy is about.
    Selector,
    /// What a value will be that is filled in before the manifest is applied.
    Value,
    /// Whether a finding is right about what a patch of kustomize may change.
    Finding,
}

/// Something that could not be judged. Silence about it must not look like a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unverified {
    /// What.
    pub subject: Subject,
    /// The Service, or the object that refers to one or to pods, or that has the value.
    pub object: Arc<Identity>,
    /// The Service's name, where it is defined or where it is referred to; the name or the selector
    /// by which another object means pods; or the value.
    pub span: Span,
    /// Why, as one of the fixed words of [`Doubt::code`](crate::unit::Doubt::code).
    pub reason: &'static str,
    /// Why, in a sentence without a full stop.
    pub detail: String,
}

impl Unverified {
    /// Something that could not be judged, for this reason.
    pub fn new(
        subject: Subject,
        object: Arc<Identity>,
        span: Span,
        reason: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            subject,
            object,
            span,
            reason,
            detail: detail.into(),
        }
    }
}

/// A rule that runs by default, and that somebody has switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SwitchedOff {
    /// The rule.
    pub rule: &'static str,
    /// By what: the command line, or else the configuration.
    pub is_by_flag: bool,
}

impl SwitchedOff {
    /// A rule that has been switched off there.
    pub fn new(rule: &'static str, is_by_flag: bool) -> Self {
        Self { rule, is_by_flag }
    }
}

/// What a change hides from a run that is compared with its base revision (`--base`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hidden {
    /// The settings that the change changes, as they are called: `exclude`, `rules`.
    pub settings: Vec<String>,
    /// How many new findings there would be under the settings of the base revision.
    pub findings: usize,
    /// The Services that the base revision has and that are not read any more, by namespace and
    /// name.
    pub services: Vec<String>,
}

impl Hidden {
    /// What is hidden by a change of these settings.
    pub fn new(settings: Vec<String>, findings: usize, services: Vec<String>) -> Self {
        Self {
            settings,
            findings,
            services,
        }
    }
}

/// Input that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The text it is in, and where. The whole text is one span.
    pub span: Span,
    /// Why.
    pub reason: SkipReason,
}

impl Skipped {
    /// Input that was not looked at, for this reason.
    pub fn new(span: Span, reason: SkipReason) -> Self {
        Self { span, reason }
    }
}

/// Why a walk through a directory leaves something out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LeftOut {
    /// Its name starts with a dot.
    Hidden,
    /// A `.gitignore` or `.ignore` file names it, and git does not track it.
    Ignored,
    /// `--exclude` names it.
    Excluded,
    /// `exclude` in the configuration names it.
    Configured,
    /// It is a link that leads out of the repository, or to what git keeps for itself.
    Outside,
    /// It is a link to a directory, which no walk enters.
    Linked,
    /// It is a link that leads nowhere.
    Dangling,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Files that would have been read.
    pub files: usize,
    /// Directories, whatever they hold.
    pub directories: usize,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
