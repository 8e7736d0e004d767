//! Links, and what kustomizations name.

use super::*;
use std::time::{Duration, Instant};

/// How long a run may take that reads nothing that it should not.
const LIMIT: Duration = Duration::from_mins(1);

#[test]
fn links_out_of_the_repository_are_counted_and_not_followed() {
    let scene = Scene::new();
    for (name, target) in [
        ("one.yaml", "../secret.yaml"),
        ("two.yaml", "/proc/self/environ"),
        ("three.yaml", "/proc/self/pagemap"),
        ("four.yaml", "/proc/kmsg"),
        ("five.json", "/dev/zero"),
        ("six.yml", "../nothing"),
        ("seven.yaml", ".git/config"),
        ("kustomization.yaml", "../secret.yaml"),
        ("sub/kustomization.yaml", "/proc/self/environ"),
    ] {
        scene.link(target, &format!("repo/{name}"));
    }
    scene.link("sub", "repo/inner");
    scene.link("../../secret.yaml", "repo/chain/a.yaml");
    scene.link("../a.yaml", "repo/sub/same.yaml");
    let started = Instant::now();
    for format in FORMATS {
        let run = scene.run(&["-v", "--format", format]);
        run.tells_nothing();
        assert_eq!(run.status, Some(1), "{run:?}");
        let counted = "skipped: 10 files that are links out of the repository";
        assert!(run.stderr.contains(counted), "{run:?}");
    }
    // Beside a file that is named, and above it.
    for path in ["a.yaml", "sub", "sub/same.yaml"] {
        let run = scene.run(&["-v", path]);
        run.tells_nothing();
        assert_eq!(run.status, Some(1), "{run:?}");
    }
    // A hook names what the commit has in it.
    let run = scene.run(&["--force-exclude", "--context=.", "--", "one.yaml", "a.yaml"]);
    run.tells_nothing();
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(started.elapsed() < LIMIT);
}

