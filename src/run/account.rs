//! What a run looked at, and what it did not.

use super::report::{Counts, Skipped};
use crate::link::Links;
use crate::object::{Document, Object, SkipReason};
use crate::text::Failure;
use crate::text::source::{SourceId, Span};

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

/// The texts that findings are reported in.
pub(super) fn asked_for(links: &Links) -> Vec<SourceId> {
    let files = links.files.iter().enumerate();
    let reported = files.filter(|(_, file)| file.is_reported);
    reported.map(|(at, _)| SourceId(at as u32)).collect()
}

pub(super) fn count(links: &Links) -> Counts {
    let is_reported = |document: &&Document| links.is_reported(document.span.source);
    let documents = || links.documents.iter().filter(is_reported);
    let objects = || documents().flat_map(|document| &document.objects);
    let is_workload = |object: &&Object| object.kind.has_pods();
    Counts {
        files: links.files.iter().filter(|file| file.is_reported).count(),
        documents: documents().count(),
        objects: objects().count(),
        services: objects()
            .filter(|object| object.service().is_some())
            .count(),
        workloads: objects().filter(is_workload).count(),
    }
}

pub(super) fn skipped(links: &Links) -> Vec<Skipped> {
    let documents = links
        .documents
        .iter()
        .filter(|document| links.is_reported(document.span.source));
    let skipped = documents.filter_map(|document| {
        let reason = document.skipped.clone()?;
        Some(Skipped {
            span: document.span,
            reason,
        })
    });
    let mut list: Vec<Skipped> = skipped.collect();
    list.sort_by_cached_key(|found| order(links, found.span));
    list
}

/// By the name of the text, and the place in it.
pub(super) fn order(links: &Links, span: Span) -> (String, u32) {
    (links.sources.get(span.source).name.clone(), span.start)
}
