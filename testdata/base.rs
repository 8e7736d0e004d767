//! `--base` in real repositories. Where git is not installed, nothing is tested, and that is said.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
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
            eprintln!("skipped: git is not installed");
            return None;
        }
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        Some(repository)
    }

    fn git(&self, args: &[&str]) {
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

    fn run_in(&self, directory: &str, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_svclint"))
            .args(["--format=concise"])
            .args(args)
            .current_dir(self.0.join(directory))
            .env_remove("GIT_DIR")
            .output()
            .unwrap()
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
