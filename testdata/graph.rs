//! The paths of the traffic, and the pictures of them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use boon::{Compiler, Schemas};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use svclint::load::{Request, load};
use svclint::object::Text;
use svclint::report::{graph_d2, graph_dot, graph_json, graph_mermaid, graph_schema};
use svclint::run::{self, Options, Report};
use svclint::text::source::SourceId;
use svclint::trace::{Path, PathState, Paths, Question};
use svclint::unit::{Plan, UnitFile, UnitKind};

/// The paths of one text.
fn paths_of(text: &str) -> Vec<Path> {
    reported(text).1
}

/// The same, with what a lint finds.
fn reported(text: &str) -> (Report, Vec<Path>) {
    let text = Text::new("shop.yaml", text);
    let plan = Plan {
        files: vec![UnitFile::plain(SourceId(0))],
        ..Plan::new("shop".to_owned(), UnitKind::Directory)
    };
    let options = Options::default();
    let links = run::link(vec![text], vec![plan], &options);
    let (report, paths) = run::paths(links, &options, &Question::Services);
    (report, paths.all)
}

/// The paths of files and directories, as the program reads them.
fn paths_in(path: &FilePath) -> (Report, Paths) {
    let request = Request {
        paths: vec![path.to_owned()],
        current_dir: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        isolated: true,
        ..Request::default()
    };
    let options = Options::default();
    let loaded = load(&request, &mut std::io::empty()).expect("a path without globs");
    let (texts, plans) = loaded.plans();
    let links = run::link(texts, plans, &options);
    run::paths(links, &options, &Question::Services)
}

/// `shop.example.com/cart -> shop/cart:80/TCP broken (code)`
fn lines(paths: &[Path]) -> Vec<String> {
    let line = |path: &Path| {
        let codes: Vec<&str> = path.codes.iter().copied().collect();
        let why = match codes.as_slice() {
            [] => String::new(),
            codes => format!(" ({})", codes.join(", ")),
        };
        format!("{} {}{why}", path.id, path.state.as_str())
    };
    paths.iter().map(line).collect()
}

const CART: &str = "\
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - {name: app, image: cart, ports: [{name: http, containerPort: 8080}]}
---
";

#[test]
fn a_service_that_nothing_points_at_is_where_traffic_comes_in() {
    let paths = paths_of(CART);
    assert_eq!(lines(&paths), ["Service shop/cart -> shop/cart:80/TCP ok"]);
    let reached: Vec<_> = paths[0].reached().into_iter().collect();
    let [pods] = reached.as_slice() else {
        panic!("{reached:?}")
    };
    assert_eq!(pods.workload, "Deployment shop/cart");
    assert_eq!(pods.pod_port, Some(8080));
}

#[test]
fn each_address_is_a_path() {
    let paths = paths_of(&format!(
        "{CART}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: shop, namespace: shop}}
spec:
  defaultBackend: {{service: {{name: cart, port: {{name: other}}}}}}
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /cart
        pathType: Prefix
        backend: {{service: {{name: cart, port: {{number: 80}}}}}}
      - path: /basket
        pathType: Prefix
        backend: {{service: {{name: cart, port: {{number: 80}}}}}}
  - http:
      paths:
      - {{path: /, pathType: Prefix, backend: {{service: {{name: carts, port: {{number: 80}}}}}}}}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {{name: cart, namespace: shop}}
spec: {{host: cart.example.com, to: {{kind: Service, name: cart}}}}
"
    ));
    assert_eq!(
        lines(&paths),
        [
            "shop.example.com/cart -> shop/cart:80/TCP ok",
            "shop.example.com/basket -> shop/cart:80/TCP ok",
            "cart.example.com/ -> shop/cart:80/TCP ok",
            "Ingress shop/shop -> shop/cart:other broken (ingress-port-not-found)",
            "*/ -> shop/carts:80 broken (ingress-service-not-found)",
        ]
    );
    assert!(Arc::ptr_eq(&paths[0].way, &paths[2].way), "one way");
    assert!(!paths[3].breaks().collect::<Vec<_>>().is_empty());
}

