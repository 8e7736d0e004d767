//! The paths of the traffic, and the pictures of them.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use svclint::load::{Request, load};
use svclint::object::Text;
use svclint::run::{self, Options, Report};
use svclint::text::source::SourceId;
use svclint::trace::{Path, PathState, Paths, Question};
use svclint::unit::{Plan, UnitFile, UnitKind};

/// The paths of one text.
fn paths_of(text: &str) -> Vec<Path> {
    let text = Text::new("shop.yaml", text);
    let plan = Plan {
        files: vec![UnitFile::plain(SourceId(0))],
        ..Plan::new("shop".to_owned(), UnitKind::Directory)
    };
    let options = Options::default();
    let links = run::link(vec![text], vec![plan], &options);
    let (_, paths) = run::paths(links, &options, &Question::Services);
    paths.all
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

/// All examples of this repository.
fn examples() -> Vec<PathBuf> {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
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
