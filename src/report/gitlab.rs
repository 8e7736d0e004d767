//! The code quality report that GitLab shows in merge requests.

use super::{Root, json_text, printable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::findings::fingerprint::Fingerprint;
use crate::run::Report;
use serde::Serialize;
use std::io;

/// Writes a JSON array; an empty one if nothing was found, because GitLab compares with it.
///
/// # Errors
/// When the writer fails.
pub fn gitlab(report: &Report, root: &Root, out: &mut dyn io::Write) -> io::Result<()> {
    let findings: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    let prints = Fingerprint::of(&report.sources, &findings);
    let digests = Fingerprint::unique_digests(&prints);
    let violations: Vec<Violation> = findings
        .into_iter()
        .zip(digests)
        .map(|(finding, digest)| Violation::of(report, root, finding, digest))
        .collect();
    json_text::write(&violations, out)
}

#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

impl Violation {
    fn of(report: &Report, root: &Root, finding: &Diagnostic, fingerprint: String) -> Self {
        let span = finding.primary.span;
        let source = report.sources.get(span.source);
        let line = source.position(span.start).line;
        let rendered = source.template_at(span.start).is_some();
        let message = printable(&finding.message);
        let description = if rendered {
            format!("{message} (rendered line {line})")
        } else {
            message.into_owned()
        };
        Self {
            description,
            check_name: finding.rule,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: root.path_at(report, span),
                lines: Lines {
                    begin: if rendered { 1 } else { line },
                },
            },
        }
    }
}
