//! Which pods each Service of a unit selects.
//!
//! A Service selects a pod if every pair of its selector is on the pod (`EndpointSlice` controller,
//! `endpointslice_controller.go:syncService`), and only in its own namespace.

use super::Index;
use super::dns;
use super::membership;
use super::membership::Membership;
use super::postings::{Postings, decides};
use super::selection::{Fit, pods_fit, selector_fits};
use super::unit::{Selection, TemplateNode, Unit};
use crate::kinds::{Labels, Workload};
use crate::unit::Namespace;
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
    let everywhere = Everywhere::of(index, &units);
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
    unit.templates_by_label = by_labels(index, &unit.templates);
    unit.services_by_label = services_by_label(index, &unit);
    let selected: Vec<Vec<(usize, Fit)>> = groups
        .par_iter()
        .map(|services| selected_by(index, &unit, services[0]))
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
fn selected_by(index: &Index, unit: &Unit, service: usize) -> Vec<(usize, Fit)> {
    let node = &unit.services[service];
    let Some(selector) = index.object(node.object).service().and_then(selector) else {
        return Vec::new();
    };
    let source = index.source_of(node.object);
    let candidates = unit.templates_by_label.having(selector).into_iter();
    let selected = candidates.filter_map(|at| {
        let template = &unit.templates[at];
        let is_beside = template.namespace.may_be(&node.namespace)
            && unit.is_together(source, index.source_of(template.object));
        let fit = is_beside.then(|| pods_fit(index, selector, template))??;
        Some((at, fit))
    });
    selected.collect()
}

/// Lists Services by their own labels.
fn services_by_label(index: &Index, unit: &Unit) -> Postings {
    let mut postings = Postings::default();
    let services = unit.services.iter();
    for service in services.filter_map(|node| index.object(node.object).service()) {
        postings.push(&service.labels, std::iter::empty());
    }
    postings
}

/// Links the network policies of a unit to the pods that they are about.
fn isolate(index: &Index, mut unit: Unit) -> Unit {
    if unit.policies.is_empty() {
        return unit;
    }
    let selected: Vec<Vec<(usize, Fit)>> = unit
        .policies
        .par_iter()
        .map(|node| {
            let Some(policy) = index.object(node.object).network_policy() else {
                return Vec::new();
            };
            let source = index.source_of(node.object);
            let candidates = unit.templates_by_label.selected(&policy.pods);
            let selected = candidates.into_iter().filter_map(|at| {
                let template = &unit.templates[at];
                let is_beside = template.namespace.may_be(&node.namespace)
                    && unit.is_together(source, index.source_of(template.object));
                let fit = is_beside.then(|| selector_fits(index, &policy.pods, template))??;
                Some((at, fit.min(node.namespace.fits(&template.namespace))))
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
fn selector(service: &crate::kinds::Service) -> Option<&Labels> {
    let selector = service.selector.as_ref()?;
    let routes = service.service_type != crate::kinds::ServiceType::ExternalName;
    (routes && !selector.is_nested).then_some(&selector.labels)
}

/// The pod templates of all units, by the pairs of their labels.
pub(super) struct Everywhere<'i> {
    templates: Vec<&'i TemplateNode>,
    postings: Postings,
}

impl<'i> Everywhere<'i> {
    fn of(index: &Index, units: &'i [Unit]) -> Self {
        let templates: Vec<_> = units.iter().flat_map(|unit| &unit.templates).collect();
        Self {
            postings: by_labels(index, templates.iter().copied()),
            templates,
        }
    }

    /// Whether a selector selects a template of a namespace, in whatever unit.
    pub(super) fn is_served(
        &self,
        index: &Index,
        namespace: &Namespace,
        selector: &Labels,
    ) -> bool {
        let candidates = self.postings.having(selector).into_iter();
        let mut nodes = candidates.map(|at| self.templates[at]);
        nodes.any(|node| {
            node.namespace.may_be(namespace) && pods_fit(index, selector, node).is_some()
        })
    }

    /// The templates that a selector selects, whatever their namespace.
    pub(super) fn matching<'l>(
        &'l self,
        index: &'l Index,
        selector: &'l Labels,
    ) -> impl Iterator<Item = &'i TemplateNode> + 'l {
        let pair = selector.pairs.iter().find(|pair| decides(pair));
        let posting = pair.map_or(&[][..], |pair| self.postings.with(pair));
        let candidates = posting.iter().map(|&at| self.templates[at]);
        candidates.filter(move |node| pods_fit(index, selector, node).is_some())
    }
}

/// Lists pod templates by the labels of their pods.
fn by_labels<'n>(index: &Index, nodes: impl IntoIterator<Item = &'n TemplateNode>) -> Postings {
    let mut postings = Postings::default();
    for node in nodes {
        let workload = workload(index, node);
        let added = workload.added_labels.iter();
        let added = added.flat_map(|(_, labels)| &labels.pairs);
        postings.push(&workload.template.labels, added);
    }
    postings
}

pub(super) fn workload<'i>(index: &'i Index, node: &TemplateNode) -> &'i Workload {
    &index.object(node.object).workloads()[node.workload]
}
