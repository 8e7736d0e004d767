//! Kustomizations that kustomize (5.8) refuses to build are no pass.

use super::Scene;

/// What is found in a kustomization with these entries, in a repository with others around it.
fn said(directory: &str, text: &str) -> Vec<String> {
    let scene = Scene::new();
    scene.write("repo/a.yaml", "");
    scene.write("repo/shared/svc.yaml", SERVICE);
    scene.write("repo/shared/patch.yaml", "spec: {type: NodePort}\n");
    scene.write("repo/base/kustomization.yaml", "resources: [svc.yaml]\n");
    scene.write("repo/base/svc.yaml", SERVICE);
    scene.write("repo/part/kustomization.yaml", PART);
    scene.write("repo/back/kustomization.yaml", "resources: [../app]\n");
    scene.write("repo/app/own.yaml", SERVICE);
    scene.write("repo/app/sub/own.yaml", SERVICE);
    scene.link("../shared/svc.yaml", "repo/app/link.yaml");
    scene.link("../base", "repo/app/link");
    scene.write(&format!("repo/{directory}/kustomization.yaml"), text);
    let run = scene.run(&["--format=concise", "."]);
    let lines = run.stdout.lines();
    let own = lines.filter(|line| line.starts_with(&format!("{directory}/kustomization.yaml:")));
    own.map(str::to_owned).collect()
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n\
                       spec: {clusterIP: None, ports: [{port: 80}]}\n";

const PART: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";

#[test]
fn what_kustomize_refuses_is_found_at_its_entry() {
    for (text, column, severity, why) in [
        (
            "resources: [../shared/svc.yaml]",
            13,
            "warning",
            "outside of the directory",
        ),
        // Of what is not in the repository only the text is looked at.
        (
            "resources: [../../elsewhere/svc.yaml]",
            13,
            "warning",
            "outside of the directory",
        ),
        (
            "resources: [link.yaml]",
            13,
            "warning",
            "outside of the directory",
        ),
        (
            "bases: [../shared/svc.yaml]",
            9,
            "warning",
            "outside of the directory",
        ),
        (
            "patches: [{path: ../shared/patch.yaml}]",
            18,
            "warning",
            "outside of the directory",
        ),
        (
            "patchesStrategicMerge: [../shared/patch.yaml]",
            25,
            "warning",
            "outside of the",
        ),
        (
            "configurations: [../shared/patch.yaml]",
            18,
            "warning",
            "outside of the directory",
        ),
        (
            "crds: [../shared/patch.yaml]",
            8,
            "warning",
            "outside of the directory",
        ),
        (
            "replacements: [{path: ../shared/patch.yaml}]",
            23,
            "warning",
            "outside of the",
        ),
        (
            "configMapGenerator: [{name: c, files: [k=../shared/svc.yaml]}]",
            40,
            "warning",
            "outside of the directory",
        ),
        (
            "resources: [/etc/hosts.yaml]",
            13,
            "warning",
            "is an absolute path",
        ),
        ("resources: [/]", 13, "warning", "is an absolute path"),
        (
            "components: [/etc/part]",
            14,
            "warning",
            "is an absolute path",
        ),
        (
            "patches: [{path: /etc/hosts.yaml}]",
            18,
            "warning",
            "is an absolute path",
        ),
        ("resources: [.]", 13, "error", "leads back"),
        ("resources: [..]", 13, "error", "leads back"),
        ("resources: [own.yaml, sub/..]", 23, "error", "leads back"),
        ("resources: [../back]", 13, "error", "leads back"),
        ("components: [../back]", 14, "error", "leads back"),
        (
            "resources: [../base/kustomization.yaml]",
            13,
            "error",
            "is a file",
        ),
        ("resources: [kustomization.yaml]", 13, "error", "is a file"),
        ("components: [own.yaml]", 14, "error", "is a file"),
    ] {
        let found = said("app", &format!("{text}\n"));
        let place = format!("app/kustomization.yaml:1:{column}: {severity}[");
        let is_it = |line: &String| line.starts_with(&place) && line.contains(why);
        assert!(found.iter().any(is_it), "{text}: {found:#?}");
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
    }
}

#[test]
fn what_kustomize_takes_is_not_found() {
    for text in [
        "resources: [own.yaml]",
        "resources: [../base]",
        "resources: [link]",
        "resources: [../app/own.yaml]",
        "resources: [sub/../own.yaml]",
        "resources: [sub/own.yaml, ../base]\ncomponents: [../part]",
        // Filled in, or fetched.
        "resources: ['/etc/${NAME}']",
        "resources: ['https://example.com/a.yaml']",
    ] {
        let found = said("app", &format!("{text}\n"));
        assert!(found.is_empty(), "{text}: {found:#?}");
    }
}

/// Each entry of a circle is one too many, wherever the build begins.
#[test]
fn a_circle_is_found_from_both_sides() {
    let found = said("back", "resources: [../app]\n");
    assert!(found.is_empty(), "{found:#?}");
    let scene = Scene::new();
    scene.write("repo/a/kustomization.yaml", "resources: [../b]\n");
    scene.write("repo/b/kustomization.yaml", "resources: [../a]\n");
    let run = scene.run(&["--format=concise", "."]);
    assert_eq!(run.status, Some(1), "{run:?}");
    for place in ["a/kustomization.yaml:1:13", "b/kustomization.yaml:1:13"] {
        assert!(run.stdout.contains(place), "{run:?}");
    }
}

/// What takes in each other twice at every step takes in a file more often than anybody can count.
#[test]
fn a_diamond_of_kustomizations_ends() {
    let scene = Scene::new();
    let last = 24;
    for level in 0..last {
        let next = level + 1;
        let component = if level % 2 == 0 {
            ""
        } else {
            "components: [../c]\n"
        };
        let text = format!(
            "resources: [../a{next}, ../b{next}]\nlabels: [{{pairs: {{level{level}: x}}}}]\n\
             {component}"
        );
        for branch in ["a", "b"] {
            scene.write(&format!("repo/{branch}{level}/kustomization.yaml"), &text);
        }
    }
    for branch in ["a", "b"] {
        let directory = format!("repo/{branch}{last}");
        scene.write(
            &format!("{directory}/kustomization.yaml"),
            "resources: [svc.yaml]\n",
        );
        scene.write(&format!("{directory}/svc.yaml"), SERVICE);
    }
    scene.write("repo/c/kustomization.yaml", PART);
    let run = scene.run(&["--format=concise", "."]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.stdout.contains("a.yaml:4:"), "{run:?}");
}

/// Nor do the edits of Components multiply that use each other.
#[test]
fn a_diamond_of_components_ends() {
    let scene = Scene::new();
    let last = 24;
    for level in 0..last {
        let (next, second) = (level + 1, (level + 2).min(last));
        let text = format!(
            "{PART}components: [../c{next}, ../c{second}]\nlabels: [{{pairs: {{a: x{level}}}}}]\n"
        );
        scene.write(&format!("repo/c{level}/kustomization.yaml"), &text);
    }
    scene.write(&format!("repo/c{last}/kustomization.yaml"), PART);
    scene.write("repo/app/svc.yaml", SERVICE);
    let top = "resources: [svc.yaml]\ncomponents: [../c0]\n";
    scene.write("repo/app/kustomization.yaml", top);
    let run = scene.run(&["--format=concise", "."]);
    assert_eq!(run.status, Some(1), "{run:?}");
}

/// The values of a chart that nobody renders take no manifest out.
#[test]
fn no_manifest_is_hidden_as_values() {
    let scene = Scene::new();
    let text =
        "helmCharts: [{name: x, valuesFile: ../a.yaml, additionalValuesFiles: [../a.yaml]}]\n";
    scene.write("repo/z/kustomization.yaml", text);
    let run = scene.run(&["--format=concise", "."]);
    assert!(run.stdout.contains("a.yaml:4:"), "{run:?}");
}
