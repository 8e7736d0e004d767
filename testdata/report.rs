//! One report that has everything that is hard to show, in every format. It is long because all
//! formats show that one report.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

use boon::{Compiler, Schemas};
use proptest::prelude::*;
use serde_json::{Value, json as value};
use snapbox::assert_data_eq;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use svclint::diagnostic::{Applicability, Diagnostic, Edit, Fix, Identity, Severity};
use svclint::findings::suppressed::{Suppressed, Suppressor};
use svclint::object::{SkipReason, Text};
use svclint::report::{
    JSON_SCHEMA, Root, Style, concise, details, failures, full, github, gitlab, json, junit,
    markdown, sarif, summary,
};
use svclint::rules;
use svclint::run::{LeftOut, Options, Report, Skipped, Subject, Unverified, lint_texts};
use svclint::text::Failure;
use svclint::text::source::{Source, SourceId, Span};
use unicode_width::UnicodeWidthStr;

const PLAIN: Style = Style::PLAIN;

const FANCY: Style = Style {
    color: true,
    unicode: true,
    ..PLAIN
};

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web  # größe → 1
    tier: frontend
  ports:
    - name: http
      port: 80
      targetPort: htpp

---
apiVersion: v1
kind: ConfigMap
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
";

const WINDOWS: &str = "\u{feff}kind:\tService\r\nmetadata:\r\n\tname: \"wéb\"\t# tab\r\n";

const RENDERED: &str = "\
---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
# Source: shop/templates/api.yaml
apiVersion: v1
kind: Service
metadata:
  name: api
---
apiVersion: v1
kind: Service
metadata:
  name: unnamed
";

/// A report in the making.
#[derive(Default)]
struct Fixture {
    report: Report,
}

impl Fixture {
    fn source(&mut self, source: Source) -> SourceId {
        self.report.sources.add(source)
    }

    fn file(&mut self, name: &str, text: &str) -> SourceId {
        self.source(Source::new(name, text))
    }

    /// The nth occurrence, from 0, of a text.
    fn nth(&self, source: SourceId, text: &str, n: usize) -> Span {
        let whole = self.report.sources.get(source).text();
        let (start, _) = whole.match_indices(text).nth(n).expect("the text is there");
        Span {
            source,
            start: start as u32,
            end: (start + text.len()) as u32,
        }
    }

    fn at(&self, source: SourceId, text: &str) -> Span {
        self.nth(source, text, 0)
    }

    /// The place before the last byte but `back`, with nothing in it.
    fn end(&self, source: SourceId, back: usize) -> Span {
        let end = (self.report.sources.get(source).text().len() - back) as u32;
        Span {
            source,
            start: end,
            end,
        }
    }

    fn whole(&self, source: SourceId) -> Span {
        let end = self.report.sources.get(source).text().len() as u32;
        Span {
            source,
            start: 0,
            end,
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.report.diagnostics.push(diagnostic);
    }
}

fn identity(kind: &str, namespace: Option<&str>, name: &str) -> Arc<Identity> {
    Arc::new(Identity {
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    })
}

fn fixture() -> Report {
    let mut it = Fixture::default();
    two_files(&mut it);
    odd_texts(&mut it);
    long_lines(&mut it);
    rendered(&mut it);
    folded(&mut it);
    not_checked(&mut it);
    it.report.reported = it.report.sources.iter().map(|(id, _)| id).collect();
    it.report.counts.files = 41;
    it.report.counts.documents = 130;
    it.report.counts.objects = 118;
    it.report.counts.services = 14;
    it.report.counts.workloads = 20;
    it.report
}

fn two_files(it: &mut Fixture) {
    let service = it.file("shop/service.yaml", SERVICE);
    let deployment = it.file("shop/deployment.yaml", DEPLOYMENT);
    let target = it.at(service, "htpp");
    let message = "`targetPort: htpp` of Service `web` names no port of the pods that it selects: \
                   Deployment `web`";
    it.push(
        Diagnostic::new(
            "target-port-name-not-found",
            Severity::Error,
            target,
            message,
        )
        .label("no container port of the selected pods has this name")
        .related(
            it.nth(deployment, "http", 0),
            "Deployment `web` calls its port 8080 `http`, in container `web`, and nothing else",
        )
        .related(it.at(service, "tier: frontend"), "selected by this")
        .related(it.at(deployment, "metrics"), "")
        .help("write `targetPort: http`")
        .fix(Fix {
            title: "replace `htpp` by `http`".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                span: target,
                text: "http".to_owned(),
            }],
        })
        .object(&identity("Service", Some("shop"), "web")),
    );
    let comment = it.at(service, "→");
    let port = it.at(service, "port: 80");
    it.push(
        Diagnostic::new(
            "behind-umlauts",
            Severity::Warning,
            comment,
            "Columns count characters",
        )
        .label("column 20")
        .related(port, "six places are shown")
        .related(it.at(service, "name: http"), "2")
        .related(it.at(service, "ports:"), "3")
        .related(it.at(service, "selector:"), "4")
        .related(it.at(service, "spec:"), "5")
        .related(it.at(service, "metadata:"), "6")
        .related(it.at(service, "kind"), "7")
        .related(it.at(service, "apiVersion"), "8"),
    );
}

