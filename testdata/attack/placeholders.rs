//! Values that are filled in later hide a mistake from every rule. Each is counted, with its place.

use svclint::{Options, Report, Text, lint_texts};

/// What runs and is meant.
const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: ${REGISTRY}/web
        env: [{name: HOST, value: $HOST}]
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
  - http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 3
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {}}]
    ports: [{port: 8080}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: web, kind: Service, group: ''}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
";

fn lint(text: &str) -> Report {
    lint_texts(vec![Text::new("a.yaml", text)], &Options::default())
}

/// Where the report says that something is filled in: the text there.
fn filled_in(report: &Report) -> Vec<&str> {
    let own = report.unverified.iter();
    let own = own.filter(|own| own.reason == "placeholder");
    own.map(|own| report.sources.slice(own.span)).collect()
}

#[test]
fn what_is_known_is_not_counted() {
    let report = lint(DEPLOYMENT);
    assert_eq!(report.diagnostics, [], "a field is wrong");
    assert_eq!(report.unverified, []);
}

/// What is written, and what hides there.
const FILLED_IN: &[(&str, &str)] = &[
    ("targetPort: http", "targetPort: REPLACE"),
    ("targetPort: http", "targetPort: PORT"),
    (
        "ports: [{name: http, port: 80",
        "ports: [{name: http, port: $PORT",
    ),
    (
        "ports: [{name: http, port: 80",
        "ports: [{name: $NAME, port: 80",
    ),
    ("port: 80, ", "port: 80, protocol: $PROTOCOL, "),
    ("port: 80, ", "port: 80, nodePort: NODE_PORT, "),
    (
        "spec:\n  selector: {app: web}",
        "spec:\n  selector: {app: $APP}",
    ),
    (
        "spec:\n  selector: {app: web}",
        "spec:\n  selector: {$KEY: web}",
    ),
    (
        "spec:\n  selector: {app: web}",
        "spec:\n  selector: {env: REPLACE}",
    ),
    (
        "spec:\n  selector: {app: web}",
        "spec:\n  clusterIP: REPLACE\n  selector: {app: web}",
    ),
    (
        "{name: http, containerPort: 8080}",
        "{name: $NAME, containerPort: 8080}",
    ),
    (
        "{name: http, containerPort: 8080}",
        "{name: http, containerPort: $PORT}",
    ),
    ("httpGet: {port: http}", "httpGet: {port: $PORT}"),
    (
        "httpGet: {port: http}",
        "httpGet: {port: http, host: $ADDRESS}",
    ),
    (
        "selector: {matchLabels: {app: web}}\n  template",
        "selector: {matchLabels: {app: $A}}\n  template",
    ),
    ("service: {name: web", "service: {name: $NAME"),
    ("port: {name: http}", "port: {name: $PORT}"),
    ("port: {name: http}", "port: {number: PORT}"),
    (
        "kind: Deployment, name: web",
        "kind: Deployment, name: $NAME",
    ),
    ("kind: Deployment, name: web", "kind: $KIND, name: web"),
    (
        "1, selector: {matchLabels: {app: web}}",
        "1, selector: {matchLabels: {app: $A}}",
    ),
    (
        "1, selector: {matchLabels: {app: web}}",
        "1, selector: {matchExpressions: [{key: $A, operator: Exists}]}",
    ),
    (
        "podSelector: {matchLabels: {app: web}}",
        "podSelector: {matchLabels: {app: $A}}",
    ),
    ("podSelector: {}", "podSelector: {matchLabels: {a: $A}}"),
    ("ports: [{port: 8080}]", "ports: [{port: $PORT}]"),
    ("backendRefs: [{name: web", "backendRefs: [{name: $NAME"),
    ("{name: web, port: 80}", "{name: web, port: PORT}"),
    (
        "{name: web, port: 80}",
        "{name: web, namespace: $NAMESPACE, port: 80}",
    ),
    ("[{name: web, kind: Service", "[{name: $NAME, kind: Service"),
    (
        "Service\nmetadata: {name: web, namespace: shop}",
        "Service\nmetadata: {name: web, namespace: REPLACE}",
    ),
    (
        "Service\nmetadata: {name: web, namespace: shop}",
        "Service\nmetadata: {name: MY_NAME, namespace: shop}",
    ),
    (
        "metadata: {labels: {app: web}}",
        "metadata: {labels: {app: $APP}}",
    ),
    // What only the API server judges.
    ("maxReplicas: 3", "maxReplicas: REPLICAS"),
    ("pathType: Prefix", "pathType: PATH_TYPE"),
];

#[test]
fn what_is_filled_in_is_counted_where_it_stands() {
    for (written, placeholder) in FILLED_IN {
        let text = DEPLOYMENT.replacen(written, placeholder, 1);
        assert_ne!(text, DEPLOYMENT, "{written}");
        let is_capital = |c: char| c.is_ascii_uppercase() || matches!(c, '_' | '$');
        let words = placeholder.split(|c| !is_capital(c));
        let word = words.max_by_key(|word| word.len()).unwrap();
        let report = lint(&text);
        let found = filled_in(&report);
        // What a selector with a placeholder selects is one question.
        let holder = report.unverified.iter();
        let mut holder = holder.filter(|own| own.detail.contains("depends on a placeholder"));
        assert!(
            found.contains(&word) || holder.next().is_some(),
            "{placeholder}: {found:?}"
        );
        let refused = report.diagnostics.iter();
        let mut refused = refused.filter(|own| report.sources.slice(own.primary.span) == word);
        assert_eq!(refused.next(), None, "{placeholder}");
    }
}

/// An alias stands for the value that it repeats.
#[test]
fn an_alias_hides_nothing() {
    let annotated = "{name: web, namespace: shop, annotations: {a: &p REPLACE}}";
    let text = DEPLOYMENT.replacen("targetPort: http", "targetPort: *p", 1);
    let (before, service) = text.split_once("kind: Service\n").unwrap();
    let service = service.replacen("{name: web, namespace: shop}", annotated, 1);
    let text = format!("{before}kind: Service\n{service}");
    assert_eq!(filled_in(&lint(&text)), ["REPLACE"]);
}

/// The same placeholder on both sides says enough.
#[test]
fn what_is_filled_in_alike_is_no_doubt() {
    let text = DEPLOYMENT.replace("app: web", "app: $APP");
    assert_eq!(filled_in(&lint(&text)), [""; 0]);
    let report = lint(&text.replace("shop", "REPLACE"));
    let mut values = report.unverified.iter();
    let value = values.find(|own| own.detail.contains("is filled in later"));
    assert_eq!(value, None);
}

/// What a page describes is no exception.
#[test]
fn kinds_that_a_page_describes_are_no_exception() {
    let route = "---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: web, namespace: shop}
spec: {routes: [{kind: Rule, match: Host(`a`), services: [{name: web, port: $PORT}]}]}
";
    let report = lint(&format!("{DEPLOYMENT}{route}"));
    assert_eq!(filled_in(&report), ["$PORT"]);
}

/// The summary says how many, and `-v` says where.
#[test]
fn the_summary_counts_them() {
    let scene = super::Scene::new();
    scene.write(
        "repo/a.yaml",
        &DEPLOYMENT.replacen("targetPort: http", "targetPort: REPLACE", 1),
    );
    let run = scene.run(&["-v"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    for said in [
        "1 value not verifiable here (1 placeholder)",
        "`spec.ports[0].targetPort` is filled in later",
    ] {
        assert!(run.stderr.contains(said), "{run:?}");
    }
}
