//! Any bytes as the kustomization of an overlay, and what they hold behind a NUL as that of its
//! base.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, process};
use svclint::{Options, lint_paths};
use svclint_fuzz::{NEIGHBOUR, check, neighbour_is_judged};

const MANIFEST: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: htpp, containerPort: 80}]}]}
";

/// A directory of this process, with what kustomizations may take in.
static HERE: LazyLock<PathBuf> = LazyLock::new(|| {
    let here = env::temp_dir().join(format!("svclint-fuzz-{}", process::id()));
    write(&here.join("beside/a.yaml"), NEIGHBOUR.as_bytes());
    write(&here.join("overlay/a.yaml"), MANIFEST.as_bytes());
    write(
        &here.join("overlay/patch.yaml"),
        b"spec: {ports: [{port: 1}]}\n",
    );
    write(&here.join("base/a.yaml"), MANIFEST.as_bytes());
    here
});

fuzz_target!(|text: &[u8]| {
    let at = text.iter().position(|byte| *byte == 0);
    let (overlay, base) = text.split_at(at.unwrap_or(text.len()));
    write(&HERE.join("overlay/kustomization.yaml"), overlay);
    let base = base.get(1..).unwrap_or(b"resources: [a.yaml]\n");
    write(&HERE.join("base/kustomization.yaml"), base);
    let report = lint_paths([HERE.as_path()], &Options::default());
    check(&report, text.len());
    neighbour_is_judged(&report);
});

fn write(path: &Path, text: &[u8]) {
    fs::create_dir_all(path.parent().expect("it lies in a directory")).expect("a directory");
    fs::write(path, text).expect("a file");
}
