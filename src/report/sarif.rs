//! SARIF 2.1.0, as GitHub's code scanning wants it.
//!
//! GitHub shows an alert in a pull request only if every line of it was changed, so a place is one
//! line. Findings that are kept back in the manifests are left out: GitHub would open alerts for
//! them. Changes are there for editors that show such reports; GitHub does not look at them. Places
//! in rendered Helm templates have no line of the template: they are at its first one, and the
//! message names the line of the stream.

use super::line_hash::line_hashes;
use super::{Place, Root, counted, json_text, printable};
use crate::catalogue::{Activation, PAGES, Page};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::findings::fingerprint::Fingerprint;
use crate::run::Report;
use crate::text::hash::HashMap;
use crate::text::source::{Position, Source, SourceId, Span};
use serde_json::{Map, Value, json};
use std::io;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;

/// GitHub keeps no more places of a result.
const MOST_PLACES: usize = 100;

/// The longest description that GitHub takes.
const LONGEST_TEXT: usize = 1024;

/// Writes a log with one run.
///
/// # Errors
/// When the writer fails.
pub fn sarif(report: &Report, root: &Root, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = gravest(&report.diagnostics, MOST_RESULTS);
    let prints = Fingerprint::of(&report.sources, &findings);
    let digests = Fingerprint::unique_digests(&prints);
    let mut hashes = LineHashes::default();
    let results: Vec<Value> = findings
        .iter()
        .zip(&digests)
        .map(|(finding, digest)| {
            let hash = hashes.at(report, finding.primary.span);
            result(report, root, finding, digest, hash)
        })
        .collect();
    let left_out = report.diagnostics.len() - findings.len();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver() },
            "columnKind": "utf16CodeUnits",
            "invocations": [invocation(report, left_out)],
            "results": results,
        }],
    });
    json_text::write(&log, out)
}

/// As many findings as there is room for, in order, the less grave ones left out first.
fn gravest(all: &[Diagnostic], most: usize) -> Vec<&Diagnostic> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by_key(|&at| std::cmp::Reverse(all[at].severity));
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|at| &all[at]).collect()
}

fn driver() -> Value {
    let mut driver = object(json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": PAGES.iter().map(descriptor).collect::<Vec<_>>(),
    }));
    if let Some(repository) = repository() {
        driver.insert("informationUri".to_owned(), json!(repository));
    }
    Value::Object(driver)
}

/// Every rule, also those that found nothing: what differs between runs should be the results.
fn descriptor(rule: &Page) -> Value {
    let meta = rule.meta();
    let text = rule.body();
    let mut descriptor = object(json!({
        "id": rule.id,
        "shortDescription": { "text": cut(&meta.summary) },
        "fullDescription": { "text": cut(first_paragraph(text)) },
        "help": { "text": text, "markdown": text },
        "defaultConfiguration": {
            "level": level(meta.severity),
            "enabled": meta.default == Activation::On,
        },
        "properties": {
            "precision": if meta.severity == Severity::Error { "very-high" } else { "high" },
            "problem.severity": match meta.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
            "tags": ["kubernetes", meta.group],
        },
    }));
    if let Some(repository) = repository() {
        let version = env!("CARGO_PKG_VERSION");
        let uri = format!("{repository}/blob/v{version}/rules/{}.md", rule.id);
        descriptor.insert("helpUri".to_owned(), json!(uri));
    }
    Value::Object(descriptor)
}

/// Where svclint is developed, once that is known.
fn repository() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|address| !address.is_empty())
}

