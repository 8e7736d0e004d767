//! How many mistakes are found: manifests of small systems are generated, one thing in them is
//! broken, and the finding has to be new. Nothing is drawn from a clock: the same seed gives the
//! same run.
//! `cargo test --test recall -- --nocapture` prints the recall of each class.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "recall/corpus.rs"]
mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use svclint::object::Text;
use svclint::run::{Options, lint_texts};

/// The classes of mistakes.
const CLASSES: [&str; 10] = [
    "selector",
    "label",
    "port",
    "name",
    "namespace",
    "kind",
    "reference",
    "host",
    "policy port",
    "workload",
];

/// The systems of a run.
const SYSTEMS: u64 = 40;

/// The share of all mistakes that has to be found, and of each class.
const LEAST: (usize, usize) = (90, 80);

/// A linear congruential generator (Knuth, MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const NAMES: [&str; 8] = [
    "frontend",
    "orders",
    "payments",
    "inventory",
    "gateway",
    "catalog",
    "shipping",
    "accounts",
];

/// A system of three programs, of which the first asks the others, in one namespace.
fn system(random: &mut Random) -> String {
    let first = random.below(NAMES.len());
    let names = [0, 1, 2].map(|at| NAMES[(first + 3 * at) % NAMES.len()]);
    let kind = random.of(&["Deployment", "StatefulSet"]);
    let key = random.of(&["app", "app.kubernetes.io/name"]);
    let base = 8000 + 10 * random.below(90);
    let mut all: Vec<String> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let (port, own) = (80 + at, base + at);
        let kind = if at == 1 { kind } else { "Deployment" };
        let governed = match kind {
            "StatefulSet" => format!("\n  serviceName: {name}"),
            _ => String::new(),
        };
        let peer = names[(at + 1) % 3];
        let peer_port = 80 + (at + 1) % 3;
        all.push(format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  \
             selector: {{{key}: {name}, tier: main}}\n  ports: [{{name: http, port: {port}, \
             targetPort: {own}}}]\n"
        ));
        all.push(format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n\
             spec:{governed}\n  selector: {{matchLabels: {{{key}: {name}}}}}\n  template:\n    \
             metadata: {{labels: {{{key}: {name}, tier: main}}}}\n    spec:\n      \
             containers:\n        - name: main\n          \
             image: registry.example/{name}:1\n          args: \
             [\"--peer=http://{peer}:{peer_port}\"]\n          \
             ports: [{{containerPort: {own}}}]\n          readinessProbe: \
             {{tcpSocket: {{port: {own}}}}}\n"
        ));
    }
    let (name, own) = (names[0], base);
    all.push(format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: \
         shop}}\nspec:\n  defaultBackend: {{service: {{name: {name}, port: {{number: 80}}}}}}\n"
    ));
    all.push(format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, \
         namespace: shop}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, \
         name: {name}}}\n  maxReplicas: 5\n"
    ));
    all.push(format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: \
         shop}}\nspec:\n  minAvailable: 1\n  selector: {{matchLabels: {{{key}: {name}}}}}\n"
    ));
    all.push(format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, \
         namespace: shop}}\nspec:\n  podSelector: {{matchLabels: {{{key}: {name}}}}}\n  ingress: \
         [{{ports: [{{port: {own}}}]}}]\n"
    ));
    all.join("---\n")
}

/// What people do to a name: a letter lost or doubled, two swapped, a suffix, another name.
fn misspelt(random: &mut Random, name: &str) -> String {
    let at = 1 + random.below(name.len() - 2);
    let (before, after) = name.split_at(at);
    match random.below(5) {
        0 => format!("{before}{}", &after[1..]),
        1 => format!("{before}{}{after}", &after[..1]),
        2 => format!(
            "{before}{}{}{}",
            &after[1..2],
            &after[..1],
            after.get(2..).unwrap_or("")
        ),
        3 => format!("{name}-svc"),
        _ => "legacy".to_owned(),
    }
}

/// Replaces what follows the nth of a mark, up to the end of the word.
fn replace(
    text: &str,
    mark: &str,
    random: &mut Random,
    change: impl FnOnce(&mut Random, &str) -> String,
) -> Option<String> {
    let places: Vec<usize> = text
        .match_indices(mark)
        .map(|(at, _)| at + mark.len())
        .collect();
    if places.is_empty() {
        return None;
    }
    let start = places[random.below(places.len())];
    let is_end = |c: char| matches!(c, ',' | '}' | '\n' | ':' | '"');
    let end = start + text[start..].find(is_end)?;
    let changed = change(random, &text[start..end]);
    Some(format!("{}{changed}{}", &text[..start], &text[end..]))
}

fn shifted(random: &mut Random, port: &str) -> String {
    let port: usize = port.parse().unwrap();
    (port + 1000 + random.below(50)).to_string()
}

