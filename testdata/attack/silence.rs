//! What a change switches off for its own judge. It is counted, and with `--base` it is held
//! against what the base revision says.

use super::*;
use serde_json::Value;

/// A repository with a base revision that has a Service of each name, and settings.
fn scene(settings: &[(&str, &str)]) -> Option<(Scene, String)> {
    let scene = Scene::with_git()?;
    scene.write("repo/old.yaml", &service("old", 80));
    scene.write("repo/moved/web.yaml", &service("web", 80));
    for (path, text) in settings {
        scene.write(&format!("repo/{path}"), text);
    }
    let base = scene.commit("repo");
    scene.write("repo/new.yaml", &service("new", 0));
    Some((scene, base))
}

fn service(name: &str, port: u32) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n\
         spec: {{clusterIP: None, ports: [{{port: {port}}}]}}\n"
    )
}

/// What a run in the repository says in JSON.
fn json(scene: &Scene, arguments: &[&str]) -> Value {
    let run = scene.run(&[&["--format=json"], arguments].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

/// Everything by which a repository keeps findings back is counted, by what it is.
#[test]
fn what_is_switched_off_is_counted() {
    let scene = Scene::new();
    for (config, said) in [
        (
            "rules: {ports: 'off'}",
            "rules switched off by the configuration",
        ),
        ("ignore: [ports]", "rules switched off by the configuration"),
        (
            "only: [duplicate-key]",
            "rules switched off by the configuration",
        ),
        (
            "exclude: ['*']",
            "left out 1 file that the configuration excludes",
        ),
        (
            "ignores: [{rule: invalid-service-port, path: '*.yaml', reason: x}]",
            "1 ignored by the configuration",
        ),
    ] {
        scene.write("repo/.svclint.yaml", &format!("{config}\n"));
        let run = scene.run(&["--report=markdown=/dev/stdout", "--quiet"]);
        assert!(run.stdout.contains(said), "{config}: {run:?}");
        let run = scene.run(&["--exit-zero"]);
        assert!(run.stderr.contains(said), "{config}: {run:?}");
    }
    scene.write("repo/.svclint.yaml", "ignore: [invalid-service-port]\n");
    let report = json(&scene, &["--ignore=duplicate-key"]);
    let off = report["switchedOff"].as_array().unwrap();
    let by = |rule: &str| {
        let own = off.iter().find(|own| own["rule"] == rule);
        own.map(|own| own["by"].as_str().unwrap().to_owned())
    };
    assert_eq!(by("invalid-service-port").unwrap(), "configuration");
    assert_eq!(by("duplicate-key").unwrap(), "command-line");
    scene.write("repo/.svclint.yaml", "exclude: [a.yaml]\n");
    let report = json(&scene, &[]);
    assert_eq!(report["leftOut"][0]["reason"], "configured", "{report}");
}

/// Whatever a change does to its settings, one line says how much that keeps back.
#[test]
fn settings_of_a_change_keep_nothing_back_unsaid() {
    let known = "version: 1\nfindings: []\n";
    for (path, text, name) in [
        (".svclint.yaml", "rules: {ports: 'off'}\n", "rules"),
        (".svclint.yaml", "only: [duplicate-key]\n", "only"),
        (".svclint.yaml", "exclude: ['*']\n", "exclude"),
        (".svclint.yaml", "exclude: [new.yaml]\n", "exclude"),
        (
            ".svclint.yaml",
            "ignores: [{rule: invalid-service-port, path: '*.yaml', reason: x}]\n",
            "ignores",
        ),
    ] {
        let Some((scene, base)) = scene(&[("known.yaml", known)]) else {
            return;
        };
        scene.write(&format!("repo/{path}"), text);
        let base = format!("--base={base}");
        let run = scene.run(&[&base]);
        assert!(
            !run.stdout.contains("invalid-service-port"),
            "{text}: {run:?}"
        );
        let said = format!("settings differ from those of the base (`{name}`), and keep back 1 ");
        assert!(run.stderr.contains(&said), "{text}: {run:?}");
        let report = json(&scene, &[&base]);
        assert_eq!(report["hidden"]["findings"], 1, "{text}: {report}");
        let run = scene.run(&[&base, "--settings-from=base", "--format=concise"]);
        assert!(run.stdout.contains("new.yaml:4:"), "{text}: {run:?}");
        assert_eq!(run.status, Some(1), "{text}: {run:?}");
    }
}

/// A baseline is a setting too, whether the configuration names it or the command line.
#[test]
fn a_baseline_of_a_change_keeps_nothing_back_unsaid() {
    let none = "version: 1\nfindings: []\n";
    let settings = [
        (".svclint.yaml", "baseline: known.yaml\n"),
        ("known.yaml", none),
    ];
    let Some((scene, base)) = scene(&settings) else {
        return;
    };
    let base = format!("--base={base}");
    let run = scene.run(&["--write-baseline=known.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    for named in [&[][..], &["--baseline=known.yaml"]] {
        let run = scene.run(&[&[base.as_str()], named].concat());
        assert_eq!(run.status, Some(0), "{run:?}");
        assert!(
            run.stderr.contains("(`baseline`), and keep back 1 finding"),
            "{run:?}"
        );
        let from_base = [&[base.as_str(), "--settings-from=base"], named].concat();
        let run = scene.run(&from_base);
        assert_eq!(run.status, Some(1), "{run:?}");
    }
}

/// What is the same keeps nothing back, and settings that get stricter are of no harm.
#[test]
fn settings_that_hide_nothing_are_no_matter() {
    let config = (".svclint.yaml", "namespace: shop\n");
    let Some((scene, base)) = scene(&[config]) else {
        return;
    };
    let base = format!("--base={base}");
    let run = scene.run(&[&base]);
    assert!(!run.stderr.contains("warning"), "{run:?}");
    scene.write("repo/.svclint.yaml", "# the same\nnamespace: 'shop'\n");
    let run = scene.run(&[&base]);
    assert!(!run.stderr.contains("warning"), "{run:?}");
    scene.write(
        "repo/.svclint.yaml",
        "namespace: shop\nrules: {ports: error}\n",
    );
    let run = scene.run(&[&base]);
    assert!(run.stderr.contains("keep back 0 findings"), "{run:?}");
}

/// Services that are where nobody looks any more.
#[test]
fn services_do_not_vanish_unsaid() {
    let settings = [
        ("repo/.ignore", "moved/\n"),
        ("repo/.svclint.yaml", "exclude: [moved/]\n"),
        ("repo/moved/web.yaml", "{{ x }}: [\n"),
    ];
    for (path, text) in settings {
        let Some((scene, base)) = scene(&[]) else {
            return;
        };
        scene.write(path, text);
        let run = scene.run(&[&format!("--base={base}")]);
        let said = "warning: 1 Service of the base is not read any more: `default/web`";
        assert!(run.stderr.contains(said), "{path}: {run:?}");
    }
    let Some((scene, base)) = scene(&[]) else {
        return;
    };
    fs::rename(scene.path("repo/moved"), scene.path("repo/.moved")).unwrap();
    let report = json(&scene, &[&format!("--base={base}")]);
    assert_eq!(
        report["hidden"]["services"],
        serde_json::json!(["default/web"])
    );
    fs::rename(scene.path("repo/.moved"), scene.path("repo/renamed")).unwrap();
    let report = json(&scene, &[&format!("--base={base}")]);
    assert_eq!(report["hidden"]["services"], serde_json::json!([]));
}
