//! Together with the programs that people use it with: helm, kustomize, kubectl, pre-commit, shells
//! and man.
//! What is not installed is skipped, and said so. It is long because they share how a program is
//! found and run.
#![allow(clippy::unwrap_used, clippy::explicit_write)]

use snapbox::dir::DirRoot;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
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
        // Tests that pass show nothing that is printed.
        writeln!(io::stderr(), "skipped: no {program}").unwrap();
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
const HTPP: &str = "shop/templates/service.yaml:13:19: error[target-port-name-not-found]";
const RENDERED: &str = "(rendered line 13)\n";

#[test]
fn a_chart_is_rendered_and_its_templates_are_named() {
    if installed("helm").is_none() {
        return;
    }
    let run = svclint("--helm shop", None);
    assert!(run.stdout.starts_with(HTPP), "{run:?}");
    assert!(run.stdout.ends_with(RENDERED), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
    assert_eq!(run.status, Some(1));
    // The current directory is not linted as well.
    assert_eq!(run.stderr, "1 error in 1 file (2 objects, 1 Service)\n");
    let named = svclint("--helm ./shop --release-name web", None);
    assert!(named.stdout.ends_with(RENDERED), "{named:?}");
    assert!(named.stdout.contains("Deployment `web`"), "{named:?}");
}

/// Code hosts know files by the path from the root of the repository.
#[test]
fn templates_are_named_from_the_root_of_the_repository_in_reports() {
    if installed("helm").is_none() {
        return;
    }
    let scratch = Scratch::new();
    fs::create_dir(scratch.path().join(".git")).unwrap();
    for file in [
        "Chart.yaml",
        "values.yaml",
        "templates/service.yaml",
        "templates/deployment.yaml",
    ] {
        let copy = scratch.path().join("charts/shop").join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(here().join("shop").join(file), copy).unwrap();
    }
    for chart in [Path::new("shop"), &scratch.path().join("charts/shop")] {
        let run: Run = Command::new(SVCLINT)
            .args(["--format=gitlab", "--helm"])
            .arg(chart)
            .current_dir(scratch.path().join("charts"))
            .output()
            .unwrap()
            .into();
        let place = r#""path": "charts/shop/templates/service.yaml""#;
        assert!(run.stdout.contains(place), "{run:?}");
    }
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
    let nowhere = svclint("--helm nowhere", None);
    assert_eq!(nowhere.status, Some(2), "{nowhere:?}");
    assert!(
        nowhere
            .stderr
            .starts_with("error: nowhere: it does not exist here, and "),
        "{nowhere:?}"
    );
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
        let place = "prod/kustomization.yaml:8:17: error[target-port-name-not-found]";
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

/// What is built from the files of another revision is compared with what is built today.
#[test]
fn a_chart_and_an_overlay_have_a_base() {
    if installed("helm").is_none() || installed("kubectl").is_none() {
        return;
    }
    let scratch = Scratch::new();
    let run = |command: &str| -> Run {
        let mut words = command.split_whitespace();
        let run = Command::new(words.next().unwrap())
            .args(words)
            .current_dir(scratch.path())
            .output();
        run.unwrap().into()
    };
    for file in [
        "shop/Chart.yaml",
        "shop/values.yaml",
        "shop/templates/service.yaml",
        "shop/templates/deployment.yaml",
        "base/web.yaml",
        "base/kustomization.yaml",
    ] {
        let copy = scratch.path().join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(here().join(file), copy).unwrap();
    }
    run("git init -q");
    run("git add .");
    let commit = "git -c user.name=x -c user.email=x@example.com commit -qm x";
    assert_eq!(run(commit).status, Some(0));
    let compare = format!("{SVCLINT} --base=HEAD --format=concise --helm=shop --kustomize=base");
    let known = run(&compare);
    assert_eq!((known.status, &*known.stdout), (Some(0), ""), "{known:?}");
    assert!(known.stderr.contains("1 known from the base"), "{known:?}");

    let values = scratch.path().join("shop/values.yaml");
    fs::write(values, "port: other\n").unwrap();
    let web = scratch.path().join("base/web.yaml");
    let broken =
        fs::read_to_string(&web)
            .unwrap()
            .replacen("targetPort: http", "targetPort: htpp", 1);
    fs::write(web, broken).unwrap();
    // The dependencies of a chart often come from elsewhere.
    fs::create_dir(scratch.path().join("shop/charts")).unwrap();
    let broken = run(&compare);
    assert_eq!(broken.status, Some(1), "{broken:?}");
    assert_eq!(broken.stdout.lines().count(), 2, "{broken:?}");

    // What could not be built before is new, and that is said.
    fs::write(scratch.path().join("shop/Chart.yaml"), "name: [\n").unwrap();
    run("git add .");
    assert_eq!(run(commit).status, Some(0));
    fs::copy(
        here().join("shop/Chart.yaml"),
        scratch.path().join("shop/Chart.yaml"),
    )
    .unwrap();
    let mended = run(&compare);
    assert_eq!(mended.status, Some(1), "{mended:?}");
    let said = "warning: everything in shop counts as new, because in the base revision";
    assert!(mended.stderr.starts_with(said), "{mended:?}");
    assert!(!mended.stderr.contains("svclint-base"), "{mended:?}");
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

/// The hooks of this repository, in a repository that commits with them.
struct Hooked {
    scratch: Scratch,
}

impl Hooked {
    /// Nothing if pre-commit is not installed. The program is not built once more: the hooks run
    /// the one that is tested.
    fn new(hook: &str, arguments: &str) -> Option<Self> {
        installed("pre-commit")?;
        let hooked = Self {
            scratch: Scratch::new(),
        };
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
        let hooks = fs::read_to_string(file).unwrap();
        hooked.write(
            "hooks/.pre-commit-hooks.yaml",
            &hooks.replace("language: rust", "language: system"),
        );
        for repository in ["hooks", "project"] {
            fs::create_dir_all(hooked.scratch.path().join(repository)).unwrap();
            hooked.must(repository, "git init -q");
        }
        hooked.must("hooks", "git add .");
        hooked.must("hooks", "git commit -qm hooks");
        let revision = hooked.must("hooks", "git rev-parse HEAD").stdout;
        let config = format!(
            "repos:\n- repo: {}\n  rev: {revision}  hooks: [{{id: {hook}, args: [{arguments}]}}]\n",
            hooked.scratch.path().join("hooks").display(),
        );
        hooked.write("project/.pre-commit-config.yaml", &config);
        hooked.must("project", "pre-commit install");
        Some(hooked)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.scratch.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, directory: &str, command: &str) -> Run {
        let mut words = command.split_whitespace();
        let mut path = vec![Path::new(SVCLINT).parent().unwrap().to_owned()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .current_dir(self.scratch.path().join(directory))
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("PRE_COMMIT_HOME", self.scratch.path().join("home"))
            .env("PRE_COMMIT_COLOR", "never")
            .env("GIT_CONFIG_GLOBAL", self.scratch.path().join("no-config"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "svclint");
            command.env(format!("GIT_{role}_EMAIL"), "svclint@example.com");
        }
        command.output().unwrap().into()
    }

    fn must(&self, directory: &str, command: &str) -> Run {
        let run = self.run(directory, command);
        assert_eq!(run.status, Some(0), "{command}: {run:?}");
        run
    }

    /// Commits what is staged, and says what the hook said about it: nothing if it was content.
    fn commit(&self) -> Option<String> {
        let run = self.run("project", "git commit -m change");
        (run.status != Some(0)).then(|| run.stdout + &run.stderr)
    }

    /// Writes and stages a file.
    fn stage(&self, path: &str, text: &str) {
        self.write(&format!("project/{path}"), text);
        self.must("project", &format!("git add {path}"));
    }
}

const WEB: &str = include_str!("programs/base/web.yaml");

/// A Service and its Deployment, whose port has this name.
fn web(port: &str) -> (String, String) {
    let (service, deployment) = WEB.split_once("---\n").unwrap();
    (
        service.replace("http", port),
        deployment.replace("http", port),
    )
}

#[test]
fn a_commit_that_breaks_a_link_is_refused() {
    for hook in ["svclint", "svclint-changed", "svclint-system"] {
        let Some(hooked) = Hooked::new(hook, "") else {
            return;
        };
        let (service, deployment) = web("http");
        hooked.stage("service.yaml", &service);
        hooked.stage("pods/deployment.yaml", &deployment);
        hooked.stage(
            "kustomization.yaml",
            "resources: [service.yaml, pods/deployment.yaml]\n",
        );
        hooked.stage("notes.txt", "apiVersion: v1\n");
        assert_eq!(hooked.commit(), None, "{hook}");

        // The other end of the link is not part of the commit.
        hooked.stage("service.yaml", &web("web").0);
        let said = hooked.commit().unwrap();
        assert!(said.contains("error[target-port-name-not-found]"), "{said}");
        assert!(said.contains("service.yaml:10:19"), "{said}");
        assert!(said.contains("pods/deployment.yaml:18:21"), "{said}");
    }
}

/// What counts is what will be committed: pre-commit puts the rest aside meanwhile.
#[test]
fn a_change_that_is_not_staged_mends_nothing() {
    for hook in ["svclint", "svclint-changed"] {
        let Some(hooked) = Hooked::new(hook, "") else {
            return;
        };
        let (service, deployment) = web("http");
        hooked.stage("service.yaml", &service);
        hooked.stage("deployment.yaml", &deployment);
        assert_eq!(hooked.commit(), None, "{hook}");
        hooked.stage("service.yaml", &web("web").0);
        hooked.write("project/deployment.yaml", &web("web").1);
        let said = hooked.commit().unwrap();
        assert!(said.contains("error[target-port-name-not-found]"), "{said}");
        hooked.must("project", "git add deployment.yaml");
        assert_eq!(hooked.commit(), None, "{hook}");
    }
}

/// A file that git does not know yet is there for all that.
#[test]
fn a_deployment_that_git_does_not_know_yet_is_linked() {
    for hook in ["svclint", "svclint-changed"] {
        let Some(hooked) = Hooked::new(hook, "") else {
            return;
        };
        let (service, deployment) = web("http");
        hooked.write("project/deployment.yaml", &deployment);
        hooked.stage("service.yaml", &service);
        assert_eq!(hooked.commit(), None, "{hook}");
        hooked.stage("service.yaml", &web("web").0);
        let said = hooked.commit().unwrap();
        assert!(said.contains("deployment.yaml:18:21"), "{said}");
    }
}

/// Deleted files are passed to no hook.
#[test]
fn a_commit_that_only_deletes_is_looked_at() {
    let Some(hooked) = Hooked::new("svclint", "--closed-world, --fail-on=warning") else {
        return;
    };
    let (service, deployment) = web("http");
    let ingress = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 80
";
    hooked.stage("service.yaml", &service);
    hooked.stage("deployment.yaml", &deployment);
    hooked.stage("ingress.yaml", ingress);
    assert_eq!(hooked.commit(), None);
    hooked.must("project", "git rm -q service.yaml");
    let said = hooked.commit().unwrap();
    assert!(
        said.contains("warning[ingress-service-not-found]"),
        "{said}"
    );
    assert!(said.contains("ingress.yaml:8:13"), "{said}");
}

/// What was there before is not held against a commit.
#[test]
fn a_commit_is_compared_with_the_one_before() {
    let Some(hooked) = Hooked::new("svclint", "--base=HEAD, --fail-on=warning") else {
        return;
    };
    let (service, deployment) = web("http");
    hooked.stage("service.yaml", &service);
    hooked.stage("deployment.yaml", &deployment);
    hooked.stage(
        "old.yaml",
        &service
            .replacen("name: web", "name: old", 1)
            .replace("http", "htpp"),
    );
    hooked.must("project", "git commit -qm first --no-verify");
    hooked.stage("notes.txt", "nothing to see");
    assert_eq!(hooked.commit(), None);
    hooked.must("project", "git rm -q deployment.yaml");
    hooked.write("project/deployment.yaml", "# not staged\n");
    let said = hooked.commit().unwrap();
    assert!(said.contains("error[service-selector-no-match]"), "{said}");
    assert!(said.contains("[service.yaml:7:10]"), "{said}");
    hooked.must("project", "git reset -q");
    hooked.must("project", "git checkout -q .");
    hooked.stage(
        "new.yaml",
        &service
            .replacen("name: web", "name: new", 1)
            .replace("http", "htpp"),
    );
    let said = hooked.commit().unwrap();
    assert!(said.contains("new.yaml:10:19"), "{said}");
    assert!(!said.contains("old.yaml:10:19"), "{said}");
}

/// What was excluded stays excluded, though the hook names it.
#[test]
fn a_hook_leaves_out_what_is_excluded() {
    let Some(hooked) = Hooked::new("svclint-changed", "--exclude=old") else {
        return;
    };
    let broken = format!("{}---\n{}", web("http").0, web("web").1);
    hooked.stage("old/all.yaml", &broken);
    assert_eq!(hooked.commit(), None);
    hooked.stage("new/all.yaml", &broken);
    let said = hooked.commit().unwrap();
    assert!(said.contains("new/all.yaml:10:19"), "{said}");
}

/// What `svclint generate` writes, in a file of its own.
fn generated(scratch: &Scratch, arguments: &str) -> PathBuf {
    let output = Command::new(SVCLINT)
        .arg("generate")
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let path = scratch.path().join(arguments.replace(' ', "-"));
    fs::write(&path, output.stdout).unwrap();
    path
}

/// What bash offers behind these words; the last one is being typed.
fn offered_by_bash(completions: &Path, words: &[&str]) -> Vec<String> {
    let script = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _svclint svclint "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["--norc", "-c", script, "bash"])
        .arg(completions)
        .args(words)
        .output()
        .unwrap();
    let run = Run::from(output);
    assert_eq!(run.stderr, "");
    let mut offered: Vec<String> = run.stdout.lines().map(str::to_owned).collect();
    offered.sort();
    offered
}

#[test]
fn bash_completes_options_values_and_rules() {
    if installed("bash").is_none() {
        return;
    }
    let scratch = Scratch::new();
    let completions = generated(&scratch, "completions bash");
    let offered = |words: &[&str]| offered_by_bash(&completions, words);
    assert_eq!(
        offered(&["svclint", "--for"]),
        ["--force-exclude", "--format"]
    );
    assert_eq!(offered(&["svclint", "--format", "con"]), ["concise"]);
    assert_eq!(offered(&["svclint", "exp"]), ["explain"]);
    let rule = "target-port-name-not-found";
    assert_eq!(offered(&["svclint", "explain", "target-port-na"]), [rule]);
    assert_eq!(offered(&["svclint", "--only", "target-port-na"]), [rule]);
    assert_eq!(
        offered(&["svclint", "--ignore", "selec"]),
        ["selectorless-service-without-endpoints", "selectors"]
    );
    assert!(offered(&["svclint", "generate", "completions", ""]).contains(&"zsh".to_owned()));
}

#[test]
fn other_shells_can_read_their_completions() {
    let scratch = Scratch::new();
    for (shell, arguments) in [
        ("zsh", &["-n"][..]),
        ("fish", &["--no-execute"][..]),
        ("elvish", &["-compileonly"][..]),
    ] {
        let completions = generated(&scratch, &format!("completions {shell}"));
        assert!(
            fs::read_to_string(&completions)
                .unwrap()
                .contains("svclint")
        );
        if installed(shell).is_none() {
            continue;
        }
        let output = Command::new(shell)
            .args(arguments)
            .arg(&completions)
            .output()
            .unwrap();
        assert!(output.status.success(), "{shell}: {output:?}");
    }
    generated(&scratch, "completions powershell");
}

#[test]
fn the_manual_can_be_read() {
    let scratch = Scratch::new();
    let page = generated(&scratch, "man");
    for (program, arguments) in [
        ("man", &["--local-file", "--warnings=w", "--pager=cat"][..]),
        ("mandoc", &["-T", "utf8", "-W", "error"][..]),
    ] {
        if installed(program).is_none() {
            continue;
        }
        let mut command = Command::new(program);
        command
            .args(arguments)
            .arg(&page)
            .env("MANWIDTH", "100")
            .env("LC_ALL", "C.UTF-8");
        let run = Run::from(command.output().unwrap());
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{program}");
        for words in [
            "SYNOPSIS",
            "--write-baseline",
            "EXIT STATUS",
            "Switch these rules or groups off",
            "helm template",
        ] {
            assert!(
                run.stdout.contains(words),
                "{program}, {words}: {}",
                run.stdout
            );
        }
    }
}
