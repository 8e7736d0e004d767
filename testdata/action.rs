//! The GitHub Action: its shell part is run here as a runner would, with a release made for it.
//!
//! It is long because all its tests share the runner that is made here.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::explicit_write)]

use serde_yaml::Value;
use snapbox::dir::DirRoot;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const SVCLINT: &str = env!("CARGO_BIN_EXE_svclint");

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A release of this version, whose program is the one that is tested.
const RELEASE: &str = r#"
set -eu
mkdir -p "releases/v$VERSION"
cd "releases/v$VERSION"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$SVCLINT" >svclint
chmod +x svclint
linux="x86_64-unknown-linux-musl aarch64-unknown-linux-musl"
for target in $linux x86_64-apple-darwin aarch64-apple-darwin; do
    tar -czf "svclint-$target.tar.gz" svclint
    if command -v sha256sum >/dev/null; then
        sha256sum "svclint-$target.tar.gz"
    else
        shasum -a 256 "svclint-$target.tar.gz"
    fi >"svclint-$target.tar.gz.sha256"
done
"#;

/// A curl that finds releases in a directory, if it is told to speak HTTPS alone.
const CURL: &str = r#"
while [ $# -gt 0 ]; do
    case $1 in
        --proto) [ "$2" = '=https' ] && safe=$safe.; shift ;;
        --tlsv1.2) safe=$safe. ;;
        --output) file=$2; shift ;;
        --retry) shift ;;
        --) url=$2; shift ;;
    esac
    shift
done
[ "$safe" = .. ] || exit 2
case $url in
    https://releases.example/*) cp "RELEASES/${url#https://releases.example/}" "$file" || exit 22 ;;
    *) exit 7 ;;
esac
"#;

/// A runner in a checkout of a repository.
struct Runner {
    scratch: DirRoot,
}

/// What a workflow runs for.
#[derive(Default)]
struct Event {
    name: &'static str,
    sha: String,
    base: String,
}

/// What a run of the action gave.
#[derive(Debug)]
struct Run {
    status: Option<i32>,
    log: String,
    outputs: String,
    summary: String,
}

impl Runner {
    /// Nothing if a program is missing that runners have.
    fn new() -> Option<Self> {
        for program in ["bash", "curl", "tar", "git"] {
            if Command::new(program).arg("--version").output().is_err() {
                // Tests that pass show nothing that is printed.
                writeln!(io::stderr(), "skipped: no {program}").unwrap();
                return None;
            }
        }
        let runner = Self {
            scratch: DirRoot::mutable_temp().unwrap(),
        };
        for directory in ["temp", "checkout/.git", "bin"] {
            fs::create_dir_all(runner.path(directory)).unwrap();
        }
        let releases = runner.path("releases").display().to_string();
        runner.program("bin/curl", &CURL.replace("RELEASES", &releases));
        runner.program("bin/gh", "exit 0");
        let (service, deployment) = include_str!("programs/base/web.yaml")
            .split_once("---\n")
            .unwrap();
        runner.write("checkout/service.yaml", &service.replace("http", "htpp"));
        runner.write("checkout/deployment.yaml", deployment);
        Some(runner)
    }

    fn with_release(self, version: &str) -> Self {
        let made = Command::new("bash")
            .args(["-c", RELEASE])
            .current_dir(self.path("."))
            .envs([("VERSION", version), ("SVCLINT", SVCLINT)])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        self
    }

