//! `--base` in real repositories. Where git is not installed, nothing is tested, and that is said.
//! It is long because every case builds its own repository.

#![allow(clippy::unwrap_used, clippy::explicit_write)]

#[path = "base/paths.rs"]
mod paths;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A repository that is deleted at the end.
struct Repository(PathBuf);

impl Repository {
    fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("svclint-test-base-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        let repository = Self(path.canonicalize().unwrap());
        let version = Command::new("git").arg("--version").output();
        if version.is_err() {
            // Tests that pass show nothing that is printed.
            writeln!(io::stderr(), "skipped: git is not installed").unwrap();
            return None;
        }
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        Some(repository)
    }

    /// What git prints.
    fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "protocol.file.allow=always",
            ])
            .args(args)
            .current_dir(&self.0)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {stderr}");
        let printed = String::from_utf8_lossy(&output.stdout);
        printed.trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
    }

    fn command(&self, directory: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_svclint"));
        command
            .args(["--format=concise"])
            .args(args)
            .current_dir(self.0.join(directory))
            .env_remove("GIT_DIR");
        command
    }

    fn run_in(&self, directory: &str, args: &[&str]) -> Output {
        self.command(directory, args).output().unwrap()
    }

    /// Exit status, findings and notes.
    fn lint(&self, args: &[&str]) -> (i32, String, String) {
        answer(&self.run_in("", args))
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn answer(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  \
                       selector: {app: web}\n  ports: [{name: http, port: 80, targetPort: http}]\n";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {tcpSocket: {port: http}}
";

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
";

/// Something that has been wrong for long.
const OLD: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: old}\nspec:\n  \
                   clusterIP: None\n  ports: [{port: 0}]\n";

fn shop() -> Option<Repository> {
    let repository = Repository::new()?;
    repository.write("shop/service.yaml", SERVICE);
    repository.write("shop/deployment.yaml", DEPLOYMENT);
    repository.write("shop/ingress.yaml", INGRESS);
    repository.write("shop/old.yaml", OLD);
    repository.commit();
    Some(repository)
}

#[test]
fn a_deleted_service_is_reported_where_nothing_was_touched() {
    let Some(repository) = shop() else { return };
    let (status, found, _) = repository.lint(&[]);
    assert_eq!((status, found.lines().count()), (1, 1), "{found}");
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""));
    assert!(notes.contains("no new problems in 4 files"), "{notes}");
    assert!(notes.contains("1 known from the base"), "{notes}");
    fs::remove_file(repository.0.join("shop/service.yaml")).unwrap();
    let (_, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.starts_with("shop/ingress.yaml:5:"), "{found}");
    assert!(
        found.contains("is no Service in namespace `default` any more"),
        "{found}"
    );
    assert!(notes.contains("1 known from the base"), "{notes}");
}

