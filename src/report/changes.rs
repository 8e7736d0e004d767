//! The paths that a change makes other ones: a line each, or as JSON.

use super::{Style, counted, printable};
use crate::diagnostic::Severity;
use crate::text::hash::HashSet;
use crate::trace::{Change, Changed, Path, Reached};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;

/// The columns of the word for what has become of a path.
const WORD: usize = 10;

/// Writes a line for each path, the worst first.
///
/// # Errors
/// When the writer fails.
pub fn changes(changed: &[Changed<'_>], style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let units: HashSet<&str> = changed.iter().map(|own| own.path().unit.as_str()).collect();
    for own in changed {
        let word = format!("{:WORD$}", own.change.as_str());
        let word = match own.change {
            _ if own.is_bad() => style.by(Severity::Error, &word),
            _ => word,
        };
        let path = own.path();
        write!(out, "{word} {}", printable(&name(path)))?;
        if units.len() > 1 {
            write!(out, " in {}", printable(&path.unit))?;
        }
        writeln!(out, ": {}", printable(&told(own)))?;
    }
    Ok(())
}

/// What a path is called. A Service to which nothing leads is its own beginning.
fn name(path: &Path) -> String {
    let name = path.id.to_string();
    let alone = format!("Service {} -> ", path.id.service);
    name.strip_prefix(&alone)
        .map_or(name.clone(), str::to_owned)
}

/// What a path was and is.
fn told(changed: &Changed<'_>) -> String {
    match (changed.before, changed.after) {
        (Some(before), Some(after)) => format!("{}, was {}", leads(after), leads(before)),
        (None, Some(after)) => leads(after),
        (Some(before), None) => format!("was {}", leads(before)),
        (None, None) => String::new(),
    }
}

/// Where a path leads, or why it leads nowhere.
fn leads(path: &Path) -> String {
    let codes: Vec<&str> = path.codes.iter().copied().collect();
    let reached: Vec<String> = path.reached().iter().map(pods).collect();
    match (path.state.as_str(), codes.join(", "), reached.join(", ")) {
        ("ok", _, reached) if !reached.is_empty() => reached,
        (state, codes, _) if codes.is_empty() => state.to_owned(),
        (state, codes, _) => format!("{state} ({codes})"),
    }
}

fn pods(reached: &Reached) -> String {
    match reached.pod_port {
        Some(port) => format!("{}:{port}", reached.workload),
        None => reached.workload.clone(),
    }
}

/// Writes how many paths changed, in one line.
///
/// # Errors
/// When the writer fails.
pub fn changes_summary(
    changed: &[Changed<'_>],
    paths: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let count = |change| changed.iter().filter(|own| own.change == change).count();
    let counts = Change::ALL.map(|change| (count(change), change.as_str()));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let paths = counted(paths, "path");
    match counts.as_slice() {
        [] => writeln!(out, "nothing changed in {paths}"),
        counts => writeln!(out, "{} in {paths}", counts.join(", ")),
    }
}

#[derive(Serialize)]
struct ChangesJson<'a> {
    version: u32,
    base: &'a str,
    changes: Vec<ChangeJson<'a>>,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    change: &'static str,
    unit: &'a str,
    entry: &'a str,
    service: &'a str,
    port: &'a str,
    before: Option<StateJson<'a>>,
    after: Option<StateJson<'a>>,
}

#[derive(Serialize)]
struct StateJson<'a> {
    state: &'static str,
    codes: &'a BTreeSet<&'static str>,
    reached: Vec<ReachedJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReachedJson {
    workload: String,
    pod_port: Option<i64>,
}

impl<'a> StateJson<'a> {
    fn of(path: &'a Path) -> Self {
        let reached = path.reached().into_iter().map(|own| ReachedJson {
            workload: own.workload,
            pod_port: own.pod_port,
        });
        Self {
            state: path.state.as_str(),
            codes: &path.codes,
            reached: reached.collect(),
        }
    }
}

/// Writes them as JSON.
///
/// # Errors
/// When the writer fails.
pub fn changes_json(all: &[Changed<'_>], base: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let changes = all.iter().map(|own| {
        let path = own.path();
        ChangeJson {
            change: own.change.as_str(),
            unit: &path.unit,
            entry: &path.id.entry,
            service: &path.id.service,
            port: &path.id.port,
            before: own.before.map(StateJson::of),
            after: own.after.map(StateJson::of),
        }
    });
    let report = ChangesJson {
        version: 1,
        base,
        changes: changes.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}
