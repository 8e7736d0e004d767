//! What is said beside the findings, on standard error: what was checked, what was not, and why.

use super::{Place, counted, printable};
use crate::diagnostic::Severity;
use crate::findings::suppressed::Suppressor;
use crate::kinds::kind::{group_version, is_builtin_group};
use crate::object::SkipReason;
use crate::run::{Count, Counts, Hidden, LeftOut, Report, Subject};
use crate::text::source::SourceId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Writes one line for each input that could not be read.
///
/// # Errors
/// When the writer fails.
pub fn failures(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for failure in &report.failures {
        let (path, message) = (printable(&failure.path), printable(&failure.message));
        writeln!(out, "error: {path}: {message}")?;
    }
    Ok(())
}

/// Writes one line for each thing that was not checked.
///
/// # Errors
/// When the writer fails.
pub fn details(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for unverified in &report.unverified {
        let object = printable(&unverified.object.to_string()).into_owned();
        let place = Place::of(report, unverified.span).describe();
        let detail = printable(&unverified.detail);
        let reason = unverified.reason;
        writeln!(
            out,
            "not verifiable: {object} at {place}: {detail} ({reason})"
        )?;
    }
    let mut skipped: Vec<_> = report.skipped.iter().collect();
    skipped.sort_by_key(|skipped| (&skipped.reason, skipped.span));
    for skipped in skipped {
        let place = Place::of(report, skipped.span).describe();
        let what = match &skipped.reason {
            SkipReason::UnreadKind(kind) => printable(kind).into_owned(),
            SkipReason::NotRendered(what) => format!("{}, which is not rendered", printable(what)),
            reason => {
                let (noun, rest) = noun(reason);
                noun.to_owned() + rest
            }
        };
        writeln!(out, "skipped: {what} at {place}")?;
    }
    for (why, count) in &report.left_out {
        writeln!(out, "skipped: {}", left_out(*why, *count))?;
    }
    if report.test_data > 0 {
        let files = counted(report.test_data, "file");
        writeln!(
            out,
            "note: what is missing counts one level less in {files} below `testdata`, `fixtures` \
             or `__snapshots__`"
        )?;
    }
    Ok(())
}

/// Writes the summary: one line.
///
/// # Errors
/// When the writer fails.
pub fn summary(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let parts = [
        Some(checked(report)),
        suppressed(report),
        in_base(report),
        unverified(report),
        skipped(report),
        not_rendered(report),
        ignored(report),
        switched_off(report),
        failed(report),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    writeln!(out, "{}", parts.join("; "))
}

fn checked(report: &Report) -> String {
    let Counts {
        files,
        objects,
        services,
        ..
    } = report.counts;
    let inside = format!(
        "({}, {})",
        counted(objects, "object"),
        counted(services, "Service")
    );
    let files = counted(files, "file");
    if report.diagnostics.is_empty() {
        return if objects == 0 {
            format!("nothing to check in {files}")
        } else if report.in_base > 0 {
            format!("no new problems in {files} {inside}")
        } else {
            format!("no problems in {files} {inside}")
        };
    }
    let found: Vec<_> = Severity::ALL
        .into_iter()
        .filter_map(|it| found(report, it))
        .collect();
    let found = found.join(", ");
    let affected: BTreeSet<SourceId> = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.primary.span.source)
        .filter(|source| !report.sources.get(*source).is_setting)
        .collect();
    if affected.is_empty() {
        format!("{found} in settings, nothing in {files} {inside}")
    } else if report.counts.files > 1 {
        format!("{found} in {} of {files} {inside}", affected.len())
    } else {
        format!("{found} in {files} {inside}")
    }
}

fn found(report: &Report, severity: Severity) -> Option<String> {
    let all = report.diagnostics.iter();
    let count = all.filter(|it| it.severity == severity).count();
    (count > 0).then(|| counted(count, severity.as_str()))
}

