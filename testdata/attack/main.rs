//! What strangers may send: repositories that are made to have svclint run what it should not, read
//! or write what is none of its business, or say what looks like somebody else's words. Every one
//! of these worked once, or is akin to one that did.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod base;
mod hidden;
mod kustomizations;
mod lies;
mod links;
mod output;
mod placeholders;
mod programs;
mod settings;
mod silence;

use snapbox::dir::DirRoot;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What nobody may get to see.
const SECRET: &str = "hunter2-t0psecret";

/// A manifest with a finding.
const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 0}]}\n";

/// A directory with a repository and things that are not in it.
struct Scene(DirRoot);

/// What a run gave.
#[derive(Debug)]
struct Run {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Scene {
    /// A repository with one manifest, and a secret beside it.
    fn new() -> Self {
        let scene = Self(DirRoot::mutable_temp().unwrap());
        fs::create_dir_all(scene.path("repo/.git")).unwrap();
        scene.write("repo/a.yaml", SERVICE);
        scene.write("secret.env", &format!("DB_PASSWORD={SECRET}\nOTHER=x\n"));
        scene.write("secret.yaml", &format!("password: {SECRET}\n"));
        scene.write(
            "repo/.git/config",
            &format!("[http \"https://github.com/\"]\n\textraheader = basic {SECRET}\n"),
        );
        scene
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().unwrap().canonicalize().unwrap().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn link(&self, target: impl AsRef<Path>, path: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    /// Writes a program.
    fn program(&self, path: &str, script: &str) {
        self.write(path, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// svclint in a directory.
    fn svclint(&self, directory: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_svclint"));
        command
            .current_dir(self.path(directory))
            .env("NO_COLOR", "1")
            .env("CI_TOKEN", SECRET)
            .env_remove("GIT_DIR");
        command
    }

    /// Runs svclint in the repository.
    fn run(&self, arguments: &[&str]) -> Run {
        self.svclint("repo")
            .args(arguments)
            .output()
            .unwrap()
            .into()
    }
}

impl From<std::process::Output> for Run {
    fn from(output: std::process::Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Everything that was said.
    fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Fails if a secret was told.
    fn tells_nothing(&self) {
        for part in [SECRET, "hunter2", "DB_PASSWORD"] {
            assert!(!self.all().contains(part), "{self:?}");
        }
    }
}

/// Every format there is.
const FORMATS: [&str; 8] = [
    "full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
];
