//! The links agree with Kubernetes about what a Service selects and where its ports lead, and the
//! rules agree with it about what is refused.
//!
//! `semantics/*.yaml` are small sets of manifests, each for one statement about Kubernetes;
//! `observed.json` is what a control plane of version 1.36.2 did with them. `judged.jsonl` is what
//! its code, run without a cluster, makes of each file in `ok` and `err`: `SVCLINT_ORACLE`, a
//! program that prints such a record for a folder (`judge DIR`), writes it anew.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod endpoints;
mod slices;

use endpoints::{owner, predicted, refused, services};
use serde_json::Value;
use slices::observed;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::diagnostic::Severity;
use svclint::link::{Backend, Links};
use svclint::load::{Request, load};
use svclint::run::{Options, judge, link};
use svclint::text::source::SourceId;
use svclint::unit::{Plan, UnitFile, UnitKind};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn read(directory: &Path, path: &str) -> Links {
    let request = Request {
        current_dir: directory.to_owned(),
        paths: vec![path.into()],
        isolated: true,
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).unwrap();
    let (texts, plans) = loaded.plans();
    link(texts, plans, &Options::default())
}

/// Services that lead somewhere else than they are written to, and why.
const ENDPOINTS_DIFFER: &[(&str, &str)] = &[
    (
        "a1-03-empty-value default/nullval",
        "client-side apply drops a null pair; it links as the empty string, and a rule says both",
    ),
    (
        "a2-18-merge-key-client default/grow",
        "the same Service is applied twice: an update",
    ),
    (
        "a2-18-merge-key-client default/twice",
        "the same Service is applied twice: an update",
    ),
];

/// Objects of which Kubernetes did not decide by their text alone, and why.
const REFUSALS_DIFFER: &[(&str, &str)] = &[
    (
        "a1-04-n-flag Service/w",
        "kubectl refuses it for its own flag `-n`",
    ),
    (
        "a1-04-namespace Namespace/other",
        "it is there before the rest is applied",
    ),
    (
        "a5-30-node-port-update Service/w",
        "an update does what a creation must not",
    ),
    (
        "a5-30-node-ports Service/second-udp",
        "another Service has the node port",
    ),
    (
        "a5-30-node-ports Service/third-tcp",
        "another Service has the node port",
    ),
    (
        "s-unknown-fields-warn Service/case",
        "applied with `--validate=warn`",
    ),
    (
        "s-unknown-fields-warn Service/typo",
        "applied with `--validate=warn`",
    ),
];

/// What does not agree, and is not known to differ; and what is known to differ, but agrees.
#[derive(Default)]
struct Disagreements {
    found: BTreeSet<String>,
    lines: Vec<String>,
}

impl Disagreements {
    fn add(&mut self, id: String, detail: &str, known: &[(&str, &str)]) {
        if !known.iter().any(|(known, _)| *known == id) {
            self.lines.push(format!("{id}: {detail}"));
        }
        self.found.insert(id);
    }

    fn assert_none(self, known: &[(&str, &str)]) {
        let Self { found, mut lines } = self;
        for (id, _) in known.iter().filter(|(id, _)| !found.contains(*id)) {
            lines.push(format!("{id}: known to differ, but agrees"));
        }
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}

fn cases() -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(testdata().join("semantics/observed.json")).unwrap();
    let Value::Object(cases) = serde_json::from_str(&text).unwrap() else {
        panic!("an object")
    };
    cases.into_iter().collect()
}

#[test]
fn services_lead_where_kubernetes_leads_them() {
    let mut disagreements = Disagreements::default();
    for (case, record) in cases() {
        let Some(slices) = record["slices"].as_object() else {
            continue;
        };
        let links = read(&testdata().join("semantics"), &format!("{case}.yaml"));
        let services = services(&links);
        for (name, slices) in slices {
            let observed = observed(slices.as_array().unwrap());
            let predicted = services.get(name).and_then(|service| predicted(*service));
            if predicted.as_ref() != Some(&observed) {
                let detail = format!("observed {observed:?}, predicted {predicted:?}");
                disagreements.add(format!("{case} {name}"), &detail, ENDPOINTS_DIFFER);
            }
        }
    }
    disagreements.assert_none(ENDPOINTS_DIFFER);
}

