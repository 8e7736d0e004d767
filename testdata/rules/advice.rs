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

/// Images, and whether what they hold is known to speak no HTTP.
const IMAGES: [(&str, bool); 2] = [("web:1", false), ("postgres:16", true)];

/// A Service and its workload; `probe` is what the container has besides.
fn manifests(
    (name, number, protocol, spoken): (Option<&str>, u16, &str, Option<&str>),
    image: &str,
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
         - name: web\n        image: registry.example/{image}\n        \
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
                    for (image, is_store) in IMAGES {
                        let may_be_http = is_http
                            || spoken == Some("http")
                            || spoken.is_none() && !is_store && [80, 8080].contains(&number);
                        check((name, number, protocol, spoken), image, may_be_http);
                    }
                }
            }
        }
    }
}

/// Holds what is advised for a port against what can be asked there.
fn check(port: (Option<&str>, u16, &str, Option<&str>), image: &str, may_be_http: bool) {
    if port.0 == Some("metrics") {
        // Whoever asks for metrics does not wait until a pod is ready.
        assert_eq!(lint(&manifests(port, image, "")), [], "{port:?}");
        return;
    }
    let found = lint(&manifests(port, image, ""));
    let [("missing-readiness-probe", advice)] = &found[..] else {
        panic!("{port:?}: {found:?}");
    };
    let probes = probes(advice);
    assert_eq!(probes.is_empty(), port.2 != "TCP", "{port:?}: {advice}");
    assert!(
        may_be_http || !advice.contains("httpGet"),
        "{port:?}, {image}: {advice}"
    );
    for probe in probes {
        let found = lint(&manifests(port, image, &probe));
        assert!(found.is_empty(), "{port:?}, {probe}: {found:?}");
    }
}

#[test]
fn the_path_of_the_liveness_probe_is_advised_where_it_asks_the_same_port() {
    let advice = |probe: &str| {
        let port = (Some("http"), 8080, "TCP", None);
        let found = lint(&manifests(port, "web:1", probe));
        found
            .into_iter()
            .map(|(_, advice)| advice)
            .collect::<String>()
    };
    let path = "path: /live, port: http";
    assert!(advice("livenessProbe: {httpGet: {path: /live, port: 8080}}").contains(path));
    for other in [
        "livenessProbe: {httpGet: {path: /live, port: 8081}}",
        "livenessProbe: {httpGet: {path: /live, port: 8080, scheme: HTTPS}}",
        "livenessProbe: {tcpSocket: {port: 8080}}",
    ] {
        assert!(!advice(other).contains("/live"), "{other}");
    }
}
