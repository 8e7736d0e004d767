//! The same in real manifests, which are linted file by file: what leads somewhere in a file is
//! broken, once for each class. Where the manifests are not there, nothing is measured.

use super::{LEAST, Random, misspelt, percent, shifted};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use svclint::object::Text;
use svclint::run::{Options, lint_texts};
use svclint::text::source::SourceId;
use svclint::yaml::cursor::Cursor;
use svclint::yaml::reader::Reader;
use svclint::yaml::tree::Tree;
use svclint::yaml::{documents, parse};

/// Of the changed namespaces more are missed: 27 of 28 in what Istio's controller makes of
/// Gateways, whose pods have a label that operators put there, so that more may be elsewhere.
const FEWEST_NAMESPACES: usize = 70;

/// The manifests, unpacked where the other tests unpack them.
fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("SVCLINT_SHARED").map(PathBuf::from);
    let script = shared
        .unwrap_or_else(|| root.join("../shared"))
        .join("corpus/unpack");
    if !script.is_file() {
        println!("skipped: no {}", script.display());
        return None;
    }
    let folder = root.join("target/corpus");
    let run = Command::new("sh").arg(&script).arg(&folder).output();
    assert!(run.expect("a shell").status.success());
    Some(folder)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|own| own == "yaml" || own == "yml")
        {
            found.push(path);
        }
    }
}

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Value {
    text: String,
    range: Range<usize>,
}

impl Value {
    fn of(node: Cursor<'_>) -> Self {
        Self {
            text: node.text().to_owned(),
            range: node.span().range(),
        }
    }
}

type Pairs = BTreeMap<String, Value>;

fn pairs(map: Option<Cursor<'_>>) -> Pairs {
    let entries = map.map(Cursor::entries).unwrap_or_default().into_iter();
    entries
        .map(|(key, own)| (key.value, Value::of(own)))
        .collect()
}

/// Whether labels have all pairs of a selector, which has some.
fn fits(selector: &Pairs, labels: &Pairs) -> bool {
    let has = |(key, own): (&String, &Value)| labels.get(key).is_some_and(|it| it.text == own.text);
    !selector.is_empty() && selector.iter().all(has)
}

/// What a file says of an object, as far as it is broken here.
#[derive(Default)]
struct Object {
    kind: String,
    range: Range<usize>,
    name: Option<Value>,
    namespace: Option<Value>,
    /// The selector of a Service, a budget or a policy.
    selector: Pairs,
    /// The labels of pods.
    labels: Pairs,
    /// The ports that containers declare.
    declared: BTreeSet<String>,
    /// The ports of a Service: number, name, target.
    ports: Vec<[Option<Value>; 3]>,
    /// Names of Services, and ports of them by number.
    backends: Vec<(Value, Option<Value>)>,
    /// What an autoscaler scales: kind and name.
    target: Option<(Value, Value)>,
    /// The numbers that a policy admits.
    admitted: Vec<Value>,
    /// What containers are told.
    told: Vec<Value>,
}