    /// Runs git in a directory, and gives what it prints.
    fn git(&self, directory: &str, arguments: &str) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=svclint",
                "-c",
                "user.email=svclint@example.com",
            ])
            .args(arguments.split_whitespace())
            .current_dir(self.path(directory))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A pull request that adds a Service like the one that is broken already, checked out as
    /// runners do it: what merging would give, and nothing of its history.
    fn pull_request(&self) -> Event {
        self.git("checkout", "init -q --initial-branch=main");
        fs::rename(self.path("checkout"), self.path("origin")).unwrap();
        let commit = || {
            self.git("origin", "add --all");
            self.git("origin", "commit -q --allow-empty -m change");
            self.git("origin", "rev-parse HEAD")
        };
        let base = commit();
        self.git("origin", "checkout -q -b topic");
        let service = self.read("origin/service.yaml");
        self.write(
            "origin/new.yaml",
            &service.replacen("name: web", "name: new", 1),
        );
        commit();
        self.git("origin", "checkout -q main");
        self.write(
            "origin/later.yaml",
            &service.replacen("name: web", "name: later", 1),
        );
        commit();
        self.git("origin", "checkout -q --detach");
        self.git("origin", "merge -q --no-ff --no-edit topic");
        let sha = self.git("origin", "rev-parse HEAD");
        self.check_out(&sha);
        Event {
            name: "pull_request",
            sha,
            base,
        }
    }

    fn check_out(&self, commit: &str) {
        let _ = fs::remove_dir_all(self.path("checkout"));
        fs::create_dir(self.path("checkout")).unwrap();
        let origin = format!("file://{}", self.path("origin").display());
        self.git("checkout", "init -q");
        self.git("checkout", &format!("remote add origin {origin}"));
        self.git("checkout", &format!("fetch -q --depth=1 origin {commit}"));
        self.git("checkout", &format!("checkout -q --detach {commit}"));
    }

    fn path(&self, path: &str) -> PathBuf {
        self.scratch.path().unwrap().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a program.
    fn program(&self, path: &str, script: &str) {
        self.write(path, &format!("#!/bin/sh\n{script}\n"));
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path(path), executable).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// The SARIF report that a run says it has written.
    fn sarif(&self, run: &Run) -> serde_json::Value {
        let mut lines = run.outputs.lines().rev();
        let path = lines.find_map(|line| line.strip_prefix("sarif-file="));
        let path = Path::new(path.unwrap());
        assert!(path.starts_with(self.path("temp")), "{run:?}");
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// Runs the action with inputs as its definition passes them on.
    fn run(&self, inputs: &[(&str, &str)]) -> Run {
        self.run_for(&Event::default(), inputs)
    }

    fn run_for(&self, event: &Event, inputs: &[(&str, &str)]) -> Run {
        let action: Value = serde_yaml::from_str(include_str!("../action.yml")).unwrap();
        let step = &action["runs"]["steps"][0];
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"])
            .arg(step["run"].as_str().unwrap())
            .current_dir(self.path("checkout"))
            .env("GITHUB_ACTION_PATH", ROOT)
            .env("GITHUB_OUTPUT", self.path("outputs"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_EVENT_NAME", event.name)
            .env("GITHUB_SHA", &event.sha);
        let path = std::env::var("PATH").unwrap();
        let bin = self.path("bin");
        command.env("PATH", format!("{}:{path}", bin.display()));
        for (name, source) in step["env"].as_mapping().unwrap() {
            let source = source.as_str().unwrap();
            let name = name.as_str().unwrap();
            let Some(input) = source.strip_prefix("${{ inputs.") else {
                let value = match source {
                    "${{ github.token }}" => TOKEN,
                    _ if source.starts_with("${{ github.event.pull_request.base.sha || ") => {
                        &*event.base
                    }
                    _ => panic!("{source}"),
                };
                command.env(name, value);
                continue;
            };
            let input = input.strip_suffix(" }}").unwrap();
            let given = inputs.iter().find(|(name, _)| *name == input);
            let usual = action["inputs"][input]["default"].as_str().unwrap();
            let value = match given {
                Some((_, value)) => value,
                None if input == "download-url" => "https://releases.example",
                None => usual,
            };
            command.env(name, value);
        }
        let output = command.output().unwrap();
        Run {
            status: output.status.code(),
            log: String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr),
            outputs: self.read("outputs"),
            summary: self.read("summary"),
        }
    }
}

/// What only gh gets to see.
const TOKEN: &str = "t0psecret";

/// The version of this package, which is the one that the action runs.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn one_run_gives_annotations_sarif_and_a_summary() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    let run = runner.run(&[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.outputs.ends_with("\nexit-code=1\n"), "{run:?}");
    assert!(
        run.summary.contains("target-port-name-not-found"),
        "{run:?}"
    );
    let sarif = runner.sarif(&run);
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "target-port-name-not-found");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "service.yaml");

    // The report is for people, and comes where no command counts; the annotations follow.
    let (_, rest) = run.log.split_once("::stop-commands::").unwrap();
    let (token, rest) = rest.split_once('\n').unwrap();
    let (report, rest) = rest.split_once(&format!("\n::{token}::\n")).unwrap();
    assert!(
        report.contains("error[target-port-name-not-found]"),
        "{report}"
    );
    assert!(report.contains("1 error in 1 of 2 files"), "{report}");
    assert!(rest.starts_with("::error "), "{rest}");
    assert!(rest.contains("file=service.yaml,"), "{rest}");
    assert!(token.len() > 32, "{token}");
    assert_ne!(runner.run(&[]).log, run.log, "the token is guessable");
}

