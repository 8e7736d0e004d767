//! Manifests with the findings that they must give: `ok` none, `err` and `scopes` those in the
//! `.out` beside them. `SNAPSHOTS=overwrite` writes what is found.
#![allow(clippy::unwrap_used)]

use snapbox::{Assert, Data};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use svclint::findings::baseline::{Baseline, written as written_baseline};
use svclint::load::{Request, load};
use svclint::report::{Style, concise, details};
use svclint::run::{Options, Report, lint};

fn testdata(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(folder)
}

/// What a folder holds, except expected output.
fn fixtures(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_none_or(|extension| extension != "out"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{}", folder.display());
    paths
}

/// Lints one file alone, or all of a directory, as if the program ran there.
fn run(path: &Path, options: &Options) -> Report {
    let (directory, argument) = if path.is_dir() {
        (path, PathBuf::from("."))
    } else {
        let name = path.file_name().unwrap();
        (path.parent().unwrap(), PathBuf::from(name))
    };
    let request = Request {
        current_dir: directory.to_owned(),
        paths: vec![argument],
        isolated: true,
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).unwrap();
    let (texts, plans) = loaded.plans();
    lint(texts, plans, options)
}

/// Lints a text as the program reads it from standard input.
fn run_stream(name: &Path, bytes: &[u8]) -> Report {
    let request = Request {
        paths: vec![PathBuf::from("-")],
        stdin_filename: Some(name.file_name().unwrap().to_string_lossy().into_owned()),
        ..Request::default()
    };
    let loaded = load(&request, &mut &*bytes).unwrap();
    let (texts, plans) = loaded.plans();
    lint(texts, plans, &Options::default())
}

/// One line per finding, then one for each thing that was not judged.
fn written(report: &Report) -> String {
    let mut out = Vec::new();
    concise(report, Style::PLAIN, &mut out).unwrap();
    details(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The flags that a case is about.
fn options(case: &Path) -> Options {
    let name = case.file_name().unwrap().to_string_lossy();
    let mut options = Options::default();
    if name.contains("namespace-flag") {
        options = options.namespace("shop");
    }
    if name.contains("in-an-old-cluster") {
        options = options.kube_version("1.15".parse().unwrap());
    }
    options
}

fn compare(folder: &str) {
    let assert = Assert::new().action_env("SNAPSHOTS");
    let mut failed = Vec::new();
    for path in fixtures(&testdata(folder)) {
        let expected = Data::read_from(&path.with_extension("out"), None);
        let actual = written(&run(&path, &options(&path)));
        if let Err(error) = assert.try_eq(Some(&path.display()), actual.into(), expected) {
            failed.push(error.to_string());
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn nothing_is_found_in_what_is_right() {
    let mut found = String::new();
    for path in fixtures(&testdata("ok")) {
        let report = run(&path, &options(&path));
        assert!(
            report.counts.objects > 0,
            "{}: nothing read",
            path.display()
        );
        if !report.diagnostics.is_empty() || !report.unverified.is_empty() {
            found += &written(&report);
        }
    }
    assert!(found.is_empty(), "{found}");
}

#[test]
fn files_give_the_expected_findings() {
    compare("err");
}

#[test]
fn directories_give_the_expected_findings() {
    compare("scopes");
}

#[test]
fn encoding_and_line_ends_do_not_matter() {
    let mut failed = Vec::new();
    for path in fixtures(&testdata("err")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("out")).unwrap();
        let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes);
        let forms: [(&str, Vec<u8>); 4] = [
            ("a stream", text.clone().into_bytes()),
            ("CRLF", text.replace('\n', "\r\n").into_bytes()),
            ("a byte order mark", format!("\u{feff}{text}").into_bytes()),
            ("UTF-16", [0xff, 0xfe].into_iter().chain(utf16).collect()),
        ];
        for (form, bytes) in forms {
            let actual = written(&run_stream(&path, &bytes));
            if actual != expected {
                failed.push(format!("{} as {form}:\n{actual}", path.display()));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A baseline of everything that is found leaves nothing to report, and nothing in it is stale.
#[test]
fn what_is_found_can_be_known() {
    let mut failed = Vec::new();
    for path in fixtures(&testdata("err")) {
        let found = run(&path, &options(&path));
        let (text, count) = written_baseline(&found.sources, &found.diagnostics);
        let baseline = Baseline::read("baseline", text).unwrap();
        let mut options = options(&path);
        options.baseline = Some(Arc::new(Baseline {
            is_whole: true,
            ..baseline
        }));
        let report = run(&path, &options);
        let known = report.suppressed.len() - found.suppressed.len();
        if !report.diagnostics.is_empty() || known != count {
            failed.push(format!("{}: {}", path.display(), written(&report)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
