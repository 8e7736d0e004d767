//! Tests of `decode.rs`.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::text::source::SourceId;
use crate::yaml::granit::parse;
use crate::yaml::tree::Tree;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Pod, Secret, Service};

/// The decoded value, and every error and unknown field with its path.
fn decoded<T: for<'t> Deserialize<'t>>(text: &str) -> (Option<T>, Vec<String>) {
    let mut tree = Tree::new(text);
    parse(&mut tree, 0..text.len()).unwrap();
    let mut reader = Reader::new(&tree, SourceId(0));
    let Decoded {
        value,
        errors,
        unknown,
        ..
    } = decode::<T>(&mut reader, tree.root().unwrap(), &AsCompiled);
    let say = |node, message: &str| format!("{}: {message}", reader.path_to(node));
    let errors = errors.iter().map(|error| say(error.node, &error.message));
    let unknown = unknown.iter().map(|field| say(field.key, "unknown"));
    (value, errors.chain(unknown).collect())
}

/// A server that knows what the compiled types know.
struct AsCompiled;

impl Fields for AsCompiled {
    fn differ(&self, _: &str) -> bool {
        false
    }

    fn knows(&self, _: &str, _: &str) -> Option<bool> {
        None
    }
}

/// A server whose Services have no `selector` yet and still have `portalIP`.
struct Other;

impl Fields for Other {
    fn differ(&self, of_type: &str) -> bool {
        of_type == "ServiceSpec"
    }

    fn knows(&self, _: &str, field: &str) -> Option<bool> {
        match field {
            "selector" => Some(false),
            "portalIP" => Some(true),
            _ => None,
        }
    }
}

