//! How long the library takes: `cargo bench`. Whole processes are measured by `.ci/bench`. Nothing
//! here can fail: speed is shown, not asserted.

#[path = "bench/pairs.rs"]
mod pairs;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use snapbox::dir::DirRoot;
use svclint::load::{Request, load};
use svclint::object::Text;
use svclint::report;
use svclint::run::{Options, judge, link, lint};
use svclint::unit::Plan;

/// How many Deployments with a Service each.
const PAIRS: [usize; 3] = [10, 1_000, 10_000];

fn main() {
    divan::main();
}

/// So many pairs as standard input.
fn stream(pairs: usize) -> (Vec<Text>, Vec<Plan>) {
    let request = Request {
        paths: vec!["-".into()],
        ..Request::default()
    };
    let text = pairs::stream(pairs);
    load(&request, &mut text.as_bytes())
        .expect("no glob")
        .plans()
}

/// So many pairs as files in a directory, which goes away when it is dropped.
fn directory(pairs: usize) -> DirRoot {
    let directory = DirRoot::mutable_temp().expect("a directory");
    for (name, text) in pairs::files(pairs) {
        let path = directory.path().expect("its path").join(name);
        std::fs::write(path, text).expect("a file");
    }
    directory
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
        .bench_values(|(texts, plans)| lint(texts, plans, &Options::default()));
}

#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn lint_files(bencher: Bencher, pairs: usize) {
    let directory = directory(pairs);
    let request = Request {
        paths: vec![directory.path().expect("its path").to_owned()],
        ..Request::default()
    };
    over(bencher, pairs).bench(|| {
        let loaded = load(&request, &mut std::io::empty()).expect("no glob");
        let (texts, plans) = loaded.plans();
        lint(texts, plans, &Options::default())
    });
}

/// The first part of a run: reading documents, and linking what is in them.
#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn stage_1_link(bencher: Bencher, pairs: usize) {
    over(bencher, pairs)
        .with_inputs(|| stream(pairs))
        .bench_values(|(texts, plans)| link(texts, plans, &Options::default()));
}

/// The second part: the rules.
#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn stage_2_judge(bencher: Bencher, pairs: usize) {
    over(bencher, pairs)
        .with_inputs(|| {
            let (texts, plans) = stream(pairs);
            link(texts, plans, &Options::default())
        })
        .bench_values(|links| judge(links, &Options::default()));
}

/// The last part: findings with the lines that they are about.
#[divan::bench(args = PAIRS, sample_count = 20, sample_size = 1)]
fn stage_3_report(bencher: Bencher, pairs: usize) {
    let (texts, plans) = stream(pairs);
    let report = lint(texts, plans, &Options::default());
    over(bencher, pairs).bench(|| {
        let mut out = Vec::new();
        let done = report::concise(&report, report::Style::PLAIN, &mut out);
        done.map(|()| out)
    });
}
