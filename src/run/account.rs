//! What a run looked at, and what it did not.

use super::Options;
use super::report::{Counts, Skipped, SwitchedOff};
use crate::catalogue::{PAGES, Selection};
use crate::config::Config;
use crate::diagnostic::Identity;
use crate::kinds::Kind;
use crate::kinds::custom::is_rendered_in_cluster;
use crate::link::Links;
use crate::object::{Document, Object, SkipReason};
use crate::text::Failure;
use crate::text::source::{SourceId, Span};
use std::collections::BTreeSet;

/// Streams that hold no manifest: what has failed upstream (`helm template … | svclint -`) must
/// not look like a pass.
pub(super) fn empty_streams(links: &Links) -> Vec<Failure> {
    let has_manifest = |id: SourceId| {
        let mut own = links.documents.iter().filter(|own| own.span.source == id);
        own.any(|document| {
            let is_none = matches!(
                document.skipped,
                None | Some(SkipReason::NotManifest | SkipReason::BareList)
            );
            document.is_manifest || !document.problems.is_empty() || !is_none
        })
    };
    let streams = links
        .sources
        .iter()
        .filter(|(id, source)| source.is_stream && !has_manifest(*id));
    let failures = streams.map(|(_, source)| Failure {
        path: source.name.clone(),
        message: "holds no manifest".to_owned(),
    });
    failures.collect()
}

/// Documents that svclint cannot read, and kubectl perhaps can: what may hide anything is no pass.
pub(super) fn beyond_limits(links: &Links) -> Vec<Failure> {
    let beyond = reported(links).filter(|own| own.skipped == Some(SkipReason::Limit));
    let failures = beyond.map(|document| {
        let source = links.sources.get(document.span.source);
        let line = source.line_index(document.span.start) + 1;
        Failure {
            path: source.name.clone(),
            message: format!("the document at line {line} is beyond what svclint can read"),
        }
    });
    failures.collect()
}

/// The texts that findings are reported in.
pub(super) fn asked_for(links: &Links) -> Vec<SourceId> {
    let files = links.files.iter().enumerate();
    let reported = files.filter(|(_, file)| file.is_reported);
    reported.map(|(at, _)| SourceId(at as u32)).collect()
}

/// How many of them are test data.
pub(super) fn test_data(links: &Links) -> usize {
    let files = links.files.iter();
    files
        .filter(|file| file.is_reported && file.is_fixture)
        .count()
}

/// Those of them in which anything was judged: an object that a rule reads, or a mistake.
pub(super) fn judged(links: &Links) -> BTreeSet<SourceId> {
    let documents = reported(links).filter(|document| {
        let mut objects = document.objects.iter();
        !document.problems.is_empty() || objects.any(is_judged)
    });
    documents.map(|document| document.span.source).collect()
}

fn reported(links: &Links) -> impl Iterator<Item = &Document> {
    let documents = links.documents.iter();
    documents.filter(|document| links.is_reported(document.span.source))
}

/// Whether a rule reads an object. Of a kind that nothing describes, only pod templates are read,
/// and of those that a controller makes Secrets for only which.
fn is_read(object: &Object) -> bool {
    let is_known = object.kind != Kind::Custom && object.secret_maker().is_none();
    is_known || !object.body.workloads().is_empty() || object.is_described
}

/// Whether a rule judges an object. Secrets and Namespaces are only looked at where others mean
/// them.
pub(super) fn is_judged(object: &Object) -> bool {
    is_read(object) && !matches!(object.kind, Kind::Namespace | Kind::Secret)
}

pub(super) fn count(links: &Links) -> Counts {
    let objects = || reported(links).flat_map(|document| &document.objects);
    let is_workload = |object: &&Object| object.kind.has_pods();
    Counts {
        files: links.files.iter().filter(|file| file.is_reported).count(),
        documents: reported(links).count(),
        objects: objects().filter(|object| is_judged(object)).count(),
        services: objects()
            .filter(|object| object.service().is_some())
            .count(),
        workloads: objects().filter(is_workload).count(),
    }
}

pub(super) fn skipped(links: &Links) -> Vec<Skipped> {
    let whole = reported(links).filter_map(|document| {
        let reason = document.skipped.clone()?;
        Some(Skipped {
            span: document.span,
            reason,
        })
    });
    let custom = reported(links).flat_map(unread_objects);
    let files = links.files.iter().filter(|file| file.is_reported);
    let inside = files.flat_map(|file| &file.not_rendered);
    let inside = inside.map(|(span, what)| Skipped {
        span: *span,
        reason: SkipReason::NotRendered(what.clone()),
    });
    let mut list: Vec<Skipped> = whole.chain(custom).chain(inside).collect();
    list.sort_by_cached_key(|found| order(links, found.span));
    list
}

/// The objects of a document that no rule reads: custom resources.
fn unread_objects(document: &Document) -> impl Iterator<Item = Skipped> {
    let is_alone = document.objects.len() == 1;
    let unread = document.objects.iter().filter(|object| !is_read(object));
    unread.map(move |object| {
        let Identity {
            api_version, kind, ..
        } = &*object.identity;
        let name = format!("{api_version} {kind}");
        Skipped {
            span: if is_alone { document.span } else { object.name },
            reason: if is_rendered_in_cluster(api_version, kind) {
                SkipReason::NotRendered(name)
            } else {
                SkipReason::UnreadKind(name)
            },
        }
    })
}

/// The rules that run by default and do not in this run.
pub(super) fn switched_off(options: &Options) -> Vec<SwitchedOff> {
    let usual = Selection::default();
    let config = options.config.as_deref();
    let configured = config.map(Config::selection).unwrap_or_default();
    let rules = PAGES.iter().map(|page| page.id);
    let off = rules.filter(|rule| usual.runs(rule) && !options.selection.runs(rule));
    off.map(|rule| SwitchedOff {
        rule,
        is_by_flag: configured.runs(rule),
    })
    .collect()
}

/// By the name of the text, and the place in it.
pub(super) fn order(links: &Links, span: Span) -> (String, u32) {
    (links.sources.get(span.source).name.clone(), span.start)
}
