//! Every rule's text is its test: its `bad` examples give exactly the marked lines, its `good`
//! ones are clean.

#![allow(clippy::unwrap_used)]

#[path = "rules/advice.rs"]
mod advice;
#[path = "rules/closed.rs"]
mod closed;
#[path = "rules/followed.rs"]
mod followed;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use svclint::catalogue::Activation;
use svclint::catalogue::Selection;
use svclint::catalogue::{PAGES, Page};
use svclint::config::Config;
use svclint::diagnostic::Severity;
use svclint::findings::baseline::Baseline;
use svclint::kinds::described;
use svclint::object::Text;
use svclint::run::Flags;
use svclint::run::{Report, lint_texts};

/// An example: one or more files that are applied together, and perhaps a
/// `.svclint.yaml` and a `.svclint-baseline.yaml`.
#[derive(Debug, Default)]
struct Example {
    bad: bool,
    closed_world: bool,
    line: usize,
    files: Vec<(String, String)>,
}

/// The fenced blocks `yaml bad NAME` and `yaml good NAME`. Blocks of one kind with nothing but
/// blank lines between them are the files of one example. `--closed-world` behind the name is the
/// flag that the example is run with.
fn examples(doc: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut is_open = false;
    let mut lines = doc.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```yaml ") else {
            is_open &= line.trim().is_empty();
            continue;
        };
        let words: Vec<&str> = info.split_whitespace().collect();
        let [kind @ ("bad" | "good"), name, ref flags @ ..] = words[..] else {
            panic!("line {}: {line}", at + 1)
        };
        assert!(
            flags.is_empty() || *flags == ["--closed-world"],
            "line {}: {line}",
            at + 1
        );
        let body = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```");
        let text: String = body.flat_map(|line| [line, "\n"]).collect();
        let bad = kind == "bad";
        if !(is_open && examples.last().is_some_and(|last| last.bad == bad)) {
            examples.push(Example {
                bad,
                closed_world: !flags.is_empty(),
                line: at + 1,
                files: Vec::new(),
            });
        }
        examples
            .last_mut()
            .unwrap()
            .files
            .push((name.to_owned(), text));
        is_open = true;
    }
    examples
}

/// Lints an example with the default rules, and this one.
fn run(rule: Option<&Page>, example: &Example) -> Report {
    let mut selection = Selection::default();
    if let Some(rule) = rule.filter(|rule| rule.meta().default == Activation::OptIn) {
        selection.select.insert(rule.id);
    }
    let (settings, manifests): (Vec<_>, Vec<_>) = example
        .files
        .iter()
        .partition(|(name, _)| name.starts_with(".svclint"));
    let flags = Flags {
        selection,
        closed_world: example.closed_world,
        ..Flags::default()
    };
    let setting = |wanted: &str| settings.iter().find(|(name, _)| name == wanted);
    let config = setting(".svclint.yaml").map(|(name, text)| Config::read(name, text.as_str()));
    let baseline = setting(".svclint-baseline.yaml");
    let baseline = baseline.map(|(name, text)| Baseline::read(name, text.as_str()));
    let (config, baseline) = match (config.transpose(), baseline.transpose()) {
        (Ok(config), Ok(baseline)) => (config.map(Arc::new), baseline.map(Arc::new)),
        (Err(invalid), _) | (_, Err(invalid)) => return invalid.into(),
    };
    let texts = manifests
        .into_iter()
        .map(|(name, text)| Text::new(name.clone(), text.as_str()));
    let mut options = flags.options(config.as_ref());
    options.baseline = baseline;
    options.unused_globs = Some(Vec::new());
    options.today = TODAY.parse().ok();
    lint_texts(texts.collect(), &options)
}

/// The day of the examples.
const TODAY: &str = "2026-06-30";