#[test]
fn inputs_are_words_and_nothing_else() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    let service = runner.read("checkout/service.yaml");
    let mended = service.replace("htpp", "8080");
    runner.write("checkout/--help/$(touch pwned) `touch pwned`.yaml", &mended);
    let run = runner.run(&[
        ("paths", "--help\r\n\n  \n"),
        (
            "args",
            "--fail-on=warning\n--closed-world\n--namespace\na;touch pwned\n",
        ),
        ("sarif-file", ""),
    ]);
    assert_eq!(run.status, Some(2), "a namespace has no such name: {run:?}");
    let run = runner.run(&[
        ("paths", "--help"),
        ("args", "--verbose\n--fail-on=warning"),
        ("sarif-file", "$(touch pwned)\nexit-code=0"),
    ]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.log.contains("(no-workload)"), "{run:?}");
    assert!(
        run.outputs.ends_with("/$(touch pwned)\nexit-code=0\n"),
        "{run:?}"
    );
    runner.sarif(&run);
    assert!(!runner.path("checkout/pwned").exists());
    let chosen = runner.path("chosen.sarif");
    let run = runner.run(&[("sarif-file", chosen.to_str().unwrap())]);
    assert!(run.outputs.contains("/chosen.sarif\n"), "{run:?}");
    assert!(chosen.exists(), "{run:?}");
}

#[test]
fn a_manifest_gives_no_commands() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    runner.write(
        "checkout/evil.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  \
         name: \"x\\n::set-output name=exit-code::0\"\n",
    );
    let run = runner.run(&[]);
    let mut counts = true;
    for line in run.log.lines() {
        if line.starts_with("::stop-commands::") {
            counts = false;
        } else if line.starts_with("::svclint-") {
            counts = true;
        }
        let is_ours = [
            "::error ",
            "::warning ",
            "::group",
            "::endgroup",
            "::stop",
            "::svclint-",
        ];
        let is_ours = is_ours.iter().any(|command| line.starts_with(command));
        assert!(
            !counts || is_ours || !line.trim_start().starts_with("::"),
            "{run:?}"
        );
    }
}

#[test]
fn a_release_that_is_not_what_it_should_be_is_not_run() {
    let Some(runner) = Runner::new().map(|it| it.with_release("1.2.3")) else {
        return;
    };
    let wrong = "0".repeat(64);
    let run = runner.run(&[("version", "1.2.3"), ("sha256", &wrong)]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.log.contains("is not what its checksum says"), "{run:?}");
    assert_eq!(run.outputs, "exit-code=2\n");
    // With or without a `v`.
    assert_eq!(runner.run(&[("version", "v1.2.3")]).status, Some(1));
    // Who asks for a release gets no other one.
    let run = runner.run(&[("version", "1.2.4")]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.log.contains("there is no release 1.2.4"), "{run:?}");
    for archive in fs::read_dir(runner.path("releases/v1.2.3")).unwrap() {
        let archive = archive.unwrap().path();
        if archive
            .extension()
            .is_some_and(|extension| extension == "gz")
        {
            let bytes = fs::read(&archive).unwrap();
            fs::write(&archive, [&bytes[..], b"\0"].concat()).unwrap();
        }
    }
    let run = runner.run(&[("version", "1.2.3")]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.log.contains("is not what its checksum says"), "{run:?}");
}

