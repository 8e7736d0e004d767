//! Traces for people: the way of the traffic, one step a line, each with the place where it is
//! written. What is broken has a cross, the id of the rule and its words.

use super::{Place, Style, counted, printable};
use crate::diagnostic::Severity;
use crate::run::Report;
use crate::text::hash::HashMap;
use crate::text::source::Span;
use crate::trace::{
    Answer, Branch, ENDPOINTS, EXTERNAL_NAME, Hop, HopKind, Located, Missing, NO_PORT, PolicySide,
    Step, Trace, Unread, Verdict,
};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use unicode_width::UnicodeWidthStr;

/// The columns that the word in front of a step takes.
const WORD: usize = 9;

/// Writes the traces, one after another.
///
/// # Errors
/// When the writer fails.
pub fn trace(
    report: &Report,
    answer: &Answer,
    style: Style,
    is_verbose: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let in_units = units_by_service(answer);
    let mut ways: Vec<(String, Vec<&str>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::default();
    for trace in &answer.traces {
        let mut writer = Writer {
            report,
            style,
            is_verbose,
            lines: Vec::new(),
        };
        writer.trace(trace);
        let text = writer.text();
        let at = *known.entry(text.clone()).or_insert(ways.len());
        if at == ways.len() {
            ways.push((text, Vec::new()));
        }
        // One of a Service that is in one unit only needs no word about it.
        if in_units[&trace.ask.to.place].len() > 1 {
            ways[at].1.push(&trace.unit);
        }
    }
    for (at, (text, units)) in ways.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
        writeln!(out, "{title}")?;
        if !units.is_empty() {
            writeln!(out, "  {:WORD$} {}", "in", listed(units))?;
        }
        out.write_all(rest.as_bytes())?;
    }
    Ok(())
}

/// The units in which each Service is traced.
fn units_by_service(answer: &Answer) -> HashMap<Span, BTreeSet<&str>> {
    let mut units: HashMap<Span, BTreeSet<&str>> = HashMap::default();
    for trace in &answer.traces {
        let own = units.entry(trace.ask.to.place).or_default();
        own.insert(&trace.unit);
    }
    units
}

/// The first few names, and how many more there are.
fn listed(names: &[impl AsRef<str>]) -> String {
    let first = names.iter().take(3);
    let first: Vec<_> = first.map(|name| printable(name.as_ref())).collect();
    let first = first.join(", ");
    match names.len().saturating_sub(3) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Says which documents could not be read, and have no part in the traces.
///
/// # Errors
/// When the writer fails.
pub fn trace_unread(report: &Report, unread: &[Unread], out: &mut dyn io::Write) -> io::Result<()> {
    for unread in unread {
        let place = Place::of(report, unread.place);
        let (file, line) = (printable(place.file()), place.position.line);
        let rule = unread.rule;
        writeln!(out, "warning: {file}:{line} could not be read ({rule})")?;
    }
    Ok(())
}

/// Says how many traces have which verdict.
///
/// # Errors
/// When the writer fails.
pub fn trace_summary(answer: &Answer, out: &mut dyn io::Write) -> io::Result<()> {
    let count = |verdict| {
        let all = answer.traces.iter();
        let all = all.filter(|trace| trace.verdict == verdict);
        all.map(|trace| trace.ask.from.len().max(1)).sum()
    };
    let counts = Verdict::ALL
        .iter()
        .map(|verdict| (count(*verdict), verdict.as_str()));
    let counts: Vec<(usize, &str)> = counts.filter(|(count, _)| *count > 0).collect();
    let ways = counted(counts.iter().map(|(count, _)| count).sum(), "way");
    let counts: Vec<String> = counts
        .iter()
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match counts.as_slice() {
        [] => writeln!(out, "{}", nothing(answer)),
        counts => writeln!(out, "{ways} traced: {}", counts.join(", ")),
    }
}

/// Why there are no traces, in words.
fn nothing(answer: &Answer) -> String {
    match &answer.missing {
        Some(Missing::Selecting { workload }) => format!("no Service sends to {workload}"),
        Some(Missing::Asked { what, .. }) => format!("{what} is not in the input"),
        Some(Missing::Services) | None => "no Service in the input".to_owned(),
    }
}

/// The lines of one trace.
struct Writer<'a> {
    report: &'a Report,
    style: Style,
    /// Whether to show the labels of pods, and all places that tell of what is wrong.
    is_verbose: bool,
    lines: Vec<Line<'a>>,
}