fn odd_texts(it: &mut Fixture) {
    let windows = it.file("odd/windows.yaml", WINDOWS);
    let name = it.at(windows, "\"wéb\"");
    it.push(
        Diagnostic::new(
            "tabs-and-crlf",
            Severity::Error,
            name,
            "A name behind a tab",
        )
        .label("the name")
        .related(it.at(windows, "kind"), "behind a byte order mark")
        .help("use spaces:\n  metadata:\n    name: web"),
    );
    let empty = it.file("odd/empty.yaml", "");
    let nowhere = it.end(empty, 0);
    it.push(Diagnostic::new("empty", Severity::Info, nowhere, "Nothing is here").label("nothing"));
    let newline = it.file("odd/newline.yaml", "a: 1\n");
    let end = it.end(newline, 0);
    it.push(
        Diagnostic::new("at-end", Severity::Warning, end, "Behind the last newline").label("x"),
    );
    let before = it.end(newline, 1);
    it.push(Diagnostic::new("at-end", Severity::Warning, before, "Before it").label("x"));
    let open = it.file("odd/open.yaml", "a: 1\nb: [");
    let end = it.end(open, 0);
    it.push(Diagnostic::new("at-end", Severity::Error, end, "`[` is not closed").label("here"));
    let hostile = it.file("odd/hostile\n.yaml", "a: \"\u{1b}[31mred\u{202e}\"\nb: c\n");
    let red = it.at(hostile, "red");
    it.push(
        Diagnostic::new(
            "hostile",
            Severity::Error,
            red,
            "`\u{1b}[31mred` is\nnot red",
        )
        .label("\u{1b}[2J"),
    );
    let block = it.at(hostile, "red\u{202e}\"\nb: c");
    it.push(Diagnostic::new("lines", Severity::Error, block, "Two lines").label("from here on"));
}

fn long_lines(it: &mut Fixture) {
    let port = |n| format!("{{\"port\":{n},\"name\":\"p{n}\",\"protocol\":\"TCP\"}}");
    let ports: Vec<_> = (1000..3000).map(port).collect();
    let text = format!("{{\"kind\":\"Service\",\"ports\":[{}]}}", ports.join(","));
    let json = it.file("long/one-line.json", &text);
    let second = it.at(json, "2000");
    it.push(
        Diagnostic::new("long", Severity::Error, second, "A port far to the right")
            .label("in the middle")
            .related(it.at(json, "Service"), "at the start")
            .related(it.at(json, "\"p2999\""), "near the end"),
    );
    let text = format!("a:\n  - {}\n  - b\n", "0123456789".repeat(20));
    let args = it.file("long/args.yaml", &text);
    let whole = it.at(args, &"0123456789".repeat(20));
    it.push(Diagnostic::new("long", Severity::Error, whole, "All of it").label("this"));
    let next = it.at(args, "- b");
    it.push(Diagnostic::new("long", Severity::Error, next, "The next line").label("this"));
}