#[test]
fn objects_are_refused_that_kubernetes_refuses() {
    let mut disagreements = Disagreements::default();
    for (case, record) in cases() {
        let links = read(&testdata().join("semantics"), &format!("{case}.yaml"));
        let objects = links
            .documents
            .iter()
            .flat_map(|document| &document.objects);
        let objects: BTreeSet<String> = objects.map(owner).collect();
        let refused = refused(&judge(links, &Options::default()));
        for object in objects {
            let accepts = is_accepted(&record, &object);
            if accepts == refused.contains(&object) {
                let said = if accepts { "accepts" } else { "refuses" };
                let detail = format!("Kubernetes {said} it");
                disagreements.add(format!("{case} {object}"), &detail, REFUSALS_DIFFER);
            }
        }
    }
    disagreements.assert_none(REFUSALS_DIFFER);
}

/// Whether kubectl says of `Deployment/web` that `deployment.apps/web created`.
fn is_accepted(record: &Value, object: &str) -> bool {
    let (kind, name) = object.split_once('/').unwrap();
    let done = record["kubectl"]["done"].as_array().unwrap();
    done.iter().any(|line| {
        let (what, _) = line.as_str().unwrap().split_once(' ').unwrap();
        let (resource, own) = what.split_once('/').unwrap();
        let resource = resource.split('.').next().unwrap();
        own == name && resource == kind.to_lowercase()
    })
}

const NO_LONGER_SERVED: &str =
    "the code that judges still reads the version, which the server does not serve";

/// Services of fixtures that lead somewhere else than they are written to, and why.
const FIXTURES_DIFFER: &[(&str, &str)] = &[
    (
        "err/removed-versions-of-patches.yaml PodDisruptionBudget/web",
        NO_LONGER_SERVED,
    ),
    (
        "ok/old-api-versions-in-an-old-cluster.yaml Deployment/web",
        NO_LONGER_SERVED,
    ),
    (
        "ok/job-read-from-a-cluster.yaml Job/migrate",
        "created anew it would get another uid; it is applied to the one that is there",
    ),
    (
        "err/in-a-service-list.yaml Service/web",
        "an item without a kind is not judged; kubectl takes the kind from the list",
    ),
    (
        "err/null-selector-pair-without-such-pods.yaml default/web",
        "client-side apply drops a null pair; it links as the empty string, and a rule says both",
    ),
    (
        "err/placeholder-on-both-sides.yaml Deployment/pages",
        "placeholders are filled in before it is applied",
    ),
    (
        "err/placeholder-on-both-sides.yaml Service/shop",
        "placeholders are filled in before it is applied",
    ),
    (
        "err/rollout-without-selector.yaml Rollout/web",
        "custom resources are not judged",
    ),
    (
        "ok/no-selector.yaml default/empty",
        "what is judged has not been stored, which makes `{}` absent (a1-03-no-selector)",
    ),
];

#[test]
fn services_of_fixtures_lead_where_kubernetes_leads_them() {
    let records = match std::env::var_os("SVCLINT_ORACLE") {
        Some(oracle) => judge_fixtures(Path::new(&oracle)),
        None => std::fs::read_to_string(testdata().join("judged.jsonl")).unwrap(),
    };
    let mut disagreements = Disagreements::default();
    let mut judged = Vec::new();
    for line in records.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let case = record["case"].as_str().unwrap();
        let links = read(&testdata(), case);
        compare(&links, &record, FIXTURES_DIFFER, &mut disagreements);
        let refused = refused(&judge(links, &Options::default()));
        let rejected = rejected(&record);
        for object in refused.symmetric_difference(&rejected) {
            let said = if rejected.contains(object) {
                "refuses"
            } else {
                "accepts"
            };
            let detail = format!("Kubernetes {said} it");
            disagreements.add(format!("{case} {object}"), &detail, FIXTURES_DIFFER);
        }
        judged.push(case.to_owned());
    }
    for fixture in fixtures()
        .iter()
        .filter(|fixture| !judged.contains(fixture))
    {
        eprintln!("not judged: {fixture}");
    }
    disagreements.assert_none(FIXTURES_DIFFER);
}