/// File and line of everything that was found, with the rule.
fn found(report: &Report) -> BTreeSet<(String, usize, String)> {
    let place = |found: &svclint::diagnostic::Diagnostic| {
        let source = report.sources.get(found.primary.span.source);
        let line = source.position(found.primary.span.start).line;
        (source.name.clone(), line, found.rule.to_owned())
    };
    report.diagnostics.iter().map(place).collect()
}

/// The lines marked `# <- rule-id`.
fn marked(example: &Example) -> BTreeSet<(String, usize, String)> {
    let mut marks = BTreeSet::new();
    for (name, text) in &example.files {
        for (at, line) in text.lines().enumerate() {
            if let Some((_, ids)) = line.split_once("# <- ") {
                let ids = ids.split(',').map(|id| id.trim().to_owned());
                marks.extend(ids.map(|id| (name.clone(), at + 1, id)));
            }
        }
    }
    marks
}

#[test]
fn examples_give_what_they_promise() {
    let problems = PAGES.iter().flat_map(|rule| {
        let name = format!("{}.md", rule.id);
        problems(&name, rule.text, Some(rule))
    });
    let problems: Vec<_> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn examples_of_kinds_give_what_they_promise() {
    let problems = described::PAGES.iter().flat_map(|page| {
        let name = format!("kinds/{}.md", page.name);
        problems(&name, page.text, None)
    });
    let problems: Vec<_> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What is not so in the examples of a text, which are of this rule or of any.
fn problems(name: &str, text: &str, rule: Option<&Page>) -> Vec<String> {
    let examples = examples(text);
    let mut problems = Vec::new();
    for (bad, word) in [(true, "bad"), (false, "good")] {
        if !examples.iter().any(|example| example.bad == bad) {
            problems.push(format!("{name}: no {word} example"));
        }
    }
    for example in &examples {
        let report = run(rule, example);
        let (expected, actual) = (marked(example), found(&report));
        let is_meant = |id: &str| rule.is_none_or(|rule| rule.id == id);
        let names_rule = !example.bad || expected.iter().any(|mark| is_meant(&mark.2));
        let is_clean = example.bad || expected.is_empty();
        if expected != actual || !names_rule || !is_clean {
            problems.push(format!(
                "{name}, line {}: expected {expected:#?}, found {actual:#?}",
                example.line
            ));
        }
    }
    problems
}

/// The stems of the files in a folder.
fn stems(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.is_file());
    files
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn texts_and_rules_match() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let rules: BTreeSet<String> = PAGES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(stems(&folder), rules);
    assert!(
        PAGES.is_sorted_by_key(|rule| rule.id),
        "the pages are sorted by id"
    );
    let pages = described::PAGES.iter().map(|page| page.name.to_owned());
    assert_eq!(stems(&folder.join("kinds")), pages.collect());
}

/// The files with Rust code in a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).into_iter();
    let paths = files.map(|entry| entry.unwrap().into_path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

/// Elsewhere an id is a constant, so that a rule that is renamed is not forgotten. Tests, and
/// examples in comments, state what comes out, and write it out.
#[test]
fn ids_are_written_out_in_the_catalogue_only() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in sources(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code.lines().map(str::trim_start);
        let code: String = lines.filter(|line| !line.starts_with("//")).collect();
        let written = |rule: &&Page| code.contains(&format!("\"{}\"", rule.id));
        let name = path.strip_prefix(&folder).unwrap().to_owned();
        found.extend(
            PAGES
                .iter()
                .filter(written)
                .map(|rule| (name.clone(), rule.id)),
        );
    }
    let elsewhere: Vec<_> = found
        .iter()
        .filter(|(name, _)| name != Path::new("catalogue/ids.rs"))
        .collect();
    assert_eq!(found.len(), PAGES.len(), "{elsewhere:?}");
}

#[test]
fn front_matter_is_complete() {
    for rule in &PAGES {
        let meta = rule.meta();
        assert!(
            !meta.summary.ends_with('.'),
            "{}: the summary has a full stop",
            rule.id
        );
        let groups = [
            "selectors",
            "ports",
            "readiness",
            "references",
            "policies",
            "dns",
            "input",
            "configuration",
        ];
        assert!(
            groups.contains(&meta.group.as_str()),
            "{}: group {}",
            rule.id,
            meta.group
        );
        let body = rule.body();
        for section in ["## What it checks", "## Why it matters", "## How to fix it"] {
            assert!(
                body.contains(section),
                "{}: no section `{section}`",
                rule.id
            );
        }
        if meta.default == Activation::On {
            assert!(
                meta.severity > Severity::Info,
                "{}: an info rule is opt-in",
                rule.id
            );
        }
    }
}

/// The table of all rules, in Markdown.
fn table() -> String {
    let row = |rule: &Page| {
        let meta = rule.meta();
        let default = match meta.default {
            Activation::On => "on",
            Activation::OptIn => "opt-in",
        };
        format!(
            "| [`{id}`](rules/{id}.md) | {} | {default} | {} | {} |\n",
            meta.severity,
            meta.group,
            meta.summary,
            id = rule.id,
        )
    };
    let head = "| rule | severity | default | group | what it finds |\n|---|---|---|---|---|\n";
    let rows: Vec<String> = PAGES.iter().map(row).collect();
    format!("{head}{}", rows.concat())
}

/// The table of all kinds that pages describe, in Markdown.
fn kinds_table() -> String {
    let row = |page: &described::Page| {
        let kinds: BTreeSet<&str> = page.kinds().map(|(_, kind)| kind).collect();
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
        let (name, summary) = (page.name, page.summary());
        format!(
            "| [{name}](rules/kinds/{name}.md) | {summary} | {} |\n",
            kinds.join(" ")
        )
    };
    let rows: Vec<String> = described::PAGES.iter().map(row).collect();
    format!(
        "| page | what it describes | kinds |\n|---|---|---|\n{}",
        rows.concat()
    )
}

/// `SNAPSHOTS=overwrite` writes the table anew.
#[test]
fn readme_lists_every_kind() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once("<!-- kinds:").unwrap();
    let (marker, rest) = rest.split_once('\n').unwrap();
    let (_, after) = rest.split_once("<!-- end of kinds -->").unwrap();
    let table = kinds_table();
    let expected = format!("{before}<!-- kinds:{marker}\n{table}<!-- end of kinds -->{after}");
    snapbox::assert_data_eq!(expected, snapbox::file!["../README.md"].raw());
}