#[test]
fn a_service_whose_pods_are_deleted_is_reported() {
    let Some(repository) = shop() else { return };
    fs::remove_file(repository.0.join("shop/deployment.yaml")).unwrap();
    let (_, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!(found.lines().count(), 1, "{found}{notes}");
    assert!(found.contains("shop/service.yaml:5:"), "{found}");
    assert!(found.contains("[service-selector-no-match]"), "{found}");
}

/// A short name may mean anything, but for what a Service has just had.
#[test]
fn pods_that_are_told_the_name_of_a_deleted_service_are_reported() {
    let Some(repository) = shop() else { return };
    let job = "apiVersion: v1\nkind: Pod\nmetadata: {name: job}\nspec:\n  containers:\n\
        \x20 - name: job\n    image: job\n    env:\n\
        \x20   - {name: SHOP, value: \"http://web:80\"}\n\
        \x20   - {name: OTHER, value: \"http://other:80\"}\n";
    repository.write("shop/job.yaml", job);
    repository.commit();
    fs::remove_file(repository.0.join("shop/service.yaml")).unwrap();
    fs::remove_file(repository.0.join("shop/ingress.yaml")).unwrap();
    let (_, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!(found.lines().count(), 1, "{found}{notes}");
    assert!(found.starts_with("shop/job.yaml:9:"), "{found}");
    assert!(found.contains("error[dns-name-not-found]"), "{found}");
    let (_, found, _) = repository.lint(&[]);
    assert!(!found.contains("job.yaml"), "{found}");
}

/// What has the same name elsewhere is another Service.
#[test]
fn what_was_lost_is_told_from_what_was_never_there() {
    let Some(repository) = shop() else { return };
    repository.write("other/service.yaml", SERVICE);
    repository.write("third/ingress.yaml", INGRESS);
    repository.commit();
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
    fs::remove_file(repository.0.join("other/service.yaml")).unwrap();
    fs::remove_file(repository.0.join("shop/service.yaml")).unwrap();
    let whole = repository.0.to_str().unwrap();
    for (directory, args) in [
        (".", &["--base=HEAD"][..]),
        ("shop", &["--base=HEAD", whole]),
    ] {
        let (_, found, notes) = answer(&repository.run_in(directory, args));
        assert_eq!(found.lines().count(), 1, "{found}{notes}");
        assert!(found.contains("ingress.yaml:5:"), "{found}");
        assert!(!found.contains("third"), "{found}");
    }
}

/// Two variants of a Deployment are never applied together, so neither is what each has besides.
#[test]
fn an_alternative_has_lost_nothing() {
    let Some(repository) = shop() else { return };
    let twin = |path: &str, own: &str| repository.write(path, &format!("{DEPLOYMENT}---\n{own}"));
    twin("twins/one.yaml", INGRESS);
    twin("twins/two.yaml", SERVICE);
    repository.commit();
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
}

#[test]
fn moved_and_renamed_findings_are_known() {
    let Some(repository) = shop() else { return };
    fs::remove_file(repository.0.join("shop/old.yaml")).unwrap();
    repository.write("shop/renamed.yaml", &format!("# moved\n\n{OLD}"));
    let (status, found, _) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""));
}

/// What the base branch got since does not count: only what this branch does.
#[test]
fn the_base_is_where_the_branch_was_left() {
    let Some(repository) = shop() else { return };
    repository.git(&["checkout", "--quiet", "-b", "feature"]);
    repository.write("shop/new.yaml", &OLD.replace("old", "new"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("shop/other.txt", "");
    repository.write("shop/new.yaml", &OLD.replace("old", "new"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "feature"]);
    let (status, found, _) = repository.lint(&["--base=main"]);
    assert_eq!(status, 1);
    assert!(found.starts_with("shop/new.yaml:"), "{found}");
}

#[test]
fn paths_are_those_of_the_current_directory() {
    let Some(repository) = shop() else { return };
    repository.write("shop/new.yaml", &OLD.replace("old", "new"));
    let whole = repository.0.join("shop");
    for path in [".", "new.yaml", "../shop", whole.to_str().unwrap()] {
        let (_, found, _) = answer(&repository.run_in("shop", &["--base=HEAD", path]));
        assert_eq!(found.lines().count(), 1, "{path}: {found}");
        assert!(found.starts_with("new.yaml:"), "{path}: {found}");
    }
}

#[test]
fn the_configuration_of_today_holds_for_both() {
    let Some(repository) = shop() else { return };
    repository.write(".svclint.yaml", "rules:\n  invalid-service-port: \"off\"\n");
    repository.commit();
    repository.write(".svclint.yaml", "rules:\n  invalid-service-port: error\n");
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
}

#[test]
fn what_git_ignores_is_ignored_in_both() {
    let Some(repository) = shop() else { return };
    repository.write(".gitignore", "generated/\n");
    repository.commit();
    repository.write("generated/new.yaml", &OLD.replace("old", "new"));
    let (status, found, _) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""));
}

