//! The rules themselves: as a list, and one explained.

use super::Style;
use crate::catalogue::{Activation, Page};
use crate::diagnostic::Severity;
use serde::Serialize;
use std::io;

/// The version of the list's shape, with the same promise as that of the report.
const VERSION: u32 = 1;

/// Writes one line for each rule.
///
/// # Errors
/// When the writer fails.
pub fn rules(rules: &[Page], out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = vec![["RULE", "SEVERITY", "DEFAULT", "GROUP", "SUMMARY"].map(str::to_owned)];
    rows.extend(rules.iter().map(|rule| {
        let meta = rule.meta();
        [
            rule.id.to_owned(),
            meta.severity.to_string(),
            activation(meta.default).to_owned(),
            meta.group.clone(),
            meta.summary.clone(),
        ]
    }));
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    for row in &rows {
        let [cells @ .., summary] = row;
        for (cell, width) in cells.iter().zip(widths) {
            write!(out, "{cell:width$}  ")?;
        }
        writeln!(out, "{summary}")?;
    }
    Ok(())
}

/// Writes the list for programs.
///
/// # Errors
/// When the writer fails.
pub fn rules_json(rules: &[Page], out: &mut dyn io::Write) -> io::Result<()> {
    let rules = rules.iter().map(|rule| {
        let meta = rule.meta();
        Entry {
            id: rule.id,
            severity: meta.severity,
            default: activation(meta.default),
            group: &meta.group,
            since: &meta.since,
            summary: &meta.summary,
        }
    });
    let list = List {
        version: VERSION,
        rules: rules.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

#[derive(Serialize)]
struct List<'m> {
    version: u32,
    rules: Vec<Entry<'m>>,
}

#[derive(Serialize)]
struct Entry<'m> {
    id: &'static str,
    severity: Severity,
    default: &'static str,
    group: &'m str,
    since: &'m str,
    summary: &'m str,
}

fn activation(activation: Activation) -> &'static str {
    match activation {
        Activation::On => "on",
        Activation::OptIn => "opt-in",
    }
}

/// Writes what a rule's text says, for a terminal.
///
/// # Errors
/// When the writer fails.
pub fn explain(rule: &Page, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let meta = rule.meta();
    writeln!(out, "{}: {}", heading(rule.id, style), meta.summary)?;
    let default = match meta.default {
        Activation::On => "on by default",
        Activation::OptIn => "off unless selected",
    };
    let (severity, group, since) = (meta.severity, &meta.group, &meta.since);
    writeln!(out, "{severity}, group {group}, {default}, since {since}\n")?;
    body(rule.body(), style, out)
}

/// What the words of traces mean.
const TRACE: &str = include_str!("trace.md");

/// Writes what traces are, and what their words mean, for a terminal.
///
/// # Errors
/// When the writer fails.
pub fn explain_trace(style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    body(TRACE, style, out)
}

/// Writes the text of a page, for a terminal.
pub(super) fn body(text: &str, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut in_block = false;
    for line in text.lines() {
        if let Some(info) = line.strip_prefix("```") {
            in_block = !in_block;
            if in_block && !info.is_empty() {
                writeln!(out, "{}\n", caption(info))?;
            }
        } else if in_block {
            writeln!(out, "{}", format!("    {line}").trim_end())?;
        } else if let Some(title) = line.strip_prefix("## ") {
            writeln!(out, "{}", heading(title, style))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

pub(super) fn heading(title: &str, style: Style) -> String {
    if style.color {
        format!("\u{1b}[1m{title}\u{1b}[0m")
    } else {
        title.to_owned()
    }
}

/// What an example is: `yaml bad service.yaml` is a bad `service.yaml`.
fn caption(info: &str) -> String {
    match info.split_whitespace().collect::<Vec<_>>()[..] {
        [_, kind, name] => format!("{kind} {name}:"),
        _ => format!("{info}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Why;
    use crate::trace::{CODES, Verdict};
    use crate::unit::Doubt;

    static RULES: [Page; 2] = [
        Page::new(
            "one",
            "---\nsummary: The first\nseverity: error\ngroup: ports\ndefault: on\n\
                  since: 0.1.0\n---\n## What it checks\nThis.\n\n```yaml bad service.yaml\n\
                  a: 1\n\nb: 2\n```\n",
        ),
        Page::new(
            "number-two",
            "---\nsummary: The second\nseverity: info\ngroup: selectors\ndefault: opt-in\n\
                  since: 0.2.0\n---\nThat.\n",
        ),
    ];

    fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn every_word_of_a_trace_is_explained() {
        let verdicts = Verdict::ALL.map(Verdict::as_str);
        let reasons = Why::ALL.map(Why::code);
        let words = CODES.into_iter().chain(Doubt::CODES);
        for word in words.chain(verdicts).chain(reasons) {
            let mut lines = TRACE.lines();
            let is_explained = |line: &str| {
                let rest = line.strip_prefix(word);
                rest.is_some_and(|rest| rest.starts_with("  "))
            };
            assert!(lines.any(is_explained), "{word}");
        }
    }

    #[test]
    fn the_list_is_a_table() {
        let expected = "\
RULE        SEVERITY  DEFAULT  GROUP      SUMMARY
one         error     on       ports      The first
number-two  info      opt-in   selectors  The second
";
        assert_eq!(text(|out| rules(&RULES, out)), expected);
    }

    #[test]
    fn the_list_for_programs_has_everything() {
        let json = text(|out| rules_json(&RULES, out));
        let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        let expected = serde_json::json!({
            "id": "number-two", "severity": "info", "default": "opt-in",
            "group": "selectors", "since": "0.2.0", "summary": "The second",
        });
        assert_eq!(value["version"], 1);
        assert_eq!(value["rules"][1], expected);
    }

    #[test]
    fn an_explanation_shows_examples_apart() {
        let expected = "\
one: The first
error, group ports, on by default, since 0.1.0

What it checks
This.

bad service.yaml:

    a: 1

    b: 2
";
        assert_eq!(text(|out| explain(&RULES[0], Style::PLAIN, out)), expected);
    }
}
