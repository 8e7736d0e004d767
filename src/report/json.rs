//! The report for programs.
//!
//! The shape is version 1, and `--format json-v1` will always write it; `--format json` is the
//! newest version. Within a version fields and words (rules, reasons) are only added, never
//! renamed, removed or given another meaning, so readers must ignore what they do not know. All
//! fields are always present; what does not apply is `null` or an empty list. The order of findings
//! is by path, place and rule.
//!
//! A place has two ends, `start` and, one past the last character, `end`. Lines and columns count
//! from 1, columns in characters (Unicode code points); `offset` counts bytes from 0. In a stream
//! of rendered Helm templates `path` is the template, and `rendered` says that lines, columns and
//! offsets count in the stream.
//!
//! Nothing is folded or left out.

use super::json_text;
use crate::diagnostic::{Applicability, Diagnostic, Evidence, Fix, Identity, Label, Severity};
use crate::findings::suppressed::{Suppressed, Suppressor};
use crate::object::SkipReason;
use crate::run::{Count, LeftOut, Report, Skipped, SwitchedOff, Unverified};
use crate::text::printable::masked;
use crate::text::source::{Source, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::io;

/// The version of the shape.
const VERSION: u32 = 1;

/// The JSON schema of the report, for those who read it.
pub const JSON_SCHEMA: &str = include_str!("report.schema.json");

/// Writes the whole report as one JSON object.
///
/// # Errors
/// When the writer fails.
pub fn json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    json_text::write(&Document::of(report), out)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    tool: Tool,
    diagnostics: Vec<Finding<'a>>,
    suppressed: Vec<KeptBack<'a>>,
    unverified: Vec<NotJudged<'a>>,
    skipped: Vec<NotRead<'a>>,
    left_out: Vec<KeptOut>,
    switched_off: Vec<OffRule>,
    hidden: HiddenByChange<'a>,
    failures: Vec<Failure<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    message: Cow<'a, str>,
    help: Option<Cow<'a, str>>,
    evidence: Option<&'static str>,
    location: Location<'a>,
    label: Option<Cow<'a, str>>,
    object: Option<Object<'a>>,
    related: Vec<Related<'a>>,
    fix: Option<Change<'a>>,
}

/// A finding that the user does not want to hear of, and what says so.
#[derive(Serialize)]
struct KeptBack<'a> {
    by: &'static str,
    reason: Option<&'a str>,
    at: Location<'a>,
    #[serde(flatten)]
    finding: Finding<'a>,
}

#[derive(Serialize)]
pub(super) struct Location<'a> {
    path: &'a str,
    rendered: bool,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    message: Cow<'a, str>,
    location: Location<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    location: Location<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct NotJudged<'a> {
    object: Object<'a>,
    location: Location<'a>,
    reason: &'a str,
    detail: Cow<'a, str>,
}

#[derive(Serialize)]
struct NotRead<'a> {
    location: Location<'a>,
    reason: &'static str,
    kind: Option<&'a str>,
}

/// What walks through directories have left out for one reason.
#[derive(Serialize)]
struct KeptOut {
    reason: &'static str,
    files: usize,
    directories: usize,
}

/// A rule that runs by default, and not in this run.
#[derive(Serialize)]
struct OffRule {
    rule: &'static str,
    by: &'static str,
}

/// What a change hides that is compared with its base.
#[derive(Serialize)]
struct HiddenByChange<'a> {
    settings: &'a [String],
    findings: usize,
    services: &'a [String],
}

#[derive(Serialize)]
struct Failure<'a> {
    path: &'a str,
    message: Cow<'a, str>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    known: usize,
    files: usize,
    documents: usize,
    objects: usize,
    services: usize,
    workloads: usize,
    unverified: usize,
    skipped: usize,
    failures: usize,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let diagnostics = report.diagnostics.iter();
        let suppressed = report.suppressed.iter();
        let unverified = report.unverified.iter();
        let skipped = report.skipped.iter();
        let left_out = report.left_out.iter();
        let failures = report.failures.iter();
        Self {
            version: VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            diagnostics: diagnostics.map(|it| Finding::of(report, it)).collect(),
            suppressed: suppressed.map(|it| KeptBack::of(report, it)).collect(),
            unverified: unverified.map(|it| NotJudged::of(report, it)).collect(),
            skipped: skipped.map(|it| NotRead::of(report, it)).collect(),
            left_out: left_out.map(KeptOut::of).collect(),
            switched_off: report.switched_off.iter().map(OffRule::of).collect(),
            hidden: HiddenByChange {
                settings: &report.hidden.settings,
                findings: report.hidden.findings,
                services: &report.hidden.services,
            },
            failures: failures
                .map(|failure| Failure {
                    path: &failure.path,
                    message: masked(&failure.message),
                })
                .collect(),
            summary: Summary::of(report),
        }
    }
}

