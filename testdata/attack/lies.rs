//! Documents about which svclint would say what is not so: that kubectl refuses them.

use super::*;
use std::time::{Duration, Instant};

/// What a run may take on a busy machine, without optimisation.
const LIMIT: Duration = Duration::from_mins(1);

fn lint(text: &str) -> Run {
    let scene = Scene::new();
    scene.write("repo/a.yaml", text);
    let started = Instant::now();
    let run = scene.run(&["--format=concise", "-v"]);
    let took = started.elapsed();
    assert!(took < LIMIT, "{took:?}");
    run
}

/// An object with many values like this one.
fn many(value: &str, count: usize) -> String {
    let entries = (0..count).map(|at| format!("  k{at}: {value}\n"));
    let entries: String = entries.collect();
    format!("apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: c}}\ndata:\n{entries}")
}

/// What only go-yaml reads may stand in a document as often as it likes.
#[test]
fn what_only_kubectl_reads_may_be_there_often() {
    for value in [
        "\"a\"# c",
        "\"it\\'s\"",
        "'a\n  b'",
        "'a\n\tb'",
        "{a: fd00::}",
        "[-, a]",
        "[fd00::,\n  \"b\"]# c",
        "{\n\t\"a\": b}",
        "|# c\n    a",
    ] {
        let text = many(value, 20_000);
        let run = lint(&text);
        assert!(
            !run.stdout.contains("[invalid-manifest]"),
            "{value}: {run:?}"
        );
        assert!(
            !run.stderr.contains("beyond what svclint"),
            "{value}: {run:?}"
        );
    }
}

/// Where it would take too long to find out, nobody says that kubectl refuses it.
#[test]
fn what_is_too_much_for_svclint_is_skipped() {
    let anchors = many("\"a\"# c", 20_000) + "  last: &a b\n";
    let brackets = 1100;
    let deep = format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {}{}\n",
        "[".repeat(brackets),
        "]".repeat(brackets)
    );
    for text in [anchors, deep] {
        let text = format!("{text}---\n{SERVICE}");
        let run = lint(&text);
        assert!(!run.stdout.contains("[invalid-manifest]"), "{run:?}");
        assert!(run.stdout.contains("[invalid-service-port]"), "{run:?}");
        let skipped = "skipped: document beyond what svclint can read at a.yaml:1";
        assert!(run.stderr.contains(skipped), "{run:?}");
        // It may hide anything, so it is no pass either.
        let failed = "a.yaml: the document at line 1 is beyond what svclint can read";
        assert!(run.stderr.contains(failed), "{run:?}");
        assert_eq!(run.status, Some(2), "{run:?}");
    }
}

/// `kubectl apply` does not send it.
#[test]
fn an_unknown_field_without_a_value_is_no_refusal() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web, foo: null}\n\
                spec: {clusterIP: None, ports: [{port: 80, bar: ~}], selectr: }\n";
    let run = lint(text);
    assert_eq!(
        run.stdout.matches("warning[unknown-field]").count(),
        3,
        "{run:?}"
    );
    assert!(!run.stdout.contains("error["), "{run:?}");
}

/// Nor is the key of a label that `kubectl apply` does not send.
#[test]
fn a_label_without_a_value_is_no_refusal() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {\"a ~\": null}}\n\
                spec: {clusterIP: None, ports: [{port: 80}]}\n";
    let run = lint(text);
    assert!(!run.stdout.contains("error["), "{run:?}");
    assert!(run.stdout.contains("[label-value-not-string]"), "{run:?}");
}

/// Nor a pair of a selector: what is left may select.
#[test]
fn a_pair_without_a_value_is_no_refusal() {
    let workload = |kind: &str, selector: &str| {
        format!(
            "apiVersion: {}\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  \
             selector: {selector}\n  template: {{metadata: {{labels: {{app: web}}}}, \
             spec: {{containers: [{{name: c, \
             image: i}}]}}}}\n",
            if kind == "Deployment" {
                "apps/v1"
            } else {
                "v1"
            }
        )
    };
    for (kind, selector, is_refused) in [
        ("ReplicationController", "{tier: ~}", false),
        ("ReplicationController", "{tier: ~, app: wbe}", true),
        ("Deployment", "{matchLabels: {app: web, tier: ~}}", false),
        // Empty, or not met.
        ("Deployment", "{matchLabels: {tier: ~}}", true),
    ] {
        let run = lint(&workload(kind, selector));
        let refuses = run.stdout.contains("error[workload-selector-mismatch]");
        assert_eq!(refuses, is_refused, "{kind} {selector}: {run:?}");
        assert!(
            run.stdout.contains("warning[label-value-not-string]"),
            "{run:?}"
        );
    }
}

/// Of a `ReplicationController` only what is used of its names is checked.
#[test]
fn a_prefix_beside_a_name_is_no_refusal() {
    let text = "apiVersion: v1\nkind: ReplicationController\n\
                metadata: {name: web, generateName: Web_}\n\
                spec: {selector: {a: b}, template: {metadata: {labels: {a: b}}, \
                spec: {containers: [{name: c, image: i}]}}}\n";
    let run = lint(text);
    assert!(!run.stdout.contains("error["), "{run:?}");
    let run = lint(&text.replace("name: web, ", ""));
    assert!(run.stdout.contains("error[invalid-object]"), "{run:?}");
}

/// Names of any length are compared, or not, in time.
#[test]
fn long_names_take_no_time() {
    let long = "v".repeat(250_000);
    let run = lint(&format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {long}x}}\n\
         spec: {{ports: [{{port: 80}}]}}\n\
         ---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\n\
         spec: {{defaultBackend: {{service: {{name: {long}y, port: {{name: {long}}}}}}}}}\n\
         ---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{{long}: {long}z}}}}\n\
         spec: {{containers: [{{name: c, image: i, \
         ports: [{{name: {long}, containerPort: 1}}]}}]}}\n\
         ---\napiVersion: v1\nkind: Service\nmetadata: {{name: s}}\n\
         spec: {{selector: {{{long}: {long}}}, ports: [{{port: 80, targetPort: {long}y}}]}}\n"
    ));
    assert_eq!(run.status, Some(1), "what is too long is refused");
    assert!(run.all().len() < 200_000, "{}", run.all().len());
}
