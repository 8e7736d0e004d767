//! How other programs are run: with an environment of nothing but what they need, without the
//! network unless that is allowed, for a limited time, and not longer than svclint itself.

use super::cleanup::{Running, Scratch};
use super::text::reason;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Why a program has printed nothing.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is not installed.
    Missing,
    /// It was not started, for this reason.
    Refused(String),
    /// It says this.
    Failed(String),
}

impl Stop {
    fn io(error: &io::Error) -> Self {
        Self::Failed(reason(error))
    }
}

/// What a program may do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long it may run.
    pub(super) time: Duration,
    /// How many bytes it may print.
    pub(super) bytes: u64,
    /// Whether it may ask the network (`--allow-fetch`).
    pub(super) fetch: bool,
}

impl Limits {
    /// The usual ones: charts and overlays of any size are built in seconds.
    pub(super) fn new(fetch: bool) -> Self {
        Self {
            time: Duration::from_mins(2),
            bytes: 256 << 20,
            fetch,
        }
    }
}

/// How many bytes of what a program says beside its output are kept.
const SAID: u64 = 64 << 10;

/// Runs a program to its end, and gives what it prints.
pub(super) fn run(
    directory: &Path,
    program: &str,
    arguments: &[OsString],
    limits: Limits,
) -> Result<Vec<u8>, Stop> {
    let path = find(program).ok_or(Stop::Missing)?;
    let home = Scratch::new("home").map_err(|error| Stop::io(&error))?;
    let mut command = Command::new(path);
    command
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(environment(home.path(), limits.fetch))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| Stop::io(&error))?;
    let printed = child.stdout.take().map(|pipe| read(pipe, limits.bytes + 1));
    let said = child.stderr.take().map(|pipe| read(pipe, SAID));
    let running = Running::new(child);
    let deadline = Instant::now() + limits.time;
    let ended = wait(&running, printed, deadline);
    let (printed, status) = ended.ok_or_else(|| {
        let seconds = limits.time.as_secs();
        Stop::Failed(format!("it was stopped after {seconds} seconds"))
    })?;
    if printed.len() as u64 > limits.bytes {
        let most = limits.bytes >> 20;
        return Err(Stop::Failed(format!("it prints more than {most} MiB")));
    }
    let status = status.map_err(|error| Stop::io(&error))?;
    if status.success() {
        return Ok(printed);
    }
    let said = said.and_then(|said| said.recv_timeout(limits.time).ok());
    let said = last_words(&String::from_utf8_lossy(&said.unwrap_or_default()));
    Err(Stop::Failed(if said.is_empty() {
        status.to_string()
    } else {
        said
    }))
}

/// Reads what a program writes in a thread of its own. At the limit the program is left alone with
/// what it has to say.
fn read(pipe: impl Read + Send + 'static, most: u64) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.take(most).read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    receiver
}

/// What a program has printed, and how it has ended; none if that takes too long.
fn wait(
    running: &Running,
    printed: Option<mpsc::Receiver<Vec<u8>>>,
    deadline: Instant,
) -> Option<(Vec<u8>, io::Result<ExitStatus>)> {
    const PAUSE: Duration = Duration::from_millis(2);
    let left = || deadline.saturating_duration_since(Instant::now());
    let printed = printed?.recv_timeout(left()).ok()?;
    loop {
        match running.child().try_wait() {
            Ok(Some(status)) => return Some((printed, Ok(status))),
            Ok(None) => {}
            Err(error) => return Some((printed, Err(error))),
        }
        if left().is_zero() {
            return None;
        }
        thread::sleep(PAUSE);
    }
}

/// Where a program is installed. Directories that are named from the current one do not count: the
/// repository could bring a program along.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    let directories = std::env::split_paths(&path).filter(|directory| directory.is_absolute());
    let mut candidates = directories.map(|directory| directory.join(&name));
    candidates.find(|candidate| is_program(candidate))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.metadata();
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Without these nothing runs on Windows, or finds a place for temporary files.
const ALWAYS: [&str; 5] = ["TMPDIR", "TMP", "TEMP", "SystemRoot", "SystemDrive"];

/// What tells programs how to fetch: by name, or by what the name begins with.
const TO_FETCH: [&str; 22] = [
    "PATH",
    "PATHEXT",
    "HOME",
    "USER",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSH_AUTH_SOCK",
    "DOCKER_CONFIG",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
];
const TO_FETCH_WITH: [&str; 2] = ["HELM_", "GIT_"];

