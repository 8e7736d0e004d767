//! Values that are filled in before a manifest is applied: whatever they will be, no rule judges
//! them.

use super::account::is_judged;
use super::{Subject, Unverified};
use crate::kinds::{Pair, PairValue, ServiceRef, Workload};
use crate::link::Links;
use crate::object::Object;
use crate::text::placeholder::stands_for_port;
use crate::text::source::Span;
use crate::unit::{Doubt, Unit};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The values of judged objects that nobody knows yet. The same placeholder on both sides of a
/// link is no doubt about it.
pub(super) fn filled_in(links: &Links) -> Vec<Unverified> {
    let documents = links.documents.iter();
    let documents = documents.filter(|own| links.is_reported(own.span.source));
    let objects = documents.flat_map(|document| &document.objects);
    let objects = objects.filter(|object| is_judged(object));
    let values = objects.flat_map(|object| of_object(links, object));
    let units = links.units.iter();
    let namespaces = units.flat_map(|unit| namespaces(links, unit));
    values.chain(namespaces).collect()
}

fn of_object<'i>(links: &'i Links, object: &'i Object) -> impl Iterator<Item = Unverified> + 'i {
    let fields = object.filled_in.iter();
    let fields = fields.map(|own| (own.span, format!("`{}` is filled in later", own.path)));
    let ports = object.references.iter().filter_map(ServiceRef::wanted_port);
    let ports = ports.filter(|own| stands_for_port(links.sources.slice(own.span)));
    let ports = ports.map(|own| {
        (
            own.span,
            "which port it means is filled in later".to_owned(),
        )
    });
    let pairs = object.workloads().iter().flat_map(unmatched);
    let pairs = pairs.map(|pair| {
        let detail = "whether its own pods match is filled in later".to_owned();
        (pair.value.span, detail)
    });
    let all = fields.chain(ports).chain(pairs);
    all.map(|(span, detail)| value(object, span, detail))
}

/// The pairs of a workload's selector that its pods may have or not.
fn unmatched(workload: &Workload) -> impl Iterator<Item = &Pair> {
    let selector = workload.selector.as_ref();
    let pairs = selector.into_iter().flat_map(|own| &own.labels.pairs);
    pairs.filter(|pair| {
        let label = workload.template.labels.get(&pair.key.value);
        let is_filled_in = |pair: &Pair| pair.kind == PairValue::Placeholder;
        (is_filled_in(pair) || label.is_some_and(is_filled_in))
            && !workload.template.labels.has(pair)
    })
}

/// Where the objects of a unit say that they go, if not all of them go there.
fn namespaces<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Unverified> + 'i {
    let names = unit.objects.iter().map(|member| &*member.namespace.name);
    let is_one = names.collect::<BTreeSet<_>>().len() < 2;
    let members = unit.objects.iter().filter(move |member| {
        !is_one && !member.namespace.is_known && links.is_reported(member.source)
    });
    let objects = members.map(|member| links.object(member.id));
    let objects = objects.filter(|object| is_judged(object));
    objects.filter_map(|object| {
        let namespace = object.namespace.as_ref()?;
        let detail = "`metadata.namespace` is filled in later".to_owned();
        Some(value(object, namespace.span, detail))
    })
}

fn value(object: &Object, span: Span, detail: String) -> Unverified {
    let reason = Doubt::Placeholder.code();
    Unverified::new(
        Subject::Value,
        Arc::clone(&object.identity),
        span,
        reason,
        detail,
    )
}