/// A text, and where what it tells is written.
struct Line<'a> {
    text: String,
    place: Option<Place<'a>>,
}

impl Writer<'_> {
    fn trace(&mut self, trace: &Trace) {
        let ask = &trace.ask;
        let title = ask.to.to_string();
        let port = match (ask.port, &ask.port_name) {
            (Some(number), Some(name)) => format!(" port {number} ({name})"),
            (Some(number), None) => format!(" port {number}"),
            (None, Some(name)) => format!(" port {name}"),
            (None, None) => String::new(),
        };
        let clients: Vec<&Located> = ask.from.iter().collect();
        let from = match (clients.as_slice(), &ask.address) {
            ([], Some(address)) => format!("{address} -> "),
            ([], None) => String::new(),
            ([client], _) => format!("{client} -> "),
            (clients, _) => format!("{} -> ", counted(clients.len(), "workload")),
        };
        self.line("", &format!("{from}{title}{port}"), Some(ask.to.place));
        if let [first, _, ..] = clients.as_slice() {
            let names: Vec<String> = clients.iter().map(ToString::to_string).collect();
            let text = format!("{:<WORD$} {}", "from", listed(&names));
            self.line("  ", &text, Some(first.place));
        }
        for hop in &trace.hops {
            self.hop(hop);
        }
        for branch in &trace.branches {
            self.branch(branch);
        }
        self.verdict(trace);
    }

    /// The lines, with all places in one column as far as there is room. A place that has none
    /// stands on a line of its own, at the right.
    fn text(self) -> String {
        let style = self.style;
        let placed = self.lines.iter().filter(|line| line.place.is_some());
        let texts = placed.map(|line| columns(&line.text));
        let column = texts.max().unwrap_or(0).min(style.width * 5 / 8) + 2;
        let lines = self.lines.iter().map(|Line { text, place }| {
            let Some(place) = place else {
                return format!("{text}\n");
            };
            let at = format!("{}:{}", printable(place.file()), place.position.line);
            let room = style.width.saturating_sub(columns(&at));
            let at = place.linked(at, style);
            if columns(text) + 2 > room {
                return format!("{text}\n{:1$}{at}\n", "", room.min(column));
            }
            let gap = column.min(room).saturating_sub(columns(text)).max(2);
            format!("{text}{:gap$}{at}\n", "")
        });
        lines.collect()
    }

    fn hop(&mut self, hop: &Hop) {
        let object = || {
            hop.object
                .as_ref()
                .map(Located::to_string)
                .unwrap_or_default()
        };
        let (word, text) = match (hop.kind, hop.step.code) {
            (HopKind::Client, _) => ("client", format!("{} {}", object(), hop.step.value)),
            (HopKind::Entry, _) => ("from", format!("{} {}", object(), hop.step.value)),
            (HopKind::Attach, _) => ("attached", hop.step.value.clone()),
            (HopKind::Backend, _) => ("backend", hop.step.value.clone()),
            (HopKind::Rollout, _) => ("rollout", format!("{} {}", object(), hop.step.value)),
            (HopKind::Told, _) => ("told by", format!("{} {}", object(), hop.step.value)),
            (HopKind::Service, EXTERNAL_NAME) => ("name", hop.step.value.clone()),
            (HopKind::Service, ENDPOINTS) => ("endpoints", hop.step.value.clone()),
            (HopKind::Service, NO_PORT) => ("ports", hop.step.value.clone()),
            (HopKind::Service, _) => ("selects", hop.step.value.clone()),
        };
        self.step(1, word, text.trim(), &hop.step);
    }

    fn branch(&mut self, branch: &Branch) {
        let pods = match branch.replicas.filter(|_| branch.pods.is_none()) {
            Some(1) => ", 1 pod".to_owned(),
            Some(count) => format!(", {count} pods"),
            None => String::new(),
        };
        let text = format!("{}{pods}", branch.object);
        self.line("  ", &text, Some(branch.object.place));
        if self.is_verbose && !branch.labels.is_empty() {
            let labels = branch.labels.replace(',', ", ");
            let labels = printable(&labels);
            self.wrapped(&format!("    {:<WORD$} ", "labels"), "      ", &labels);
        }
        if let Some(pods) = &branch.pods {
            self.step(2, "pods", &pods.value, pods);
        }
        let container = branch.container.as_ref();
        let container = container.map_or(String::new(), |own| format!(", container {own}"));
        let port = format!("{}{container}", branch.port.value);
        self.step(2, "port", &port, &branch.port);
        self.step(2, "ready", &branch.ready.value, &branch.ready);
        for (word, end) in [("egress", &branch.egress), ("ingress", &branch.ingress)] {
            if let Some(end) = end {
                self.end(word, end);
            }
        }
    }

    fn end(&mut self, word: &str, end: &PolicySide) {
        let text = match end.policies.as_slice() {
            [] => end.code.to_owned(),
            policies => {
                let names = policies.iter().map(|own| {
                    let name = format!("{}/{}", own.object.namespace, own.object.identity.name);
                    match (own.rule, own.why) {
                        (Some(rule), _) => format!("{name} {word}[{rule}]"),
                        (None, Some(why)) => format!("{name} ({why})"),
                        (None, None) => name,
                    }
                });
                format!("{} by {}", end.code, names.collect::<Vec<_>>().join(", "))
            }
        };
        let place = end.policies.first().map(|own| own.object.place);
        self.line("    ", &format!("{word:<WORD$} {text}"), place);
    }

    /// A step, and what is wrong with it.
    fn step(&mut self, depth: usize, word: &str, text: &str, step: &Step) {
        let indent = "  ".repeat(depth);
        self.line(&indent, &format!("{word:<WORD$} {text}"), step.place);
        let Some(fault) = &step.fault else { return };
        let sign = if self.style.unicode { "\u{2717}" } else { "x" };
        let sign = self.style.by(Severity::Error, sign);
        let indent = format!("{indent}{:WORD$} ", "");
        let text = format!("{}: {}", step.code, printable(fault));
        self.wrapped(&format!("{indent}{sign} "), &format!("{indent}  "), &text);
        let shown = if self.is_verbose { step.near.len() } else { 1 };
        for near in step.near.iter().take(shown) {
            self.line(&format!("{indent}  "), &near.text, Some(near.span));
        }
    }

    /// A text without a place, broken into lines: what the first begins with, and the others.
    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        let width = self.style.width.saturating_sub(columns(rest));
        for (at, line) in broken(text, width).into_iter().enumerate() {
            let start = if at == 0 { first } else { rest };
            self.plain(format!("{start}{line}"));
        }
    }

    /// A text, and where it is written, behind the last of its lines.
    fn line(&mut self, indent: &str, text: &str, place: Option<Span>) {
        let text = format!("{indent}{}", printable(text));
        let rest = " ".repeat(indent.len() + WORD + 1);
        let place = place.map(|place| Place::of(self.report, place));
        if columns(&text) <= self.style.width {
            self.lines.push(Line { text, place });
            return;
        }
        let width = self.style.width.saturating_sub(rest.len());
        for (at, line) in broken(text.trim_start(), width).into_iter().enumerate() {
            let start = if at == 0 { indent } else { &rest };
            self.plain(format!("{start}{line}"));
        }
        if let Some(last) = self.lines.last_mut() {
            last.place = place;
        }
    }

    fn plain(&mut self, text: String) {
        self.lines.push(Line { text, place: None });
    }

    fn verdict(&mut self, trace: &Trace) {
        let verdict = trace.verdict;
        let word = match verdict {
            Verdict::Absent | Verdict::Ok | Verdict::Allowed => Cow::Borrowed(verdict.as_str()),
            Verdict::Unknown => self.style.by(Severity::Warning, verdict.as_str()).into(),
            _ => self.style.by(Severity::Error, verdict.as_str()).into(),
        };
        let bad = trace.branches.iter().filter(|own| own.verdict.is_bad());
        let (bad, all) = (bad.count(), trace.branches.len());
        let share = if all > 1 && bad > 0 {
            format!(" ({bad} of {all} backends)")
        } else {
            String::new()
        };
        self.plain(format!("verdict: {word}{share}"));
        let branches = trace.branches.iter().flat_map(|own| &own.doubts);
        let mut doubts: Vec<_> = trace.doubts.iter().chain(branches).collect();
        doubts.sort();
        doubts.dedup();
        for doubt in doubts {
            let text = format!("{}: {}", doubt.code, printable(&doubt.detail));
            self.wrapped("  ", "    ", &text);
        }
    }
}

/// How many columns of a terminal a text takes.
fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text in lines of so many columns, if its words are not longer.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if columns(line) + 1 + columns(word) <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