/// The environment of a program. Secrets of a CI job are not in it, and neither are the user's
/// plugins, clusters and registries.
fn environment(home: &Path, fetch: bool) -> Vec<(OsString, OsString)> {
    let is_passed = |name: &OsStr| {
        let Some(name) = name.to_str() else {
            return false;
        };
        let to_fetch = || {
            TO_FETCH.contains(&name) || TO_FETCH_WITH.iter().any(|start| name.starts_with(start))
        };
        ALWAYS.contains(&name) || fetch && to_fetch()
    };
    let mut environment: Vec<_> = std::env::vars_os()
        .filter(|(name, _)| is_passed(name))
        .collect();
    if !fetch {
        for name in ["HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"] {
            environment.push((name.into(), home.into()));
        }
        environment.extend(OFFLINE.map(|(name, value)| (name.into(), value.into())));
    }
    environment
}

/// Without a search path, kustomize finds no git to clone with. What programs in Go ask for over
/// HTTP goes to a proxy that cannot be there; without `REQUEST_METHOD` they would ask the machine
/// itself all the same (golang.org/x/net/http/httpproxy `proxyForURL`).
const OFFLINE: [(&str, &str); 7] = [
    ("HTTP_PROXY", NOWHERE),
    ("HTTPS_PROXY", NOWHERE),
    ("http_proxy", NOWHERE),
    ("https_proxy", NOWHERE),
    ("REQUEST_METHOD", "GET"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("HELM_NO_PLUGINS", "1"),
];

const NOWHERE: &str = "http://127.0.0.1:0";

/// What a program says when it fails, as one line, without what it calls every failure and advice
/// about its own options. kubectl may say it to its log.
fn last_words(stderr: &str) -> String {
    let told = stderr.rsplit_once("Error: ").map(|(_, told)| told);
    let logged = || {
        let (_, logged) = stderr.rsplit_once("err=\"")?;
        logged.trim_end().strip_suffix('"')
    };
    let words = told.or_else(logged).unwrap_or(stderr);
    let lines = words.lines().map(str::trim);
    let lines: Vec<_> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("Use --debug"))
        .collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn of_what_a_program_says_the_reason_is_kept() {
        let reason = "chart requires kubeVersion: >=9 which is incompatible";
        let said = format!("WARNING: old\nError: {reason}\n\nUse --debug flag\n");
        assert_eq!(last_words(&said), reason);
        let logged = "E1121 run.go:72] \"command failed\" err=\"no 'kustomization.yaml'\"\n";
        assert_eq!(last_words(logged), "no 'kustomization.yaml'");
        assert_eq!(last_words("exec\nformat\n"), "exec format");
    }

    #[test]
    fn a_program_that_is_missing_is_told_from_one_that_fails() {
        let here = std::env::temp_dir();
        let missing = run(
            &here,
            "svclint-has-no-such-program",
            &[],
            Limits::new(false),
        );
        assert!(matches!(missing, Err(Stop::Missing)), "{missing:?}");
    }

    /// Runs a script of the shell.
    #[cfg(unix)]
    fn shell(script: &str, limits: Limits) -> Result<String, String> {
        let arguments = ["-c".into(), script.into()];
        match run(&std::env::temp_dir(), "sh", &arguments, limits) {
            Ok(printed) => Ok(String::from_utf8(printed).unwrap()),
            Err(Stop::Failed(why)) => Err(why),
            Err(stop) => Err(format!("{stop:?}")),
        }
    }

    #[cfg(unix)]
    #[test]
    fn programs_get_no_more_than_they_need() {
        let all = shell("PATH=/usr/bin:/bin; env", Limits::new(false)).unwrap();
        for line in all.lines() {
            let name = line.split('=').next().unwrap();
            let of_shell = ["PATH", "PWD", "OLDPWD", "SHLVL", "_"];
            let ours = OFFLINE.iter().any(|(own, _)| *own == name);
            let known = ours || ALWAYS.contains(&name) || of_shell.contains(&name);
            assert!(known || matches!(name, "HOME" | "USERPROFILE" | "APPDATA" | "LOCALAPPDATA"));
        }
        assert!(all.contains("svclint-home-"), "{all}");
        let fetching = shell("echo $HOME $HTTPS_PROXY", Limits::new(true)).unwrap();
        assert!(!fetching.contains("svclint-home-") && !fetching.contains(NOWHERE));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_has_no_more_time_and_room_than_it_is_given() {
        let limits = Limits {
            time: Duration::from_millis(500),
            bytes: 1 << 20,
            fetch: true,
        };
        let started = Instant::now();
        // Its children have its output open.
        let slow = shell("sleep 30 & sleep 30", limits).unwrap_err();
        assert_eq!(slow, "it was stopped after 0 seconds");
        let quiet = shell("exec >&-; sleep 30", limits).unwrap_err();
        assert_eq!(quiet, "it was stopped after 0 seconds");
        let loud = Limits {
            time: Duration::from_secs(20),
            ..limits
        };
        let loud = shell("while :; do echo yes; done", loud).unwrap_err();
        assert_eq!(loud, "it prints more than 1 MiB");
        assert!(started.elapsed() < Duration::from_secs(25));
    }
}
