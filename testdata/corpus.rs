//! Real manifests of public repositories, with reviewed verdicts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::diagnostic::{Diagnostic, Severity};
use svclint::lint::{Options, Report, Selection, lint};
use svclint::load::{Request, load};
use svclint::scope::scopes;

fn shared() -> PathBuf {
    let folder = std::env::var_os("SVCLINT_SHARED").map(PathBuf::from);
    folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"))
}

/// Unpacks the manifests, once, and says where they are.
fn corpus() -> Option<PathBuf> {
    let script = shared().join("corpus/unpack");
    if !script.is_file() {
        println!("skipped: no {}", script.display());
        return None;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/corpus");
    let run = Command::new("sh")
        .arg(&script)
        .arg(&folder)
        .output()
        .expect("a shell");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    Some(folder)
}

/// A row of `LABELS.tsv`.
#[derive(Debug)]
struct Label {
    path: String,
    name: String,
    check: String,
    oracle: String,
    reviewed: String,
    class: String,
    why: String,
}

fn labels() -> Vec<Label> {
    let text = std::fs::read_to_string(shared().join("corpus/LABELS.tsv")).expect("labels");
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().expect("a head").split('\t').collect();
    let column = |name: &str| head.iter().position(|own| *own == name).expect("a column");
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |name: &str| cells[column(name)].to_owned();
            Label {
                path: format!("{}/{}", cell("repo").replacen('/', "+", 1), cell("file")),
                name: cell("name"),
                check: cell("check"),
                oracle: cell("oracle"),
                reviewed: cell("reviewed"),
                class: cell("class"),
                why: cell("why"),
            }
        })
        .collect()
}

fn run(folder: &Path) -> Report {
    let request = Request {
        paths: vec![folder.to_path_buf()],
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).expect("no glob");
    let selection = Selection {
        pedantic: true,
        ..Selection::default()
    };
    let (texts, scopes) = scopes(loaded);
    lint(
        texts,
        scopes,
        &Options {
            selection,
            ..Options::default()
        },
    )
}

/// What Kubernetes refuses: path, kind and name.
fn refused() -> BTreeSet<(String, String, String)> {
    #[derive(serde::Deserialize)]
    struct Unit {
        case: String,
        rejected: Vec<String>,
    }
    let packed = std::fs::File::open(shared().join("corpus/endpoints.jsonl.gz")).expect("verdicts");
    let lines = BufReader::new(flate2::read::GzDecoder::new(packed)).lines();
    let mut refused = BTreeSet::new();
    for line in lines {
        let unit: Unit = serde_json::from_str(&line.expect("a line")).expect("a record");
        let repo = unit
            .case
            .split(' ')
            .next()
            .unwrap_or_default()
            .replacen('/', "+", 1);
        for text in &unit.rejected {
            let mut parts = text.splitn(3, ": ");
            let (Some(file), Some(object)) = (parts.next(), parts.next()) else {
                continue;
            };
            let (kind, name) = object.split_once('/').unwrap_or((object, ""));
            refused.insert((format!("{repo}/{file}"), kind.to_owned(), name.to_owned()));
        }
    }
    refused
}

/// The path below the corpus.
fn path_of<'r>(report: &'r Report, found: &Diagnostic) -> &'r str {
    let name = &report.sources.get(found.primary.span.source).name;
    name.split_once("target/corpus/")
        .map_or(name, |(_, path)| path)
}

/// The rules that can answer a label.
fn answers(check: &str, rule: &str) -> bool {
    match check {
        "selector" => rule.starts_with("service-selector"),
        "port" => rule.starts_with("target-port") || rule == "invalid-service-port",
        "workload" => matches!(rule, "workload-selector-mismatch" | "probe-port-not-found"),
        _ => false,
    }
}

#[test]
fn agrees_with_the_reviewed_verdicts() {
    let Some(folder) = corpus() else { return };
    let report = run(&folder);
    let labels = labels();
    let mut false_errors = Vec::new();
    let mut missed: BTreeMap<(String, String, String), Vec<String>> = BTreeMap::new();
    let mut found_true = 0;
    let mut labelled: BTreeSet<usize> = BTreeSet::new();
    for label in &labels {
        let name = label.name.rsplit('/').next().unwrap_or_default();
        let matching: Vec<usize> = (0..report.diagnostics.len())
            .filter(|&at| {
                let found = &report.diagnostics[at];
                answers(&label.check, found.rule)
                    && path_of(&report, found) == label.path
                    && found
                        .object
                        .as_ref()
                        .is_some_and(|object| object.name == name || name == "~")
            })
            .collect();
        labelled.extend(&matching);
        let tell = || {
            format!(
                "{} {} {} ({}: {})",
                label.path, label.name, label.oracle, label.class, label.why
            )
        };
        match label.reviewed.as_str() {
            "FP" | "DOC" => {
                let errors = matching.iter().map(|&at| &report.diagnostics[at]);
                let error = errors
                    .into_iter()
                    .find(|found| found.severity == Severity::Error);
                false_errors.extend(
                    error.map(|found| format!("{}: [{}] {}", tell(), found.rule, found.message)),
                );
            }
            "TP" if matching.is_empty() => {
                let key = (
                    label.check.clone(),
                    label.oracle.clone(),
                    label.class.clone(),
                );
                missed.entry(key).or_default().push(tell());
            }
            "TP" => found_true += 1,
            _ => {}
        }
    }
    println!("{:?}", report.counts);
    println!("true ones found: {found_true}");
    for (key, list) in &missed {
        println!("not found {key:?}: {}", list.len());
        for line in list {
            println!("    {line}");
        }
    }
    let refused = refused();
    let mut unexplained = Vec::new();
    for (at, found) in report.diagnostics.iter().enumerate() {
        let path = path_of(&report, found);
        let is_refused = found.object.as_ref().is_some_and(|object| {
            refused.contains(&(path.to_owned(), object.kind.clone(), object.name.clone()))
        });
        if found.severity == Severity::Error && !labelled.contains(&at) && !is_refused {
            let source = report.sources.get(found.primary.span.source);
            let line = source.position(found.primary.span.start).line;
            unexplained.push(format!("{path}:{line} [{}] {}", found.rule, found.message));
        }
    }
    println!(
        "errors without a label that Kubernetes did not refuse in its unit: {}",
        unexplained.len()
    );
    for line in &unexplained {
        println!("    {line}");
    }
    assert!(
        false_errors.is_empty(),
        "errors that are false:\n{}",
        false_errors.join("\n")
    );
}