impl Object {
    fn read(object: Cursor<'_>, range: Range<usize>) -> Option<Self> {
        let value = |at: Option<Cursor<'_>>| at.map(Value::of);
        let spec = object.get("spec");
        let at = |name: &str| spec.and_then(|spec| spec.get(name));
        let mut own = Self {
            kind: object.get("kind")?.text().to_owned(),
            range,
            name: value(object.path(["metadata", "name"])),
            namespace: value(object.path(["metadata", "namespace"])),
            ..Self::default()
        };
        match own.kind.as_str() {
            "Service" => {
                own.selector = pairs(at("selector"));
                let ports = spec.into_iter().flat_map(|spec| spec.list("ports"));
                let fields = ["port", "name", "targetPort"];
                own.ports = ports
                    .map(|port| fields.map(|field| value(port.get(field))))
                    .collect();
            }
            "Deployment" | "StatefulSet" | "DaemonSet" => {
                let template = at("template");
                own.labels = pairs(template.and_then(|own| own.path(["metadata", "labels"])));
                let pod = template.and_then(|own| own.get("spec"));
                let containers = pod.into_iter().flat_map(|pod| pod.list("containers"));
                for container in containers {
                    for port in container.list("ports") {
                        let texts = ["containerPort", "name"].map(|field| port.get(field));
                        let texts = texts.into_iter().flatten().map(|it| it.text().to_owned());
                        own.declared.extend(texts);
                    }
                    let env = container.list("env").filter_map(|own| own.get("value"));
                    own.told
                        .extend(container.list("args").chain(env).map(Value::of));
                }
                let governing = value(at("serviceName"));
                own.backends = governing.map(|own| (own, None)).into_iter().collect();
            }
            "PodDisruptionBudget" => {
                own.selector = pairs(at("selector").and_then(|own| own.get("matchLabels")));
            }
            "NetworkPolicy" => {
                own.selector = pairs(at("podSelector").and_then(|own| own.get("matchLabels")));
                let rules = spec.into_iter().flat_map(|spec| spec.list("ingress"));
                let ports = rules.flat_map(|rule| rule.list("ports"));
                own.admitted = ports.filter_map(|own| value(own.get("port"))).collect();
            }
            "HorizontalPodAutoscaler" => {
                let target = at("scaleTargetRef");
                let field = |name| value(target.and_then(|own| own.get(name)));
                own.target = field("kind").zip(field("name"));
            }
            "Ingress" => {
                let rules = spec.into_iter().flat_map(|spec| spec.list("rules"));
                let paths = rules.filter_map(|rule| rule.path(["http", "paths"]));
                let paths = paths
                    .flat_map(Cursor::items)
                    .filter_map(|own| own.get("backend"));
                let all = at("defaultBackend").into_iter().chain(paths);
                // Behind `use-annotation` stands the name of an action of the AWS controller.
                let is_action = |own: &Cursor<'_>| {
                    let port = own.path(["port", "name"]);
                    port.is_some_and(|port| port.text() == "use-annotation")
                };
                let services = all.filter_map(|own| own.get("service"));
                let services = services.filter(|own| !is_action(own));
                own.backends = services
                    .filter_map(|own| {
                        let port = own.path(["port", "number"]).map(Value::of);
                        Some((value(own.get("name"))?, port))
                    })
                    .collect();
            }
            _ => return None,
        }
        Some(own)
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.as_ref().is_some_and(|own| own.text == name)
    }

    fn is_beside(&self, other: &Self) -> bool {
        let text = |own: &Self| own.namespace.as_ref().map(|own| own.text.clone());
        text(self) == text(other)
    }

    fn makes_pods(&self) -> bool {
        !self.labels.is_empty()
    }
}

fn objects(text: &str) -> Vec<Object> {
    let mut found = Vec::new();
    let mut tree = Tree::new(text);
    for document in documents(text) {
        if parse(&mut tree, &document).is_err() || tree.has_aliases() {
            return Vec::new();
        }
        let reader = Reader::new(&tree, SourceId(0));
        let root = Cursor::root(&reader);
        found.extend(root.and_then(|root| Object::read(root, document.range.clone())));
    }
    found
}

/// What is put in the place of a value.
type Change = fn(&mut Random, &str) -> String;

