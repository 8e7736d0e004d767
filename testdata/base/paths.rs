//! The paths that a change makes other ones.

use super::Repository;
use serde_json::Value;
use std::process::Command;

/// A Service with its Deployment, whose container declares a port.
fn pair(name: &str, target: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  \
         selector: {{app: {name}}}\n  ports: [{{port: 80, targetPort: {target}}}]\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    \
         metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
         containers: [{{name: c, image: i, ports: [{container}]}}]\n"
    )
}

const HTTP: &str = "{name: http, containerPort: 8080}";

/// A repository in which each of these has been committed.
fn repository(pairs: &[(&str, &str)]) -> Option<Repository> {
    let repository = Repository::new()?;
    for (name, target) in pairs {
        repository.write(&format!("shop/{name}.yaml"), &pair(name, target, HTTP));
    }
    repository.commit();
    Some(repository)
}

/// Status and output.
fn run(repository: &Repository, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_svclint"))
        .args(args)
        .current_dir(&repository.0)
        .env_remove("GIT_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), said)
}

#[test]
fn what_becomes_of_a_path_is_said() {
    let Some(repository) = repository(&[
        ("kept", "http"),
        ("broken", "http"),
        ("healed", "htpp"),
        ("moved", "http"),
        ("gone", "http"),
    ]) else {
        return;
    };
    let write = |name: &str, target: &str, container: &str| {
        repository.write(&format!("shop/{name}.yaml"), &pair(name, target, container));
    };
    write("broken", "htpp", HTTP);
    write("healed", "http", HTTP);
    write("moved", "http", "{name: http, containerPort: 9090}");
    write("introduced", "http", HTTP);
    std::fs::remove_file(repository.0.join("shop/gone.yaml")).unwrap();
    let (status, said) = run(&repository, &["trace", "--base=HEAD"]);
    assert_eq!(
        said,
        "broken     default/broken:80/TCP: broken (target-port-name-not-found), was Deployment \
         default/broken:8080\n\
         introduced default/introduced:80/TCP: Deployment default/introduced:8080\n\
         moved      default/moved:80/TCP: Deployment default/moved:9090, was Deployment \
         default/moved:8080\n\
         healed     default/healed:80/TCP: Deployment default/healed:8080, was broken \
         (target-port-name-not-found)\n\
         gone       default/gone:80/TCP: was Deployment default/gone:8080\n"
    );
    assert_eq!(status, 1);
    let (status, said) = run(&repository, &["trace", "svc/moved", "--base=HEAD"]);
    assert_eq!((status, said.lines().count()), (0, 1), "{said}");
    let (status, said) = run(&repository, &["trace", "svc/gone", "--base=HEAD"]);
    assert_eq!((status, said.lines().count()), (0, 1), "{said}");
    assert_eq!(run(&repository, &["trace", "svc/nope", "--base=HEAD"]).0, 2);
    let json = run(&repository, &["trace", "--base=HEAD", "--format=json"]).1;
    let json: Value = serde_json::from_str(&json).unwrap();
    let words = json["changes"].as_array().unwrap().iter();
    let words: Vec<&str> = words.map(|own| own["change"].as_str().unwrap()).collect();
    assert_eq!(words, ["broken", "introduced", "moved", "healed", "gone"]);
    assert_eq!(json["changes"][2]["before"]["reached"][0]["podPort"], 8080);
    assert_eq!(json["changes"][2]["after"]["reached"][0]["podPort"], 9090);
    assert_eq!(json["changes"][4]["after"], Value::Null);
}

#[test]
fn only_what_has_changed_is_drawn() {
    let Some(repository) = repository(&[("kept", "http"), ("broken", "http"), ("gone", "http")])
    else {
        return;
    };
    for format in ["mermaid", "dot", "d2"] {
        let format = format!("--format={format}");
        let (status, drawn) = run(&repository, &["graph", "--base=HEAD", &format]);
        assert_eq!((status, &*drawn), (0, ""), "{format}");
    }
    repository.write("shop/broken.yaml", &pair("broken", "htpp", HTTP));
    std::fs::remove_file(repository.0.join("shop/gone.yaml")).unwrap();
    for format in ["mermaid", "dot", "d2", "html", "json"] {
        let format = format!("--format={format}");
        let (status, drawn) = run(&repository, &["graph", "--base=HEAD", &format]);
        assert_eq!(status, 1, "{format}");
        assert!(
            drawn.contains("default/broken") || drawn.contains("broken"),
            "{drawn}"
        );
        assert!(!drawn.contains("kept"), "{format}: {drawn}");
        // What is not written any more has no lines to be shown.
        let has_places = format.ends_with("html") || format.ends_with("json");
        assert_eq!(
            drawn.contains("Deployment default/gone"),
            !has_places,
            "{format}"
        );
    }
}

#[test]
fn a_directory_with_another_name_has_the_same_paths() {
    let Some(repository) = repository(&[("web", "http"), ("api", "http")]) else {
        return;
    };
    repository.git(&["mv", "shop", "store"]);
    for path in [".", "store"] {
        let (status, said) = run(&repository, &["trace", "--base=HEAD", path]);
        assert_eq!((status, &*said), (0, ""), "{path}");
    }
    repository.write("store/web.yaml", &pair("web", "htpp", HTTP));
    let (status, said) = run(&repository, &["trace", "--base=HEAD", "store"]);
    assert_eq!(status, 1);
    assert!(said.starts_with("broken     default/web:80/TCP"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
