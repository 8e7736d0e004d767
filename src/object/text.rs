//! Texts and their documents.

use super::ignore;
use super::{Document, Problem, ProblemKind, Progress, SkipReason, TextProblem};
use crate::catalogue::ids;
use crate::kinds::described::Catalogue;
use crate::kube::validation;
use crate::text::source::{Source, SourceId, Span};
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
    #[doc(hidden)]
    pub facts: FileFacts,
    /// Why nothing in it is an object, if so.
    #[doc(hidden)]
    pub skip: Option<SkipReason>,
    /// What is wrong with it besides its syntax: with its bytes, or as a kustomization.
    #[doc(hidden)]
    pub problems: Vec<TextProblem>,
    /// Whether somebody asked for this very text.
    #[doc(hidden)]
    pub is_named: bool,
}

/// What is known of a text besides its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Whether findings in it are reported; otherwise it only serves as context.
    pub is_reported: bool,
    /// Whether it lies in a directory of test data, below the path that was asked for.
    pub is_fixture: bool,
    /// Whether its directory, or one above up to the path that was asked for, has a kustomization.
    pub is_kustomized: bool,
    /// Fields of a kustomization that make objects from charts, by their keys.
    pub not_rendered: Vec<(Span, String)>,
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
            is_named: true,
        }
    }
}

/// A stream with more documents than this is worked on in parallel.
const FEW: usize = 16;

/// Reads the documents of a text.
pub(crate) fn read(
    id: SourceId,
    text: &Text,
    options: &validation::Options,
    catalogue: &Catalogue,
    progress: &Progress,
) -> Vec<Document> {
    let words = text.source.text();
    let input = super::read::Input {
        text: words,
        source: id,
        skip: text.skip.as_ref(),
        may_ignore: ignore::may_ignore(words),
        is_kustomized: text.facts.is_kustomized,
        options,
        catalogue,
    };
    let chunks = yaml::documents(words);
    let mut documents: Vec<Document> = if chunks.len() > FEW {
        let tree = || Tree::new(words);
        chunks
            .par_iter()
            .map_init(tree, |tree, chunk| counted(input, chunk, tree, progress))
            .collect()
    } else {
        let mut tree = Tree::new(words);
        chunks
            .iter()
            .map(|chunk| counted(input, chunk, &mut tree, progress))
            .collect()
    };
    skip_templates(&mut documents);
    let is_other = !text.is_named
        && text.skip.is_none()
        && !documents.iter().any(|own| own.is_manifest)
        && (is_chart(text.source.name_at(0)) || !mentions_header(words));
    if !text.problems.is_empty() && (documents.is_empty() || !is_other) {
        documents.push(problems(id, text));
    }
    if is_other {
        skip_unreadable(&mut documents);
    }
    documents
}

fn counted<'s>(
    input: super::read::Input<'s>,
    chunk: &yaml::RawDocument,
    tree: &mut Tree<'s>,
    progress: &Progress,
) -> Document {
    let document = super::read::read(input, chunk, tree);
    progress.add(chunk.range.len());
    document
}

/// A text that holds an expression of a template language is a template as a whole: that other
/// documents of it are no YAML means nothing.
fn skip_templates(documents: &mut [Document]) {
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

/// What is no YAML in a text that nobody named, and that nothing shows to be a manifest, is no
/// fault: `mkdocs.yml`, a `tsconfig.json` with comments.
fn skip_unreadable(documents: &mut [Document]) {
    for document in documents.iter_mut().filter(|own| !own.problems.is_empty()) {
        document.problems.clear();
        document.skipped = Some(SkipReason::Unreadable);
    }
}

/// Whether a file describes a chart: it has an `apiVersion`, and is no manifest.
fn is_chart(name: &str) -> bool {
    name.rsplit('/').next() == Some("Chart.yaml")
}

/// Whether a line, or a key of JSON, says `apiVersion`, or a line that is not indented `kind`.
fn mentions_header(text: &str) -> bool {
    let is_key = |line: &str, key: &str| {
        let line = line.trim_start_matches(['{', ' ', '"', '\'']);
        let behind = line.strip_prefix(key);
        let behind = behind.map(|rest| rest.trim_start_matches(['"', '\'', ' ']));
        behind.is_some_and(|rest| rest.starts_with(':'))
    };
    let text = text.trim_start_matches('\u{feff}');
    text.contains("\"apiVersion\"")
        || text
            .lines()
            .any(|line| is_key(line.trim_start(), "apiVersion") || is_key(line, "kind"))
}

/// What is wrong with a whole text, as the problems of a document without objects.
fn problems(id: SourceId, text: &Text) -> Document {
    let span = |range: &Range<u32>| Span {
        source: id,
        start: range.start,
        end: range.end,
    };
    let found = text.problems.iter().map(|problem| Problem {
        rule: ids::INVALID_MANIFEST,
        span: span(&problem.range),
        kind: ProblemKind::Text(problem.clone()),
    });
    Document {
        provided: Vec::new(),
        span: span(&(0..text.source.text().len() as u32)),
        objects: Vec::new(),
        problems: found.collect(),
        is_manifest: false,
        skipped: None,
        ignores: Vec::new(),
    }
}