/// What may be broken in a file, by class: each leads somewhere in the file.
fn places(all: &[Object]) -> Vec<(&'static str, Value, Change)> {
    let elsewhere: Change = |_, _| "staging".to_owned();
    let nothing: Change = |_, _| String::new();
    let other_kind: Change = |_, kind| match kind {
        "Deployment" => "StatefulSet".to_owned(),
        _ => "Deployment".to_owned(),
    };
    let mut found: Vec<(&'static str, Value, Change)> = Vec::new();
    let services = || all.iter().filter(|own| own.kind == "Service");
    let named = |from: &Object, name: &str| {
        let mut called = services().filter(|own| own.is_called(name) && own.is_beside(from));
        called.next().filter(|_| called.next().is_none())
    };
    for own in all.iter().filter(|own| !own.selector.is_empty()) {
        let mut pods = all
            .iter()
            .filter(|pods| pods.makes_pods() && own.is_beside(pods));
        let mut pods = pods
            .by_ref()
            .filter(|pods| fits(&own.selector, &pods.labels));
        let (Some(pods), None) = (pods.next(), pods.next()) else {
            continue;
        };
        let values = own.selector.values().cloned();
        found.extend(values.map(|own| ("selector", own, misspelt as Change)));
        found.extend(own.admitted.iter().filter_map(|port| {
            let is_there = pods.declared.contains(&port.text) && port.text.parse::<u16>().is_ok();
            is_there.then(|| ("policy port", port.clone(), shifted as Change))
        }));
        if own.kind != "Service" {
            continue;
        }
        let labels = own.selector.keys().map(|key| pods.labels[key].clone());
        found.extend(labels.map(|own| ("label", own, misspelt as Change)));
        let whole = Value {
            text: String::new(),
            range: pods.range.clone(),
        };
        found.push(("workload", whole, nothing));
        if pods.namespace.is_some() {
            let place = own.namespace.clone();
            found.extend(place.map(|place| ("namespace", place, elsewhere)));
        }
        for [_, _, target] in &own.ports {
            let target = target.as_ref();
            let target = target.filter(|own| pods.declared.contains(&own.text));
            let is_number = target.is_some_and(|own| own.text.parse::<u16>().is_ok());
            let change: Change = if is_number { shifted } else { misspelt };
            found.extend(target.map(|own| ("port", own.clone(), change)));
        }
    }
    for own in all {
        for (name, port) in &own.backends {
            let Some(service) = named(own, &name.text) else {
                continue;
            };
            found.push(("reference", name.clone(), misspelt));
            found.extend(
                service
                    .name
                    .clone()
                    .map(|own| ("name", own, misspelt as Change)),
            );
            let numbers = service
                .ports
                .iter()
                .filter_map(|[number, ..]| number.as_ref());
            let is_port = |port: &&Value| numbers.clone().any(|own| own.text == port.text);
            let port = port.as_ref().filter(is_port);
            found.extend(port.map(|own| ("port", own.clone(), shifted as Change)));
        }
        if let Some((kind, name)) = &own.target {
            let is_it = |it: &&Object| {
                it.kind == kind.text && it.is_called(&name.text) && it.is_beside(own)
            };
            if all.iter().any(|it| is_it(&it)) {
                found.push(("kind", kind.clone(), other_kind));
                found.push(("reference", name.clone(), misspelt));
            }
        }
        for told in &own.told {
            found.extend(host(told, &|name| named(own, name)));
        }
    }
    found
}

/// The name of a Service before a port that it has: `http://web:8080`, `web:8080`.
fn host<'o>(
    told: &Value,
    named: &dyn Fn(&str) -> Option<&'o Object>,
) -> Option<(&'static str, Value, Change)> {
    let start = told.text.rfind("//").map_or(0, |at| at + 2);
    let (name, port) = told.text[start..].split_once(':')?;
    let service = named(name)?;
    let mut numbers = service
        .ports
        .iter()
        .filter_map(|[number, ..]| number.as_ref());
    let is_port = numbers.any(|own| own.text == port.trim_end_matches('/'));
    let is_plain = told.text.len() == told.range.len();
    let start = told.range.start + start;
    let value = Value {
        text: name.to_owned(),
        range: start..start + name.len(),
    };
    (is_port && is_plain && name.len() > 3).then_some(("host", value, misspelt as Change))
}

fn findings(text: &str) -> BTreeSet<(&'static str, String)> {
    let options = Options::default().closed_world(true);
    let report = lint_texts(vec![Text::new("all.yaml", text)], &options);
    let found = report.diagnostics.into_iter();
    found.map(|own| (own.rule, own.message)).collect()
}

#[test]
fn nine_of_ten_mistakes_in_real_manifests_are_found_in_a_closed_world() {
    let Some(folder) = corpus() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for (seed, path) in paths.iter().enumerate() {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let places = places(&objects(&text));
        if places.is_empty() {
            continue;
        }
        let before = findings(&text);
        let mut random = Random(seed as u64);
        let classes: BTreeSet<&str> = places.iter().map(|(class, ..)| *class).collect();
        for class in classes {
            let own: Vec<_> = places.iter().filter(|own| own.0 == class).collect();
            let (_, value, change) = own[random.below(own.len())];
            if value.text.len() < 3 && class != "workload" && class != "port" {
                continue;
            }
            let mut broken = text.clone();
            broken.replace_range(value.range.clone(), &change(&mut random, &value.text));
            let is_found = !findings(&broken).is_subset(&before);
            let count = counts.entry(class).or_default();
            count.0 += usize::from(is_found);
            count.1 += 1;
            if !is_found {
                let line = text[..value.range.start].lines().count();
                missed.push(format!("{class} {}:{line} {}", path.display(), value.text));
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
        let least = if *class == "namespace" {
            FEWEST_NAMESPACES
        } else {
            LEAST.1
        };
        assert!(percent(*count) >= least, "{class}:\n{}", missed.join("\n"));
    }
    let all = counts
        .values()
        .fold((0, 0), |all, own| (all.0 + own.0, all.1 + own.1));
    println!("all: {} of {} found, {} %", all.0, all.1, percent(all));
    assert!(percent(all) >= LEAST.0, "{}", missed.join("\n"));
}
