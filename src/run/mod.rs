//! The whole run: texts in, report out.

mod account;
mod check;
mod filled_in;
mod flags;
mod options;
mod premise;
mod report;
mod unverified;

pub use flags::Flags;
pub use options::Options;
pub use report::{
    Count, Counts, Hidden, LeftOut, Report, Skipped, Subject, SwitchedOff, Unverified,
};

use crate::findings::suppressed::Sorted;
use crate::kube::validation;
use crate::link::{Input, Links};
use crate::object::{self, Document, Text};
use crate::text::source::{SourceId, Sources};
use crate::trace::{self, Answer, Paths, Question};
use crate::unit::{Plan, by_directory};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Lints texts that are applied together by directory.
pub fn lint_texts(mut texts: Vec<Text>, options: &Options) -> Report {
    // What comes first must not depend on who listed the files.
    texts.sort_by(|left, right| left.source.name.cmp(&right.source.name));
    let plans = by_directory(&texts);
    lint(texts, plans, options)
}

/// Lints texts. Plans say which of them are applied together; a [`SourceId`] is the position of
/// a text.
pub fn lint(texts: Vec<Text>, plans: Vec<Plan>, options: &Options) -> Report {
    judge(link(texts, plans, options), options)
}

/// Reads texts and links what is applied together. Takes the same as [`lint`].
pub fn link(texts: Vec<Text>, plans: Vec<Plan>, options: &Options) -> Links {
    let validation = validation::Options {
        kube_version: options.kube_version,
        node_port_range: options.node_port_range.clone(),
    };
    let config = options.config.as_ref();
    let catalogue = config.map(|config| config.catalogue.clone());
    let catalogue = catalogue.unwrap_or_default();
    let documents: Vec<Vec<Document>> = texts
        .par_iter()
        .enumerate()
        .map(|(at, text)| {
            let id = SourceId(at as u32);
            object::read(id, text, &validation, &catalogue, &options.progress)
        })
        .collect();
    let mut sources = Sources::default();
    let mut files = Vec::with_capacity(texts.len());
    for text in texts {
        files.push(text.facts);
        sources.add(text.source);
    }
    if let Some(config) = &options.config {
        sources.add(config.source());
    }
    if let Some(baseline) = &options.baseline {
        sources.add(baseline.source());
    }
    let documents = documents.into_iter().flatten().collect();
    let judging = options.judging();
    Links::of(Input::new(sources, documents, plans, files, judging))
}

/// Runs the rules over what is linked, and answers a question about where the traffic goes.
pub fn trace(links: Links, options: &Options, question: &Question) -> (Report, Answer) {
    let found = check::for_trace(&links);
    let answer = trace::trace(&links, &found, question);
    (judge(links, options), answer)
}

/// The same, as the paths from where traffic comes in.
pub fn paths(links: Links, options: &Options, question: &Question) -> (Report, Paths) {
    let found = check::for_trace(&links);
    let paths = trace::paths(&links, &found, question);
    (judge(links, options), paths)
}

/// Runs the rules over what is linked.
pub fn judge(links: Links, options: &Options) -> Report {
    let wanted = options.wanted(&links);
    let (found, baseline, open) = check::findings(&links, wanted, options.require_reason);
    let Sorted {
        reported,
        suppressed,
    } = found;
    let counts = account::count(&links);
    let unverified = unverified::unverified(&links, open);
    let skipped = account::skipped(&links);
    let mut failures = account::empty_streams(&links);
    failures.extend(account::beyond_limits(&links));
    let asked_for = account::asked_for(&links);
    let judged = account::judged(&links);
    let test_data = account::test_data(&links);
    let sources = links.into_input().sources;
    Report {
        sources,
        reported: asked_for,
        diagnostics: reported,
        suppressed,
        baseline,
        in_base: 0,
        switched_off: account::switched_off(options),
        hidden: Hidden::default(),
        unverified,
        skipped,
        left_out: BTreeMap::new(),
        judged,
        test_data,
        failures,
        counts,
    }
}
