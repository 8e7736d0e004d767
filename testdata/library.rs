//! The library from the outside: what a crate that depends on it can name.

#![allow(clippy::unwrap_used)]

use snapbox::dir::DirRoot;
use std::fs;
use svclint::{Options, Report, Text, lint_paths, lint_texts, options_for};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/demo");

/// A Service whose port has no number that there is.
const WRONG: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n\
                     spec: {clusterIP: None, ports: [{port: 0}]}\n";

fn rules(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|found| found.rule).collect()
}

#[test]
fn directories_are_linted_as_the_program_does() {
    let report = lint_paths([DEMO], &Options::default());
    assert!(report.failures.is_empty());
    // As the README shows.
    let (errors, warnings) = (5, 3);
    assert_eq!(report.diagnostics.len(), errors + warnings);
    assert_eq!((report.counts.files, report.counts.services), (6, 5));
}

#[test]
fn what_cannot_be_read_is_a_failure() {
    let report = lint_paths(["no/such/path", "-"], &Options::default());
    let failures = report.failures.iter().map(|failure| failure.path.as_str());
    assert!(
        failures.eq(["./-", "no/such/path"]),
        "{:?}",
        report.failures
    );
}

#[test]
fn options_are_those_of_the_configuration() {
    let scratch = DirRoot::mutable_temp().unwrap();
    let here = scratch.path().unwrap();
    fs::write(here.join("web.yaml"), WRONG).unwrap();
    let found = || rules(&lint_paths([here], &options_for([here]).unwrap()));
    assert_eq!(found(), ["invalid-service-port"]);
    fs::write(here.join(".svclint.yaml"), "exclude: [web.yaml]\n").unwrap();
    assert_eq!(found(), [""; 0]);
    fs::write(here.join(".svclint.yaml"), "exclude: 1\n").unwrap();
    let report = options_for([here]).unwrap_err();
    assert_eq!(rules(&report), ["invalid-config"]);
    fs::write(here.join("svclint.yaml"), "").unwrap();
    let report = options_for([here]).unwrap_err();
    assert_eq!(report.failures.len(), 1);
}

#[test]
fn what_is_set_later_overrules_the_configuration() {
    let found = |options: &Options| {
        let texts = vec![Text::new("web.yaml", WRONG)];
        rules(&lint_texts(texts, options))
    };
    let off = Options::from_config("c", "rules: {invalid-service-port: off}\n").unwrap();
    assert_eq!(found(&off), [""; 0]);
    let on = off.clone().select(["invalid-service-port"]).unwrap();
    assert_eq!(found(&on), ["invalid-service-port"]);
    let other = on.clone().only(["dns"]).unwrap();
    assert_eq!(found(&other), [""; 0]);
    let ignored = on.ignore(["ports"]).unwrap();
    assert_eq!(found(&ignored), [""; 0]);
    let unknown = off.only(["port"]).unwrap_err();
    assert!(unknown.contains("did you mean `ports`?"), "{unknown}");
    let invalid = Options::from_config("c", "only: [port]\n").unwrap_err();
    assert!(invalid.to_string().starts_with("c:1:8: "), "{invalid}");
}

/// However many ports a template declares, a finding names the first few.
#[test]
fn a_finding_lists_no_more_than_can_be_read() {
    let ports: Vec<String> = (1..=2000)
        .map(|at| format!("{{name: p{at}, containerPort: {at}}}"))
        .collect();
    let text = format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\n\
         spec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: www}}]}}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\n\
         spec: {{containers: [{{name: web, image: web, ports: [{}]}}]}}\n",
        ports.join(", ")
    );
    let report = lint_texts(vec![Text::new("web.yaml", text)], &Options::default());
    let found = report.diagnostics.iter();
    let mut found = found.filter(|found| found.rule == "target-port-name-not-found");
    let labels = &found.next().expect("a finding").related;
    assert!(
        labels[0].text.ends_with("`p12` (12) and 1988 others"),
        "{labels:?}"
    );
}