#[test]
fn what_is_missing_is_said() {
    let Some(repository) = shop() else { return };
    let fails = |repository: &Repository, args: &[&str], expected: &str| {
        let (status, found, notes) = repository.lint(args);
        assert_eq!((status, &*found), (2, ""), "{notes}");
        assert!(notes.contains(expected), "{notes}");
    };
    fails(
        &repository,
        &["--base=nowhere"],
        "git knows no revision `nowhere`",
    );
    fails(
        &repository,
        &["--base=--all"],
        "git knows no revision `--all`",
    );
    fails(
        &repository,
        &["--base=HEAD", "-"],
        "standard input has no other revision",
    );
    repository.git(&["checkout", "--quiet", "--orphan", "alone"]);
    repository.write("shop/other.txt", "");
    repository.commit();
    fails(
        &repository,
        &["--base=main"],
        "HEAD shares no history with `main`",
    );

    let outside = Repository::new().unwrap();
    fs::remove_dir_all(outside.0.join(".git")).unwrap();
    fails(
        &outside,
        &["--base=HEAD"],
        "`--base` needs a git repository",
    );

    let shallow = Repository::new().unwrap();
    let origin = format!("file://{}", repository.0.display());
    shallow.git(&["fetch", "--quiet", "--depth=1", &origin, "main"]);
    shallow.git(&["checkout", "--quiet", "FETCH_HEAD"]);
    fails(&shallow, &["--base=main"], "this clone is shallow");
}

#[test]
fn without_git_there_is_no_base() {
    let Some(repository) = shop() else { return };
    let output = Command::new(env!("CARGO_BIN_EXE_svclint"))
        .arg("--base=HEAD")
        .current_dir(&repository.0)
        .env("PATH", "")
        .output()
        .unwrap();
    let (status, _, notes) = answer(&output);
    assert_eq!(status, 2);
    assert!(
        notes.contains("`--base` needs git, which is not installed"),
        "{notes}"
    );
}

/// What a baseline knows is counted off on both sides: one more of it is new.
#[test]
fn the_baseline_holds_for_both() {
    let Some(repository) = shop() else { return };
    let mut write = Command::new(env!("CARGO_BIN_EXE_svclint"));
    write.arg("--write-baseline=known.yaml");
    let written = write.current_dir(&repository.0).output().unwrap();
    assert!(written.status.success(), "{written:?}");
    repository.commit();
    let args = ["--base=HEAD", "--baseline=known.yaml"];
    let (status, found, notes) = repository.lint(&args);
    assert_eq!((status, &*found), (0, ""), "{notes}");
    repository.write("shop/twin.yaml", &OLD.replace("old", "other"));
    repository.write("twin/old.yaml", OLD);
    let (status, found, notes) = repository.lint(&args);
    assert_eq!((status, found.lines().count()), (1, 2), "{found}{notes}");
    fs::remove_dir_all(repository.0.join("twin")).unwrap();

    // An entry that has become stale is new; one that was stale before is not.
    fs::remove_file(repository.0.join("shop/twin.yaml")).unwrap();
    repository.write("shop/old.yaml", &OLD.replace("port: 0", "port: 1"));
    let (_, found, notes) = repository.lint(&args);
    assert!(found.contains("[stale-baseline]"), "{found}{notes}");
    assert_eq!(found.lines().count(), 1, "{found}");
    repository.commit();
    let (status, found, notes) = repository.lint(&args);
    assert_eq!((status, &*found), (0, ""), "{notes}");
}

#[test]
fn an_ignore_that_is_removed_makes_its_finding_new() {
    let Some(repository) = shop() else { return };
    let ignored = OLD.replace("}]", "}] # svclint: ignore[invalid-service-port] later");
    repository.write("shop/old.yaml", &ignored);
    repository.commit();
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
    repository.write("shop/old.yaml", OLD);
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, found.lines().count()), (1, 1), "{found}{notes}");
}

#[cfg(unix)]
#[test]
fn a_repository_is_the_same_by_any_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let Some(repository) = shop() else { return };
    let odd = repository.0.join("a b").join("new\nline ");
    fs::create_dir_all(&odd).unwrap();
    fs::write(odd.join(OsStr::from_bytes(b"\xff.yaml")), OLD).unwrap();
    std::os::unix::fs::symlink("../../shop/old.yaml", odd.join("link.yaml")).unwrap();
    repository.commit();
    let alias = repository.0.with_extension("alias");
    std::os::unix::fs::symlink(&repository.0, &alias).unwrap();
    fs::write(odd.join("new.yaml"), OLD.replace("old", "new")).unwrap();
    let here = odd.strip_prefix(&repository.0).unwrap().to_str().unwrap();
    for directory in [".", here] {
        for path in [&repository.0, &alias] {
            let path = path.to_str().unwrap();
            let (status, found, notes) =
                answer(&repository.run_in(directory, &["--base=HEAD", path]));
            assert_eq!((status, found.lines().count()), (1, 1), "{found}{notes}");
            assert!(found.contains("new.yaml:6:"), "{found}");
        }
    }
    fs::remove_file(alias).unwrap();
}

