//! Markdown for a page that a CI system shows, such as the step summary of GitHub Actions, which
//! has no limit of ten findings.

use super::fold::{fold, folded};
use super::{Place, Root, hidden, printable, summary};
use crate::run::Report;
use std::io;

/// GitHub drops a summary of more than 1 MiB altogether, and a step may have other things to say.
const MOST_BYTES: usize = 512 * 1024;

/// Writes a heading, a table of findings and what was checked.
///
/// # Errors
/// When the writer fails.
pub fn markdown(report: &Report, root: &Root, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "## svclint\n")?;
    let rows = rows(report, root);
    if !rows.is_empty() {
        writeln!(out, "| | Place | Finding | Rule |\n|---|---|---|---|")?;
        let mut bytes = 0;
        let mut shown = 0;
        for row in &rows {
            bytes += row.len() + 1;
            if bytes > MOST_BYTES {
                break;
            }
            writeln!(out, "{row}")?;
            shown += 1;
        }
        writeln!(out)?;
        if shown < rows.len() {
            let more = super::counted(rows.len() - shown, "more finding");
            writeln!(out, "... and {more}, for which there is no room here\n")?;
        }
    }
    let mut notes = Vec::new();
    folded(report, &mut notes)?;
    for note in String::from_utf8_lossy(&notes).lines() {
        writeln!(out, "{}\n", inline(note))?;
    }
    for failure in &report.failures {
        let text = format!("`{}`: {}", failure.path, failure.message);
        writeln!(out, "**error**: {}\n", inline(&text))?;
    }
    let mut warnings = Vec::new();
    hidden(report, &mut warnings)?;
    for warning in String::from_utf8_lossy(&warnings).lines() {
        writeln!(out, "{}\n", inline(warning))?;
    }
    let mut words = Vec::new();
    summary(report, &mut words)?;
    writeln!(out, "{}", inline(String::from_utf8_lossy(&words).trim()))
}

fn rows(report: &Report, root: &Root) -> Vec<String> {
    let rows = fold(report).shown.into_iter().map(|finding| {
        let span = finding.primary.span;
        let place = Place::of(report, span);
        let path = root.path_at(report, span);
        let line = place.position.line;
        let at = if place.template.is_some() {
            format!("{} (rendered line {line})", code(&path))
        } else {
            code(&format!("{path}:{line}:{}", place.position.column))
        };
        let help = finding.help.iter().flat_map(|help| help.lines());
        let help = help.map(inline).collect::<Vec<_>>().join("<br>");
        let mut text = inline(&finding.message);
        if !help.is_empty() {
            text = format!("{text}<br>help: {help}");
        }
        let (severity, rule) = (finding.severity, finding.rule);
        format!("| {severity} | {at} | {text} | {rule} |")
    });
    rows.collect()
}

/// Text in which code is marked with backticks and everything else means itself.
fn inline(text: &str) -> String {
    let text = printable(text);
    let parts: Vec<&str> = text.split('`').collect();
    let inner = &parts[1..parts.len().max(2) - 1];
    // The user's text has backticks of its own: nobody can tell which is which.
    if parts.len().is_multiple_of(2) || inner.iter().any(|part| part.is_empty()) {
        return escaped(&text);
    }
    let parts = parts.iter().enumerate().map(|(at, part)| {
        if at % 2 == 0 {
            escaped(part)
        } else {
            code(part)
        }
    });
    parts.collect()
}

/// A code span inside a table.
fn code(text: &str) -> String {
    let text = printable(text);
    if text.contains('`') {
        return escaped(&text);
    }
    format!("`{}`", text.replace('|', "\\|"))
}

/// Text without code, in which nothing has a meaning: every ASCII punctuation mark can be escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if r"\`*_{}[]<>#|!~&@".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, Severity};
    use crate::text::source::{Source, Span};

    #[test]
    fn only_code_of_ours_is_code() {
        assert_eq!(inline("`a|b` is *not* `<c>`"), "`a\\|b` is \\*not\\* `<c>`");
        assert_eq!(inline("`a`<b>`"), "\\`a\\`\\<b\\>\\`");
        assert_eq!(inline("`` <b>"), "\\`\\` \\<b\\>");
        assert_eq!(inline("plain"), "plain");
        assert_eq!(inline("`a`"), "`a`");
    }

    #[test]
    fn a_page_stays_small() {
        let mut report = Report::default();
        let source = report.sources.add(Source::new("a.yaml", "a: 1\n"));
        let (start, end) = (0, 1);
        let span = Span { source, start, end };
        let long = "x".repeat(1000);
        for _ in 0..2000 {
            let finding = Diagnostic::new("many", Severity::Error, span, &*long);
            report.diagnostics.push(finding);
        }
        let mut out = Vec::new();
        markdown(&report, &Root::default(), &mut out).expect("a vector takes everything");
        assert!(out.len() < MOST_BYTES + 1000);
        let text = String::from_utf8(out).expect("it is text");
        let shown = text.matches("| error |").count();
        assert!(text.contains(&format!("... and {} more findings", 2000 - shown)));
    }
}