fn rendered(it: &mut Fixture) {
    let stream = it.source(Source::stream("<stdin>", RENDERED));
    let api = it.at(stream, "api\n---");
    it.push(
        Diagnostic::new("rendered", Severity::Warning, api, "Two templates")
            .label("one")
            .related(it.at(stream, "web\n---"), "the other")
            .related(it.at(stream, "unnamed"), "from no template"),
    );
}

fn folded(it: &mut Fixture) {
    for n in 1..=7 {
        let file = it.file(&format!("many/web-{n}.yaml"), DEPLOYMENT);
        let container = it.nth(file, "web", 1);
        let message = format!("Container `web` of Deployment `web-{n}` has no readinessProbe");
        let rule = "missing-readiness-probe";
        it.push(Diagnostic::new(rule, Severity::Warning, container, message));
    }
}

fn not_checked(it: &mut Fixture) {
    let lone = it.file("other/service.yaml", SERVICE);
    let name = it.at(lone, "web");
    for (name, reason, detail) in [
        (
            "web",
            "no-workload",
            "no workload is applied together with it",
        ),
        ("db", "operator", "`Cluster` `db` may bring its pods"),
        (
            "api",
            "no-workload",
            "no workload is applied together with it",
        ),
    ] {
        let object = identity("Service", None, name);
        let span = it.nth(lone, "web", 0);
        let unverified = Unverified::new(Subject::Service, object, span, reason, detail);
        it.report.unverified.push(unverified);
    }
    let template = it.file("chart/templates/web.yaml", "{{ x }}\n");
    let skipped = [
        (name, SkipReason::UnreadKind("v1 ConfigMap".to_owned())),
        (it.whole(template), SkipReason::Template),
        (it.at(lone, "kind: ConfigMap"), SkipReason::NotManifest),
        (it.at(lone, "spec"), SkipReason::Kustomization),
        (it.at(lone, "port"), SkipReason::KustomizePatch),
        (
            it.at(lone, "ports"),
            SkipReason::UnreadKind("v1 Secret".to_owned()),
        ),
        (
            it.at(lone, "selector"),
            SkipReason::UnreadKind("traefik.io/v1alpha1 IngressRoute".to_owned()),
        ),
        (
            it.at(lone, "metadata"),
            SkipReason::NotRendered("helm.toolkit.fluxcd.io/v2 HelmRelease".to_owned()),
        ),
        (
            it.whole(template),
            SkipReason::NotRendered("chart".to_owned()),
        ),
    ];
    for (span, reason) in skipped {
        it.report.skipped.push(Skipped::new(span, reason));
    }
    for (why, files, directories) in [
        (LeftOut::Ignored, 2, 1),
        (LeftOut::Hidden, 0, 1),
        (LeftOut::Dangling, 1, 0),
    ] {
        let count = it.report.left_out.entry(why).or_default();
        (count.files, count.directories) = (files, directories);
    }
    it.report.failures.push(Failure {
        path: "latin1.yaml".to_owned(),
        message: "it is not UTF-8".to_owned(),
    });
}

