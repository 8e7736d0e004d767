//! `--base` in repositories that are not what they seem.

use super::*;
use std::io::Write as _;
use std::process::Stdio;

impl Scene {
    /// Nothing if git is not installed.
    pub(super) fn with_git() -> Option<Self> {
        Command::new("git").arg("--version").output().ok()?;
        let scene = Self::new();
        fs::remove_dir_all(scene.path("repo")).unwrap();
        scene.git(".", "init -q repo");
        Some(scene)
    }

    fn git(&self, directory: &str, arguments: &str) -> String {
        self.git_reads(directory, arguments, b"")
    }

    /// Runs git with something on its standard input.
    fn git_reads(&self, directory: &str, arguments: &str, input: &[u8]) -> String {
        let mut child = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
            .args(arguments.split_whitespace())
            .current_dir(self.path(directory))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env_remove("GIT_DIR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(super) fn commit(&self, directory: &str) -> String {
        self.git(directory, "add --all --force");
        self.git(directory, "commit -q --allow-empty -m x");
        self.git(directory, "rev-parse HEAD")
    }

    /// A command that leaves a trace.
    fn touch(&self) -> String {
        format!("touch {}", self.path("PWNED").display())
    }

    fn is_unharmed(&self, run: &Run) {
        assert!(!self.path("PWNED").exists(), "{run:?}");
    }
}

/// Among the files of a repository lie those of another one, bare, with commands in its settings
/// for what is fetched and for what has changed.
#[test]
fn a_bare_repository_in_disguise_runs_nothing() {
    let Some(scene) = Scene::with_git() else {
        return;
    };
    scene.git(".", "init -q inner");
    scene.write("inner/svc.yaml", SERVICE);
    scene.commit("inner");
    let blob = scene.git("inner", "rev-parse HEAD:svc.yaml");
    let (start, rest) = blob.split_at(2);
    fs::remove_file(scene.path(&format!("inner/.git/objects/{start}/{rest}"))).unwrap();
    fs::create_dir_all(scene.path("repo/deploy")).unwrap();
    for part in ["objects", "refs", "HEAD"] {
        let from = scene.path("inner/.git").join(part);
        fs::rename(from, scene.path("repo/deploy").join(part)).unwrap();
    }
    scene.write("repo/deploy/svc.yaml", SERVICE);
    let touch = scene.touch();
    let config = format!(
        "[core]\n\trepositoryformatversion = 1\n\tbare = false\n\tworktree = .\n\
         \tfsmonitor = {touch}\n\tsparseCheckout = true\n\thooksPath = .\n\
         \tpager = {touch}\n\talternateRefsCommand = {touch}\n\
         [extensions]\n\tpartialClone = origin\n\
         [remote \"origin\"]\n\turl = ext::sh -c {}\n\tpromisor = true\n\tuploadpack = {touch}\n\
         [protocol]\n\tallow = always\n[protocol \"ext\"]\n\tallow = always\n",
        touch.replace(' ', "% ")
    );
    scene.write("repo/deploy/config", &config);
    scene.commit("repo");
    for directory in ["repo/deploy", "repo"] {
        let output = scene.svclint(directory).args(["--base=HEAD", "."]).output();
        let run = Run::from(output.unwrap());
        scene.is_unharmed(&run);
        assert_ne!(run.status, Some(1), "{run:?}");
    }
}

/// The same in a repository of its own: what is missing is not fetched, whatever its settings say.
#[test]
fn a_partial_clone_fetches_nothing() {
    let Some(scene) = Scene::with_git() else {
        return;
    };
    scene.write("repo/svc.yaml", SERVICE);
    scene.commit("repo");
    let blob = scene.git("repo", "rev-parse HEAD:svc.yaml");
    let (start, rest) = blob.split_at(2);
    fs::remove_file(scene.path(&format!("repo/.git/objects/{start}/{rest}"))).unwrap();
    let touch = scene.touch();
    let config = format!(
        "[core]\n\trepositoryformatversion = 1\n\tfsmonitor = {touch}\n\
         [extensions]\n\tpartialClone = origin\n\
         [remote \"origin\"]\n\turl = ext::sh -c {}\n\tpromisor = true\n\
         [protocol \"ext\"]\n\tallow = always\n",
        touch.replace(' ', "% ")
    );
    scene.write("repo/.git/config", &config);
    let run = scene.run(&["--base=HEAD"]);
    scene.is_unharmed(&run);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stderr.contains("this clone is partial"), "{run:?}");
}

