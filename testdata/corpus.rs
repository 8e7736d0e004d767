//! Real manifests of public repositories, with reviewed verdicts.

#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::diagnostic::{Evidence, Identity, Severity};
use svclint::load::{Request, load};
use svclint::run::{Options, lint};
use svclint::text::source::Span;

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

impl Label {
    /// The name of the object; `~` stands for none.
    fn object(&self) -> &str {
        let name = self.name.rsplit('/').next().unwrap_or_default();
        if name == "~" { "" } else { name }
    }

    /// Whether a finding is about what this verdict is about.
    fn is_answered_by(&self, said: &Said) -> bool {
        said.severity.is_some()
            && answers(&self.check, said.rule)
            && said.path == self.path
            && said.name == self.object()
    }

    fn tell(&self) -> String {
        let Self {
            path,
            name,
            oracle,
            class,
            why,
            ..
        } = self;
        format!("{path} {name} {oracle} ({class}: {why})")
    }
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

/// A finding, or a Service that could not be judged, apart from its report.
#[derive(Debug)]
struct Said {
    /// The path below the corpus.
    path: String,
    line: usize,
    rule: &'static str,
    /// None for what could not be judged.
    severity: Option<Severity>,
    /// What says that what is missing was meant to be there.
    evidence: Option<Evidence>,
    message: String,
    kind: String,
    name: String,
}

impl Said {
    fn tell(&self) -> String {
        format!(
            "{}:{} [{}] {}",
            self.path, self.line, self.rule, self.message
        )
    }
}

/// Lints every repository on its own, as its owner would.
fn run(folder: &Path) -> Vec<Said> {
    let mut repositories: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    repositories.sort();
    repositories
        .iter()
        .flat_map(|repository| lint_repository(repository))
        .collect()
}

fn lint_repository(folder: &Path) -> Vec<Said> {
    let request = Request {
        paths: vec![folder.to_path_buf()],
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).expect("no glob");
    let (texts, plans) = loaded.plans();
    let report = lint(texts, plans, &Options::default().pedantic());
    let said = |span: Span, rule, severity, message: &str, object: Option<&Identity>| {
        let source = report.sources.get(span.source);
        let path = source
            .name
            .split_once("target/corpus/")
            .map_or(&*source.name, |(_, path)| path);
        Said {
            path: path.to_owned(),
            line: source.position(span.start).line,
            rule,
            severity,
            evidence: None,
            message: message.to_owned(),
            kind: object.map(|object| object.kind.clone()).unwrap_or_default(),
            name: object.map(|object| object.name.clone()).unwrap_or_default(),
        }
    };
    let found = report.diagnostics.iter().map(|found| {
        let (span, object) = (found.primary.span, found.object.as_deref());
        let severity = Some(found.severity);
        Said {
            evidence: found.evidence,
            ..said(span, found.rule, severity, &found.message, object)
        }
    });
    let unverified = report.unverified.iter().map(|found| {
        said(
            found.span,
            found.reason,
            None,
            &found.detail,
            Some(&found.object),
        )
    });
    found.chain(unverified).collect()
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

/// The rules that can answer a label.
fn answers(check: &str, rule: &str) -> bool {
    match check {
        "selector" => rule.starts_with("service-selector"),
        "port" => rule.starts_with("target-port") || rule == "invalid-service-port",
        "workload" => matches!(rule, "workload-selector-mismatch" | "probe-port-not-found"),
        _ => false,
    }
}

/// Errors without a label that Kubernetes' code did not judge in its unit, each read by hand:
/// where, which rule, what it says, and why it is right.
const EXPLAINED_ERRORS: &[(&str, &str, &str, &str)] = &[
    (
        "",
        "invalid-manifest",
        "removed it",
        "the server no longer has the kind in this version; what judged the corpus still decodes \
         it",
    ),
    (
        "antonputra+tutorials/lessons/143/",
        "route-parent-not-found",
        "of group `gateway.networking.k8s.io`",
        "the group of a parent is that of the Gateway API by default; a Service needs an empty one",
    ),
    (
        "kubernetes-sigs+kustomize/examples/validationTransformer/invalid.yaml",
        "invalid-manifest",
        "cannot read `data`",
        "a ConfigMap whose data is a list, wrong on purpose",
    ),
    (
        "stackrox+kube-linter/tests/checks/cel.yml",
        "invalid-manifest",
        "a second object starts in this document",
        "a `---` is missing between a ServiceAccount and the next one",
    ),
    (
        "kubernetes-sigs+kustomize/examples/transformerconfigs/images/resources.yaml",
        "invalid-manifest",
        "has no `Deployment` in `v1`",
        "there is none; kustomize does not look",
    ),
    (
        "istio+istio/pkg/config/analysis/analyzers/testdata/",
        "invalid-object",
        "webhooks[",
        "webhook configurations are not judged there; v1 requires sideEffects and a clientConfig",
    ),
    (
        "argoproj+argo-rollouts/pkg/kubectl-argo-rollouts/cmd/lint/testdata/invalid-empty-rollout",
        "workload-selector-mismatch",
        "has no selector",
        "a Rollout without a spec, wrong on purpose",
    ),
    (
        "linkerd+linkerd2/test/integration/deep/dualstack/testdata/ipfamilies-policy.yml",
        "invalid-manifest",
        "list item",
        "kubectl: did not find expected key",
    ),
    (
        "prometheus-operator+kube-prometheus/examples/alertmanager-config-with-template.yaml",
        "invalid-manifest",
        "indented deeper",
        "kubectl: mapping values are not allowed in this context",
    ),
    (
        "argoproj+argo-rollouts/docs/getting-started/istio/multipleVirtualsvc.yaml",
        "istio-port-not-found",
        "which has only 80",
        "the routes of the example name ports 15372 and 15373, the Services beside it have 80",
    ),
    (
        "stackrox+kube-linter/tests/checks/",
        "workload-selector-mismatch",
        "DeploymentConfig `app2`",
        "OpenShift validates a DeploymentConfig's selector against its template, too",
    ),
];

/// A file of the same directory has pods that the Service selects: they are applied together.
const NAMESAKE: &str = "a namesake in another file of the directory matches";

/// True ones whose condition no rule has, each read by hand.
const EXPLAINED_MISSES: &[(&str, &str, &str)] = &[
    (
        "elastic+cloud-on-k8s/config/dev/registry.yaml",
        "kube-registry",
        "the port stands in the environment of the pods that do not serve it",
    ),
    (
        "stackrox+kube-linter/tests/checks/dangling-service.yml",
        "dont-fire",
        "a Deployment without selector and containers, which is reported as that",
    ),
    (
        "Kong+kubernetes-ingress-controller/examples/kong-upstream-policy-httproute.yaml",
        "httpbin-test",
        NAMESAKE,
    ),
    (
        "stackrox+kube-linter/tests/checks/dangling-ingress.yml",
        "dont-fire",
        NAMESAKE,
    ),
    (
        "stackrox+kube-linter/tests/checks/dangling-ingress.yml",
        "bad-port",
        NAMESAKE,
    ),
];

/// Why a true one is not a finding.
fn why_not(said: &[Said], label: &Label) -> Vec<String> {
    let name = label.object();
    let listed = said
        .iter()
        .filter(|own| own.severity.is_none() && own.name == name && own.path == label.path);
    let mut why: Vec<String> = listed
        .map(|own| format!("{} ({})", own.rule, own.message))
        .collect();
    let read = EXPLAINED_MISSES
        .iter()
        .filter(|(path, own, _)| label.path == *path && *own == name);
    why.extend(read.map(|(_, _, reason)| (*reason).to_owned()));
    why
}

/// What an independent reader said of each alarm, against what svclint says.
#[derive(Default)]
struct Comparison {
    found: usize,
    false_errors: Vec<String>,
    not_verifiable: BTreeMap<String, Vec<String>>,
    unexplained_misses: Vec<String>,
    unexplained_errors: Vec<String>,
}

fn compare(said: &[Said], labels: &[Label]) -> Comparison {
    let mut comparison = Comparison::default();
    let mut labelled: BTreeSet<usize> = BTreeSet::new();
    for label in labels {
        let matching: Vec<usize> = (0..said.len())
            .filter(|&at| label.is_answered_by(&said[at]))
            .collect();
        labelled.extend(&matching);
        match label.reviewed.as_str() {
            "FP" | "DOC" => {
                let answers = matching.iter().map(|&at| &said[at]);
                let errors = answers.filter(|own| own.severity == Some(Severity::Error));
                let errors = errors.map(|own| format!("{}: {}", label.tell(), own.tell()));
                comparison.false_errors.extend(errors);
            }
            "TP" if matching.is_empty() => {
                let why = why_not(said, label);
                if why.is_empty() {
                    comparison.unexplained_misses.push(label.tell());
                }
                let class = format!("{}: {}", label.check, label.class);
                let line = format!("{} {}: {}", label.path, label.name, why.join("; "));
                comparison
                    .not_verifiable
                    .entry(class)
                    .or_default()
                    .push(line);
            }
            "TP" => comparison.found += 1,
            _ => {}
        }
    }
    let refused = refused();
    let errors = said
        .iter()
        .enumerate()
        .filter(|(_, own)| own.severity == Some(Severity::Error));
    for (_, own) in errors.filter(|(at, _)| !labelled.contains(at)) {
        let object = (own.path.clone(), own.kind.clone(), own.name.clone());
        let is_explained = EXPLAINED_ERRORS.iter().any(|(start, rule, words, _)| {
            own.path.starts_with(start) && own.rule == *rule && own.message.contains(words)
        });
        if !refused.contains(&object) && !is_explained {
            comparison.unexplained_errors.push(own.tell());
        }
    }
    comparison
}

/// How many findings rest on which evidence, and how many of these are errors, all of which have
/// been reviewed.
fn print_kinds_of_evidence(said: &[Said]) {
    let mut kinds: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for own in said {
        let Some(severity) = own.severity else {
            continue;
        };
        let evidence = own.evidence.map_or("the text itself", Evidence::as_str);
        kinds.entry(evidence.to_owned()).or_default()[severity as usize] += 1;
    }
    for (evidence, [infos, warnings, errors]) in kinds {
        println!("{evidence}: {errors} errors, {warnings} warnings, {infos} infos");
    }
}

/// A finding that somebody has read beside its manifest.
struct Reviewed<'t> {
    path: &'t str,
    line: usize,
    rule: &'t str,
    verdict: &'t str,
}

impl<'t> Reviewed<'t> {
    fn read(line: &'t str) -> Self {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("five fields");
        Self {
            path: field(),
            line: field().parse().expect("a line"),
            rule: field(),
            verdict: field(),
        }
    }

