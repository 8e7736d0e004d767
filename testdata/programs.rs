//! Together with the programs that people use it with: helm, kustomize, kubectl and pre-commit.
//! What is not installed is skipped, and said so.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use snapbox::dir::DirRoot;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SVCLINT: &str = env!("CARGO_BIN_EXE_svclint");

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/programs")
}

/// Where a program is installed. Says so if it is not.
fn installed(program: &str) -> Option<PathBuf> {
    let found = std::env::var_os("PATH").and_then(|path| {
        let mut candidates = std::env::split_paths(&path).map(|directory| directory.join(program));
        candidates.find(|candidate| candidate.is_file())
    });
    if found.is_none() {
        eprintln!("skipped: no {program}");
    }
    found
}

/// A search path with these programs and nothing else.
fn search_path(scratch: &Scratch, programs: &[&Path]) -> OsString {
    let bin = scratch.path().join("bin");
    fs::create_dir_all(&bin).unwrap();
    #[cfg(unix)]
    for program in programs {
        std::os::unix::fs::symlink(program, bin.join(program.file_name().unwrap())).unwrap();
    }
    bin.into()
}

/// A directory that goes away with the test.
struct Scratch(DirRoot);

impl Scratch {
    fn new() -> Self {
        Self(DirRoot::mutable_temp().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path().unwrap()
    }
}

/// What a run gave.
#[derive(Debug)]
struct Run {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs svclint beside the charts and overlays.
fn svclint(arguments: &str, path: Option<&OsString>) -> Run {
    let mut command = Command::new(SVCLINT);
    command
        .args(["--format", "concise"])
        .args(arguments.split_whitespace())
        .current_dir(here());
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().unwrap().into()
}

/// Where a port name is wrong, and in which file.
const HTPP: &str = "<helm template shop>:13:19: error[target-port-name-not-found]";
const FROM: &str = "(from shop/templates/service.yaml)\n";

#[test]
fn a_chart_is_rendered_and_its_templates_are_named() {
    if installed("helm").is_none() {
        return;
    }
    let run = svclint("--helm shop", None);
    assert!(run.stdout.starts_with(HTPP), "{run:?}");
    assert!(run.stdout.ends_with(FROM), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
    assert_eq!(run.status, Some(1));
    // The current directory is not linted as well.
    assert_eq!(run.stderr, "1 error in 1 file (2 objects, 1 Service)\n");
    let named = svclint("--helm ./shop --release-name web", None);
    assert!(named.stdout.ends_with(FROM), "{named:?}");
    assert!(named.stdout.contains("Deployment `web`"), "{named:?}");
}

#[test]
fn a_release_goes_to_its_namespace() {
    if installed("helm").is_none() {
        return;
    }
    let apart = svclint("--helm twins --namespace two", None);
    assert_eq!((apart.status, &*apart.stdout), (Some(0), ""), "{apart:?}");
    let together = svclint("--helm twins --namespace one", None);
    assert!(
        together.stdout.contains("[duplicate-object]"),
        "{together:?}"
    );
}

#[test]
fn a_chart_is_rendered_with_its_values() {
    if installed("helm").is_none() {
        return;
    }
    for values in ["--values mended.yaml", "--set port=http", "--set port=8080"] {
        let run = svclint(&format!("--helm shop {values}"), None);
        assert_eq!(
            (run.status, &*run.stdout),
            (Some(0), ""),
            "{values}: {run:?}"
        );
    }
    let last_wins = "--helm shop --values mended.yaml --values shop/values.yaml";
    assert!(svclint(last_wins, None).stdout.starts_with(HTPP));
}

#[test]
fn a_chart_is_told_the_version_that_decides() {
    if installed("helm").is_none() {
        return;
    }
    let run = svclint("--helm versioned --kube-version 1.33", None);
    assert_eq!(run.status, Some(0), "{run:?}");
    let run = svclint("--helm versioned --kube-version 1.34", None);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stderr.contains("kubeVersion"), "{run:?}");
}

#[test]
fn a_chart_that_cannot_be_rendered_is_a_failure_beside_the_findings() {
    if installed("helm").is_none() {
        return;
    }
    let run = svclint("--helm needs --helm shop", None);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stdout.starts_with(HTPP), "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: needs: `helm template` failed: "),
        "{run:?}"
    );
    assert!(run.stderr.contains("helm dependency build"), "{run:?}");
    assert_eq!(svclint("--helm nowhere", None).status, Some(2));
    assert_eq!(svclint("--helm --debug", None).status, Some(2));
}

/// What a patch breaks is seen in what is built.
#[test]
fn an_overlay_is_built() {
    let scratch = Scratch::new();
    for program in ["kustomize", "kubectl"] {
        let Some(program) = installed(program) else {
            continue;
        };
        let path = search_path(&scratch, &[&program]);
        let run = svclint("--kustomize base", Some(&path));
        assert_eq!((run.status, &*run.stdout), (Some(0), ""), "{run:?}");
        let run = svclint("--kustomize prod", Some(&path));
        assert_eq!(run.status, Some(1), "{run:?}");
        let place = "<kustomize build prod>:8:17: error[target-port-name-not-found]";
        assert!(run.stdout.starts_with(place), "{run:?}");
        let run = svclint("--kustomize broken base", Some(&path));
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(
            run.stderr
                .starts_with("error: broken: `kustomize build` failed: "),
            "{run:?}"
        );
        assert!(run.stderr.contains("missing.yaml"), "{run:?}");
        fs::remove_dir_all(scratch.path().join("bin")).unwrap();
    }
}

#[test]
fn a_missing_program_is_named_with_a_way_out() {
    let scratch = Scratch::new();
    let path = search_path(&scratch, &[]);
    let run = svclint("--helm shop --kustomize prod", Some(&path));
    assert_eq!(run.status, Some(2));
    let said: Vec<_> = run.stderr.lines().collect();
    assert!(said[0].starts_with("error: prod: neither `kustomize` nor `kubectl` is installed"));
    assert!(said[1].starts_with("error: shop: `helm` is not installed"));
    assert!(
        said[..2]
            .iter()
            .all(|line| line.ends_with("to `svclint -`"))
    );
}
