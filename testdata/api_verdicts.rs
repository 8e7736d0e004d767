//! What real API servers of several versions said of some five thousand small manifests, against
//! what svclint says.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use svclint::diagnostic::Severity;
use svclint::kube::KubeVersion;
use svclint::object::Text;
use svclint::run::{Options, lint_texts};
use svclint::text::source::{Source, SourceId};
use svclint::yaml::cursor::Cursor;
use svclint::yaml::reader::Reader;
use svclint::yaml::tree::Tree;
use svclint::yaml::{documents, parse};

#[derive(Deserialize)]
struct Record {
    id: String,
    kind: String,
    mutation: String,
    yaml: String,
    verdict: String,
    causes: Vec<Cause>,
    message: String,
}

#[derive(Deserialize)]
struct Cause {
    field: String,
    message: String,
}

fn shared() -> PathBuf {
    let folder = std::env::var_os("SVCLINT_SHARED").map(PathBuf::from);
    folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"))
}

/// The lines of a packed table.
fn table(name: &str) -> Option<Vec<Map<String, Value>>> {
    let path = shared().join("data").join(name);
    let Ok(packed) = std::fs::read(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    let mut text = Vec::new();
    lzma_rs::xz_decompress(&mut packed.as_slice(), &mut text).expect("a table packed with xz");
    let lines = text.split(|byte| *byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty());
    let lines = lines.map(|line| serde_json::from_slice(line).expect("a record"));
    Some(lines.collect())
}

/// What a version says: the table is about 1.36, and a key of a later version holds what changed
/// with it. What earlier ones say otherwise has tables of its own.
fn records(minor: u32) -> Option<Vec<Record>> {
    let mut records = table("api-verdicts.jsonl.xz")?;
    let key = format!("v1.{minor}");
    let earlier = if minor < FIRST {
        table(&format!("api-verdicts-1.{minor}.jsonl.xz"))?
    } else {
        Vec::new()
    };
    let earlier: BTreeMap<&str, &Value> = earlier
        .iter()
        .map(|record| (record["id"].as_str().unwrap(), &record[&key]))
        .collect();
    for record in &mut records {
        let own = earlier.get(record["id"].as_str().unwrap());
        let mut changes: Vec<Value> = own.into_iter().map(|own| (*own).clone()).collect();
        changes.extend((FIRST..=minor).filter_map(|minor| record.remove(&format!("v1.{minor}"))));
        for change in changes {
            record.extend(change.as_object().unwrap().clone());
        }
    }
    let records = records.into_iter().map(Value::Object);
    let records = records.map(|record| serde_json::from_value(record).expect("a record"));
    let judged = |record: &Record| minor != NO_SERVICES || record.kind != "Service";
    Some(records.filter(judged).collect())
}

/// The version that the table is about.
const FIRST: u32 = 36;

/// At this version no Service was judged.
const NO_SERVICES: u32 = 34;

/// A line, a rule, and what it says there.
type Claim = (usize, &'static str, String);

/// Lines on which an error that claims a refusal shows something, with the rule and its words.
fn claims(record: &Record, minor: u32) -> Vec<Claim> {
    let mut options = Options::default();
    options.kube_version = KubeVersion { major: 1, minor };
    let report = lint_texts(vec![Text::new("x.yaml", record.yaml.as_str())], &options);
    let errors = report
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let claim = |rule: &str| {
        rule.starts_with("invalid-")
            || matches!(
                rule,
                "unknown-field"
                    | "numeric-string-port"
                    | "label-value-not-string"
                    | "service-selector-not-flat"
                    | "workload-selector-mismatch"
                    | "duplicate-container-port-name"
                    | "grace-period-too-short"
            )
    };
    let errors = errors.filter(|found| claim(found.rule));
    let source = report.sources.get(SourceId(0));
    let mut claims = Vec::new();
    for found in errors {
        let line = |span: svclint::text::source::Span| source.position(span.start).line;
        claims.push((line(found.primary.span), found.rule, found.message.clone()));
        // The server names one end of this link, the other end is what has to be changed.
        if found.rule == "workload-selector-mismatch" {
            let ends = found.related.iter();
            claims.extend(ends.map(|end| (line(end.span), found.rule, end.text.clone())));
        }
    }
    claims
}

/// The field that the server means: it misspells some, and names some that it derives.
fn written(text: &str, path: &str) -> String {
    let path = path
        .replace(
            "spec.LoadBalancerSourceRanges",
            "spec.loadBalancerSourceRanges",
        )
        .replace("spec.template.labels", "spec.template.metadata.labels")
        .replace(
            "spec.template.annotations",
            "spec.template.metadata.annotations",
        )
        .replace(
            "annotations.kubernetes.io/ingress.class",
            "metadata.annotations",
        )
        .replace("IngressRuleValue.", "")
        .replace("HostPID", "hostPID")
        .replace("HostIPC", "hostIPC")
        .replace("ProbeHandler.", "");
    if path.starts_with("spec.clusterIPs") && !text.contains("clusterIPs:") {
        return "spec.clusterIP".to_owned();
    }
    path
}

/// The steps of a path as the server writes it: `spec.ports[0].name`, `metadata.labels[a.b/c]`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '.' => steps.push(String::new()),
            '[' => steps.push(chars.by_ref().take_while(|c| *c != ']').collect()),
            other => steps.last_mut().unwrap().push(other),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps
}

/// The lines of a field: of a scalar its own, of a collection all of them; of an absent field the
/// line of the key of the deepest part of the path that exists, in a list the item's first line.
fn lines_of(text: &str, path: &str) -> RangeInclusive<usize> {
    let source = Source::new("x.yaml", text);
    let mut tree = Tree::new(text);
    parse(&mut tree, &documents(text)[0]).expect("a readable document");
    let reader = Reader::new(&tree, SourceId(0));
    let mut cursor = Cursor::root(&reader).expect("a document");
    let line = |offset: u32| source.position(offset).line;
    for step in steps(path) {
        let next = match step.parse::<usize>() {
            Ok(index) if cursor.is_list() => cursor.items().nth(index),
            _ => cursor.field(&step),
        };
        let Some(next) = next else {
            let line = line(cursor.key_span().start);
            return line..=line;
        };
        cursor = next;
    }
    line(cursor.key_span().start)..=line(cursor.span().end)
}

/// The lines on which a decode error of the server may be meant: every field whose path without
/// indices is the one that it names.
fn lines_of_decode(text: &str, message: &str) -> Option<BTreeSet<usize>> {
    let source = Source::new("x.yaml", text);
    let mut tree = Tree::new(text);
    parse(&mut tree, &documents(text)[0]).ok()?;
    let reader = Reader::new(&tree, SourceId(0));
    let mut lines = BTreeSet::new();
    let mut wanted: Vec<String> = Vec::new();
    if let Some((_, fields)) = message.split_once("strict decoding error: ") {
        let quoted = fields.split("unknown field \"").skip(1);
        wanted.extend(
            quoted
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned),
        );
    } else if let Some((_, rest)) = message.split_once("Go struct field ") {
        let field = rest.split(' ').next().unwrap_or_default();
        // Behind the type come its fields, and the types that are embedded in others.
        let steps = field.split('.').skip(1);
        let steps = steps.filter(|step| !step.starts_with(char::is_uppercase));
        wanted.push(steps.collect::<Vec<_>>().join("."));
    } else {
        return None;
    }
    let root = Cursor::root(&reader)?;
    for path in wanted {
        let fields: Vec<String> = steps(&written(text, &path))
            .into_iter()
            .filter(|s| s.parse::<usize>().is_err())
            .collect();
        let mut found = vec![root];
        for field in &fields {
            let mut next = Vec::new();
            for cursor in found {
                let items: Vec<_> = if cursor.is_list() {
                    cursor.items().collect()
                } else {
                    vec![cursor]
                };
                next.extend(items.into_iter().filter_map(|item| item.field(field)));
            }
            found = next;
        }
        for cursor in found {
            let first = source.position(cursor.key_span().start).line;
            let last = source.position(cursor.span().end).line;
            lines.extend(first..=last);
        }
    }
    Some(lines)
}