    fn is(&self, own: &Said) -> bool {
        own.severity.is_some()
            && (own.path.as_str(), own.line, own.rule) == (self.path, self.line, self.rule)
    }
}

/// Holds the findings that were read against their verdicts, and prints how many of each rule were
/// right.
fn check_reviewed(said: &[Said]) {
    let table = include_str!("reviewed.tsv").lines();
    let reviewed = table
        .filter(|line| !line.starts_with('#'))
        .map(Reviewed::read);
    let mut rules: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for own in reviewed {
        let found = said.iter().find(|said| own.is(said));
        let verdicts = ["true", "noise", "false"];
        let verdict = verdicts.iter().position(|word| *word == own.verdict);
        let verdict = verdict.expect("a verdict");
        let is_error = found.is_some_and(|found| found.severity == Some(Severity::Error));
        assert!(
            own.verdict != "false" || !is_error,
            "{}:{}",
            own.path,
            own.line
        );
        if found.is_some() {
            rules.entry(own.rule).or_default()[verdict] += 1;
        }
    }
    for (rule, [right, noise, wrong]) in rules {
        println!("{rule}: of those read {right} right, {noise} noise, {wrong} wrong");
        assert!(wrong * 5 <= right + noise + wrong, "{rule}");
    }
}

#[test]
fn agrees_with_the_reviewed_verdicts() {
    let Some(folder) = corpus() else { return };
    let Comparison {
        found,
        false_errors,
        not_verifiable,
        unexplained_misses,
        unexplained_errors,
    } = {
        let said = run(&folder);
        print_kinds_of_evidence(&said);
        check_reviewed(&said);
        compare(&said, &labels())
    };
    println!("true ones found: {found}");
    for (class, list) in &not_verifiable {
        println!("true ones not verifiable, {class}: {}", list.len());
        for line in list {
            println!("    {line}");
        }
    }
    let none = |list: &[String], what: &str| {
        assert!(list.is_empty(), "{what}:\n{}", list.join("\n"));
    };
    none(&false_errors, "errors that are false");
    none(&unexplained_errors, "errors that nobody has reviewed");
    none(
        &unexplained_misses,
        "true ones that are neither found nor listed as not verifiable",
    );
}
