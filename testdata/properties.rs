//! What holds for every finding of every rule, on every example there is.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use svclint::catalogue::PAGES;
use svclint::diagnostic::Diagnostic;
use svclint::object::Text;
use svclint::report;
use svclint::run::{Options, Report, lint_texts};
use svclint::text::source::{Source, SourceId, Span};
use svclint::yaml::reader::Reader;
use svclint::yaml::tree::{NodeId, Tree};
use svclint::yaml::{documents, parse};

/// The manifests of the rules' texts and of the fixtures: each a set of files.
fn inputs() -> Vec<Vec<(String, String)>> {
    let mut inputs = Vec::new();
    for rule in &PAGES {
        let first = inputs.len();
        for (at, block) in rule.text.split("```yaml ").skip(1).enumerate() {
            let (_, rest) = block.split_once('\n').unwrap();
            let text = rest.split("\n```").next().unwrap();
            inputs.push(vec![(
                format!("{}/{at}.yaml", rule.id),
                format!("{text}\n"),
            )]);
        }
        // Some rules compare files.
        let blocks = rule.text.split("```yaml ").skip(1);
        let bad = blocks.zip(&inputs[first..]);
        let bad = bad.filter(|(block, _)| block.starts_with("bad"));
        let bad: Vec<_> = bad.flat_map(|(_, files)| files.clone()).collect();
        inputs.push(bad);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for place in ["demo", "ok", "err", "semantics"] {
        let Ok(entries) = std::fs::read_dir(folder.join(place)) else {
            continue;
        };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let manifests = files.iter().filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml" || extension == "json")
        });
        let texts = manifests.filter_map(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            Some((
                format!("{place}/{}", path.file_name()?.to_string_lossy()),
                text,
            ))
        });
        let texts: Vec<_> = texts.collect();
        if place == "demo" {
            inputs.push(texts);
        } else {
            inputs.extend(texts.into_iter().map(|text| vec![text]));
        }
    }
    inputs
}

fn run(files: &[(String, String)]) -> Report {
    let texts = files
        .iter()
        .map(|(name, text)| Text::new(name.clone(), text.as_str()));
    lint_texts(texts.collect(), &Options::default().pedantic())
}

/// The same manifests, written otherwise: other line ends, a byte order mark, wide characters.
fn variants(files: &[(String, String)]) -> Vec<Vec<(String, String)>> {
    let change = |change: &dyn Fn(&str) -> String| -> Vec<(String, String)> {
        files
            .iter()
            .map(|(name, text)| (name.clone(), change(text)))
            .collect()
    };
    let wide = |text: &str| {
        let lines = text.lines().map(|line| {
            let comment = if line.starts_with("---") {
                ""
            } else {
                "# ü€😀\n"
            };
            format!("{comment}{line}\n")
        });
        lines.collect::<String>()
    };
    let mut variants = vec![files.to_vec()];
    if files.iter().all(|(_, text)| !text.contains('\r')) {
        variants.push(change(&|text| text.replace('\n', "\r\n")));
    }
    // Comments must not come between the lines of a scalar.
    let is_simple = |text: &str| {
        !text.trim_start().starts_with('{') && !text.contains(['|', '>', '"', '\'', '{', '['])
    };
    if files.iter().all(|(_, text)| is_simple(text)) {
        variants.push(change(&wide));
    }
    variants.push(change(&|text| {
        format!("\u{feff}{}", text.trim_start_matches('\u{feff}'))
    }));
    variants
}

/// The scalars of a text that stand exactly at a place, each with the value that it is read as.
fn nodes_at(source: &Source, span: Span) -> Vec<String> {
    scalars(source, |node| node.range() == span.range())
}

/// The scalars of a text that a place lies in, each with the value that it is read as.
fn nodes_around(source: &Source, span: Span) -> Vec<String> {
    let range = span.range();
    scalars(source, |node| {
        node.range().start <= range.start && range.end <= node.range().end
    })
}

fn scalars(source: &Source, is_meant: impl Fn(Span) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut tree = Tree::new(source.text());
    for document in documents(source.text()) {
        if parse(&mut tree, &document).is_err() {
            continue;
        }
        let reader = Reader::new(&tree, SourceId(0));
        let here = |node: &NodeId| is_meant(reader.span(*node));
        let nodes = tree
            .ids()
            .filter(here)
            .filter(|node| tree.form(*node).is_scalar());
        found.extend(nodes.map(|node| tree.scalar(node).to_owned()));
    }
    found
}