#[test]
fn a_worktree_without_a_branch_has_a_base() {
    let Some(repository) = shop() else { return };
    repository.git(&["worktree", "add", "--quiet", "--detach", "tree"]);
    fs::remove_file(repository.0.join("tree/shop/service.yaml")).unwrap();
    let (_, found, notes) = answer(&repository.run_in("tree", &["--base=main"]));
    assert_eq!(found.lines().count(), 1, "{found}{notes}");
    assert!(found.starts_with("shop/ingress.yaml:5:"), "{found}");
}

#[test]
fn submodules_have_the_commit_that_they_had() {
    let (Some(repository), Some(part)) = (shop(), Repository::new()) else {
        return;
    };
    part.write("part.yaml", &OLD.replace("old", "part"));
    part.commit();
    let origin = part.0.to_str().unwrap();
    repository.git(&["submodule", "--quiet", "add", origin, "part"]);
    repository.commit();
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
    assert!(notes.contains("2 known from the base"), "{notes}");
    repository.write("part/more.yaml", &OLD.replace("old", "more"));
    let (_, found, _) = repository.lint(&["--base=HEAD"]);
    assert!(found.starts_with("part/more.yaml:6:"), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

/// What was never here has not been deleted.
#[test]
fn what_a_sparse_checkout_leaves_out_is_not_deleted() {
    let Some(repository) = shop() else { return };
    repository.write("shop/services/web.yaml", SERVICE);
    fs::remove_file(repository.0.join("shop/service.yaml")).unwrap();
    repository.commit();
    repository.git(&[
        "sparse-checkout",
        "set",
        "--no-cone",
        "/*",
        "!/shop/services",
    ]);
    assert!(!repository.0.join("shop/services/web.yaml").exists());
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
}

#[test]
fn large_files_are_those_that_the_pointers_name() {
    let Some(repository) = shop() else { return };
    let id = "0123456789abcdef".repeat(4);
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {}\n",
        OLD.len()
    );
    repository.write("shop/old.yaml", &pointer);
    repository.commit();
    repository.write("shop/old.yaml", OLD);
    let (status, _, _) = repository.lint(&["--base=HEAD"]);
    assert_eq!(status, 1, "nobody knows what the file was");
    repository.write(&format!(".git/lfs/objects/01/23/{id}"), OLD);
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
}

/// Nothing stays behind, also when the program is interrupted while git is slow.
#[cfg(unix)]
#[test]
fn nothing_stays_behind() {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};
    let Some(repository) = shop() else { return };
    let scratch = repository.0.join(".git/scratch");
    let bin = repository.0.join(".git/bin");
    fs::create_dir_all(&scratch).unwrap();
    fs::create_dir_all(&bin).unwrap();
    let left = || fs::read_dir(&scratch).unwrap().count();
    let mut command = repository.command("", &["--base=HEAD"]);
    let output = command.env("TMPDIR", &scratch).output().unwrap();
    assert_eq!((output.status.code(), left()), (Some(0), 0));

    let path = std::env::var("PATH").unwrap();
    let slow = format!(
        "#!/bin/sh\ncase \"$*\" in *' cat-file '*) sleep 20; esac\nPATH='{path}' exec git \"$@\"\n"
    );
    fs::write(bin.join("git"), slow).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = repository.command("", &["--base=HEAD"]);
    let mut child = command
        .env("TMPDIR", &scratch)
        .env("PATH", format!("{}:{path}", bin.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while left() == 0 && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(left(), 1);
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(left(), 0);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if entry.path().is_file() {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whatever there is: if nothing changes, nothing is new.
#[test]
fn what_has_not_changed_is_not_new() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for directory in [
        "cmd",
        "demo",
        "err",
        "ok",
        "programs",
        "scopes",
        "semantics",
    ] {
        copy(&here.join(directory), &repository.0.join(directory));
    }
    repository.git(&["add", "--all", "--force"]);
    repository.commit();
    for flags in [
        &["--no-config"][..],
        &["--no-config", "--pedantic", "--closed-world"],
        &["--no-config", "--isolated", "err"],
    ] {
        let (_, all, _) = repository.lint(flags);
        assert!(all.lines().count() > 50, "{all}");
        let (_, new, notes) = repository.lint(&[&["--base=HEAD"], flags].concat());
        assert_eq!(new, "", "{flags:?}: {notes}");
    }
}

/// A namesake elsewhere is another Service if it was there before as well; one that is new there
/// may be the same, moved.
#[test]
fn a_namesake_does_not_stand_in_for_what_is_deleted() {
    let Some(repository) = shop() else { return };
    repository.write("other/service.yaml", SERVICE);
    repository.write("other/deployment.yaml", DEPLOYMENT);
    repository.commit();
    fs::remove_file(repository.0.join("shop/service.yaml")).unwrap();
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, found.lines().count()), (1, 1), "{found}{notes}");
    assert!(
        found.contains("error[ingress-service-not-found]"),
        "{found}"
    );
    repository.git(&["checkout", "--quiet", "."]);
    repository.git(&["mv", "shop/service.yaml", "third.yaml"]);
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
    // The same of pods.
    repository.git(&["reset", "--quiet", "--hard"]);
    fs::remove_file(repository.0.join("shop/deployment.yaml")).unwrap();
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, found.lines().count()), (1, 1), "{found}{notes}");
    assert!(
        found.contains("error[service-selector-no-match]"),
        "{found}"
    );
    repository.git(&["checkout", "--quiet", "."]);
    repository.git(&["mv", "shop/deployment.yaml", "third.yaml"]);
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
}

