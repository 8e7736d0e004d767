//! The configuration, and what it names.

use super::*;

/// The first key of `.svclint.yaml` that could name any file.
#[test]
fn a_baseline_lies_in_the_repository() {
    let scene = Scene::new();
    scene.link("../secret.env", "repo/link.yaml");
    scene.link("..", "repo/above");
    scene.link("link.yaml", "repo/link-to-link.yaml");
    let absolute = scene.path("secret.env");
    for baseline in [
        "../secret.env",
        "/proc/self/environ",
        "/proc/self/pagemap",
        absolute.to_str().unwrap(),
        "link.yaml",
        "link-to-link.yaml",
        "above/secret.env",
        "./a/../../secret.env",
        ".git/config",
        "../nothing",
        "/dev/zero",
    ] {
        let config = format!("baseline: {baseline}\n");
        scene.write("repo/.svclint.yaml", &config);
        for format in ["full", "sarif"] {
            let run = scene.run(&["--format", format]);
            run.tells_nothing();
            assert_eq!(run.status, Some(2), "{baseline}: {run:?}");
            let said = run.all();
            assert!(said.contains("has to lie in its"), "{baseline}: {run:?}");
        }
        // From anywhere, with any name of the configuration.
        let mut elsewhere = scene.svclint(".");
        let run: Run = elsewhere
            .args(["--config=repo/.svclint.yaml", "--prune-baseline", "repo"])
            .output()
            .unwrap()
            .into();
        run.tells_nothing();
        assert_eq!(run.status, Some(2), "{baseline}: {run:?}");
    }
    assert!(fs::read_to_string(absolute).unwrap().contains(SECRET));
}

/// A file of the repository may be a baseline by way of a link, and any file that is named on the
/// command line.
#[test]
fn a_baseline_may_be_a_link_and_what_is_named_is_meant() {
    let scene = Scene::new();
    assert_eq!(scene.run(&["--write-baseline=real.yaml"]).status, Some(0));
    scene.link("../real.yaml", "repo/ci/known.yaml");
    scene.write("repo/.svclint.yaml", "baseline: ci/known.yaml\n");
    let run = scene.run(&[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    fs::rename(scene.path("repo/real.yaml"), scene.path("known.yaml")).unwrap();
    assert_eq!(scene.run(&[]).status, Some(2));
    fs::remove_dir_all(scene.path("repo/ci")).unwrap();
    let run = scene.run(&["--baseline=../known.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
}

#[test]
fn a_configuration_is_no_link_out_of_the_repository() {
    for target in [
        "../secret.env",
        "/proc/self/environ",
        ".git/config",
        "../nothing",
    ] {
        let scene = Scene::new();
        scene.link(target, "repo/.svclint.yaml");
        for arguments in [&[][..], &["--show-config"], &["a.yaml"]] {
            let run = scene.run(arguments);
            run.tells_nothing();
            assert_eq!(run.status, Some(2), "{run:?}");
            assert!(run.stderr.contains("link out of the repository"), "{run:?}");
        }
        assert_eq!(scene.run(&["--no-config"]).status, Some(1));
    }
    let scene = Scene::new();
    scene.write("repo/ci/svclint.yaml", "rules: {ports: \"off\"}\n");
    scene.link("ci/svclint.yaml", "repo/.svclint.yaml");
    let run = scene.run(&[]);
    assert!(!run.stdout.contains("invalid-service-port"), "{run:?}");
}

/// What the command line names is no link that somebody has put there.
#[test]
fn settings_that_are_named_are_no_links_out() {
    let scene = Scene::new();
    scene.link("/proc/self/environ", "repo/known.yaml");
    scene.link("..", "repo/up");
    for path in ["known.yaml", "up/secret.env", "./a/../known.yaml"] {
        for option in ["--config", "--baseline"] {
            let run = scene.run(&[option, path]);
            run.tells_nothing();
            assert_eq!(run.status, Some(2), "{run:?}");
            assert!(run.stderr.contains("link out of the repository"), "{run:?}");
        }
    }
}

/// A file that was taken for a configuration is not published by the messages about it.
#[test]
fn messages_quote_no_whole_scalar() {
    let scene = Scene::new();
    let long = "x".repeat(60);
    for config in [
        format!("{long}\n"),
        format!("{long}: 1\n"),
        format!("select: [{long}]\n"),
        format!("namespace: {long}!\n"),
        format!("kube-version: {long}\n"),
        format!("rules: {{ports: {long}}}\n"),
        format!("rules: {{{long}: error}}\n"),
        format!("exclude: {long}\n"),
        format!("exclude: ['{{{long}']\n"),
        format!("ignores: [{{rule: {long}, reason: x}}]\n"),
        format!("{long}: 1\n{long}: 2\n"),
    ] {
        scene.write("repo/.svclint.yaml", &config);
        let run = scene.run(&["--format=concise"]);
        assert_eq!(run.status, Some(2), "{config}: {run:?}");
        assert!(!run.all().contains(&long[..41]), "{config}: {run:?}");
    }
}

/// A pattern that parses and cannot be compiled.
#[test]
fn a_pattern_crashes_nothing() {
    let scene = Scene::new();
    let nested = format!("{}a{}", "{".repeat(260), "}".repeat(260));
    let large = "?".repeat(300_000);
    for pattern in [nested, large] {
        for config in [
            format!("exclude:\n- \"{pattern}\"\n"),
            format!("scopes: [{{paths: [\"{pattern}\"]}}]\n"),
            format!("ignores: [{{rule: duplicate-key, path: \"{pattern}\", reason: x}}]\n"),
        ] {
            scene.write("repo/.svclint.yaml", &config);
            let run = scene.run(&["--format=concise"]);
            assert_eq!(run.status, Some(2), "{run:?}");
            assert!(run.stdout.contains("is no pattern of paths"), "{run:?}");
            assert!(run.stdout.starts_with(".svclint.yaml:"), "{run:?}");
            assert!(!run.stderr.contains("crashed"), "{run:?}");
        }
        scene.write("repo/.gitignore", &format!("{pattern}\n"));
        assert_eq!(scene.run(&["--no-config"]).status, Some(1));
    }
    let pattern = format!("{}a{}", "{".repeat(260), "}".repeat(260));
    let run = scene.run(&["--no-config", "--exclude", &pattern]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stderr.contains("is invalid"), "{run:?}");
    // Each of them is small enough.
    let many = (0..300).map(|at| format!("- \"{}{at}\"\n", "[a-z]".repeat(700)));
    let many = format!("exclude:\n{}", many.collect::<String>());
    scene.write("repo/.svclint.yaml", &many);
    let run = scene.run(&["--format=concise"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stdout.contains("too large together"), "{run:?}");
}

/// Rows of the configuration cannot have the data of Secrets printed, nor is what they hold quoted
/// whole.
#[test]
fn no_row_reads_a_secret() {
    let scene = Scene::new();
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{name: {SECRET}_}}\n"
    );
    scene.write("repo/s.yaml", &secret);
    let row = "{at: stringData.name, name: ., source: x, effect: y}";
    scene.write(
        "repo/.svclint.yaml",
        &format!("references: {{kinds: [{{groups: [''], kind: Secret}}], refers: [{row}]}}\n"),
    );
    let run = scene.run(&["."]);
    run.tells_nothing();
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.all().contains("nothing of a Secret is read"), "{run:?}");
    let long = "x".repeat(300);
    scene.write("repo/.svclint.yaml", &format!("references: {long}\n"));
    let run = scene.run(&["--color=never", "--format=concise", "."]);
    assert!(!run.all().contains(&"x".repeat(60)), "{run:?}");
}