/// What a piece of text is read as, on its own.
fn reread(text: &str) -> Option<String> {
    let mut tree = Tree::new(text);
    parse(&mut tree, documents(text).first()?).ok()?;
    let root = tree.root()?;
    tree.form(root)
        .is_scalar()
        .then(|| tree.scalar(root).to_owned())
}

fn check_span(report: &Report, found: &Diagnostic, span: Span, problems: &mut BTreeSet<String>) {
    let source = report.sources.get(span.source);
    let text = source.text();
    let is_inside = span.range().end <= text.len()
        && text.is_char_boundary(span.range().start)
        && text.is_char_boundary(span.range().end);
    if !is_inside {
        problems.insert(format!(
            "{} {}: {span:?} is no place in the text",
            source.name, found.rule
        ));
    }
}

/// Whether a primary place is no scalar for a reason: what is wrong there is not a scalar.
fn is_about_text(found: &Diagnostic) -> bool {
    // Ignores stand in comments.
    matches!(found.rule, "invalid-ignore" | "unused-ignore")
        || found.rule == "invalid-manifest" && found.message.starts_with("kubectl cannot read")
}

/// Whether a primary place is the part of a scalar that names something.
fn is_about_part(found: &Diagnostic) -> bool {
    found.rule.starts_with("dns-")
}

#[test]
fn every_place_is_a_scalar_that_reads_back() {
    let mut problems = BTreeSet::new();
    let mut checked = 0;
    let mut seen = BTreeSet::new();
    for files in inputs() {
        for variant in variants(&files) {
            let report = run(&variant);
            for found in &report.diagnostics {
                seen.insert(found.rule);
                check_span(&report, found, found.primary.span, &mut problems);
                for label in &found.related {
                    check_span(&report, found, label.span, &mut problems);
                }
                if is_about_text(found) {
                    continue;
                }
                checked += 1;
                let source = report.sources.get(found.primary.span.source);
                let slice = source.slice(found.primary.span);
                if is_about_part(found) {
                    let values = nodes_around(source, found.primary.span);
                    if !values.iter().any(|value| value.contains(slice)) {
                        problems.insert(format!(
                            "{} {}: `{slice}` is no part of a scalar: {}",
                            source.name, found.rule, found.message
                        ));
                    }
                    continue;
                }
                let values = nodes_at(source, found.primary.span);
                let back = reread(slice);
                if !values.iter().any(|value| Some(value) == back.as_ref()) {
                    problems.insert(format!(
                        "{} {}: `{slice}` is no scalar or key ({values:?}, {back:?}): {}",
                        source.name, found.rule, found.message
                    ));
                }
            }
        }
    }
    let problems: Vec<String> = problems.into_iter().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(checked > 500, "only {checked} places were checked");
    let silent: Vec<&str> = svclint::rules::ALL
        .iter()
        // What a configuration or a baseline says takes more than manifests.
        .filter(|rule| !matches!(rule.check, svclint::rules::Check::Run))
        .map(|rule| rule.id)
        .filter(|id| !seen.contains(id))
        .collect();
    assert!(
        silent.is_empty(),
        "no example gives a finding of {silent:?}"
    );
}

fn concise(report: &Report) -> String {
    let mut out = Vec::new();
    report::concise(report, report::Style::PLAIN, &mut out).unwrap();
    report::json(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_order_of_files_and_the_number_of_threads_do_not_show() {
    let files: Vec<(String, String)> = inputs().into_iter().flatten().collect();
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let expected = pool(1).install(|| concise(&run(&files)));
    assert_eq!(
        pool(4).install(|| concise(&run(&files))),
        expected,
        "with four threads"
    );
    let reversed: Vec<_> = files.iter().rev().cloned().collect();
    assert_eq!(concise(&run(&reversed)), expected, "in reverse");
    let mut mixed = files.clone();
    mixed.rotate_left(files.len() / 3);
    mixed.swap(0, files.len() / 2);
    assert_eq!(concise(&run(&mixed)), expected, "mixed");
}
