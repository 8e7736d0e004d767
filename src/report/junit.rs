//! The XML of `JUnit`, which every CI system can show: a suite for each file, a failure for each
//! finding.

use super::{Place, Root, printable};
use crate::diagnostic::Diagnostic;
use crate::run::Report;
use std::collections::BTreeMap;
use std::io;

/// Writes all suites. A file without findings has one test, which passes.
///
/// # Errors
/// When the writer fails.
pub fn junit(report: &Report, root: &Root, out: &mut dyn io::Write) -> io::Result<()> {
    let suites = suites(report, root);
    let failed = report.diagnostics.len();
    let errors = report.failures.len();
    let passed = suites.values().filter(|own| own.is_empty()).count();
    let tests = passed + failed + errors;
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="svclint" tests="{tests}" failures="{failed}" errors="{errors}">"#
    )?;
    for (path, findings) in suites {
        suite(report, &path, &findings, out)?;
    }
    for failure in &report.failures {
        let (path, message) = (escaped(&failure.path), escaped(&failure.message));
        writeln!(
            out,
            r#"  <testsuite name="{path}" tests="1" failures="0" errors="1">
    <testcase name="input" classname="{path}" file="{path}">
      <error message="{message}"/>
    </testcase>
  </testsuite>"#
        )?;
    }
    writeln!(out, "</testsuites>")
}

/// The findings of each file, and files without.
fn suites<'r>(report: &'r Report, root: &Root) -> BTreeMap<String, Vec<&'r Diagnostic>> {
    let mut suites: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for &id in &report.reported {
        suites
            .entry(root.path_of(report.sources.get(id)))
            .or_default();
    }
    for finding in &report.diagnostics {
        let path = root.path_at(report, finding.primary.span);
        suites.entry(path).or_default().push(finding);
    }
    suites
}

fn suite(
    report: &Report,
    path: &str,
    findings: &[&Diagnostic],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let path = escaped(path);
    let (tests, failures) = (findings.len().max(1), findings.len());
    writeln!(
        out,
        r#"  <testsuite name="{path}" tests="{tests}" failures="{failures}" errors="0">"#
    )?;
    if findings.is_empty() {
        writeln!(
            out,
            r#"    <testcase name="svclint" classname="{path}" file="{path}"/>"#
        )?;
    }
    for finding in findings {
        let place = Place::of(report, finding.primary.span);
        let (line, column) = (place.position.line, place.position.column);
        let (rule, severity) = (finding.rule, finding.severity);
        let message = escaped(&finding.message);
        let details = escaped_lines(&details(report, finding));
        let name = format!("{rule} at {line}:{column}");
        writeln!(
            out,
            r#"    <testcase name="{name}" classname="{path}" file="{path}" line="{line}">
      <failure type="{severity}" message="{message}">{details}</failure>
    </testcase>"#
        )?;
    }
    writeln!(out, "  </testsuite>")
}

/// Everything there is to say about a finding, in lines.
fn details(report: &Report, finding: &Diagnostic) -> String {
    let place = |span| Place::of(report, span).describe();
    let Diagnostic { severity, rule, .. } = finding;
    let at = place(finding.primary.span);
    let mut lines = vec![format!("{at}: {severity}[{rule}]: {}", finding.message)];
    for label in &finding.related {
        lines.push(format!("{}: {}", place(label.span), label.text));
    }
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

/// Text for XML 1.0, which has no way to write control characters and two others.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in printable(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(character.escape_default()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_escaped() {
        assert_eq!(
            escaped("<a b=\"'&\">"),
            "&lt;a b=&quot;&apos;&amp;&quot;&gt;"
        );
        assert_eq!(escaped("\u{0}\u{1b}\u{ffff}é"), "\\u{0}\\u{1b}\\u{ffff}é");
        assert_eq!(escaped_lines("a\nb\u{7}"), "a\nb\\u{7}");
    }
}