/// Findings that the user does not want to hear of; with them in sight silence is no surprise.
fn suppressed(report: &Report) -> Option<String> {
    let suppressed = report.suppressed.iter();
    let count = |by: Suppressor| suppressed.clone().filter(|it| it.by == by).count();
    let ignored = count(Suppressor::Comment) + count(Suppressor::Annotation);
    let parts = [
        (ignored, "ignored"),
        (
            count(Suppressor::Configuration),
            "ignored by the configuration",
        ),
        (count(Suppressor::Baseline), "in the baseline"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Findings that were there before.
fn in_base(report: &Report) -> Option<String> {
    (report.in_base > 0).then(|| format!("{} known from the base", report.in_base))
}

fn unverified(report: &Report) -> Option<String> {
    let mut reasons = BTreeMap::<_, usize>::new();
    for unverified in &report.unverified {
        *reasons.entry(unverified.reason).or_default() += 1;
    }
    let reasons: Vec<_> = reasons
        .into_iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    let of = |subject: Subject, noun: &str| {
        let all = report.unverified.iter();
        let count = all.filter(|it| it.subject == subject).count();
        (count > 0).then(|| counted(count, noun))
    };
    let subjects = [
        of(Subject::Service, "Service"),
        of(Subject::Reference, "reference"),
        of(Subject::Target, "autoscaler"),
        of(Subject::Selector, "selector"),
        of(Subject::Value, "value"),
        of(Subject::Finding, "finding"),
    ];
    let subjects: Vec<_> = subjects.into_iter().flatten().collect();
    let subjects = match subjects.as_slice() {
        [] => return None,
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    let reasons = reasons.join(", ");
    Some(format!("{subjects} not verifiable here ({reasons})"))
}

fn skipped(report: &Report) -> Option<String> {
    let reasons = report.skipped.iter().map(|it| &it.reason);
    let mut reasons: Vec<_> = reasons
        .filter(|reason| !matches!(reason, SkipReason::NotRendered(_)))
        .collect();
    reasons.sort();
    let nouns: Vec<_> = reasons.iter().map(|reason| noun(reason)).collect();
    let counts = nouns.chunk_by(|left, right| left == right);
    let counts = counts.map(|chunk| counted(chunk.len(), chunk[0].0) + chunk[0].1);
    let mut parts: Vec<_> = counts.collect();
    // They come last.
    if let (Some(last), Some(custom)) = (parts.last_mut(), custom_kinds(&reasons)) {
        last.extend([" (", &custom, ")"]);
    }
    (!parts.is_empty()).then(|| format!("skipped {}", parts.join(", ")))
}

/// How many kinds that are not Kubernetes' own are named.
const NAMED: usize = 3;

/// Which kinds are not read, and how many there are of each, most first: `3 IngressRoute`. Those
/// of Kubernetes' own have nothing to do with traffic.
fn custom_kinds(reasons: &[&SkipReason]) -> Option<String> {
    let mut kinds = BTreeMap::<&str, usize>::new();
    for reason in reasons {
        if let SkipReason::UnreadKind(name) = reason
            && let Some((api_version, kind)) = name.split_once(' ')
            && !is_builtin_group(group_version(api_version).0)
        {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| Reverse(*count));
    let count = if kinds.len() > NAMED + 1 {
        NAMED
    } else {
        kinds.len()
    };
    let (named, others) = kinds.split_at(count);
    let mut parts: Vec<_> = named.iter().map(number_of).collect();
    if !others.is_empty() {
        let count: usize = others.iter().map(|(_, count)| count).sum();
        parts.push(format!(
            "{count} of {}",
            counted(others.len(), "other custom kind")
        ));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What manifests are made from that this run does not see.
fn not_rendered(report: &Report) -> Option<String> {
    let mut sorts = BTreeMap::<&str, usize>::new();
    for skipped in &report.skipped {
        if let SkipReason::NotRendered(what) = &skipped.reason {
            let kind = what.split_once(' ').map_or(&**what, |(_, kind)| kind);
            *sorts.entry(kind).or_default() += 1;
        }
    }
    let sorts: Vec<_> = sorts
        .iter()
        .map(|(kind, count)| number_of(&(*kind, *count)))
        .collect();
    (!sorts.is_empty()).then(|| format!("{} not rendered", sorts.join(", ")))
}

/// `3 HelmRelease`: kinds have no plural; what is a word of ours has.
fn number_of((kind, count): &(&str, usize)) -> String {
    if *kind == "chart" {
        counted(*count, kind)
    } else {
        format!("{count} {}", printable(kind))
    }
}

/// What was skipped, as a noun that can be counted and what follows it.
fn noun(reason: &SkipReason) -> (&'static str, &'static str) {
    match reason {
        SkipReason::Template => ("unrendered template", ""),
        SkipReason::KustomizePatch => ("document", " that only kustomize completes"),
        SkipReason::Kustomization => ("kustomization", ""),
        SkipReason::NotManifest => ("document", " without apiVersion and kind"),
        SkipReason::Assertion => ("assertion", " of a test harness"),
        SkipReason::BareList => ("list", " of objects, which kubectl does not read"),
        SkipReason::Unreadable => ("document", " that does not parse and is no manifest"),
        SkipReason::Limit => ("document", " beyond what svclint can read"),
        SkipReason::UnreadKind(_) => ("document", " of kinds not read"),
        SkipReason::NotRendered(_) => ("document", " that is not rendered"),
    }
}

/// What ignore files and the configuration keep out: others may take it for linted.
fn ignored(report: &Report) -> Option<String> {
    let kept_out = [LeftOut::Ignored, LeftOut::Configured];
    let kept_out = kept_out.into_iter().filter_map(|why| {
        let count = report.left_out.get(&why)?;
        Some(left_out(why, *count))
    });
    let kept_out: Vec<_> = kept_out.collect();
    (!kept_out.is_empty()).then(|| format!("left out {}", kept_out.join(" and ")))
}

/// The rules that a file of the repository keeps from running. Who switches them off on the command
/// line knows.
fn switched_off(report: &Report) -> Option<String> {
    let rules = report.switched_off.iter();
    let count = rules.filter(|rule| !rule.is_by_flag).count();
    (count > 0).then(|| {
        let rules = counted(count, "rule");
        format!("{rules} switched off by the configuration")
    })
}

/// How many Services are named.
const NAMED_SERVICES: usize = 5;

/// Writes what a change hides from its judge, a line each.
///
/// # Errors
/// When the writer fails.
pub fn hidden(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let Hidden {
        settings,
        findings,
        services,
    } = &report.hidden;
    if !settings.is_empty() {
        let settings: Vec<_> = settings.iter().map(|it| format!("`{it}`")).collect();
        let settings = settings.join(", ");
        let findings = counted(*findings, "finding");
        writeln!(
            out,
            "warning: settings differ from those of the base ({settings}), and keep back \
             {findings} of this change: `--settings-from base` judges by those of the base"
        )?;
    }
    if !services.is_empty() {
        let named: Vec<_> = services
            .iter()
            .take(NAMED_SERVICES)
            .map(|name| format!("`{}`", printable(name)))
            .collect();
        let more = if services.len() > NAMED_SERVICES {
            ", ..."
        } else {
            ""
        };
        let count = counted(services.len(), "Service");
        let are = if services.len() == 1 { "is" } else { "are" };
        writeln!(
            out,
            "warning: {count} of the base {are} not read any more: {}{more}",
            named.join(", ")
        )?;
    }
    Ok(())
}

/// `1 file, 2 directories that ignore files name`
fn left_out(why: LeftOut, count: Count) -> String {
    let Count { files, directories } = count;
    let some = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let parts = [
        some(files, "file", "files"),
        some(directories, "directory", "directories"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let why = match why {
        LeftOut::Hidden => "whose names start with a dot",
        LeftOut::Ignored => "that ignore files name",
        LeftOut::Excluded => "that --exclude names",
        LeftOut::Configured => "that the configuration excludes",
        LeftOut::Outside => "that are links out of the repository",
        LeftOut::Linked => "behind links, which are not entered",
        LeftOut::Dangling => "behind links that lead nowhere",
    };
    format!("{} {why}", parts.join(", "))
}

fn failed(report: &Report) -> Option<String> {
    let count = report.failures.len();
    (count > 0).then(|| format!("{} could not be linted", counted(count, "input")))
}
