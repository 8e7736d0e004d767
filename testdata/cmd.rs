//! The program from outside: arguments and standard input in, output and exit status out.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs cases. The environment decides about colours, glyphs and the width of the usage; not here.
fn run(cases: &str, locale: &str) {
    trycmd::TestCases::new()
        .default_bin_name("svclint")
        .env("COLUMNS", "100")
        .env("FORCE_HYPERLINK", "0")
        .env("LC_ALL", locale)
        .env("NO_COLOR", "1")
        .case(cases);
}

#[test]
fn cases() {
    run("testdata/cmd/*.toml", "C");
}

#[test]
fn cases_in_unicode() {
    run("testdata/cmd/unicode/*.toml", "C.UTF-8");
}

/// What the README shows is what happens. `TRYCMD=overwrite` writes it anew.
#[test]
fn readme() {
    run("README.md", "C.UTF-8");
}

/// What failed upstream must not look like a pass.
#[test]
fn a_stream_without_a_manifest_is_a_failure() {
    let status = |text: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_svclint"))
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        child.wait().unwrap().code()
    };
    for nothing in [
        "",
        " \n",
        "\u{feff}",
        "---\n# Source: shop/templates/nothing.yaml\n---\n",
        "Error: chart not found\n",
        "{}",
        "null\n",
        "[]\n",
        "---\n- kind: Service\n  apiVersion: v1\n",
        "replicas: 1\nimage: web\n",
    ] {
        assert_eq!(status(nothing), Some(2), "{nothing:?}");
    }
    for manifest in [
        "apiVersion: v1\nkind: List\nitems: []\n",
        "apiVersion: v1\nkind: Secret\n",
        "apiVersion: example.com/v1\nkind: Database\n",
        "values: 1\n---\napiVersion: v1\nkind: Secret\n",
    ] {
        assert_eq!(status(manifest), Some(0), "{manifest:?}");
    }
}

/// `svclint ... | head` is no failure of svclint.
#[test]
fn a_closed_pipe_is_not_worth_a_word() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_svclint"))
        .args(["rules", "--format", "json"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Who has many findings is told how to live with them; who lives with them already is not.
#[test]
fn much_to_report_is_not_the_end() {
    let scratch = snapbox::dir::DirRoot::mutable_temp().unwrap();
    let path = scratch.path().unwrap();
    let service = |name: usize| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s{name}}}\n\
             spec: {{ports: [{{port: 0}}]}}\n---\n"
        )
    };
    std::fs::write(
        path.join("all.yaml"),
        (0..60).map(service).collect::<String>(),
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_svclint"))
            .args(arguments)
            .current_dir(path)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let hint = "`svclint --write-baseline .svclint-baseline.yaml`";
    assert!(run(&[]).contains(hint));
    assert!(!run(&["--format=concise"]).contains(hint));
    assert!(!run(&["-q"]).contains(hint));
    let written = run(&["--write-baseline=.svclint-baseline.yaml"]);
    assert!(
        written.contains("`baseline: .svclint-baseline.yaml`"),
        "{written}"
    );
    let known = run(&["--baseline=.svclint-baseline.yaml"]);
    assert!(known.starts_with("no problems in 1 file"), "{known}");

    // All of it is mended: the baseline is all there is to speak of.
    let config = "baseline: .svclint-baseline.yaml\n";
    std::fs::write(path.join(".svclint.yaml"), config).unwrap();
    std::fs::write(path.join("all.yaml"), service(0).replace('0', "1")).unwrap();
    let stale = run(&[]);
    assert!(!stale.contains(hint), "{stale}");
    assert!(
        stale.contains("55 more stale-baseline warnings in ."),
        "{stale}"
    );
    assert!(
        stale.contains("60 warnings in settings, nothing in 1 file"),
        "{stale}"
    );
    let pruned = run(&["--prune-baseline"]);
    assert!(
        pruned.starts_with("pruned 60 stale entries in .svclint-baseline.yaml\n"),
        "{pruned}"
    );
    let written = run(&["--write-baseline=.svclint-baseline.yaml"]);
    assert!(!written.contains("note:"), "{written}");
}

/// What goes to a file or a pipe has no links, unless somebody asks for them.
#[cfg(unix)]
#[test]
fn paths_are_links_only_where_they_can_be() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cmd/shop");
    let found = |force: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_svclint"))
            .args(["--format=concise", "--report=concise=/dev/stderr", "-q"])
            .current_dir(&directory)
            .env("TERM_PROGRAM", "WezTerm")
            .env("FORCE_HYPERLINK", force)
            .output()
            .unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (plain, report) = found("");
    assert!(plain.starts_with("service.yaml:11:19: error["), "{plain:?}");
    assert_eq!(plain, report);
    let (linked, report) = found("1");
    let address = directory.join("service.yaml");
    let start = format!(
        "\u{1b}]8;;file://{}\u{1b}\\service.yaml:11:19\u{1b}]8;;",
        address.display()
    );
    assert!(linked.starts_with(&start), "{linked:?}");
    assert_eq!(plain, report, "a report in a file has none");
}