/// A checksum that anything would have is none.
#[test]
fn a_release_without_its_checksum_is_not_run() {
    let Some(runner) = Runner::new().map(|it| it.with_release("1.2.3")) else {
        return;
    };
    let fails = |why: &str| {
        let run = runner.run(&[("version", "1.2.3")]);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(run.log.contains(why), "{run:?}");
    };
    let sums = || {
        let all = fs::read_dir(runner.path("releases/v1.2.3")).unwrap();
        let paths = all.map(|entry| entry.unwrap().path());
        paths.filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "sha256")
        })
    };
    for nothing in ["", "\n", "<html>not found</html>\n", "0000\n"] {
        sums().for_each(|path| fs::write(path, nothing).unwrap());
        fails("has a checksum that is no SHA-256");
    }
    sums().for_each(|path| fs::remove_file(path).unwrap());
    fails("has no checksum beside it");
}

/// Where gh is installed it has the last word, and alone gets the token.
#[test]
fn a_release_that_nobody_attests_is_not_run() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    let asked = runner.path("asked");
    let script = format!(
        "echo \"$GH_TOKEN $*\" >>'{}'\ncase $* in *--help) exit 0 ;; esac\n\
         echo no attestations; exit 1",
        asked.display()
    );
    runner.program("bin/gh", &script);
    let run = runner.run(&[]);
    assert_eq!(run.status, Some(2), "{run:?}");
    let why = "is not attested by OWNER/svclint: no attestations";
    assert!(run.log.contains(why), "{run:?}");
    let asked = runner.read("asked");
    assert!(
        asked.contains(&format!("{TOKEN} attestation verify /")),
        "{asked}"
    );
    assert!(asked.ends_with(".tar.gz --repo OWNER/svclint\n"), "{asked}");
    assert_eq!(runner.run(&[("attested-by", "")]).status, Some(1));
    // One that knows nothing of attestations is asked nothing.
    runner.program("bin/gh", "exit 1");
    assert_eq!(runner.run(&[]).status, Some(1));

    for archive in fs::read_dir(runner.path(&format!("releases/v{VERSION}"))).unwrap() {
        fs::remove_file(archive.unwrap().path()).unwrap();
    }
    let environment = "mkdir -p \"$6/bin\"\nprintf '#!/bin/sh\\nenv' >\"$6/bin/svclint\"\n\
                       chmod +x \"$6/bin/svclint\"";
    runner.program("bin/cargo", environment);
    let run = runner.run(&[("build", "true")]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(
        run.log.contains("GITHUB_SHA=") && !run.log.contains(TOKEN),
        "{run:?}"
    );
}

/// A pull request has a toolchain and settings of cargo of its own: neither is asked.
#[test]
fn without_a_release_it_is_built_only_if_that_is_allowed() {
    let Some(runner) = Runner::new() else {
        return;
    };
    let cargo = format!(
        "echo \"$PWD $RUSTUP_TOOLCHAIN $*\" >>'{}'\nmkdir -p \"$6/bin\"\n\
         ln -s '{SVCLINT}' \"$6/bin/svclint\"",
        runner.path("cargo-was-asked").display()
    );
    runner.program("bin/cargo", &cargo);
    runner.write(
        "checkout/rust-toolchain.toml",
        "[toolchain]\npath = \"evil\"\n",
    );
    for inputs in [
        &[][..],
        &[("build", "false")],
        &[("build", "true"), ("version", "1.2.3")],
    ] {
        let run = runner.run(inputs);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(run.log.contains("there is no release"), "{run:?}");
        assert_eq!(runner.read("cargo-was-asked"), "");
    }
    let run = runner.run(&[("build", "true")]);
    assert_eq!(run.status, Some(1), "{run:?}");
    let asked = runner.read("cargo-was-asked");
    let expected = format!("{ROOT} stable install --locked --path . --root ");
    assert!(asked.starts_with(&expected), "{asked}");
}