#[derive(Default)]
struct Figures {
    accepted: usize,
    falsely_refused: Vec<String>,
    refused: usize,
    missed: Vec<String>,
    misplaced: Vec<String>,
    /// Those among them that the rules of links stand on: not one may be wrong.
    strict: Vec<String>,
}

/// Whether a refusal is about what links are made of: every type error, the ports of a Service,
/// probes, the selectors of workloads and the labels of their pods, names of container ports.
fn is_strict(record: &Record, field: &str) -> bool {
    let is_workload = matches!(
        record.kind.as_str(),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet"
    );
    record.verdict == "decode"
        || record.kind == "Service"
            && field.starts_with("spec.ports")
            && !field.contains("nodePort")
        || field.contains("Probe")
        || is_workload && field.starts_with("spec.selector")
        || field.contains("template.metadata.labels")
        || field.contains("ontainers[")
            && field.contains(".ports[")
            && field.rsplit('.').next() == Some("name")
}

fn judge(records: &[Record], minor: u32) -> Figures {
    let mut figures = Figures::default();
    for record in records {
        let claims = claims(record, minor);
        if record.verdict == "accept" {
            figures.accepted += 1;
            figures.falsely_refused.extend(
                claims
                    .first()
                    .map(|claim| tell(record, "", &claims, claim.1)),
            );
            continue;
        }
        figures.refused += 1;
        let Some((field, message)) = unmet(record, &claims) else {
            continue;
        };
        let what = tell(record, &field, &claims, &message);
        if is_strict(record, &field) {
            figures.strict.push(what.clone());
        }
        let list = if claims.is_empty() {
            &mut figures.missed
        } else {
            &mut figures.misplaced
        };
        list.push(what);
    }
    figures
}

