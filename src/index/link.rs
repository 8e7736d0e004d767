//! Which pods each Service of a unit selects.
//!
//! A Service selects a pod if every pair of its selector is on the pod (`EndpointSlice` controller,
//! `endpointslice_controller.go:syncService`), and only in its own namespace.

use super::Index;
use super::dns;
use super::membership::{self, Membership};
use super::selection::{Fit, pods_fit, selector_fits};
use super::unit::{Namespace, Selection, TemplateNode, Unit};
use crate::model::runtime_label::is_runtime_label;
use crate::model::{Labels, Pair, Workload};
use rayon::prelude::*;
use std::collections::HashMap;

/// Links every unit.
pub(super) fn link(index: &Index, units: Vec<Unit>) -> Vec<Unit> {
    let mut units: Vec<Unit> = units
        .into_par_iter()
        .map(|unit| Unit {
            names: dns::find(index, &unit),
            ..select(index, unit)
        })
        .collect();
    let everywhere = Lookup::of(index, units.iter().flat_map(|unit| &unit.templates));
    let memberships: Vec<Vec<Membership>> = units
        .par_iter()
        .map(|unit| membership::judge(index, unit, &everywhere))
        .collect();
    for (unit, memberships) in units.iter_mut().zip(memberships) {
        for (service, membership) in unit.services.iter_mut().zip(memberships) {
            service.membership = membership;
        }
    }
    units
}

fn select(index: &Index, mut unit: Unit) -> Unit {
    let groups = alike(index, &unit);
    let lookup = Lookup::of(index, &unit.templates);
    let selected: Vec<Vec<(usize, Fit)>> = groups
        .par_iter()
        .map(|services| selected_by(index, &unit, &lookup, services[0]))
        .collect();
    for (services, found) in groups.into_iter().zip(selected) {
        let mut templates = Vec::with_capacity(found.len());
        for (template, fit) in found {
            if fit == Fit::Certain {
                templates.push(template);
                continue;
            }
            unit.templates[template].may_be_selected = true;
            for &service in &services {
                unit.services[service].may_select = true;
            }
        }
        if templates.is_empty() {
            continue;
        }
        let selection = unit.selections.len();
        for &service in &services {
            unit.services[service].selection = Some(selection);
        }
        for &template in &templates {
            unit.templates[template].selected_by.push(selection);
        }
        unit.selections.push(Selection {
            services,
            templates,
        });
    }
    isolate(index, unit)
}

/// The Services of a unit, those together that select the same.
fn alike(index: &Index, unit: &Unit) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known = HashMap::new();
    for (at, node) in unit.services.iter().enumerate() {
        let Some(selector) = index.object(node.object).service().and_then(selector) else {
            continue;
        };
        let pairs = selector.pairs.iter();
        let pairs = pairs.map(|pair| (&*pair.key.value, &*pair.value.value, pair.is_unknown()));
        let pairs: Vec<_> = pairs.collect();
        let source = index.source_of(node.object);
        let source = unit.alternatives.contains_key(&source).then_some(source);
        let group = *known
            .entry((&node.namespace, pairs, source))
            .or_insert(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(at);
    }
    groups
}

/// The templates that a Service selects, in order.
fn selected_by(
    index: &Index,
    unit: &Unit,
    lookup: &Lookup<'_>,
    service: usize,
) -> Vec<(usize, Fit)> {
    let node = &unit.services[service];
    let Some(selector) = index.object(node.object).service().and_then(selector) else {
        return Vec::new();
    };
    let source = index.source_of(node.object);
    let mut found = lookup.select(index, &node.namespace, selector);
    found.retain(|(at, _)| unit.is_together(source, index.source_of(unit.templates[*at].object)));
    found
}

/// Links the network policies of a unit to the pods that they are about.
fn isolate(index: &Index, mut unit: Unit) -> Unit {
    if unit.policies.is_empty() {
        return unit;
    }
    let lookup = Lookup::of(index, &unit.templates);
    let selected: Vec<Vec<(usize, Fit)>> = unit
        .policies
        .par_iter()
        .map(|node| {
            let Some(policy) = index.object(node.object).network_policy() else {
                return Vec::new();
            };
            let source = index.source_of(node.object);
            let labelled = lookup.select(index, &node.namespace, &policy.pods.labels);
            let selected = labelled.into_iter().filter_map(|(at, _)| {
                let template = &unit.templates[at];
                let is_together = unit.is_together(source, index.source_of(template.object));
                let fit = selector_fits(index, &policy.pods, template)?;
                is_together.then_some((at, fit.min(node.namespace.fits(&template.namespace))))
            });
            selected.collect()
        })
        .collect();
    for (policy, templates) in selected.into_iter().enumerate() {
        for &(template, fit) in &templates {
            unit.templates[template].policies.push((policy, fit));
        }
        unit.policies[policy].selects = templates;
    }
    unit
}