/// What is named is read, though not beyond its length, and not if it is a link that somebody has
/// put there.
#[test]
fn what_is_named_is_meant() {
    let scene = Scene::new();
    let run = scene.run(&["../secret.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stderr.contains("1 document"), "{run:?}");
    let started = Instant::now();
    for path in ["/proc/self/pagemap", "/dev/zero"] {
        assert_eq!(scene.run(&[path]).status, Some(2));
    }
    scene.write("elsewhere/b.yaml", &format!("# {SECRET}\n{SERVICE}"));
    for (target, path) in [
        ("../secret.yaml", "link.yaml"),
        ("/proc/self/environ", "link.yaml"),
        ("/proc/kmsg", "link.yaml"),
        (".git/config", "link.yaml"),
        ("../nothing", "link.yaml"),
        ("../elsewhere", "link"),
        ("..", "link"),
    ] {
        scene.link(target, &format!("repo/{path}"));
        for arguments in [
            &[path][..],
            &["--context", path, "a.yaml"],
            &["-v", path, "a.yaml"],
        ] {
            let run = scene.run(arguments);
            run.tells_nothing();
            assert_eq!(run.status, Some(2), "{run:?}");
            let said = "behind a link out of the repository: name what that leads to";
            assert!(run.stderr.contains(said), "{run:?}");
        }
        fs::remove_file(scene.path("repo").join(path)).unwrap();
    }
    assert!(started.elapsed() < LIMIT);
}

#[test]
fn kustomizations_lead_nowhere_else() {
    let scene = Scene::new();
    scene.write("other/kustomization.yaml", "resources: [svc.yaml]\n");
    scene.write("other/svc.yaml", &format!("# {SECRET}\n{SERVICE}"));
    scene.link("../../other", "repo/app/link");
    for entry in [
        "../../secret.yaml",
        "../../other",
        "../../other/svc.yaml",
        "link",
        "link/svc.yaml",
        "../.git/config",
        "/proc/self/environ",
    ] {
        for field in [
            "resources",
            "components",
            "patchesStrategicMerge",
            "configurations",
            "generators",
        ] {
            scene.write(
                "repo/app/kustomization.yaml",
                &format!("{field}: ['{entry}']\n"),
            );
            let run = scene.run(&["-v", "app"]);
            run.tells_nothing();
            assert!(!run.all().contains("svc.yaml:"), "{run:?}");
            assert!(!run.all().contains("other/kustomization"), "{run:?}");
        }
    }
    // It is not followed, and that is no secret.
    scene.write(
        "repo/app/kustomization.yaml",
        "resources: [../../other, web.yaml]\n",
    );
    let web = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n\
               spec: {selector: {a: b}, ports: [{port: 1}]}\n---\n\
               apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {c: d}}\n\
               spec: {containers: [{name: c, image: c}]}\n";
    scene.write("repo/app/web.yaml", web);
    let run = scene.run(&["-v", "app"]);
    let said = "takes in `../../other`, which leads out of the repository";
    assert!(run.stderr.contains(said), "{run:?}");
    // Unless it is named.
    let run = scene.run(&["-v", "--context=../other", "app"]);
    assert!(!run.stderr.contains(said), "{run:?}");
}

/// Nobody learns from a message what there is outside: not by what is missing, and not by what was
/// probably meant.
#[test]
fn a_kustomization_tells_nothing_of_what_is_above() {
    let scene = Scene::new();
    scene.link("..", "repo/app/up");
    let said = |entry: &str| {
        let text = format!("resources: ['{entry}']\n");
        scene.write("repo/app/kustomization.yaml", &text);
        let run = scene.run(&["-v", "app"]);
        let all = run.all();
        assert!(!all.contains("secret.yaml"), "{run:?}");
        let lines = all.lines().filter(|line| !line.starts_with("time: "));
        lines.collect::<Vec<_>>().join("\n").replace(entry, "")
    };
    assert_eq!(said("../../secret.yam"), said("../../nothing-at-all"));
    assert_eq!(said("up/../../secrets.yaml"), said("up/../../nothing.yaml"));
    assert_eq!(said("../.git/confi"), said("../.git/nothing"));
    assert_eq!(said("/etc/passw"), said("/etc/nthng"));
    // What is near and inside is proposed as before.
    scene.write("repo/app/service.yaml", SERVICE);
    scene.write("repo/app/kustomization.yaml", "resources: [servce.yaml]\n");
    let run = scene.run(&["app"]);
    assert!(run.stdout.contains("write `service.yaml`"), "{run:?}");
}

/// Paths without end are no work without end.
#[test]
fn long_paths_take_no_time() {
    let scene = Scene::new();
    let long = format!("{}{}x.yaml", "a/".repeat(100_000), "../".repeat(100_000));
    let deep = "b/".repeat(2000);
    let many: Vec<String> = (0..50).map(|at| format!("- {deep}{at}.yaml\n")).collect();
    let text = format!("resources:\n- {long}\n{}", many.concat());
    scene.write("repo/app/kustomization.yaml", &text);
    let started = Instant::now();
    for path in ["app", "."] {
        assert!(scene.run(&["-v", path]).status.is_some());
    }
    scene.write("repo/.svclint.yaml", &format!("baseline: {long}\n"));
    assert_eq!(scene.run(&[]).status, Some(2));
    assert!(started.elapsed() < LIMIT);
}

/// A rendered stream says itself which file it comes from.
#[test]
fn a_source_comment_names_no_file_elsewhere() {
    let scene = Scene::new();
    scene.write("templates/x.yaml", "a: 1\n");
    scene.write(
        "repo/stream.txt",
        &format!("---\n# Source: ../templates/x.yaml\n{SERVICE}"),
    );
    for format in FORMATS {
        let output = scene
            .svclint("repo")
            .args(["--format", format, "-"])
            .stdin(fs::File::open(scene.path("repo/stream.txt")).unwrap())
            .output();
        let run = Run::from(output.unwrap());
        assert!(!run.stdout.contains("templates/x.yaml"), "{run:?}");
    }
}

/// A link to a directory is not entered, and that is counted.
#[test]
fn links_to_directories_are_counted() {
    let scene = Scene::new();
    scene.write("repo/.hidden/b.yaml", SERVICE);
    scene.link(".hidden", "repo/app");
    let run = scene.run(&["--format=json", "."]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let left_out = json["leftOut"].to_string();
    assert!(left_out.contains("linked-directory"), "{left_out}");
    assert!(left_out.contains("hidden"), "{left_out}");
}
