//! Objects that are made to look like something that nobody reads. What kubectl applies is read,
//! and what kubectl refuses is told.

use super::*;

/// The part of a Service that is wrong, in one line.
const PORT: &str = "spec: {selector: {a: b}, ports: [{port: 0}]}";

/// What the only manifest of a repository is told about.
fn found(text: &[u8]) -> Run {
    let scene = Scene::new();
    fs::write(scene.path("repo/a.yaml"), text).unwrap();
    let run = scene.run(&["--format=concise"]);
    let from_stdin = {
        let mut command = scene.svclint("repo");
        let file = fs::File::open(scene.path("repo/a.yaml")).unwrap();
        command.args(["--format=concise", "-"]).stdin(file);
        command.output().unwrap().status.code()
    };
    assert_eq!(run.status, from_stdin, "{run:?}");
    run
}

#[test]
fn a_service_does_not_look_like_a_secret() {
    for text in [
        format!(
            "{{\napiVersion: v1,\nkind: Service,\nmetadata: {{name: web, annotations: {{\n\
             kind: Secret\n}}}},\n{PORT}}}\n"
        ),
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: web, labels: {{\n\
             kind: Secret\n}}}},\n{PORT}}}\n"
        ),
        format!(
            "apiVersion: v1\n\"kind\": Service\nmetadata:\n  name: web\n  annotations:\n    a: \"\n\
             kind: Secret\n\"\n{PORT}\n"
        ),
        format!(
            "kind: Secret\napiVersion: v1\nmetadata: {{name: web}}\n\"kind\": Service\n{PORT}\n"
        ),
        format!(
            "apiVersion: v1\nkind: Secret\nitems:\n- apiVersion: v1\n  kind: Service\n  \
             metadata: {{name: web}}\n  {PORT}\n"
        ),
        format!(
            "apiVersion: v1\nkind: ConfigMap\nitems:\n- apiVersion: v1\n  kind: Service\n  \
             metadata: {{name: web}}\n  {PORT}\n"
        ),
    ] {
        let run = found(text.as_bytes());
        assert!(
            run.stdout.contains("[invalid-service-port]"),
            "{text}: {run:?}"
        );
        assert_eq!(run.status, Some(1), "{text}: {run:?}");
    }
}

#[test]
fn a_list_in_a_list_is_flattened() {
    let item = format!("{{apiVersion: v1, kind: Service, metadata: {{name: web}}, {PORT}}}");
    for (list, depth) in [("List", 1), ("List", 2), ("ServiceList", 3), ("List", 400)] {
        let open = format!("{{apiVersion: v1, kind: {list}, items: [").repeat(depth);
        let text = format!("{open}{item}{}\n", "]}".repeat(depth));
        let run = found(text.as_bytes());
        assert!(
            run.stdout.contains("[invalid-service-port]"),
            "{depth}: {run:?}"
        );
    }
}

/// kubectl reads the file as a whole: nothing of it is applied.
#[test]
fn a_kind_that_is_not_read_has_to_be_yaml() {
    for text in [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: [}\n",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n\tname: x\n",
        "kind: ConfigMap\napiVersion: v1\ndata:\n  a: \"\\/\"\n",
        "kind: Secret\napiVersion: v1\nmetadata: {name: x}\ndata: {? [a] : b}\n",
        "{apiVersion: v1, kind: Secret, metadata: {name: x}\n",
    ] {
        let run = found(text.as_bytes());
        assert!(run.stdout.contains("[invalid-manifest]"), "{text}: {run:?}");
        assert_eq!(run.status, Some(1), "{text}: {run:?}");
    }
}

#[test]
fn bytes_in_a_comment_make_no_binary() {
    let nuls = [0; 100];
    for rest in [&b"# \0\xff\n"[..], b"# \xff\n# \0\n", &nuls] {
        let run = found(&[SERVICE.as_bytes(), rest].concat());
        assert_eq!(run.status, Some(1), "{run:?}");
        assert!(run.stdout.contains("[invalid-manifest]"), "{run:?}");
    }
}

/// kubectl takes a list apart, whatever its version is.
#[test]
fn a_list_without_a_version_is_a_list() {
    let item = format!("{{apiVersion: v1, kind: Service, metadata: {{name: web}}, {PORT}}}");
    for head in [
        "kind: List",
        "apiVersion: ''\nkind: List",
        "apiVersion:\nkind: ServiceList",
        "apiVersion: 1\nkind: Foo",
    ] {
        let text = format!("{head}\nitems:\n- {item}\n");
        let run = found(text.as_bytes());
        assert!(
            run.stdout.contains("[invalid-service-port]"),
            "{text}: {run:?}"
        );
    }
    let json = "{\"kind\": \"List\", \"items\": [{\"apiVersion\": \"v1\", \"kind\": \"Service\", \
                \"metadata\": {\"name\": \"web\"}, \"spec\": {\"ports\": [{\"port\": 0}]}}]}";
    let run = found(json.as_bytes());
    assert!(run.stdout.contains("[invalid-service-port]"), "{run:?}");
    let scene = Scene::new();
    scene.write("repo/a.yaml", "kind: List\nitems:\n- {name: a}\n- b\n");
    let values = scene.run(&["--format=concise"]);
    assert_eq!(values.stdout, "", "{values:?}");
}