/// A system with a mistake of a class.
fn mutated(class: &str, text: &str, random: &mut Random) -> Option<String> {
    let documents: Vec<&str> = text.split("---\n").collect();
    let only = |kind: &str, random: &mut Random| {
        let of_kind = |at: &usize| documents[*at].contains(&format!("kind: {kind}\n"));
        let places: Vec<usize> = (0..documents.len()).filter(of_kind).collect();
        (!places.is_empty()).then(|| places[random.below(places.len())])
    };
    let with = |at: usize, document: String| {
        let mut all: Vec<String> = documents.iter().map(|own| (*own).to_owned()).collect();
        all[at] = document;
        all.join("---\n")
    };
    let key = if text.contains("{app: ") {
        "{app: "
    } else {
        "{app.kubernetes.io/name: "
    };
    let in_kind = |kind: &str, mark: &str, random: &mut Random| {
        let at = only(kind, random)?;
        Some(with(at, replace(documents[at], mark, random, misspelt)?))
    };
    match class {
        "selector" => {
            let kind = random.of(&["Service", "PodDisruptionBudget", "NetworkPolicy"]);
            in_kind(kind, key, random)
        }
        "label" => in_kind("Deployment", &format!("labels: {key}"), random),
        "port" => {
            let kind = random.of(&["Service", "Ingress"]);
            let mark = if kind == "Service" {
                "targetPort: "
            } else {
                "number: "
            };
            let at = only(kind, random)?;
            Some(with(at, replace(documents[at], mark, random, shifted)?))
        }
        "name" => in_kind("Service", "metadata: {name: ", random),
        "namespace" => {
            let kinds = [
                "Service",
                "Ingress",
                "HorizontalPodAutoscaler",
                "PodDisruptionBudget",
            ];
            let at = only(random.of(&kinds), random)?;
            let other = |_: &mut Random, _: &str| "staging".to_owned();
            Some(with(
                at,
                replace(documents[at], "namespace: ", random, other)?,
            ))
        }
        "kind" => {
            let at = only("HorizontalPodAutoscaler", random)?;
            let kinds = ["StatefulSet", "DaemonSet", "deployment", "Deploment"];
            let other = |random: &mut Random, _: &str| random.of(&kinds).to_owned();
            Some(with(
                at,
                replace(documents[at], "apps/v1, kind: ", random, other)?,
            ))
        }
        "reference" => {
            let (kind, mark) = [
                ("Ingress", "service: {name: "),
                ("HorizontalPodAutoscaler", "Deployment, name: "),
                ("StatefulSet", "serviceName: "),
            ][random.below(3)];
            in_kind(kind, mark, random)
        }
        "host" => in_kind("Deployment", "http://", random),
        "policy port" => {
            let at = only("NetworkPolicy", random)?;
            Some(with(
                at,
                replace(documents[at], "{port: ", random, shifted)?,
            ))
        }
        "workload" => {
            let at = only("Deployment", random)?;
            let left = documents.iter().enumerate().filter(|(own, _)| *own != at);
            let left: Vec<&str> = left.map(|(_, document)| *document).collect();
            Some(left.join("---\n"))
        }
        other => unreachable!("{other}"),
    }
}

/// The findings in a closed world, by rule and message.
fn findings(text: &str) -> BTreeSet<(String, String)> {
    let options = Options::default().closed_world(true);
    let report = lint_texts(vec![Text::new("all.yaml", text)], &options);
    let found = report.diagnostics.into_iter();
    found
        .map(|own| (own.rule.to_owned(), own.message))
        .collect()
}

fn percent((found, all): (usize, usize)) -> usize {
    found * 100 / all
}

#[test]
fn nine_of_ten_mistakes_are_found_in_a_closed_world() {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for seed in 0..SYSTEMS {
        let mut random = Random(seed);
        let text = system(&mut random);
        let before = findings(&text);
        assert_eq!(before, BTreeSet::new(), "{text}");
        for class in CLASSES {
            let Some(broken) = mutated(class, &text, &mut random) else {
                continue;
            };
            let is_found = !findings(&broken).is_empty();
            let count = counts.entry(class).or_default();
            count.0 += usize::from(is_found);
            count.1 += 1;
            if !is_found {
                missed.push((class, seed));
            }
        }
    }
    for (class, count) in &counts {
        println!(
            "{class}: {} of {} found, {} %",
            count.0,
            count.1,
            percent(*count)
        );
        assert!(percent(*count) >= LEAST.1, "{class}: {missed:?}");
    }
    let all = counts
        .values()
        .fold((0, 0), |all, own| (all.0 + own.0, all.1 + own.1));
    println!("all: {} of {} found, {} %", all.0, all.1, percent(all));
    assert!(percent(all) >= LEAST.0, "{missed:?}");
}