/// What the README says of kinds of one's own, as it stands there.
#[test]
fn the_kind_in_the_readme_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let mut blocks = readme.split("```yaml\n").skip(1);
    let rows = blocks.find(|block| block.starts_with("references:"));
    let (rows, _) = rows.unwrap().split_once("```").unwrap();
    let manifest = "\
apiVersion: shop.example.com/v1
kind: Storefront
metadata: {name: main}
spec:
  backends:
    - service: storefrnt # <- reference-service-not-found
      port: 80
    - service: storefront
      port: 8080 # <- reference-port-not-found
    - service: storefront
      port: 80
---
apiVersion: v1
kind: Service
metadata: {name: storefront}
spec:
  selector: {app: storefront}
  ports: [{port: 80}]
";
    let example = Example {
        files: vec![
            (".svclint.yaml".to_owned(), rows.to_owned()),
            ("storefront.yaml".to_owned(), manifest.to_owned()),
        ],
        ..Example::default()
    };
    assert_eq!(found(&run(None, &example)), marked(&example));
}

/// `SNAPSHOTS=overwrite` writes the table anew.
#[test]
fn readme_lists_every_rule() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once("<!-- rules:").unwrap();
    let (marker, rest) = rest.split_once('\n').unwrap();
    let (_, after) = rest.split_once("<!-- end of rules -->").unwrap();
    let table = table();
    let expected = format!("{before}<!-- rules:{marker}\n{table}<!-- end of rules -->{after}");
    snapbox::assert_data_eq!(expected, snapbox::file!["../README.md"].raw());
}
