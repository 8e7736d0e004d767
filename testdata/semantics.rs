//! The index agrees with Kubernetes about what a Service selects and where its ports lead, and the
//! rules agree with it about what is refused.
//!
//! `semantics/*.yaml` are small sets of manifests, each for one statement about Kubernetes;
//! `observed.json` is what a control plane of version 1.36.2 did with them.
#![allow(clippy::unwrap_used)]

mod endpoints;

use endpoints::{observed, owner, predicted, refused, services};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use svclint::index::Index;
use svclint::lint::{Options, judge, link};
use svclint::load::{Request, load};
use svclint::scope::scopes;

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn read(directory: &Path, path: &str) -> Index {
    let request = Request {
        current_dir: directory.to_owned(),
        paths: vec![path.into()],
        isolated: true,
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).unwrap();
    let (texts, scopes) = scopes(loaded);
    link(texts, scopes, &Options::default())
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
    text: String,
}

impl Disagreements {
    fn add(&mut self, id: String, detail: &str, known: &[(&str, &str)]) {
        if !known.iter().any(|(known, _)| *known == id) {
            self.text += &format!("{id}: {detail}\n");
        }
        self.found.insert(id);
    }

    fn assert_none(self, known: &[(&str, &str)]) {
        let Self { found, mut text } = self;
        for (id, _) in known.iter().filter(|(id, _)| !found.contains(*id)) {
            text += &format!("{id}: known to differ, but agrees\n");
        }
        assert!(text.is_empty(), "{text}");
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
        let index = read(&testdata().join("semantics"), &format!("{case}.yaml"));
        let services = services(&index);
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
        let index = read(&testdata().join("semantics"), &format!("{case}.yaml"));
        let objects = index
            .documents
            .iter()
            .flat_map(|document| &document.objects);
        let objects: BTreeSet<String> = objects.map(owner).collect();
        let refused = refused(&judge(index));
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