fn render(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn full_is_for_people() {
    let text = render(|out| full(&fixture(), PLAIN, out));
    let too_long: Vec<_> = text
        .lines()
        .filter(|line| line.width() > 80 && !line.contains("--format json"))
        .collect();
    assert_eq!(too_long, Vec::<&str>::new());
    assert_data_eq!(text, snapbox::file!["report/full.txt"].raw());
}

#[test]
fn full_draws_with_colour_and_unicode() {
    let mut report = fixture();
    report.diagnostics.truncate(3);
    let text = render(|out| full(&report, FANCY, out));
    assert_data_eq!(text, snapbox::file!["report/full.ansi"].raw());
}

#[test]
fn concise_is_one_line_each() {
    let text = render(|out| concise(&fixture(), PLAIN, out));
    assert_data_eq!(text, snapbox::file!["report/concise.txt"].raw());
}

#[test]
fn concise_has_the_colours_of_severities() {
    let mut report = fixture();
    report.diagnostics.truncate(1);
    let plain = render(|out| concise(&report, PLAIN, out));
    let text = render(|out| concise(&report, FANCY, out));
    assert!(text.contains(": \u{1b}[1;31merror["), "{text:?}");
    assert_eq!(
        text.replace("\u{1b}[1;31m", "").replace("\u{1b}[0m", ""),
        plain
    );
}

#[test]
fn paths_lead_to_their_files() {
    let mut it = Fixture::default();
    let source = it
        .report
        .sources
        .add(Source::new("a b.yaml", SERVICE).at("/shop/a b.yaml".into()));
    let other = it.file("<stdin>", SERVICE);
    let span = it.at(source, "web");
    let finding = Diagnostic::new("one", Severity::Error, span, "One").label("here");
    let elsewhere = it.at(other, "web");
    it.push(finding.related(elsewhere, "there"));
    let style = Style {
        links: true,
        ..PLAIN
    };
    let link =
        |text: &str| format!("\u{1b}]8;;file:///shop/a%20b.yaml\u{1b}\\{text}\u{1b}]8;;\u{1b}\\");
    let text = render(|out| concise(&it.report, style, out));
    assert_eq!(text, format!("{}: error[one]: One\n", link("a b.yaml:4:9")));
    let text = render(|out| full(&it.report, style, out));
    assert!(
        text.contains(&format!(",-[{}]\n", link("a b.yaml:4:9"))),
        "{text:?}"
    );
    assert!(text.contains(",-[<stdin>:4:9]\n"), "{text:?}");
    let unlinked = render(|out| full(&it.report, PLAIN, out));
    assert_eq!(
        text.replace(&link("a b.yaml:4:9"), "a b.yaml:4:9"),
        unlinked
    );
}

#[test]
fn json_is_for_programs() {
    let text = render(|out| json(&fixture(), out));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let diagnostics = value["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), fixture().diagnostics.len());
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let text = text.replace(&version, "\"version\": \"VERSION\"");
    assert_data_eq!(text, snapbox::file!["report/report.json"].raw());
}

/// Forbids fields that a schema does not name: what readers have to bear, tests need not.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if map.contains_key("required") {
                map.insert("additionalProperties".to_owned(), value!(false));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let mut schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    close(&mut schema);
    let mut compiler = Compiler::new();
    compiler.add_resource("report.json", schema).unwrap();
    let mut schemas = Schemas::new();
    let schema = compiler.compile("report.json", &mut schemas).unwrap();
    let mut full = fixture();
    let kept_back = full.diagnostics.pop().unwrap();
    let span = kept_back.primary.span;
    let kept_back = Suppressed::new(kept_back, Suppressor::Comment, span);
    full.suppressed.push(kept_back);
    assert!(full.diagnostics.iter().any(|found| found.fix.is_some()));
    for report in [full, Report::default()] {
        let document: Value = serde_json::from_str(&render(|out| json(&report, out))).unwrap();
        if let Err(error) = schemas.validate(&document, schema) {
            panic!("{error:#}");
        }
        // Every field is there, and a schema that asks for nothing holds for everything.
        let mut less = document;
        less["summary"].as_object_mut().unwrap().remove("known");
        assert!(schemas.validate(&less, schema).is_err());
    }
}

/// Checks a document against a JSON schema of `testdata/report`.
fn assert_valid(document: &Value, schema: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let mut schemas = Schemas::new();
    let compiled = Compiler::new().compile(path.to_str().unwrap(), &mut schemas);
    let compiled = compiled.unwrap_or_else(|error| panic!("{schema}: {error:#}"));
    if let Err(error) = schemas.validate(document, compiled) {
        panic!("{error:#}");
    }
}

const SARIF_SCHEMA: &str = "testdata/report/sarif-schema-2.1.0.json";

fn sarif_of(report: &Report) -> Value {
    serde_json::from_str(&render(|out| sarif(report, &Root::default(), out))).unwrap()
}

#[test]
fn sarif_is_for_code_scanning() {
    let mut log = sarif_of(&fixture());
    assert_valid(&log, SARIF_SCHEMA);
    let driver = &mut log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["rules"].as_array().unwrap().len(), rules::ALL.len());
    driver["rules"] = value!([]);
    driver["version"] = value!("VERSION");
    driver["semanticVersion"] = value!("VERSION");
    // Where a rule stands changes with every new rule.
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        result.as_object_mut().unwrap().remove("ruleIndex");
    }
    let text = serde_json::to_string_pretty(&log).unwrap() + "\n";
    assert_data_eq!(text, snapbox::file!["report/report.sarif"].raw());
}