/// The files of `err` and `ok`.
fn fixtures() -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["err", "ok"] {
        for entry in std::fs::read_dir(testdata().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().unwrap() != "out" {
                let name = path.file_name().unwrap().to_str().unwrap();
                names.push(format!("{folder}/{name}"));
            }
        }
    }
    names.sort();
    names
}

/// Has each fixture judged alone, and writes down the records.
fn judge_fixtures(oracle: &Path) -> String {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("judged");
    let mut records = String::new();
    for fixture in fixtures() {
        let _ = std::fs::remove_dir_all(&scratch);
        let copy = scratch.join(&fixture);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(testdata().join(&fixture), copy).unwrap();
        let record = output(Command::new(oracle).arg("judge").arg(&scratch));
        let mut record: Value = serde_json::from_str(&record).unwrap();
        record["case"] = fixture.into();
        records.push_str(&record.to_string());
        records.push('\n');
    }
    std::fs::write(testdata().join("judged.jsonl"), &records).unwrap();
    records
}

/// The objects that a record says are refused for what they are: `file: Kind/name: message`.
fn rejected(record: &Value) -> BTreeSet<String> {
    let lines = record["rejected"].as_array().unwrap();
    let lines = lines.iter().map(|line| line.as_str().unwrap());
    let lines = lines.filter(|line| !line.contains(": second object of this name"));
    let objects = lines.filter_map(|line| line.split(": ").nth(1));
    objects
        .filter(|object| object.contains('/'))
        .map(str::to_owned)
        .collect()
}

/// The folder of shared data, or a line that says that the test is skipped.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("SVCLINT_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let corpus = shared.join("corpus");
    if !corpus.join("units.tsv").is_file() {
        eprintln!("skipped: no {}", corpus.display());
        return None;
    }
    Some(corpus)
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Files that are applied at once, whatever they are.
fn unit(root: &Path, files: Vec<PathBuf>) -> Links {
    let request = Request {
        paths: files,
        current_dir: root.to_owned(),
        isolated: true,
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).unwrap();
    let (mut texts, _) = loaded.plans();
    for text in &mut texts {
        text.skip = None;
    }
    let sources = (0..texts.len()).map(|at| SourceId(u32::try_from(at).unwrap()));
    let scope = Plan {
        files: sources.map(UnitFile::plain).collect(),
        ..Plan::new(root.display().to_string(), UnitKind::Stream)
    };
    link(texts, vec![scope], &Options::default())
}

#[test]
fn services_of_real_repositories_lead_where_kubernetes_leads_them() {
    let Some(corpus) = corpus() else { return };
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let root = output(Command::new(corpus.join("unpack")).arg(scratch));
    let records = corpus.join("endpoints.jsonl.gz");
    let records = output(Command::new("gzip").arg("-dc").arg(records));
    let units = std::fs::read_to_string(corpus.join("units.tsv")).unwrap();
    let mut disagreements = Disagreements::default();
    let mut compared = 0;
    for (unit_line, record) in units.lines().skip(1).zip(records.lines()) {
        let fields: Vec<&str> = unit_line.split('\t').collect();
        let root = Path::new(root.trim()).join(fields[1].replacen('/', "+", 1));
        let files = fields.last().unwrap().split(';').map(PathBuf::from);
        let files: Vec<_> = files.filter(|file| root.join(file).is_file()).collect();
        if !files.is_empty() {
            let record: Value = serde_json::from_str(record).unwrap();
            compared += compare(&unit(&root, files), &record, &[], &mut disagreements);
        }
    }
    assert!(compared > 1000, "{compared} compared");
    disagreements.assert_none(&[]);
}