/// A tree that names `sub` twice: a submodule in which there is a link, and a directory below that
/// link. `git fsck` refuses it; on a file system that ignores case `sub` and `SUB` would do.
#[test]
fn nothing_is_written_outside_by_a_tree_with_two_names() {
    let Some(scene) = Scene::with_git() else {
        return;
    };
    fs::create_dir(scene.path("outside")).unwrap();
    scene.git(".", "init -q inner");
    scene.link(scene.path("outside"), "inner/link");
    let inner = scene.commit("inner");
    let blob = scene.git_reads("repo", "hash-object -w --stdin", b"a: b\n");
    let tree = format!("100644 blob {blob}\tevil.yaml\n");
    let tree = scene.git_reads("repo", "mktree", tree.as_bytes());
    let tree = format!("040000 tree {tree}\tlink\n");
    let tree = scene.git_reads("repo", "mktree", tree.as_bytes());
    let mut twice = Vec::new();
    for (mode, id) in [("160000", inner), ("40000", tree)] {
        twice.extend(format!("{mode} sub\0").into_bytes());
        let byte = |at: usize| u8::from_str_radix(&id[at..at + 2], 16).unwrap();
        twice.extend((0..id.len()).step_by(2).map(byte));
    }
    let arguments = "hash-object -t tree -w --literally --stdin";
    let tree = scene.git_reads("repo", arguments, &twice);
    let commit = scene.git("repo", &format!("commit-tree -m x {tree}"));
    scene.git("repo", &format!("update-ref HEAD {commit}"));
    fs::create_dir(scene.path("repo/sub")).unwrap();
    fs::rename(scene.path("inner/.git"), scene.path("repo/sub/.git")).unwrap();
    scene.write("repo/x.yaml", "a: b\n");
    let run = scene.run(&["--base=HEAD"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    let written = fs::read_dir(scene.path("outside")).unwrap().count();
    assert_eq!(written, 0, "{run:?}");
}

/// What is a directory today was a link then: the configuration of today and the dependencies of a
/// chart are put beside the files of then, and the run takes place in the directory.
#[test]
fn nothing_of_today_is_put_behind_a_link_of_the_base() {
    let Some(scene) = Scene::with_git() else {
        return;
    };
    fs::create_dir(scene.path("outside")).unwrap();
    scene.link(scene.path("outside"), "repo/app");
    scene.commit("repo");
    fs::remove_file(scene.path("repo/app")).unwrap();
    scene.write("repo/app/.svclint.yaml", "rules: {ports: \"off\"}\n");
    scene.write("repo/app/Chart.yaml", "name: app\nversion: 1.0.0\n");
    scene.write(
        "repo/app/charts/dep/Chart.yaml",
        "name: dep\nversion: 1.0.0\n",
    );
    scene.write("repo/app/a.yaml", SERVICE);
    for (directory, arguments) in [
        ("repo", &["--base=HEAD", "app"][..]),
        ("repo", &["--base=HEAD", "--helm=app", "--no-config"]),
        ("repo/app", &["--base=HEAD"]),
    ] {
        let output = scene.svclint(directory).args(arguments).output();
        let run = Run::from(output.unwrap());
        let written = fs::read_dir(scene.path("outside")).unwrap().count();
        assert_eq!(written, 0, "{arguments:?}: {run:?}");
    }
}

/// A configuration that is a link inside of the repository holds for the base too.
#[test]
fn a_configuration_that_is_a_link_holds_for_the_base() {
    let Some(scene) = Scene::with_git() else {
        return;
    };
    scene.write("repo/ci/settings.yaml", "closed-world: true\n");
    scene.link("ci/settings.yaml", "repo/.svclint.yaml");
    scene.write("repo/svc.yaml", &SERVICE.replace("port: 0", "port: 80"));
    scene.commit("repo");
    let run = scene.run(&["--base=HEAD", "."]);
    assert_eq!(run.status, Some(0), "{run:?}");
}