#[test]
fn sarif_of_a_clean_run_has_results() {
    let log = sarif_of(&Report::default());
    assert_valid(&log, SARIF_SCHEMA);
    assert_eq!(log["runs"][0]["results"], value!([]));
}

#[test]
fn sarif_has_safe_changes() {
    let mut it = Fixture::default();
    let source = it.file("a b.yaml", WINDOWS);
    let stream = it.source(Source::stream("<stdin>", SERVICE));
    let edit = |it: &Fixture, source, old: &str, new: &str| Edit {
        span: it.at(source, old),
        text: new.to_owned(),
    };
    let edits = vec![
        edit(&it, source, "Service\r\n", "Pod\r\n"),
        edit(&it, source, " \"wéb\"\t", ""),
    ];
    let elsewhere = vec![edit(&it, stream, "htpp", "http")];
    for (applicability, edits) in [
        (Applicability::Safe, edits.clone()),
        (Applicability::Unsafe, edits),
        (Applicability::Safe, elsewhere),
    ] {
        let span = edits[0].span;
        it.push(
            Diagnostic::new("x", Severity::Warning, span, "Mend this").fix(Fix {
                title: "mend it".to_owned(),
                applicability,
                edits,
            }),
        );
    }
    let log = sarif_of(&it.report);
    assert_valid(&log, SARIF_SCHEMA);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let region = |line: (u32, u32), column: (u32, u32)| {
        value!({
            "startLine": line.0, "startColumn": column.0,
            "endLine": line.1, "endColumn": column.1,
        })
    };
    let expected = value!([{
        "description": {"text": "mend it"},
        "artifactChanges": [{
            "artifactLocation": {"uri": "a%20b.yaml"},
            "replacements": [
                {
                    "deletedRegion": region((1, 2), (7, 1)),
                    "insertedContent": {"text": "Pod\r\n"},
                },
                {"deletedRegion": region((3, 3), (7, 14))},
            ],
        }],
    }]);
    assert_eq!(results[0]["fixes"], expected);
    assert_eq!(
        results
            .iter()
            .filter(|own| own.get("fixes").is_some())
            .count(),
        1
    );
}

/// GitHub would open alerts for them: it does not know suppressions.
#[test]
fn sarif_leaves_out_what_is_kept_back() {
    let ignored = SERVICE.replace(
        "port: 80",
        "port: 0 # svclint: ignore[invalid-service-port] later",
    );
    let texts = vec![Text::new("a.yaml", &*ignored)];
    let report = lint_texts(texts, &Options::default());
    assert_eq!(report.suppressed.len(), 1);
    let log = sarif_of(&report);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(
        results
            .iter()
            .all(|own| own["ruleId"] != "invalid-service-port")
    );
    assert_eq!(results.len(), report.diagnostics.len());
}

fn has_empty_object(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty() || map.values().any(has_empty_object),
        Value::Array(list) => list.iter().any(has_empty_object),
        _ => false,
    }
}