/// What the server says and svclint does not say on that line: the field and the message.
fn unmet(record: &Record, claims: &[Claim]) -> Option<(String, String)> {
    let lines: BTreeSet<usize> = claims.iter().map(|claim| claim.0).collect();
    if record.verdict == "decode" {
        let expected = lines_of_decode(&record.yaml, &record.message);
        let is_met = expected.map_or(!claims.is_empty(), |expected| !expected.is_disjoint(&lines));
        return (!is_met).then(|| (String::new(), record.message.clone()));
    }
    let unmet = record.causes.iter().find(|cause| {
        let field = written(&record.yaml, &cause.field);
        let expected = lines_of(&record.yaml, &field);
        !lines.iter().any(|line| expected.contains(line))
    });
    unmet.map(|cause| (cause.field.clone(), cause.message.clone()))
}

fn tell(record: &Record, field: &str, claims: &[Claim], message: &str) -> String {
    let Record {
        id, kind, mutation, ..
    } = record;
    let said = claims
        .iter()
        .map(|(line, rule, words)| format!("\n      said: {line} [{rule}] {words}"));
    let said: Vec<String> = said.collect();
    format!("{id} {kind} {mutation}: {field} {message}{}", said.concat())
}

#[test]
fn agrees_with_the_api_server_of_1_34() {
    agrees_with_the_api_server(34);
}

#[test]
fn agrees_with_the_api_server_of_1_35() {
    agrees_with_the_api_server(35);
}

#[test]
fn agrees_with_the_api_server_of_1_36() {
    agrees_with_the_api_server(36);
}

#[test]
fn agrees_with_the_api_server_of_1_37() {
    agrees_with_the_api_server(37);
}

fn agrees_with_the_api_server(minor: u32) {
    let Some(records) = records(minor) else {
        return;
    };
    let figures = judge(&records, minor);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &records {
        *kinds.entry(record.kind.as_str()).or_default() += 1;
    }
    let Figures {
        accepted,
        falsely_refused,
        refused,
        missed,
        misplaced,
        strict,
    } = figures;
    println!(
        "Kubernetes 1.{minor}: {} kinds, {} records",
        kinds.len(),
        records.len()
    );
    println!(
        "accepted: {accepted}, falsely refused: {}",
        falsely_refused.len()
    );
    println!(
        "refused: {refused}, without an error: {}, on another line: {}",
        missed.len(),
        misplaced.len()
    );
    let share = |part: usize| 100.0 * (refused - part) as f64 / refused as f64;
    let (found, placed) = (share(missed.len()), share(missed.len() + misplaced.len()));
    println!(
        "claimed refusals of accepted documents: {}; refused with an error: {found:.2} %; on the \
         line of the field: {placed:.2} %",
        falsely_refused.len()
    );
    for (what, list) in [
        ("false", &falsely_refused),
        ("missed", &missed),
        ("misplaced", &misplaced),
    ] {
        for line in list.iter().take(60) {
            println!("  {what}: {line}");
        }
    }
    assert!(
        falsely_refused.is_empty(),
        "an accepted document is called refused"
    );
    assert!(
        strict.is_empty(),
        "missed or misplaced: {}",
        strict.join("\n")
    );
    assert!(found >= 99.5, "{found:.2} % of the refused get an error");
    assert!(placed >= 99.0, "{placed:.2} % are on the line of the field");
}