#[test]
fn a_route_comes_in_by_its_gateway() {
    let route = |parent: &str| {
        let paths = paths_of(&format!(
            "{CART}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: edge, namespace: shop}}
spec:
  gatewayClassName: example
  listeners: [{{name: http, port: 80, protocol: HTTP, hostname: '*.shop.test'}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: cart, namespace: shop}}
spec:
  parentRefs: [{{name: {parent}}}]
  hostnames: [api.shop.test, www.shop.test]
  rules:
  - matches: [{{path: {{value: /v1}}}}, {{path: {{value: /v1}}, method: GET}}]
    backendRefs: [{{name: cart, port: 80}}]
"
        ));
        lines(&paths)
    };
    let expected = |rest: &str| {
        ["api", "www"].map(|host| format!("{host}.shop.test/v1 -> shop/cart:80/TCP {rest}"))
    };
    assert_eq!(route("edge"), expected("ok"));
    let refused = expected("broken (route-not-accepted)");
    assert_eq!(route("edge, sectionName: https"), refused);
    assert_eq!(route("another"), expected("unknown (listeners)"));
}

#[test]
fn what_ends_without_a_fault_has_a_code_too() {
    let asleep = CART.replace("replicas: 2", "replicas: 0");
    let [path] = paths_of(&asleep).try_into().unwrap();
    assert_eq!(path.state, PathState::Broken);
    assert_eq!(path.codes.len(), 1, "{path:?}");
    assert!(path.reached().is_empty());
}

#[test]
fn a_path_is_the_same_wherever_it_is_written() {
    let documents: Vec<&str> = CART.split_terminator("---\n").collect();
    let moved = [documents[1], "---\n# moved\n", documents[0]].concat();
    let ids = |text: &str| -> Vec<_> { paths_of(text).into_iter().map(|own| own.id).collect() };
    assert_eq!(ids(CART), ids(&moved));
}

fn examples_root() -> PathBuf {
    FilePath::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// All examples of this repository.
fn examples() -> Vec<PathBuf> {
    let root = examples_root();
    let folders = ["ok", "err"].map(|name| root.join(name));
    let below = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    });
    let mut all: Vec<PathBuf> = below.collect();
    all.extend(["demo", "cmd", "scopes"].map(|name| root.join(name)));
    all.sort();
    all
}

#[test]
fn every_path_says_why() {
    let mut states = BTreeSet::new();
    for folder in examples() {
        let (_, paths) = paths_in(&folder);
        for path in paths.all {
            let is_silent = path.codes.is_empty();
            assert_eq!(is_silent, path.state == PathState::Ok, "{path:?}");
            let reached = path.reached();
            assert!(
                path.state != PathState::Ok || !reached.is_empty(),
                "{path:?}"
            );
            states.insert(path.state);
        }
    }
    assert_eq!(states.len(), PathState::ALL.len());
}

/// What a format writes.
fn written(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("it is text")
}

#[test]
fn the_graph_for_programs_is_whole() {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("graph.json", graph_schema()).unwrap();
    let schema = compiler.compile("graph.json", &mut schemas).unwrap();
    for folder in examples() {
        let (report, paths) = paths_in(&folder);
        let text = written(|out| graph_json(&report, &paths.all, false, out));
        let graph: Value = serde_json::from_str(&text).expect("it is JSON");
        if let Err(error) = schemas.validate(&graph, schema) {
            panic!("{}: {error}", folder.display());
        }
        let count = |list: &str| graph[list].as_array().unwrap().len() as u64;
        let (nodes, edges, places) = (count("nodes"), count("edges"), count("locations"));
        assert_eq!(count("paths"), paths.all.len() as u64);
        let all = |list: &str| graph[list].as_array().unwrap().iter();
        for edge in all("edges") {
            assert!(edge["from"].as_u64() < Some(nodes) && edge["to"].as_u64() < Some(nodes));
            assert_ne!(edge["from"], edge["to"]);
        }
        for path in all("paths") {
            let mut own = path["edges"].as_array().unwrap().iter();
            assert!(own.all(|edge| edge.as_u64() < Some(edges)), "{path}");
            let is_broken = |edge: &Value| graph["edges"][edge.as_u64().unwrap() as usize].clone();
            let states = path["edges"].as_array().unwrap().iter().map(is_broken);
            let is_seen = states.into_iter().any(|edge| edge["state"] == "broken");
            assert!(path["state"] != "broken" || is_seen, "{path}");
        }
        for node in all("nodes") {
            assert!(node["location"].is_null() || node["location"].as_u64() < Some(places));
        }
    }
}