/// What GitHub asks for beyond the schema.
#[test]
fn sarif_has_what_github_asks_for() {
    let log = sarif_of(&fixture());
    assert!(!has_empty_object(&log));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for field in ["shortDescription", "fullDescription", "help"] {
            let text = rule[field]["text"].as_str().unwrap();
            assert!(!text.is_empty(), "{}", rule["id"]);
            assert!(
                field == "help" || text.chars().count() <= 1024,
                "{}",
                rule["id"]
            );
        }
        assert!(rule["help"]["markdown"].is_string(), "{}", rule["id"]);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        assert!(rule["properties"].get("security-severity").is_none());
    }
    for result in run["results"].as_array().unwrap() {
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        let places = result["relatedLocations"].as_array();
        let places = places
            .into_iter()
            .flatten()
            .chain([&result["locations"][0]]);
        for place in places {
            let place = &place["physicalLocation"];
            let at = |field: &str| place["region"][field].as_u64().unwrap();
            let start = (at("startLine"), at("startColumn"));
            let end = (at("endLine"), at("endColumn"));
            assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{place}");
            assert_eq!(
                start.0, end.0,
                "an alert is shown only if all of its lines changed"
            );
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.chars().all(|c| c.is_ascii_graphic()), "{uri}");
        }
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(rules[index as usize]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn sarif_leaves_out_the_least_grave() {
    let mut it = Fixture::default();
    let source = it.file("a.yaml", SERVICE);
    let span = it.at(source, "web");
    for n in 0..25_010 {
        let severity = if n < 20 {
            Severity::Warning
        } else {
            Severity::Error
        };
        it.push(Diagnostic::new("many", severity, span, "One of many"));
    }
    let log = sarif_of(&it.report);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let warnings = results.iter().filter(|own| own["level"] == "warning");
    assert_eq!(warnings.count(), 10);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(note, "10 findings left out: code scanning takes 25000");
}

#[test]
fn github_is_one_command_each() {
    let report = fixture();
    let text = render(|out| github(&report, &Root::default(), out));
    assert_eq!(text.lines().count(), report.diagnostics.len());
    assert!(text.lines().all(|line| line.starts_with("::")));
    assert_data_eq!(text, snapbox::file!["report/github.txt"].raw());
}

#[test]
fn gitlab_has_stable_and_unique_fingerprints() {
    let text = render(|out| gitlab(&fixture(), &Root::default(), out));
    let violations: Vec<Value> = serde_json::from_str(&text).unwrap();
    let prints = violations
        .iter()
        .map(|own| own["fingerprint"].as_str().unwrap());
    assert_eq!(prints.collect::<BTreeSet<_>>().len(), violations.len());
    assert_data_eq!(text, snapbox::file!["report/gitlab.json"].raw());
    let clean = render(|out| gitlab(&Report::default(), &Root::default(), out));
    assert_eq!(clean, "[]\n");
}

#[test]
fn junit_is_xml() {
    let report = fixture();
    let text = render(|out| junit(&report, &Root::default(), out));
    let document = roxmltree::Document::parse(&text).unwrap();
    let count = |name: &str| {
        document
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    assert_eq!(count("failure"), report.diagnostics.len());
    assert_eq!(count("error"), report.failures.len());
    let stated = |name: &str| document.root_element().attribute(name).unwrap().parse();
    assert_eq!(stated("tests"), Ok(count("testcase")));
    assert_eq!(stated("failures"), Ok(count("failure")));
    assert_data_eq!(text, snapbox::file!["report/junit.xml"].raw());
}

#[test]
fn markdown_is_a_page() {
    let text = render(|out| markdown(&fixture(), &Root::default(), out));
    assert_data_eq!(text, snapbox::file!["report/summary.md"].raw());
}

#[test]
fn the_summary_says_what_was_not_checked() {
    let report = fixture();
    let text = render(|out| {
        failures(&report, out)?;
        details(&report, out)?;
        summary(&report, out)
    });
    assert_data_eq!(text, snapbox::file!["report/summary.txt"].raw());
}

#[test]
fn the_summary_of_a_clean_run_says_what_was_checked() {
    let mut report = Report::default();
    assert_eq!(
        render(|out| summary(&report, out)),
        "nothing to check in 0 files\n"
    );
    report.counts.files = 1;
    report.counts.objects = 2;
    report.counts.services = 1;
    let clean = "no problems in 1 file (2 objects, 1 Service)\n";
    assert_eq!(render(|out| summary(&report, out)), clean);
}

#[test]
fn many_findings_in_a_large_file_are_drawn_quickly() {
    let mut it = Fixture::default();
    let source = it.file("large.yaml", &SERVICE.repeat(900 * 1024 / SERVICE.len()));
    for n in 0..500 {
        let span = it.nth(source, "htpp", n * 5);
        let other = it.nth(source, "tier", n);
        let finding = Diagnostic::new("large", Severity::Error, span, "One of many");
        it.push(finding.label("here").related(other, "there"));
    }
    let start = Instant::now();
    let text = render(|out| full(&it.report, PLAIN, out));
    let time = start.elapsed();
    assert_eq!(text.matches("error[large]").count(), 500);
    // About 100 ms in a debug build. What miette does by itself takes many seconds.
    assert!(time < Duration::from_secs(2), "{time:?}");
}

/// Texts of everything that is hard to draw.
fn odd_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\t"),
        Just("key: value"),
        Just("- "),
        Just("---"),
        Just("é"),
        Just("漢字"),
        Just("👩\u{200d}💻"),
        Just("\u{1b}[31m"),
        Just("\u{feff}"),
        Just("\r"),
        Just("0123456789012345678901234567890123456789"),
        Just("                                        "),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A place in this text at these two parts of its length.
fn place(source: SourceId, text: &str, (one, other): (f64, f64)) -> Span {
    let boundaries: Vec<_> = (0..=text.len())
        .filter(|at| text.is_char_boundary(*at))
        .collect();
    let at = |part: f64| boundaries[(part * (boundaries.len() - 1) as f64) as usize] as u32;
    Span {
        source,
        start: at(one.min(other)),
        end: at(one.max(other)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every place in every text can be drawn: each file is named, no control character gets
    /// through, and the drawing stays small.
    #[test]
    fn every_place_can_be_drawn(
        texts in proptest::collection::vec(odd_text(), 2),
        places in proptest::collection::vec((0..2_usize, (0.0..=1.0, 0.0..=1.0)), 1..5),
        width in 40..=120_usize,
    ) {
        let mut it = Fixture::default();
        let sources = [it.file("one.yaml", &texts[0]), it.file("two.yaml", &texts[1])];
        let spans = places.iter().map(|(at, parts)| place(sources[*at], &texts[*at], *parts));
        let mut spans = spans.collect::<Vec<_>>().into_iter();
        let first = spans.next().unwrap();
        let finding = Diagnostic::new("odd", Severity::Error, first, "Odd").label("primary");
        it.push(spans.fold(finding, |finding, span| finding.related(span, "another place")));
        let text = render(|out| full(&it.report, Style { width, ..PLAIN }, out));
        for (at, _) in &places {
            prop_assert!(text.contains(["one.yaml:", "two.yaml:"][*at]), "{}", text);
        }
        prop_assert_eq!(text.matches("primary").count(), 1, "{}", text);
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", text);
        prop_assert!(text.lines().count() < 80, "{}", text);
        prop_assert!(text.lines().all(|line| line.width() <= width + width / 3), "{}", text);
        let json: serde_json::Value =
            serde_json::from_str(&render(|out| json(&it.report, out))).unwrap();
        prop_assert_eq!(json["diagnostics"].as_array().unwrap().len(), 1);
        let root = Root::default();
        prop_assert_eq!(render(|out| github(&it.report, &root, out)).lines().count(), 1);
        let xml = render(|out| junit(&it.report, &root, out));
        prop_assert!(roxmltree::Document::parse(&xml).is_ok(), "{}", xml);
    }
}

proptest! {
    // Every log has the texts of all rules, which takes its time.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 16,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_place_has_a_region(text in odd_text(), parts in (0.0..=1.0, 0.0..=1.0)) {
        let mut it = Fixture::default();
        let source = it.file("one.yaml", &text);
        it.push(Diagnostic::new("odd", Severity::Error, place(source, &text, parts), "Odd"));
        let log = sarif_of(&it.report);
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        let region = &place["region"];
        prop_assert_eq!(&region["startLine"], &region["endLine"]);
        prop_assert!(region["startColumn"].as_u64() <= region["endColumn"].as_u64());
    }
}