/// A directory may have another name since.
#[test]
fn what_is_deleted_in_a_renamed_directory_is_reported() {
    let Some(repository) = shop() else { return };
    repository.git(&["mv", "shop", "store"]);
    let (status, found, notes) = repository.lint(&["--base=HEAD"]);
    assert_eq!((status, &*found), (0, ""), "{notes}");
    repository.git(&["rm", "--quiet", "--force", "store/service.yaml"]);
    for (directory, path) in [(".", "."), ("store", "."), (".", "store")] {
        let (status, found, notes) = answer(&repository.run_in(directory, &["--base=HEAD", path]));
        assert_eq!((status, found.lines().count()), (1, 1), "{found}{notes}");
        assert!(
            found.contains("error[ingress-service-not-found]"),
            "{found}"
        );
    }
}

/// CI checks out the merge of a pull request with its base, and no more.
#[test]
fn a_merge_in_a_shallow_clone_has_its_base() {
    let Some(repository) = shop() else { return };
    repository.git(&["checkout", "--quiet", "-b", "feature"]);
    repository.git(&["rm", "--quiet", "shop/service.yaml"]);
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("shop/other.yaml", &OLD.replace("old", "other"));
    repository.commit();
    repository.git(&["merge", "--quiet", "--no-edit", "feature"]);
    let clone = repository.0.join("clone");
    let from = format!("file://{}", repository.0.display());
    let to = clone.to_str().unwrap();
    repository.git(&["clone", "--quiet", "--depth=1", "--branch=main", &from, to]);
    let base = repository.git(&["rev-parse", "HEAD^1"]);
    let fetch = ["-C", to, "fetch", "--quiet", "--depth=1", "origin", &base];
    repository.git(&fetch);
    let base = format!("--base={base}");
    let (status, found, notes) = answer(&repository.run_in("clone", &[&base]));
    assert_eq!((status, found.lines().count()), (1, 1), "{found}{notes}");
    assert!(
        found.contains("error[ingress-service-not-found]"),
        "{found}"
    );
}
