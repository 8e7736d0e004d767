//! Texts and their documents.

use super::SkipReason;
use crate::index::FileFacts;
use crate::object::{self, Document, Problem, ProblemKind};
use crate::source::{Source, SourceId, Span};
use crate::suppress;
use crate::validation;
use crate::yaml;
use crate::yaml::tree::Tree;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// A text to be linted, and what is known of it besides its words.
#[derive(Debug)]
pub struct Text {
    /// Name and words.
    pub source: Source,
    /// Whether it is reported, and whether it is test data.
    pub facts: FileFacts,
    /// Why nothing in it is an object, if so.
    pub skip: Option<SkipReason>,
    /// What is wrong with its bytes: where, and what.
    pub problems: Vec<(Range<usize>, String)>,
}

impl Text {
    /// A text that is reported.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            source: Source::new(name, text),
            facts: FileFacts {
                is_reported: true,
                ..FileFacts::default()
            },
            skip: None,
            problems: Vec::new(),
        }
    }
}

/// A stream with more documents than this is worked on in parallel.
const FEW: usize = 16;

/// Reads the documents of a text.
pub(super) fn read(id: SourceId, text: &Text, options: &validation::Options) -> Vec<Document> {
    let words = text.source.text();
    let input = object::Input {
        text: words,
        source: id,
        skip: text.skip.as_ref(),
        may_ignore: suppress::may_ignore(words),
        is_kustomized: text.facts.is_kustomized,
        options,
    };
    let chunks = yaml::documents(words);
    let mut documents: Vec<Document> = if chunks.len() > FEW {
        let tree = || Tree::new(words);
        chunks
            .par_iter()
            .map_init(tree, |tree, chunk| object::read(input, chunk, tree))
            .collect()
    } else {
        let mut tree = Tree::new(words);
        chunks
            .iter()
            .map(|chunk| object::read(input, chunk, &mut tree))
            .collect()
    };
    forgive_templates(&mut documents);
    if !text.problems.is_empty() {
        documents.push(unreadable_bytes(id, text));
    }
    documents
}

/// A text that holds an expression of a template language is a template as a whole: that other
/// documents of it are no YAML means nothing.
fn forgive_templates(documents: &mut [Document]) {
    if !documents
        .iter()
        .any(|document| document.skipped == Some(SkipReason::Template))
    {
        return;
    }
    for document in documents
        .iter_mut()
        .filter(|document| document.objects.is_empty())
    {
        if !document.problems.is_empty() {
            document.problems.clear();
            document.skipped = Some(SkipReason::Template);
        }
    }
}

/// What is wrong with the bytes of a text, as the problems of a document without objects.
fn unreadable_bytes(id: SourceId, text: &Text) -> Document {
    let span = |range: &Range<usize>| Span {
        source: id,
        start: range.start as u32,
        end: range.end as u32,
    };
    let problems = text.problems.iter().map(|(range, message)| Problem {
        rule: "invalid-manifest",
        span: span(range),
        kind: ProblemKind::Unreadable {
            message: message.clone(),
            help: None,
        },
    });
    Document {
        span: span(&(0..text.source.text().len())),
        objects: Vec::new(),
        problems: problems.collect(),
        is_manifest: false,
        skipped: None,
        ignores: Vec::new(),
    }
}