/// Compares the Services of a unit with a record of it; how many there were.
fn compare(
    links: &Links,
    record: &Value,
    known: &[(&str, &str)],
    disagreements: &mut Disagreements,
) -> usize {
    let case = record["case"].as_str().unwrap();
    let rejected = record["rejected"].as_array().unwrap();
    let is_rejected = |object: &str| {
        let object = format!(": {object}: ");
        let mut texts = rejected.iter().filter_map(Value::as_str);
        texts.any(|line| line.contains(&object))
    };
    // The record knows neither kinds and versions that are not served, nor test hooks, nor that a
    // pod in a dump is one of its owner's.
    let is_judged = |backend: Backend<'_>| {
        let identity = &backend.object().identity;
        let is_served = matches!(identity.api_version.as_str(), "v1" | "apps/v1" | "batch/v1");
        is_served && !is_rejected(&owner(backend.object()))
    };
    let backends = links.units.iter().flat_map(|unit| links.backends(unit));
    let backends: BTreeSet<String> = backends.map(|backend| owner(backend.object())).collect();
    let services = services(links);
    let mut compared = 0;
    for observation in record["services"].as_array().unwrap() {
        let name = observation["service"].as_str().unwrap();
        let service = services.get(name).expect(name);
        if is_rejected(&owner(service.object())) || !service.backends().all(is_judged) {
            continue;
        }
        let Some(predicted) = predicted(*service) else {
            continue;
        };
        let mut observed = observed(observation["slices"].as_array().unwrap());
        observed.retain(|line| backends.contains(line.split(' ').next().unwrap()));
        compared += 1;
        if predicted != observed {
            let detail = format!("observed {observed:?}, predicted {predicted:?}");
            disagreements.add(format!("{case} {name}"), &detail, known);
        }
    }
    compared
}

/// The names in the messages that a rule gives for a case.
fn reported(case: &str, rule: &str, severity: Severity) -> BTreeSet<String> {
    let report = judge(
        read(&testdata().join("semantics"), &format!("{case}.yaml")),
        &Options::default(),
    );
    let found = report
        .diagnostics
        .iter()
        .filter(|found| found.rule == rule && found.severity == severity);
    let name = |message: &str| {
        let (_, rest) = message.split_once("Service `").unwrap();
        rest.split_once('`').unwrap().0.to_owned()
    };
    found.map(|found| name(&found.message)).collect()
}

/// Addresses by hand that get nothing, and those that the control plane replaced.
#[test]
fn addresses_by_hand_are_reported_where_kubernetes_does_not_use_them() {
    let text = std::fs::read_to_string(testdata().join("semantics/observed.json")).unwrap();
    let observed: Value = serde_json::from_str(&text).unwrap();
    for case in ["a3-19-slices-by-hand", "a3-20-endpoints-by-hand"] {
        let lines = |kind: &str| -> Vec<(String, String)> {
            let services = observed[case][kind].as_object().unwrap();
            let bare = |name: &str| name.trim_start_matches("default/").to_owned();
            services
                .iter()
                .map(|(name, lines)| (bare(name), lines.to_string()))
                .collect()
        };
        let mut unused: BTreeSet<String> = lines("proxy")
            .into_iter()
            .filter(|(_, lines)| lines.contains("NONE"))
            .map(|(name, _)| name)
            .collect();
        let slices = lines("slices");
        // Without a slice, or with an empty one, it is about something else.
        unused.retain(|name| {
            slices
                .iter()
                .any(|(own, lines)| own == name && lines.contains("address "))
        });
        let rule = "endpointslice-service-mismatch";
        assert_eq!(reported(case, rule, Severity::Error), unused, "{case}");
        let replaced: BTreeSet<String> = match observed[case]["endpointsObjects"].as_object() {
            Some(_) => lines("endpointsObjects"),
            None => Vec::new(),
        }
        .into_iter()
        .filter(|(_, lines)| lines.contains("managed-by endpoint-controller"))
        .map(|(name, _)| name)
        .collect();
        let rule = "manual-endpoints-overwritten";
        assert_eq!(reported(case, rule, Severity::Error), replaced, "{case}");
    }
}