#[test]
fn a_flowchart_has_at_most_sixty_edges_and_says_what_is_missing() {
    let many = |broken: usize| -> String {
        let one = |at: usize| {
            let text = CART.replace("cart", &format!("cart-{at}"));
            if at < broken {
                text.replace("targetPort: http", "targetPort: htpp")
            } else {
                text
            }
        };
        (0..80).map(one).collect()
    };
    for (broken, note) in [
        (0, "60 of 80 paths shown: no path is broken"),
        (
            3,
            "3 of 80 paths shown: the broken ones and their neighbours",
        ),
        (70, "60 of 80 paths shown: broken ones only"),
    ] {
        let paths = paths_of(&many(broken));
        let text = written(|out| graph_mermaid(&paths, out));
        let edges = text
            .lines()
            .filter(|line| line.contains("--> ") || line.contains("-->|"));
        let lost = text.lines().filter(|line| line.contains("-.-x"));
        let (edges, lost) = (edges.count(), lost.count());
        assert!(
            edges + lost <= 60 && lost == broken.min(60),
            "{edges} {lost}"
        );
        assert!(text.contains(note), "{text}");
    }
}

/// Names that a cluster would refuse, and that a picture has to bear.
const HOSTILE: [&str; 6] = [
    r#"a"]; click n0 "javascript:alert(1)"#,
    "<img src=x onerror=alert(1)>",
    "```\n@team [x](http://y)",
    r#"back\\slash' ${x} \" ; }"#,
    "%%{init: {}}%% #35; &lt;",
    "</script><script>alert(1)</script>",
];

/// The paths of Services of such names.
fn hostile() -> (Report, Vec<Path>) {
    let documents = HOSTILE.map(|name| {
        let name = serde_json::to_string(name).unwrap();
        CART.replace("name: cart", &format!("name: {name}"))
            .replace("app: cart", &format!("app: {name}"))
    });
    reported(&documents.concat())
}

#[test]
fn hostile_names_are_only_text() {
    let (_, paths) = hostile();
    assert_eq!(paths.len(), HOSTILE.len());
    let mermaid = written(|out| graph_mermaid(&paths, out));
    for line in mermaid.lines().filter(|line| line.contains('"')) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
        let text = line.split('"').nth(1).unwrap().replace("<br/>", "");
        assert!(
            !text.contains(['<', '>', '`', '[', ']', '{', '%', '&', '@']),
            "{line}"
        );
    }
    let d2 = written(|out| graph_d2(&paths, out));
    for line in d2.lines() {
        assert_eq!(line.matches('\'').count() % 2, 0, "{line}");
    }
    let dot = written(|out| graph_dot(&paths, out));
    for line in dot.lines() {
        let bare = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(bare.matches('"').count() % 2, 0, "{line}");
    }
}

#[test]
fn graphviz_takes_every_picture() {
    if Command::new("dot").arg("-V").output().is_err() {
        println!("skipped: no dot");
        return;
    }
    let (_, hostile) = hostile();
    let (_, demo) = paths_in(&examples_root().join("demo"));
    let (_, all) = paths_in(&examples_root().join("cmd"));
    for paths in [hostile, demo.all, all.all] {
        let text = written(|out| graph_dot(&paths, out));
        let mut dot = Command::new("dot")
            .arg("-Tcanon")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it has started before");
        let mut input = dot.stdin.take().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        drop(input);
        let done = dot.wait_with_output().unwrap();
        assert!(
            done.status.success() && done.stderr.is_empty(),
            "{done:?}\n{text}"
        );
    }
}
