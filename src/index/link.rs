//! Which pods each Service of a unit selects.
//!
//! A Service selects a pod if every pair of its selector is on the pod (`EndpointSlice` controller,
//! `endpointslice_controller.go:syncService`), and only in its own namespace.

use super::Index;
use super::membership::{self, Membership};
use super::unit::{Namespace, TemplateNode, Unit};
use crate::model::placeholder::is_placeholder;
use crate::model::runtime_label::{is_put_on, is_runtime_label};
use crate::model::{Labels, Pair, PairValue, Workload};
use rayon::prelude::*;
use std::collections::HashMap;

/// Links every unit.
pub(super) fn link(index: &Index, units: Vec<Unit>) -> Vec<Unit> {
    let mut units: Vec<Unit> = units
        .into_par_iter()
        .map(|unit| select(index, unit))
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
    let lookup = Lookup::of(index, &unit.templates);
    let selected: Vec<Vec<(usize, Fit)>> = unit
        .services
        .par_iter()
        .map(|service| {
            let Some(selector) = index.object(service.object).service().and_then(selector) else {
                return Vec::new();
            };
            let source = index.source_of(service.object);
            let mut found = lookup.select(index, &service.namespace, selector);
            found.retain(|(at, _)| {
                unit.is_together(source, index.source_of(unit.templates[*at].object))
            });
            found
        })
        .collect();
    for (service, templates) in selected.into_iter().enumerate() {
        for (template, fit) in templates {
            if fit == Fit::Certain {
                unit.services[service].selects.push(template);
                unit.templates[template].selected_by.push(service);
            } else {
                unit.services[service].may_select = true;
                unit.templates[template].may_be_selected = true;
            }
        }
    }
    unit
}

/// The pairs by which a Service selects, if it selects and all of them can be compared.
fn selector(service: &crate::model::Service) -> Option<&Labels> {
    let selector = service.selector.as_ref()?;
    let routes = service.service_type != crate::model::ServiceType::ExternalName;
    (routes && selector.nested.is_empty()).then_some(&selector.labels)
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
            let labels = &workload(index, node).template.labels;
            for pair in &labels.pairs {
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

/// How sure it is that a selector selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It may: part of it depends on what a placeholder will be.
    Possible,
    /// It does.
    Certain,
}

/// Whether a selector selects pods of a template: by the labels that it shows, and by those that
/// its controller adds.
pub(super) fn pods_fit(index: &Index, selector: &Labels, node: &TemplateNode) -> Option<Fit> {
    let object = index.object(node.object);
    let workload = workload(index, node);
    weakest(selector, |pair| {
        let (key, value) = (&pair.key.value, &pair.value.value);
        let is_added = is_put_on(workload.kind, &object.identity.name, key, value);
        pair_fits(&workload.template.labels, pair).or(is_added.then_some(Fit::Certain))
    })
}

/// Whether labels satisfy a selector.
pub(super) fn fits(selector: &Labels, labels: &Labels) -> Option<Fit> {
    weakest(selector, |pair| pair_fits(labels, pair))
}

/// A selector fits as well as the least of its pairs.
fn weakest(selector: &Labels, fit: impl Fn(&Pair) -> Option<Fit>) -> Option<Fit> {
    let mut fits = selector.pairs.iter().map(fit);
    fits.try_fold(Fit::Certain, |least, fit| Some(least.min(fit?)))
}

/// Whether labels have a pair. Equal placeholders will be filled in with equal texts.
fn pair_fits(labels: &Labels, pair: &Pair) -> Option<Fit> {
    let is_possible = match labels.get(&pair.key.value) {
        Some(own) if own.kind != PairValue::Unreadable && own.value.value == pair.value.value => {
            return Some(Fit::Certain);
        }
        Some(own) => own.is_unknown() || pair.is_unknown(),
        None if labels.is_unreadable => true,
        None => {
            let keys = labels.pairs.iter().chain([pair]).map(|pair| &pair.key);
            keys.into_iter().any(|key| is_placeholder(&key.value))
        }
    };
    is_possible.then_some(Fit::Possible)
}