#[test]
fn another_server_knows_other_fields() {
    let text = format!(
        "{SERVICE}spec: {{portalIP: [x], prots: 1, selector: [x], ports: [{{port: 1}}]}}\n"
    );
    let mut tree = Tree::new(&text);
    parse(&mut tree, 0..text.len()).unwrap();
    let mut reader = Reader::new(&tree, SourceId(0));
    let found = decode::<Service>(&mut reader, tree.root().unwrap(), &Other);
    let unknown = found.unknown.iter().map(|field| tree.scalar(field.key));
    assert_eq!(unknown.collect::<Vec<_>>(), ["prots", "selector"]);
    // What stands in an unknown field is not looked at.
    assert_eq!(found.errors, []);
    assert_eq!(found.unknown[1].of_type, "ServiceSpec");
    let spec = found.value.unwrap().spec.unwrap();
    assert_eq!(
        (spec.selector, spec.ports.map(|ports| ports.len())),
        (None, Some(1))
    );
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\n";

#[test]
fn reads_what_the_api_server_reads() {
    let spec = "metadata: {name: a, labels: {a: ~, b: '1', c: 2001-01-01}}\n\
                spec: {type: , ports: [{port: 80.0, targetPort: 0x50, nodePort: 3e4}, ~]}\n";
    let (service, problems) = decoded::<Service>(&format!("{SERVICE}{spec}"));
    assert_eq!(problems, [""; 0]);
    let service = service.unwrap();
    let labels: Vec<_> = service.metadata.labels.into_iter().flatten().collect();
    let expected = [("a", ""), ("b", "1"), ("c", "2001-01-01")];
    assert_eq!(
        labels,
        expected.map(|(key, value)| (key.into(), value.into()))
    );
    let ports = service.spec.unwrap().ports.unwrap();
    assert_eq!((ports[0].port, ports[0].node_port), (80, Some(30000)));
    assert_eq!(ports[1].port, 0);
}

#[test]
fn every_type_error_is_found_in_one_go() {
    let spec = "metadata: {name: 1.10, labels: {a: on, b: true, c: [x], d: 0777}}\n\
                spec:\n  selector: x\n  \
                ports: [{port: '80'}, {port: 5000000000}, {port: 80.5}, 9]\n  \
                publishNotReadyAddresses: 'true'\n  loadBalancerSourceRanges: 10.0.0.0/8\n";
    let (service, problems) = decoded::<Service>(&format!("{SERVICE}{spec}"));
    assert_eq!(
        problems,
        [
            "metadata.name: expected a string, found `1.10`, which is the number 1.1",
            "metadata.labels.a: expected a string, found `on`, which is the boolean true",
            "metadata.labels.b: expected a string, found the boolean `true`",
            "metadata.labels.c: expected a string, found a list",
            "metadata.labels.d: expected a string, found `0777`, which is the number 511",
            "spec.selector: expected a mapping, found the string `x`",
            "spec.ports[0].port: expected an integer, found the string `80`",
            "spec.ports[1].port: expected a 32-bit integer, found the number `5000000000`",
            "spec.ports[2].port: expected an integer, found the number `80.5`",
            "spec.ports[3]: expected a mapping (`ServicePort`), found the number `9`",
            "spec.publishNotReadyAddresses: expected a boolean, found the string `true`",
            "spec.loadBalancerSourceRanges: expected a list, found the string `10.0.0.0/8`",
        ]
    );
    // What could be read is there all the same.
    assert_eq!(service.unwrap().spec.unwrap().ports.unwrap().len(), 4);
}

#[test]
fn it_is_said_when_there_are_too_many_errors_to_find_all() {
    for (count, is_cut) in [(200, false), (2_000, true)] {
        let ports = "{port: x}, ".repeat(count);
        let text = format!("{SERVICE}spec: {{ports: [{ports}]}}\n");
        let mut tree = Tree::new(&text);
        parse(&mut tree, 0..text.len()).unwrap();
        let mut reader = Reader::new(&tree, SourceId(0));
        let found = decode::<Service>(&mut reader, tree.root().unwrap(), &AsCompiled);
        assert_eq!(found.is_cut, is_cut, "{count}");
    }
}

#[test]
fn unknown_fields_come_with_the_known_ones() {
    let text = format!("{SERVICE}spec: {{prots: [{{a: 1}}], ports: [{{Port: 1}}]}}\nSpec: {{}}\n");
    let mut tree = Tree::new(&text);
    parse(&mut tree, 0..text.len()).unwrap();
    let mut reader = Reader::new(&tree, SourceId(0));
    let found = decode::<Service>(&mut reader, tree.root().unwrap(), &AsCompiled);
    let keys: Vec<_> = found
        .unknown
        .iter()
        .map(|field| tree.scalar(field.key))
        .collect();
    // Below an unknown field nothing is unknown.
    assert_eq!(keys, ["prots", "Port", "Spec"]);
    assert!(found.unknown[0].known.contains(&"ports"));
    assert!(found.unknown[1].known.contains(&"port"));
    assert!(found.errors.is_empty());
}

#[test]
fn only_the_last_of_equal_keys_is_decoded() {
    let text = format!("{SERVICE}spec: x\nspec: {{ports: 1, ports: []}}\n");
    assert_eq!(decoded::<Service>(&text).1, [""; 0]);
}

#[test]
fn aliases_and_merges_are_followed() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {labels: &l {app: on}}\n\
                spec: {selector: *l, \
                ports: [{<<: &p {port: x, name: a}}, *p, {<<: *p, port: 1}]}\n";
    let (service, problems) = decoded::<Service>(text);
    assert_eq!(
        problems,
        [
            "metadata.labels.app: expected a string, found `on`, which is the boolean true",
            "spec.ports[0].port: expected an integer, found the string `x`",
        ]
    );
    let ports = service.unwrap().spec.unwrap().ports.unwrap();
    assert_eq!((ports.len(), ports[2].port), (3, 1));
    assert_eq!(ports[2].name.as_deref(), Some("a"));
}

#[test]
fn what_cannot_be_converted_is_masked_and_not_reported_again() {
    let text = format!("{SERVICE}metadata: {{name: !!int x, ~: y}}\nspec: {{ports: .inf}}\n");
    let (service, problems) = decoded::<Service>(&text);
    assert_eq!(problems, [""; 0]);
    assert_eq!(service.unwrap().metadata.name, None);
}

