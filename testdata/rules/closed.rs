//! What is absent: for everything that names or selects, nothing is found where it may be
//! elsewhere, and something where everything that exists is in the input.

use svclint::run::lint;
use svclint::text::source::{Source, SourceId};
use svclint::unit::{Plan, UnitFile, UnitKind};
use svclint::{Options, Text, lint_texts};

/// A workload and its Service, with nothing to find.
const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: rel-web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.net/web:1
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: rel-web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
";

/// Where absence is a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    /// In a rendered chart, and where the user says so.
    Chart,
    /// Where the user says so: what is absent mostly belongs to those who run the cluster.
    User,
}

/// Who names or selects something that is not there: the rule, the kind, its fields.
const ABSENT: [(&str, Closed, &str, &str); 20] = [
    (
        "service-selector-no-match",
        Closed::Chart,
        "v1 Service",
        "spec: {selector: {app: payments}, ports: [{port: 80}]}",
    ),
    (
        "pdb-selector-no-match",
        Closed::Chart,
        "policy/v1 PodDisruptionBudget",
        "spec: {maxUnavailable: 1, selector: {matchLabels: {team: payments}}}",
    ),
    (
        "network-policy-selector-no-match",
        Closed::Chart,
        "networking.k8s.io/v1 NetworkPolicy",
        "spec: {podSelector: {matchLabels: {team: payments}}, ingress: [{}]}",
    ),
    (
        "service-monitor-no-match",
        Closed::Chart,
        "monitoring.coreos.com/v1 ServiceMonitor",
        "spec: {selector: {matchLabels: {team: payments}}, endpoints: [{port: http}]}",
    ),
    (
        "pod-monitor-no-match",
        Closed::Chart,
        "monitoring.coreos.com/v1 PodMonitor",
        "spec: {selector: {matchLabels: {team: payments}}, podMetricsEndpoints: [{port: http}]}",
    ),
    (
        "hpa-target-not-found",
        Closed::Chart,
        "autoscaling/v2 HorizontalPodAutoscaler",
        "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, \
         name: payments}}",
    ),
    (
        "ingress-service-not-found",
        Closed::Chart,
        "networking.k8s.io/v1 Ingress",
        "spec: {defaultBackend: {service: {name: payments, port: {number: 80}}}}",
    ),
    (
        "route-backend-not-found",
        Closed::Chart,
        "gateway.networking.k8s.io/v1 HTTPRoute",
        "spec: {rules: [{backendRefs: [{name: payments, port: 80}]}]}",
    ),
    (
        "route-parent-not-found",
        Closed::User,
        "gateway.networking.k8s.io/v1 HTTPRoute",
        "spec: {parentRefs: [{name: payments}], rules: [{backendRefs: [{name: rel-web, \
         port: 80}]}]}",
    ),
    (
        "webhook-service-not-found",
        Closed::Chart,
        "apiregistration.k8s.io/v1 APIService",
        "spec: {service: {name: payments, namespace: default}, groupPriorityMinimum: 1, \
         versionPriority: 1, group: example.com, version: v1}",
    ),
    (
        "statefulset-service-not-found",
        Closed::Chart,
        "apps/v1 StatefulSet",
        "spec: {serviceName: payments, selector: {matchLabels: {app: db}}, template: {metadata: \
         {labels: {app: db}}, spec: {containers: [{name: db, image: db}]}}}",
    ),
    (
        "istio-destination-not-found",
        Closed::Chart,
        "networking.istio.io/v1 VirtualService",
        "spec: {hosts: [rel-web], http: [{route: [{destination: {host: payments}}]}]}",
    ),
    (
        "istio-subset-not-defined",
        Closed::Chart,
        "networking.istio.io/v1 VirtualService",
        "spec: {hosts: [rel-web], http: [{route: [{destination: {host: rel-web, subset: v2}}]}]}",
    ),
    (
        "istio-gateway-not-found",
        Closed::User,
        "networking.istio.io/v1 VirtualService",
        "spec: {hosts: [shop.example.com], gateways: [payments], http: [{route: [{destination: \
         {host: rel-web}}]}]}",
    ),
    (
        "istio-gateway-selector-no-match",
        Closed::User,
        "networking.istio.io/v1 Gateway",
        "spec: {selector: {istio: payments}, servers: [{port: {number: 80, name: http, protocol: \
         HTTP}, hosts: [shop.example.com]}]}",
    ),
    (
        "destination-rule-subset-no-match",
        Closed::Chart,
        "networking.istio.io/v1 DestinationRule",
        "spec: {host: rel-web, subsets: [{name: v2, labels: {version: v2}}]}",
    ),
    (
        "route-backend-not-found",
        Closed::Chart,
        "route.openshift.io/v1 Route",
        "spec: {to: {kind: Service, name: payments}}",
    ),
    (
        "endpointslice-service-mismatch",
        Closed::Chart,
        "v1 Endpoints",
        "subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 80}]}]",
    ),
    (
        "dns-name-not-found",
        Closed::Chart,
        "v1 Pod",
        "spec: {containers: [{name: c, image: c, env: [{name: U, value: \
         \"http://payments.default.svc.cluster.local\"}]}]}",
    ),
    (
        "rollout-service-not-found",
        Closed::Chart,
        "argoproj.io/v1alpha1 Rollout",
        "spec: {strategy: {blueGreen: {activeService: payments}}, \
         selector: {matchLabels: {app: r}}, template: {metadata: {labels: {app: r}}, \
         spec: {containers: [{name: r, image: r}]}}}",
    ),
];

