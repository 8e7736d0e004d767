//! helm and kustomize, which read and fetch what charts and overlays name.

use super::*;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

impl Scene {
    /// svclint with programs of our own before those that are installed.
    fn with_programs(&self) -> Command {
        let mut command = self.svclint("repo");
        let path = std::env::var_os("PATH").unwrap();
        let mut all = vec![self.path("bin")];
        all.extend(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(all).unwrap());
        command
    }
}

/// A chart, as far as it matters here.
fn chart(scene: &Scene) {
    scene.write("repo/chart/Chart.yaml", "name: x\nversion: 1.0.0\n");
    scene.write("repo/chart/templates/a.yaml", SERVICE);
}

#[test]
fn programs_see_no_secrets_of_the_job() {
    let scene = Scene::new();
    chart(&scene);
    scene.write("repo/kustomization.yaml", "resources: [a.yaml]\n");
    let script = "echo \"# ${CI_TOKEN}${HELM_PLUGINS}\"; echo 'apiVersion: v1'; \
         echo 'kind: Secret'; exec >&2; /usr/bin/env | /bin/sed 's/^/Error: /'; exit 1";
    for (program, option) in [("helm", "--helm=chart"), ("kustomize", "--kustomize=.")] {
        scene.program(&format!("bin/{program}"), script);
        let mut command = scene.with_programs();
        let output = command.env("HELM_PLUGINS", SECRET).arg(option).output();
        let run = Run::from(output.unwrap());
        assert!(run.stderr.contains("failed"), "{run:?}");
        run.tells_nothing();
    }
}

/// A search path with the current directory in it would have the repository bring its own helm.
#[test]
fn no_program_of_the_repository_is_run() {
    let scene = Scene::new();
    chart(&scene);
    let pwned = format!("touch '{}'", scene.path("PWNED").display());
    for program in ["helm", "git", "kustomize", "kubectl"] {
        scene.program(&format!("repo/{program}"), &pwned);
        scene.program(&format!("repo/bin/{program}"), &pwned);
    }
    for path in [".", "", "bin", "bin:."] {
        for option in ["--helm=chart", "--kustomize=.", "--base=HEAD"] {
            let mut command = scene.svclint("repo");
            let output = command
                .env("PATH", OsString::from(path))
                .arg(option)
                .output();
            let run = Run::from(output.unwrap());
            assert_eq!(run.status, Some(2), "{run:?}");
            assert!(run.stderr.contains("installed"), "{run:?}");
            assert!(!scene.path("PWNED").exists(), "{run:?}");
        }
    }
}

#[test]
fn a_chart_has_no_link_out_of_the_repository() {
    let scene = Scene::new();
    chart(&scene);
    scene.program("bin/helm", "exec /bin/cat chart/*");
    for (target, path) in [
        ("../../secret.env", "repo/chart/files"),
        ("/proc/self/environ", "repo/chart/env"),
        ("../../..", "repo/chart/templates/up"),
        ("../.git", "repo/chart/git"),
        ("../other", "repo/chart/other"),
    ] {
        scene.link("../../secret.env", "repo/other/inner");
        scene.link(target, path);
        let output = scene.with_programs().arg("--helm=chart").output();
        let run = Run::from(output.unwrap());
        run.tells_nothing();
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(
            run.stderr.contains("is a link out of the repository"),
            "{run:?}"
        );
        fs::remove_file(scene.path(path)).unwrap();
        fs::remove_dir_all(scene.path("repo/other")).unwrap();
    }
    scene.link("../secret.env", "repo/values.yaml");
    scene.link("..", "repo/up");
    for arguments in [
        &["--helm=chart", "--values=values.yaml"][..],
        &["--helm=up/chart"],
    ] {
        let output = scene.with_programs().args(arguments).output();
        let run = Run::from(output.unwrap());
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(run.stderr.contains("link out of the repository"), "{run:?}");
    }
    scene.link("../a.yaml", "repo/chart/values.yaml");
    scene.program("bin/helm", "exec /bin/cat chart/values.yaml");
    let output = scene.with_programs().arg("--helm=chart").output();
    assert_eq!(Run::from(output.unwrap()).status, Some(1));
}