#[test]
fn base64_and_times_are_checked() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {creationTimestamp: yesterday}\n\
                data: {a: aGk=, b: ~, c: nope!, d: 1, e: !!binary aGk=}\n";
    let text = &format!("{text}  \n").replace("b: ~", "b: \"aG\\nk=\"");
    let (secret, problems) = decoded::<Secret>(text);
    assert_eq!(
        problems,
        [
            "metadata.creationTimestamp: expected a time such as `2006-01-02T15:04:05Z`, \
             found the string `yesterday`",
            "data.c: expected a base64-encoded string, found the string `nope!`",
            "data.d: expected a base64-encoded string, found the number `1`",
            "data.e: expected a base64-encoded string, found the string `hi`",
        ]
    );
    assert_eq!(secret.unwrap().data.unwrap()["b"].0, b"hi");
}

#[test]
fn numbers_and_strings_may_stand_for_each_other_where_the_type_says_so() {
    let container = "{name: c, livenessProbe: {httpGet: {port: http}}, \
                     readinessProbe: {httpGet: {port: 80}}, \
                     startupProbe: {httpGet: {port: 8.5}}, \
                     resources: {limits: {cpu: 1, memory: 1.5}}}";
    let text = format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{container}]}}\n");
    assert_eq!(
        decoded::<Pod>(&text).1,
        [
            "spec.containers[0].startupProbe.httpGet.port: expected an integer or a string, \
          found the number `8.5`"
        ]
    );
}

#[test]
fn quantities_are_checked() {
    let limits = "{a: abc, b: 1Gi, c: 500m, d: 1 Gi, e: '', f: 1e3, g: true, h: [1], i: ~, j: 1.5}";
    let container = format!("{{name: c, resources: {{limits: {limits}}}}}");
    let text = format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{container}]}}\n");
    let found = [
        ("a", "the string `abc`"),
        ("d", "the string `1 Gi`"),
        ("e", "an empty string"),
        ("g", "the boolean `true`"),
        ("h", "a list"),
    ];
    let expected = found.map(|(key, found)| {
        format!(
            "spec.containers[0].resources.limits.{key}: \
             expected a quantity such as `500m` or `1Gi`, found {found}"
        )
    });
    assert_eq!(decoded::<Pod>(&text).1, expected);
}

#[test]
fn long_and_multiline_strings_are_cut() {
    let long = "x".repeat(100);
    let text = format!("apiVersion: apps/v1\nkind: Deployment\nspec: {{replicas: {long}}}\n");
    let (_, problems) = decoded::<Deployment>(&text);
    assert!(problems[0].ends_with(&format!("the string `{}…`", &long[..60])));
    let text = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: |\n    1\n    2\n";
    let (_, problems) = decoded::<Deployment>(text);
    assert!(
        problems[0].ends_with("found the string `1…`"),
        "{problems:?}"
    );
}

#[test]
fn what_is_missing_is_no_error_and_a_nested_object_may_call_itself_anything() {
    let text = "apiVersion: v1\nkind: Service\nstatus: {conditions: [{type: Ready}]}\n";
    let (value, said) = decoded::<Service>(text);
    assert!(value.is_some());
    assert_eq!(said, [""; 0]);
    let set = |kind: &str| {
        decoded::<StatefulSet>(&format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nspec: {{volumeClaimTemplates: [\
             {{apiVersion: v2, kind: {kind}, metadata: {{name: data}}}}]}}\n"
        ))
    };
    let (value, said) = set("Claim");
    let claims = value.unwrap().spec.volume_claim_templates.unwrap();
    assert_eq!(claims[0].metadata.name.as_deref(), Some("data"));
    assert_eq!(said, [""; 0]);
    let (_, said) = set("5");
    let path = "spec.volumeClaimTemplates[0].kind";
    assert_eq!(
        said,
        [format!("{path}: expected a string, found the number `5`")]
    );
}