/// An object called `m`.
fn object(kind: &str, fields: &str) -> String {
    let (version, kind) = kind.split_once(' ').unwrap_or_default();
    format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: m}}\n{fields}\n")
}

/// The rules that find something in an object beside others. It has a file of its own: what stands
/// in one file with others of its kind was meant for one of them.
fn found(manifests: &str, others: &str, options: &Options) -> Vec<&'static str> {
    let texts = [("own.yaml", manifests), ("others.yaml", others)];
    let texts = texts.map(|(name, text)| Text::new(name, text));
    let report = lint_texts(texts.into(), options);
    report.diagnostics.iter().map(|found| found.rule).collect()
}

#[test]
fn what_is_absent_is_found_where_nothing_else_exists() {
    let (open, closed) = (Options::default(), Options::default().closed_world(true));
    let wrong = ABSENT.into_iter().filter_map(|(rule, _, kind, fields)| {
        let own = object(kind, fields);
        let (open, closed) = (found(&own, WEB, &open), found(&own, WEB, &closed));
        let is_right = !open.contains(&rule) && closed.contains(&rule);
        (!is_right).then(|| format!("{rule}: open {open:?}, closed {closed:?}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A chart is the whole of what it brings, but not of the cluster.
#[test]
fn a_rendered_chart_is_closed() {
    let wrong = ABSENT
        .into_iter()
        .filter_map(|(rule, closed, kind, fields)| {
            let manifests = WEB.to_owned() + &object(kind, fields);
            let documents = manifests.split("---\n").enumerate();
            let documents = documents
                .map(|(at, text)| format!("---\n# Source: shop/templates/{at}.yaml\n{text}"));
            let stream: String = documents.collect();
            let mut text = Text::new("<stdin>", "");
            text.source = Source::stream("<stdin>", stream);
            let plans = vec![Plan {
                files: vec![UnitFile::plain(SourceId(0))],
                ..Plan::new("<stdin>".to_owned(), UnitKind::Stream)
            }];
            let report = lint(vec![text], plans, &Options::default());
            let found: Vec<_> = report.diagnostics.iter().map(|found| found.rule).collect();
            let is_right = found.contains(&rule) == (closed == Closed::Chart);
            (!is_right).then(|| format!("{rule}: {found:?}"))
        });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing that makes pods is in the input at all.
#[test]
fn a_service_alone_is_found_where_nothing_else_exists() {
    let alone = object(
        "v1 Service",
        "spec: {selector: {app: web}, ports: [{port: 80}]}",
    );
    assert_eq!(found(&alone, "", &Options::default()), [""; 0]);
    let closed = Options::default().closed_world(true);
    assert_eq!(found(&alone, "", &closed), ["service-selector-no-match"]);
    // Whoever makes the pods of a Service is in the input.
    let operator = "apiVersion: example.com/v1\nkind: Cluster\nmetadata: {name: web}\n";
    assert_eq!(found(&alone, operator, &closed), [""; 0]);
}
