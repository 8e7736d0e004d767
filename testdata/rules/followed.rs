//! What is advised is done, in every example of every rule: the finding is gone, and nothing that
//! worked is broken.

use super::{Example, examples, run};
use std::collections::BTreeSet;
use svclint::catalogue::{PAGES, Page};
use svclint::diagnostic::{Diagnostic, Edit, Severity};
use svclint::kinds::described;
use svclint::run::Report;

/// The text at the place of a finding.
fn written<'r>(report: &'r Report, found: &Diagnostic) -> &'r str {
    let span = found.primary.span;
    &report.sources.get(span.source).text()[span.range()]
}

/// The field whose value stands at the place of a finding, by the key before it.
fn field<'r>(report: &'r Report, found: &Diagnostic) -> Option<&'r str> {
    let span = found.primary.span;
    let before = &report.sources.get(span.source).text()[..span.start as usize];
    let before = before
        .trim_end_matches([' ', '"', '\''])
        .strip_suffix(':')?;
    let name = before.rsplit([' ', '\n', '{', ',', '"']).next()?;
    (!name.is_empty()).then_some(name)
}

/// What a text has between the first pair of backticks behind some words.
fn quoted<'h>(help: &'h str, words: &str) -> Option<&'h str> {
    let (quoted, behind) = help.strip_prefix(words)?.split_once('`')?;
    // `write `x`, or change …` is a whole piece of advice; `set `x` to 1` goes on.
    let goes_on = [", or ", ", which ", "; ", " ("];
    let is_whole = behind.is_empty() || goes_on.iter().any(|own| behind.starts_with(own));
    (is_whole && !quoted.contains('…')).then_some(quoted)
}

/// The edits that an advice asks for, where a machine can follow it: those of its fix, or what
/// replaces the text that the finding underlines.
fn edits(report: &Report, found: &Diagnostic) -> Option<Vec<Edit>> {
    if let Some(fix) = &found.fix {
        return Some(fix.edits.clone());
    }
    let help = found.help.as_deref()?;
    let replaced = |text: &str| {
        // Who replaces a word between quotes leaves the quotes.
        let quotes = written(report, found).chars().next();
        let text = match quotes.filter(|own| matches!(own, '"' | '\'')) {
            Some(own) if !text.contains(own) => format!("{own}{text}{own}"),
            _ => text.to_owned(),
        };
        let span = found.primary.span;
        vec![Edit { span, text }]
    };
    if let Some(name) = quoted(help, "rename it to `") {
        return Some(replaced(name));
    }
    let asked = quoted(help, "write `").or_else(|| quoted(help, "set `"))?;
    let is_field = field(report, found);
    match asked.split_once(": ") {
        Some((name, value)) if is_field == Some(name) => Some(replaced(value)),
        // A pair of labels, of which the key may be what is wrong.
        Some(_) if written(report, found).contains(": ") => Some(replaced(asked)),
        Some((name, _)) if written(report, found) != name => None,
        Some((name, _)) => Some(replaced(name)),
        None => Some(replaced(asked)),
    }
}

/// An example after edits in it.
fn after(example: &Example, report: &Report, edits: &[Edit]) -> Example {
    let mut files = example.files.clone();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    for edit in &edits {
        let name = &report.sources.get(edit.span.source).name;
        let file = files.iter_mut().find(|(own, _)| own == name);
        let (_, text) = file.expect("an edit of a file of the example");
        text.replace_range(edit.span.range(), &edit.text);
    }
    Example { files, ..*example }
}

/// Rules that find something else once an advice is followed, which it hid or waits for more.
const REVEALED: [(&str, &str, &str); 3] = [
    (
        "backend-tls-policy",
        "backend-tls-policy",
        "a second policy about the right Service",
    ),
    (
        "invalid-manifest",
        "invalid-service-port",
        "what is no Service is not validated as one",
    ),
    (
        "label-value-not-string",
        "service-selector-no-match",
        "the pods' label is to be quoted, too",
    ),
];

/// The errors of a report, by what they say.
fn errors(report: &Report) -> BTreeSet<(&'static str, &str)> {
    let found = report.diagnostics.iter();
    let errors = found.filter(|own| own.severity == Severity::Error);
    errors.map(|own| (own.rule, own.message.as_str())).collect()
}

/// What becomes of an example in which an advice is followed, if that is not well.
fn fault(rule: Option<&Page>, example: &Example, report: &Report, at: usize) -> Option<String> {
    let found = &report.diagnostics[at];
    let edits = edits(report, found)?;
    let changed = after(example, report, &edits);
    let again = run(rule, &changed);
    let own = (found.rule, found.message.as_str());
    let new = errors(&again);
    let is_revealed = |own: &str| {
        let known = REVEALED.iter();
        known
            .into_iter()
            .any(|(by, what, _)| (*by, *what) == (found.rule, own))
    };
    let before = errors(report);
    let new = new.difference(&before).copied();
    let new: Vec<_> = new.filter(|(rule, _)| !is_revealed(rule)).collect();
    let left = again.diagnostics.iter();
    let is_left = left
        .filter(|own| own.primary.span.start == found.primary.span.start)
        .any(|left| (left.rule, left.message.as_str()) == own);
    if new.is_empty() && !is_left {
        return None;
    }
    let help = found.help.as_deref().unwrap_or_default();
    Some(format!(
        "{own:?}\n  {help}\n  left: {is_left}, new: {new:?}\n{:#?}",
        changed.files
    ))
}

#[test]
fn advice_that_is_followed_mends_and_breaks_nothing() {
    let rules = PAGES.iter().map(|page| (page.id, page.text, Some(page)));
    let kinds = described::PAGES
        .iter()
        .map(|page| (page.name, page.text, None));
    let (mut faults, mut followed, mut prose) = (Vec::new(), 0, BTreeSet::new());
    for (name, text, rule) in rules.chain(kinds) {
        for example in examples(text).iter().filter(|own| own.bad) {
            let report = run(rule, example);
            for (at, found) in report.diagnostics.iter().enumerate() {
                let in_examples = example
                    .files
                    .iter()
                    .any(|(own, _)| *own == report.sources.get(found.primary.span.source).name);
                if !in_examples || edits(&report, found).is_none() {
                    prose.insert(found.rule);
                    continue;
                }
                followed += 1;
                let line = example.line;
                let fault = fault(rule, example, &report, at);
                faults.extend(fault.map(|fault| format!("{name}, line {line}: {fault}")));
            }
        }
    }
    println!("{followed} pieces of advice followed; prose in {prose:?}");
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(followed > 100, "only {followed}");
}
