//! How long the library takes: `cargo bench`. Whole processes are measured by `.ci/bench`. Nothing
//! here can fail: speed is shown, not asserted.

#[path = "bench/pairs.rs"]
mod pairs;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use svclint::index::{Scope, ScopeFile, ScopeKind};
use svclint::lint::{Options, Text, judge, link, lint};
use svclint::report;
use svclint::source::{Source, SourceId};

/// How many Deployments with a Service each.
const PAIRS: [usize; 3] = [10, 1_000, 10_000];

fn main() {
    divan::main();
}

/// The texts as one unit.
fn unit(texts: Vec<Text>) -> (Vec<Text>, Vec<Scope>) {
    let files = (0..texts.len()).map(|at| ScopeFile {
        source: SourceId(at as u32),
        namespace: None,
    });
    let scope = Scope {
        namespace: None,
        name: "shop".to_owned(),
        kind: ScopeKind::Directory,
        files: files.collect(),
        patched_ports: Vec::new(),
        doubts: Vec::new(),
        has_patches: false,
    };
    (texts, vec![scope])
}

fn stream(pairs: usize) -> (Vec<Text>, Vec<Scope>) {
    unit(vec![Text {
        source: Source::stream("<stdin>", pairs::stream(pairs)),
        ..Text::new("", "")
    }])
}

fn files(pairs: usize) -> (Vec<Text>, Vec<Scope>) {
    unit(
        pairs::files(pairs)
            .map(|(name, text)| Text::new(name, text))
            .collect(),
    )
}

/// A benchmark of what is done to so many pairs.
fn over<'a, 'b>(bencher: Bencher<'a, 'b>, pairs: usize) -> Bencher<'a, 'b> {
    bencher
        .counter(ItemsCount::new(pairs))
        .counter(BytesCount::of_str(&pairs::stream(pairs)))
}

#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn lint_stream(bencher: Bencher, pairs: usize) {
    over(bencher, pairs)
        .with_inputs(|| stream(pairs))
        .bench_values(|(texts, scopes)| lint(texts, scopes, &Options::default()));
}

#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn lint_files(bencher: Bencher, pairs: usize) {
    over(bencher, pairs)
        .with_inputs(|| files(pairs))
        .bench_values(|(texts, scopes)| lint(texts, scopes, &Options::default()));
}

/// The first part of a run: reading documents, and linking what is in them.
#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn stage_1_link(bencher: Bencher, pairs: usize) {
    over(bencher, pairs)
        .with_inputs(|| stream(pairs))
        .bench_values(|(texts, scopes)| link(texts, scopes, &Options::default()));
}

/// The second part: the rules.
#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn stage_2_judge(bencher: Bencher, pairs: usize) {
    over(bencher, pairs)
        .with_inputs(|| {
            let (texts, scopes) = stream(pairs);
            link(texts, scopes, &Options::default())
        })
        .bench_values(judge);
}

/// The last part: findings with the lines that they are about.
#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn stage_3_report(bencher: Bencher, pairs: usize) {
    let (texts, scopes) = stream(pairs);
    let report = lint(texts, scopes, &Options::default());
    over(bencher, pairs).bench(|| {
        let mut out = Vec::new();
        let done = report::concise(&report, &mut out);
        done.map(|()| out)
    });
}
