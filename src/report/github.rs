//! Workflow commands, which GitHub Actions turns into annotations: the gravest first, because it
//! keeps ten errors and ten warnings of a step and drops the rest in silence.

use super::{Place, Root, printable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::run::Report;
use std::io;

/// Writes one command for each finding.
///
/// # Errors
/// When the writer fails.
pub fn github(report: &Report, root: &Root, out: &mut dyn io::Write) -> io::Result<()> {
    for severity in Severity::ALL {
        let all = report.diagnostics.iter();
        for finding in all.filter(|finding| finding.severity == severity) {
            writeln!(out, "{}", command(report, root, finding))?;
        }
    }
    Ok(())
}

fn command(report: &Report, root: &Root, finding: &Diagnostic) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let span = finding.primary.span;
    let source = report.sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    let mut properties = vec![("file", root.path_at(report, span))];
    // A rendered template has no such line.
    if source.template_at(span.start).is_none() {
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        // Columns of several lines mean nothing to GitHub, which then refuses the annotation.
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", format!("svclint: {}", finding.rule)));
    let properties: Vec<String> = properties
        .into_iter()
        .map(|(key, value)| format!("{key}={}", property(&printable(&value))))
        .collect();
    let message = data(&message(report, finding));
    format!("::{name} {}::{message}", properties.join(","))
}

/// What the log shows of the command: the place has to be in it, and all other places.
fn message(report: &Report, finding: &Diagnostic) -> String {
    let place = Place::of(report, finding.primary.span).describe();
    let mut lines = vec![format!("{place}: {}", printable(&finding.message))];
    for label in &finding.related {
        let place = Place::of(report, label.span).describe();
        lines.push(match label.text.as_str() {
            "" => place,
            text => format!("{place}: {}", printable(text)),
        });
    }
    if let Some(help) = &finding.help {
        let mut help = help.lines().map(printable);
        lines.push(format!("help: {}", help.next().unwrap_or_default()));
        lines.extend(help.map(String::from));
    }
    lines.join("\n")
}

/// Escapes as `@actions/core` does (`command.ts:escapeData`).
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property (`command.ts:escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_command_early() {
        assert_eq!(property("a:b,c%\r\n.yaml"), "a%3Ab%2Cc%25%0D%0A.yaml");
        assert_eq!(data("100 %: a,\n::error::x"), "100 %25: a,%0A::error::x");
    }
}