#[test]
fn an_overlay_takes_in_nothing_from_outside() {
    let scene = Scene::new();
    scene.program("bin/kustomize", "echo built");
    scene.write("other/kustomization.yaml", "resources: []\n");
    scene.link("../other", "repo/link");
    scene.write("repo/base/kustomization.yaml", "resources: [../../other]\n");
    for (entry, why) in [
        ("../other", "leads out"),
        ("link", "leads out"),
        ("base", "leads out"),
        ("https://example.com/a.yaml", "--allow-fetch"),
        ("github.com/org/repo?ref=v1", "--allow-fetch"),
        ("git@example.com:org/repo", "--allow-fetch"),
    ] {
        scene.write(
            "repo/kustomization.yaml",
            &format!("resources: ['{entry}']\n"),
        );
        let output = scene.with_programs().arg("--kustomize=.").output();
        let run = Run::from(output.unwrap());
        assert_eq!(run.status, Some(2), "{entry}: {run:?}");
        assert!(run.stderr.contains(why), "{entry}: {run:?}");
        assert!(!run.stderr.contains("built"), "{run:?}");
    }
    let generator = "kind: ConfigMapGenerator\nfiles: ['https://localhost/a.yaml']\n";
    scene.write("repo/generator.yaml", generator);
    let inline = format!("generators:\n- |-\n  {}\n", generator.replace('\n', "\n  "));
    // Keys have any case to kustomize, and the first document may come behind comments.
    for (text, why) in [
        ("Resources: [../other]\n", "leads out"),
        ("RE\u{17f}OURCE\u{17f}: [base]\n", "leads out"),
        ("# c\n---\nresources: [../other]\n", "leads out"),
        ("%YAML 1.1\n---\nresources: [../other]\n", "leads out"),
        ("generators: [generator.yaml]\n", "--allow-fetch"),
        (&inline, "--allow-fetch"),
    ] {
        scene.write("repo/kustomization.yaml", text);
        let output = scene.with_programs().arg("--kustomize=.").output();
        let run = Run::from(output.unwrap());
        assert_eq!(run.status, Some(2), "{text}: {run:?}");
        assert!(run.stderr.contains(why), "{text}: {run:?}");
    }
    fs::remove_file(scene.path("repo/kustomization.yaml")).unwrap();
    let secret = format!("resources: ['https://{SECRET}']\n");
    scene.write("secret.yaml", &secret);
    scene.link("../secret.yaml", "repo/kustomization.yaml");
    let output = scene.with_programs().arg("--kustomize=.").output();
    let run = Run::from(output.unwrap());
    run.tells_nothing();
    assert!(
        run.stderr.contains("is a link out of the repository"),
        "{run:?}"
    );
}

/// With the real programs, and a server that listens on this machine.
#[test]
fn nothing_is_fetched_unless_that_is_allowed() {
    let has = |program: &str| Command::new(program).arg("version").output().is_ok();
    if !has("kustomize") && !has("kubectl") {
        return;
    }
    let scene = Scene::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    // An alias is a way to write an address that is none at first sight.
    let kustomization = format!("resources: ['http://{address}/svc.yaml']\n");
    scene.write("repo/kustomization.yaml", &kustomization);
    let run = scene.run(&["--kustomize=."]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stderr.contains("--allow-fetch"), "{run:?}");
    server.set_nonblocking(true).unwrap();
    assert!(server.accept().is_err(), "nobody has asked");

    server.set_nonblocking(false).unwrap();
    let answer = std::thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        let mut asked = [0; 1024];
        let read = client.read(&mut asked).unwrap();
        let length = SERVICE.len();
        write!(
            client,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{SERVICE}"
        )
        .unwrap();
        String::from_utf8_lossy(&asked[..read]).into_owned()
    });
    let run = scene.run(&["--kustomize=.", "--allow-fetch"]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(answer.join().unwrap().starts_with("GET /svc.yaml"));
}

/// A program that never ends, and one that it has started, end with svclint.
#[test]
fn programs_end_with_svclint() {
    let scene = Scene::new();
    chart(&scene);
    let started = scene.path("started");
    let script = format!(
        "/bin/sleep 600 &\necho $$ $! >'{}.part'; /bin/mv '{0}.part' '{0}'; wait",
        started.display()
    );
    scene.program("bin/helm", &script);
    for signal in ["-INT", "-TERM"] {
        let _ = fs::remove_file(&started);
        let mut child = scene
            .with_programs()
            .arg("--helm=chart")
            .env("TMPDIR", scene.path("bin"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let since = Instant::now();
        while !started.exists() && since.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let ids = fs::read_to_string(&started).unwrap();
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(130));
        for id in ids.split_whitespace() {
            let is_alive = || {
                let state = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                state
                    .rsplit_once(") ")
                    .is_some_and(|(_, state)| !state.starts_with('Z'))
            };
            let since = Instant::now();
            while is_alive() && since.elapsed() < Duration::from_secs(5) {
                std::thread::sleep(Duration::from_millis(10));
            }
            assert!(!is_alive(), "{signal} {id}");
        }
        assert_eq!(fs::read_dir(scene.path("bin")).unwrap().count(), 1);
    }
}