/// The first paragraph below the first heading.
fn first_paragraph(text: &str) -> &str {
    let text = text.trim_start();
    let text = match text.strip_prefix('#') {
        Some(heading) => heading.split_once('\n').map_or("", |(_, rest)| rest),
        None => text,
    };
    let text = text.trim_start();
    text.split_once("\n\n").map_or(text, |(first, _)| first)
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// What could not be done.
fn invocation(report: &Report, left_out: usize) -> Value {
    let failures = report.failures.iter();
    let mut notes: Vec<Value> = failures
        .map(|failure| {
            let text = format!("{}: {}", failure.path, failure.message);
            let text = printable(&text);
            json!({ "level": "error", "message": { "text": text } })
        })
        .collect();
    if left_out > 0 {
        let findings = counted(left_out, "finding");
        let text = format!("{findings} left out: code scanning takes {MOST_RESULTS}");
        notes.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    let mut invocation = object(json!({ "executionSuccessful": report.failures.is_empty() }));
    if !notes.is_empty() {
        invocation.insert("toolExecutionNotifications".to_owned(), json!(notes));
    }
    Value::Object(invocation)
}

fn result(
    report: &Report,
    root: &Root,
    finding: &Diagnostic,
    digest: &str,
    hash: Option<String>,
) -> Value {
    let mut fingerprints = object(json!({ "svclint/v1": digest }));
    if let Some(hash) = hash {
        fingerprints.insert("primaryLocationLineHash".to_owned(), json!(hash));
    }
    let mut result = object(json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": message(report, finding) },
        "locations": [location(report, root, finding.primary.span)],
        "partialFingerprints": fingerprints,
    }));
    if let Some(index) = PAGES.iter().position(|rule| rule.id == finding.rule) {
        result.insert("ruleIndex".to_owned(), json!(index));
    }
    let related: Vec<Value> = related(finding)
        .map(|(id, label)| {
            let mut place = location(report, root, label.span);
            place["id"] = json!(id);
            if !label.text.is_empty() {
                place["message"] = json!({ "text": printable(&label.text) });
            }
            place
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".to_owned(), json!(related));
    }
    if let Some(fix) = finding.fix.as_ref().filter(|fix| is_safe(report, fix)) {
        result.insert("fixes".to_owned(), json!([change(report, root, fix)]));
    }
    Value::Object(result)
}

/// Whether a change can be made without a thought: it means what it says, and to a file.
fn is_safe(report: &Report, fix: &Fix) -> bool {
    let is_stream = |edit: &Edit| report.sources.get(edit.span.source).is_stream;
    fix.applicability == Applicability::Safe && !fix.edits.iter().any(is_stream)
}

fn change(report: &Report, root: &Root, fix: &Fix) -> Value {
    let changes = fix
        .edits
        .chunk_by(|left, right| left.span.source == right.span.source);
    let changes = changes.map(|edits| {
        let replacements: Vec<Value> = edits.iter().map(|edit| replacement(report, edit)).collect();
        json!({
            "artifactLocation": { "uri": uri(&root.path_at(report, edits[0].span)) },
            "replacements": replacements,
        })
    });
    json!({
        "description": { "text": printable(&fix.title) },
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

fn replacement(report: &Report, edit: &Edit) -> Value {
    let source = report.sources.get(edit.span.source);
    let start = source.utf16_position(edit.span.start);
    let end = source.utf16_position(edit.span.end);
    let mut replacement = object(json!({ "deletedRegion": between(start, end) }));
    if !edit.text.is_empty() {
        let text = json!({ "text": edit.text });
        replacement.insert("insertedContent".to_owned(), text);
    }
    Value::Object(replacement)
}

/// The other places, each with the number that the message links to.
fn related(finding: &Diagnostic) -> impl Iterator<Item = (usize, &crate::diagnostic::Label)> {
    (1..=MOST_PLACES).zip(&finding.related)
}

/// The sentence, links to the other places, and what to do. GitHub shows the first sentence where
/// there is little room.
fn message(report: &Report, finding: &Diagnostic) -> String {
    let place = Place::of(report, finding.primary.span);
    let mut parts = vec![plain(&finding.message)];
    if place.template.is_some() {
        parts.push(format!(" (rendered line {})", place.position.line));
    }
    parts.push(".".to_owned());
    let places: Vec<String> = related(finding)
        .map(|(id, label)| {
            let text = match label.text.as_str() {
                "" => "related place",
                text => text,
            };
            format!("[{}]({id})", escaped(&printable(text)))
        })
        .collect();
    if !places.is_empty() {
        parts.push(format!(" See: {}.", places.join("; ")));
    }
    if let Some(help) = &finding.help {
        let help: Vec<String> = help.lines().map(plain).collect();
        parts.push(format!(" Help: {}", help.join("\n")));
        // Behind several lines, which are code, a full stop would be part of it.
        if help.len() == 1 {
            parts.push(".".to_owned());
        }
    }
    parts.concat()
}

/// Text in which nothing looks like a link.
fn plain(text: &str) -> String {
    let text = printable(text);
    if text.contains("](") {
        escaped(&text)
    } else {
        text.into_owned()
    }
}

/// The text of a link (SARIF 3.11.6).
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    text.replace('[', "\\[").replace(']', "\\]")
}

fn location(report: &Report, root: &Root, span: Span) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&root.path_at(report, span)) },
            "region": region(report, span),
        },
    })
}

/// The part of a place that is on its first line.
fn region(report: &Report, span: Span) -> Value {
    let source = report.sources.get(span.source);
    if source.template_at(span.start).is_some() {
        return json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1 });
    }
    let start = source.utf16_position(span.start);
    let end = source.utf16_position(span.end.min(end_of_line(source, span.start)));
    between(start, end)
}

fn between(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn end_of_line(source: &Source, offset: u32) -> u32 {
    let end = source.line_range(source.line_index(offset)).end as u32;
    end.max(offset)
}

/// A path as a URI: relative to the root, or else absolute.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') {
        "file://"
    } else if path.get(1..3) == Some(":/") {
        "file:///"
    } else {
        ""
    };
    let bytes = path.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    std::iter::once(scheme.to_owned()).chain(bytes).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The hashes of the lines of the texts that have findings.
#[derive(Default)]
struct LineHashes(HashMap<SourceId, Vec<String>>);

impl LineHashes {
    fn at(&mut self, report: &Report, span: Span) -> Option<String> {
        let source = report.sources.get(span.source);
        let hashes = self.0.entry(span.source);
        let hashes = hashes.or_insert_with(|| line_hashes(source.text()));
        hashes.get(source.line_index(span.start)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("a/b-c_1.yaml"), "a/b-c_1.yaml");
        assert_eq!(uri("a b/ü%[x].yaml"), "a%20b/%C3%BC%25%5Bx%5D.yaml");
        assert_eq!(uri("a:b.yaml"), "a%3Ab.yaml");
        assert_eq!(uri("/x/a.yaml"), "file:///x/a.yaml");
    }

    #[test]
    fn the_gravest_findings_stay() {
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let severities = [Severity::Info, Severity::Error, Severity::Warning];
        let all = severities.map(|severity| Diagnostic::new("x", severity, span, "x"));
        let kept: Vec<_> = gravest(&all, 2).iter().map(|own| own.severity).collect();
        assert_eq!(kept, [Severity::Error, Severity::Warning]);
    }

    #[test]
    fn brackets_of_the_user_make_no_links() {
        assert_eq!(plain("`ports[0].name`"), "`ports[0].name`");
        assert_eq!(plain("`[x](1)`"), "`\\[x\\](1)`");
        assert_eq!(escaped("a\\[0]"), "a\\\\\\[0\\]");
    }

    #[test]
    fn a_description_is_the_first_paragraph() {
        assert_eq!(
            first_paragraph("## What\nThis.\nAnd that.\n\nMore"),
            "This.\nAnd that."
        );
        assert_eq!(first_paragraph("Plain."), "Plain.");
    }
}
