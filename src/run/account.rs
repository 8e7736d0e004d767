//! What a run looked at, and what it did not.

use super::report::{Counts, Skipped, Subject, Unverified};
use crate::diagnostic::Identity;
use crate::kinds::parts::istio::Host;
use crate::kinds::{LabelSelector, ParentRef};
use crate::link::{Index, Membership, Named, Scaled, Selected, Unit};
use crate::object;
use crate::object::SkipReason;
use crate::object::{Document, Object};
use crate::text::Failure;
use crate::text::source::{SourceId, Span};
use crate::unit::{Doubt, Namespace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Streams that hold no manifest: what has failed upstream (`helm template … | svclint -`) must
/// not look like a pass.
pub(super) fn empty_streams(index: &Index) -> Vec<Failure> {
    let has_manifest = |id: SourceId| {
        let mut own = index.documents.iter().filter(|own| own.span.source == id);
        own.any(|document| {
            let is_none = matches!(
                document.skipped,
                None | Some(SkipReason::NotManifest | SkipReason::BareList)
            );
            document.is_manifest || !document.problems.is_empty() || !is_none
        })
    };
    let streams = index
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
pub(super) fn asked_for(index: &Index) -> Vec<SourceId> {
    let files = index.files.iter().enumerate();
    let reported = files.filter(|(_, file)| file.is_reported);
    reported.map(|(at, _)| SourceId(at as u32)).collect()
}

pub(super) fn count(index: &Index) -> Counts {
    let is_reported = |document: &&Document| index.is_reported(document.span.source);
    let documents = || index.documents.iter().filter(is_reported);
    let objects = || documents().flat_map(|document| &document.objects);
    let is_workload = |object: &&object::Object| object.kind.has_pods();
    Counts {
        files: index.files.iter().filter(|file| file.is_reported).count(),
        documents: documents().count(),
        objects: objects().count(),
        services: objects()
            .filter(|object| object.service().is_some())
            .count(),
        workloads: objects().filter(is_workload).count(),
    }
}

/// The Services, what points at Services, and what selects or scales pods, that no unit could judge.
pub(super) fn unverified(index: &Index) -> Vec<Unverified> {
    let mut judged: BTreeSet<Span> = BTreeSet::new();
    let mut doubtful: BTreeMap<Span, Unverified> = BTreeMap::new();
    let mut note = |span: Span, identity: &Arc<Identity>, subject, doubt: Option<&Doubt>| {
        if !index.is_reported(span.source) {
            return;
        }
        let Some(doubt) = doubt else {
            judged.insert(span);
            return;
        };
        doubtful.entry(span).or_insert_with(|| Unverified {
            subject,
            object: Arc::clone(identity),
            span,
            reason: doubt.code(),
            detail: match subject {
                Subject::Service | Subject::Selector => doubt.detail(),
                Subject::Reference => doubt.detail_of_reference(),
                Subject::Target => doubt.detail_of_target(),
            },
        });
    };
    for unit in &index.units {
        for link in index.services(unit) {
            let doubt = match link.membership() {
                Membership::Unverified(doubt) => Some(doubt),
                _ => None,
            };
            let object = link.object();
            note(object.name, &object.identity, Subject::Service, doubt);
        }
        for reference in index.references(unit) {
            let named = reference.named();
            let doubt = match &named {
                Named::Unverified(doubt) => Some(doubt),
                _ => None,
            };
            let span = reference.target().name.span;
            note(
                span,
                &reference.object().identity,
                Subject::Reference,
                doubt,
            );
        }
        for link in index.routing(unit) {
            for host in link.routing().hosts() {
                // A host with a dot that is not complete may well be one outside.
                let is_service =
                    matches!(Host::of(&host.value), Host::Short(_) | Host::Qualified(..));
                let Some(named) = link.named(&host.value).filter(|_| is_service) else {
                    continue;
                };
                let doubt = match &named {
                    Named::Unverified(doubt) => Some(doubt),
                    _ => None,
                };
                note(
                    host.span,
                    &link.object().identity,
                    Subject::Reference,
                    doubt,
                );
            }
        }
        for (object, parent, doubt) in parents(index, unit) {
            note(
                parent.name.span,
                &object.identity,
                Subject::Reference,
                doubt.as_ref(),
            );
        }
        for link in index.autoscalers(unit) {
            let target = link.target();
            let doubt = match &target {
                Scaled::Unverified(doubt) => Some(doubt),
                _ => None,
            };
            let span = link.autoscaler().name.span;
            note(span, &link.object().identity, Subject::Target, doubt);
        }
        for (object, selector, selected) in selectors(index, unit) {
            let doubt = match &selected {
                Selected::Unverified(doubt) => Some(doubt),
                _ => None,
            };
            note(selector.key, &object.identity, Subject::Selector, doubt);
        }
    }
    let mut list: Vec<Unverified> = doubtful
        .into_values()
        .filter(|found| !judged.contains(&found.span))
        .collect();
    list.sort_by_cached_key(|found| {
        (
            index.sources.get(found.span.source).name.clone(),
            found.span.start,
        )
    });
    list
}

/// What routes attach to and the input has, with a doubt where another unit has it. What is not in
/// the input at all mostly belongs to those who run the cluster.
fn parents<'i>(
    index: &'i Index,
    unit: &'i Unit,
) -> impl Iterator<Item = (&'i Object, &'i ParentRef, Option<Doubt>)> {
    let routes = unit.objects.iter().flat_map(move |member| {
        let object = index.object(member.id);
        let parents = object.parents().unwrap_or_default();
        parents.iter().map(move |parent| (member, object, parent))
    });
    routes.filter_map(move |(member, object, parent)| {
        let named = parent.namespace.as_ref();
        let namespace = named.map_or_else(
            || member.namespace.clone(),
            |named| Namespace::explicit(&named.value),
        );
        let gateway = |unit: &'i Unit| {
            let mut called = index.called(unit, &parent.name.value);
            called.find(|other| {
                let identity = &index.object(other.id).identity;
                identity.kind == parent.kind && other.namespace.may_be(&namespace)
            })
        };
        if gateway(unit).is_some() {
            return Some((object, parent, None));
        }
        let other = index.units.iter().find_map(gateway)?;
        let file = &index.sources.get(index.source_of(other.id)).name;
        let who = format!("{} in `{file}`", index.object(other.id).identity);
        Some((object, parent, Some(Doubt::MatchedElsewhere(who))))
    })
}

/// The selectors by which disruption budgets and network policies say which pods they are about,
/// and what becomes of them.
fn selectors<'i>(
    index: &'i Index,
    unit: &'i Unit,
) -> impl Iterator<Item = (&'i Object, &'i LabelSelector, Selected<'i>)> {
    let budgets = index.budgets(unit).filter_map(|link| {
        let selector = link.budget().selector.as_ref()?;
        Some((link.object(), selector, link.selected(selector)))
    });
    let policies = index.policies(unit).map(|link| {
        let selector = &link.policy().pods;
        (link.object(), selector, link.selected(selector))
    });
    budgets.chain(policies)
}

pub(super) fn skipped(index: &Index) -> Vec<Skipped> {
    let documents = index
        .documents
        .iter()
        .filter(|document| index.is_reported(document.span.source));
    let skipped = documents.filter_map(|document| {
        let reason = document.skipped.clone()?;
        Some(Skipped {
            span: document.span,
            reason,
        })
    });
    let mut list: Vec<Skipped> = skipped.collect();
    list.sort_by_cached_key(|found| {
        (
            index.sources.get(found.span.source).name.clone(),
            found.span.start,
        )
    });
    list
}
