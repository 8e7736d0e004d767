//! What is advised does not break what works: it is done, and linted again.

use svclint::{Options, Text, lint_texts};

/// Names of ports, what is spoken there, and whether the kubelet may be told to ask for a path.
const NAMES: [(Option<&str>, bool); 9] = [
    (None, false),
    (Some("http"), true),
    (Some("http-web"), true),
    (Some("grpc"), false),
    (Some("grpc-web"), false),
    (Some("postgres"), false),
    (Some("redis"), false),
    (Some("amqp"), false),
    (Some("metrics"), false),
];

/// `appProtocol`
const SPOKEN: [Option<&str>; 4] = [None, Some("http"), Some("grpc"), Some("example.com/tcp")];

const NUMBERS: [u16; 5] = [80, 8080, 5432, 6379, 50051];

/// A Service and its workload; `probe` is what the container has besides.
fn manifests(
    (name, number, protocol, spoken): (Option<&str>, u16, &str, Option<&str>),
    probe: &str,
) -> String {
    let field = |field: &str, value: Option<&str>| {
        let field = value.map(|value| format!("{field}: {value}, "));
        field.unwrap_or_default()
    };
    let (name, spoken) = (field("name", name), field("appProtocol", spoken));
    let target = if name.is_empty() {
        String::new()
    } else {
        name.replace("name", "targetPort")
    };
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  \
         selector: {{app: web}}\n  \
         ports: [{{{name}{spoken}{target}port: {number}, protocol: {protocol}}}]\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec:\n      containers:\n      \
         - name: web\n        image: registry.example/web:1\n        \
         ports: [{{{name}containerPort: {number}, protocol: {protocol}}}]\n        {probe}\n"
    )
}

/// The rules that find something, and what they advise.
fn lint(text: &str) -> Vec<(&'static str, String)> {
    let report = lint_texts(vec![Text::new("web.yaml", text)], &Options::default());
    let found = report.diagnostics.into_iter();
    found
        .map(|found| (found.rule, found.help.unwrap_or_default()))
        .collect()
}

/// The probes in an advice: `readinessProbe: {…}`, and what else may stand there.
fn probes(advice: &str) -> Vec<String> {
    let quoted = advice.split('`').skip(1).step_by(2);
    let probes = quoted.filter_map(|text| {
        if text.starts_with("readinessProbe: {") {
            return Some(text.to_owned());
        }
        let is_handler = text.starts_with("tcpSocket: {");
        is_handler.then(|| format!("readinessProbe: {{{text}}}"))
    });
    probes.collect()
}

#[test]
fn a_probe_that_is_advised_is_one_that_can_succeed() {
    for protocol in ["TCP", "UDP", "SCTP"] {
        for (name, is_http) in NAMES {
            for number in NUMBERS {
                for spoken in SPOKEN {
                    let port = (name, number, protocol, spoken);
                    let found = lint(&manifests(port, ""));
                    let [("missing-readiness-probe", advice)] = &found[..] else {
                        panic!("{port:?}: {found:?}");
                    };
                    let probes = probes(advice);
                    assert_eq!(probes.is_empty(), protocol != "TCP", "{port:?}: {advice}");
                    let may_be_http = is_http
                        || spoken == Some("http")
                        || spoken.is_none() && [80, 8080].contains(&number);
                    assert!(
                        may_be_http || !advice.contains("httpGet"),
                        "{port:?}: {advice}"
                    );
                    for probe in probes {
                        let found = lint(&manifests(port, &probe));
                        assert!(found.is_empty(), "{port:?}, {probe}: {found:?}");
                    }
                }
            }
        }
    }
}