/// The pairs by which a Service selects, if it selects and all of them can be compared.
fn selector(service: &crate::model::Service) -> Option<&Labels> {
    let selector = service.selector.as_ref()?;
    let routes = service.service_type != crate::model::ServiceType::ExternalName;
    (routes && !selector.is_nested).then_some(&selector.labels)
}

/// Pod templates by the pairs of their labels.
pub(super) struct Lookup<'i> {
    templates: Vec<&'i TemplateNode>,
    /// Positions in `templates`, in order.
    by_pair: HashMap<(&'i str, &'i str), Vec<usize>>,
    /// Templates with a label whose value nobody knows.
    by_unknown: Vec<usize>,
}

impl<'i> Lookup<'i> {
    fn of(index: &'i Index, templates: impl IntoIterator<Item = &'i TemplateNode>) -> Self {
        let templates: Vec<&TemplateNode> = templates.into_iter().collect();
        let mut lookup = Self {
            templates,
            by_pair: HashMap::new(),
            by_unknown: Vec::new(),
        };
        for (at, node) in lookup.templates.iter().enumerate() {
            let workload = workload(index, node);
            let labels = &workload.template.labels;
            let added = workload.added_labels.iter();
            let added = added.flat_map(|(_, labels)| &labels.pairs);
            for pair in labels.pairs.iter().chain(added) {
                let key = (pair.key.value.as_str(), pair.value.value.as_str());
                lookup.by_pair.entry(key).or_default().push(at);
            }
            if labels.is_unreadable || labels.pairs.iter().any(Pair::is_unknown) {
                lookup.by_unknown.push(at);
            }
        }
        lookup
    }

    /// The templates of a namespace that a selector selects, in order.
    pub(super) fn select(
        &self,
        index: &Index,
        namespace: &Namespace,
        selector: &Labels,
    ) -> Vec<(usize, Fit)> {
        let known = selector.pairs.iter().filter(|pair| decides(pair));
        let postings = known.map(|pair| {
            let key = (pair.key.value.as_str(), pair.value.value.as_str());
            self.by_pair.get(&key).map_or(&[][..], Vec::as_slice)
        });
        // The rarest pair leaves the fewest templates to compare.
        let mut candidates: Vec<usize> = match postings.min_by_key(|posting| posting.len()) {
            Some(posting) => posting.iter().chain(&self.by_unknown).copied().collect(),
            None => (0..self.templates.len()).collect(),
        };
        candidates.sort_unstable();
        candidates.dedup();
        let candidates = candidates.into_iter().filter_map(|at| {
            let node = self.templates[at];
            let fit = pods_fit(index, selector, node)?;
            node.namespace.may_be(namespace).then_some((at, fit))
        });
        candidates.collect()
    }

    /// The templates that a selector selects, whatever their namespace.
    pub(super) fn matching<'l>(
        &'l self,
        index: &'i Index,
        selector: &'l Labels,
    ) -> impl Iterator<Item = &'i TemplateNode> + 'l {
        let pair = selector.pairs.iter().find(|pair| decides(pair));
        let posting = pair.and_then(|pair| {
            let key = (pair.key.value.as_str(), pair.value.value.as_str());
            self.by_pair.get(&key)
        });
        let candidates = posting.into_iter().flatten().map(|&at| self.templates[at]);
        candidates.filter(move |node| pods_fit(index, selector, node).is_some())
    }
}

pub(super) fn workload<'i>(index: &'i Index, node: &TemplateNode) -> &'i Workload {
    &index.object(node.object).workloads()[node.workload]
}

/// Whether a pair of a selector can be looked up in a manifest.
fn decides(pair: &Pair) -> bool {
    !pair.is_unknown() && !is_runtime_label(&pair.key.value)
}