/// Nothing of a pull request is written through, and nothing of it is run.
#[test]
fn a_pull_request_has_no_say_in_where_the_report_goes() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    runner.write("victim", "precious");
    let link = |path: &str| {
        let path = runner.path("checkout").join(path);
        std::os::unix::fs::symlink(runner.path("victim"), path).unwrap();
    };
    link("svclint.sarif");
    link("annotations");
    link("summary");
    let run = runner.run(&[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    runner.sarif(&run);
    assert_eq!(runner.read("victim"), "precious");
}

#[test]
fn a_pull_request_hears_of_what_it_breaks_alone() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    let event = runner.pull_request();
    let run = runner.run_for(&event, &[("base", "none")]);
    assert_eq!(run.log.matches("::error ").count(), 3, "{run:?}");
    let run = runner.run_for(&event, &[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert_eq!(run.log.matches("::error ").count(), 1, "{run:?}");
    assert!(run.log.contains("::error file=new.yaml,"), "{run:?}");
    assert!(run.log.contains("2 known from the base"), "{run:?}");
    let sarif = runner.sarif(&run);
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let (_, picture) = run.summary.split_once("\n```mermaid\nflowchart ").unwrap();
    assert!(picture.contains("target-port-name-not-found"), "{picture}");
    assert!(picture.ends_with("\n```\n"), "{picture}");

    // Who names a revision means that one.
    let main = runner.git("checkout", "rev-parse HEAD");
    for inputs in [("base", &*main), ("args", &format!("--base={main}"))] {
        let run = runner.run_for(&event, &[inputs]);
        assert_eq!(run.status, Some(0), "{inputs:?}: {run:?}");
        // The summaries of all runs stand below each other.
        assert_eq!(run.summary.matches("mermaid").count(), 1, "{run:?}");
    }
    let push = Event {
        name: "push",
        base: String::new(),
        ..event
    };
    let run = runner.run_for(&push, &[]);
    assert_eq!(run.log.matches("::error ").count(), 3, "{run:?}");
}

/// With `settings-from: base` a pull request is not judged by its own settings.
#[test]
fn the_settings_of_the_base_may_judge() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    let event = runner.pull_request();
    runner.write("checkout/.svclint.yaml", "rules: {ports: 'off'}\n");
    let run = runner.run_for(&event, &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.log.contains("keep"), "{run:?}");
    let run = runner.run_for(&event, &[("settings-from", "base")]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.log.contains("::error file=new.yaml,"), "{run:?}");
    // Also where the options name the base.
    let inputs = [("settings-from", "base"), ("args", "--base=HEAD^1")];
    let run = runner.run_for(&event, &inputs);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.log.contains("::error file=new.yaml,"), "{run:?}");
    // Without a base there is nothing else to judge by.
    let push = Event {
        name: "push",
        base: String::new(),
        ..event
    };
    let run = runner.run_for(&push, &[("settings-from", "base")]);
    assert_eq!(run.status, Some(0), "{run:?}");
}

#[test]
fn a_pull_request_without_its_history_is_not_taken_for_another() {
    let Some(runner) = Runner::new().map(|it| it.with_release(VERSION)) else {
        return;
    };
    let event = runner.pull_request();
    let topic = runner.git("origin", "rev-parse topic");
    runner.check_out(&topic);
    // One more commit is fetched, which is enough here.
    let run = runner.run_for(&event, &[]);
    assert_eq!(run.log.matches("::error ").count(), 1, "{run:?}");
    assert!(run.log.contains("::error file=new.yaml,"), "{run:?}");

    runner.check_out(&topic);
    fs::rename(runner.path("origin"), runner.path("elsewhere")).unwrap();
    let run = runner.run_for(&event, &[]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.log.starts_with("::error title=svclint::"), "{run:?}");
    assert!(run.log.contains("`fetch-depth: 0`"), "{run:?}");

    // What is no repository cannot be compared.
    fs::remove_dir_all(runner.path("checkout/.git")).unwrap();
    let run = runner.run_for(&event, &[]);
    assert!(run.log.contains("everything is reported"), "{run:?}");
    assert_eq!(run.status, Some(1), "{run:?}");
}

/// What a workflow passes in must not become part of a script.
#[test]
fn no_script_has_an_expression_in_it() {
    let action: Value = serde_yaml::from_str(include_str!("../action.yml")).unwrap();
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "{script}");
    }
    let script = Path::new(ROOT).join(".ci/action");
    let mode = fs::metadata(script).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "the script is executable");
}