impl<'a> Finding<'a> {
    fn of(report: &'a Report, diagnostic: &'a Diagnostic) -> Self {
        let Label { span, text } = &diagnostic.primary;
        Self {
            rule: diagnostic.rule,
            severity: diagnostic.severity,
            message: masked(&diagnostic.message),
            help: diagnostic.help.as_deref().map(masked),
            evidence: diagnostic.evidence.map(Evidence::as_str),
            location: Location::of(report, *span),
            label: (!text.is_empty()).then(|| masked(text)),
            object: diagnostic.object.as_deref().map(Object::of),
            related: diagnostic
                .related
                .iter()
                .map(|label| Related {
                    message: masked(&label.text),
                    location: Location::of(report, label.span),
                })
                .collect(),
            fix: diagnostic.fix.as_ref().map(|fix| Change::of(report, fix)),
        }
    }
}

impl<'a> KeptBack<'a> {
    fn of(report: &'a Report, suppressed: &'a Suppressed) -> Self {
        Self {
            by: match suppressed.by {
                Suppressor::Comment => "comment",
                Suppressor::Annotation => "annotation",
                Suppressor::Configuration => "configuration",
                Suppressor::Baseline => "baseline",
            },
            reason: suppressed.reason.as_deref(),
            at: Location::of(report, suppressed.span),
            finding: Finding::of(report, &suppressed.diagnostic),
        }
    }
}

impl<'a> Location<'a> {
    pub(super) fn of(report: &'a Report, span: Span) -> Self {
        let source = report.sources.get(span.source);
        Self {
            path: source.name_at(span.start),
            rendered: source.template_at(span.start).is_some(),
            start: Point::of(source, span.start),
            end: Point::of(source, span.end),
        }
    }
}

impl Point {
    fn of(source: &Source, offset: u32) -> Self {
        let position = source.position(offset);
        Self {
            line: position.line,
            column: position.column,
            offset: source.offset_in_file(offset),
        }
    }
}

impl<'a> Object<'a> {
    fn of(identity: &'a Identity) -> Self {
        Self {
            api_version: &identity.api_version,
            kind: &identity.kind,
            namespace: identity.namespace.as_deref(),
            name: &identity.name,
        }
    }
}

impl<'a> Change<'a> {
    fn of(report: &'a Report, fix: &'a Fix) -> Self {
        Self {
            title: &fix.title,
            applicability: match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
                Applicability::Display => "display",
            },
            edits: fix
                .edits
                .iter()
                .map(|edit| Replacement {
                    location: Location::of(report, edit.span),
                    text: &edit.text,
                })
                .collect(),
        }
    }
}

impl<'a> NotJudged<'a> {
    fn of(report: &'a Report, unverified: &'a Unverified) -> Self {
        Self {
            object: Object::of(&unverified.object),
            location: Location::of(report, unverified.span),
            reason: unverified.reason,
            detail: masked(&unverified.detail),
        }
    }
}

impl<'a> NotRead<'a> {
    fn of(report: &'a Report, skipped: &'a Skipped) -> Self {
        let (reason, kind) = match &skipped.reason {
            SkipReason::Template => ("template", None),
            SkipReason::KustomizePatch => ("kustomize-patch", None),
            SkipReason::Kustomization => ("kustomization", None),
            SkipReason::NotManifest => ("not-manifest", None),
            SkipReason::Assertion => ("assertion", None),
            SkipReason::BareList => ("bare-list", None),
            SkipReason::Unreadable => ("unreadable", None),
            SkipReason::Limit => ("limit", None),
            SkipReason::UnreadKind(kind) => ("unread-kind", Some(kind.as_str())),
            SkipReason::NotRendered(what) => ("not-rendered", Some(what.as_str())),
        };
        Self {
            location: Location::of(report, skipped.span),
            reason,
            kind,
        }
    }
}

impl KeptOut {
    fn of((why, count): (&LeftOut, &Count)) -> Self {
        Self {
            reason: match why {
                LeftOut::Hidden => "hidden",
                LeftOut::Ignored => "ignored",
                LeftOut::Excluded => "excluded",
                LeftOut::Configured => "configured",
                LeftOut::Outside => "outside",
                LeftOut::Linked => "linked-directory",
                LeftOut::Dangling => "dangling-link",
            },
            files: count.files,
            directories: count.directories,
        }
    }
}

impl OffRule {
    fn of(off: &SwitchedOff) -> Self {
        let by = if off.is_by_flag {
            "command-line"
        } else {
            "configuration"
        };
        let rule = off.rule;
        Self { rule, by }
    }
}

impl Summary {
    fn of(report: &Report) -> Self {
        let of = |severity| {
            let all = report.diagnostics.iter();
            all.filter(|it| it.severity == severity).count()
        };
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            suppressed: report.suppressed.len(),
            known: report.in_base,
            files: report.counts.files,
            documents: report.counts.documents,
            objects: report.counts.objects,
            services: report.counts.services,
            workloads: report.counts.workloads,
            unverified: report.unverified.len(),
            skipped: report.skipped.len(),
            failures: report.failures.len(),
        }
    }
}
