//! Which pods each Service of a unit selects.
//!
//! A Service selects a pod if every pair of its selector is on the pod (`EndpointSlice` controller,
//! `endpointslice_controller.go:syncService`), and only in its own namespace.

use super::fit::{Fit, pods_fit};
use super::node::Node;
use super::view::View;
use crate::kinds::{Labels, Service, ServiceType};
use crate::text::hash::HashMap;
use rayon::prelude::*;

/// Which pods each Service of a unit selects. Thousands of them may select thousands of pods: what
/// several select alike is kept once.
#[derive(Debug)]
pub(super) struct Selections {
    all: Vec<Selection>,
    /// Of each Service.
    services: Vec<Selecting>,
    /// Of each pod template.
    templates: Vec<SelectedBy>,
}

/// What Services with one selector select.
#[derive(Debug)]
struct Selection {
    /// The Services, in order.
    services: Vec<usize>,
    /// The pod templates, in order.
    templates: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
struct Selecting {
    /// What it selects; none if that is nothing.
    selection: Option<usize>,
    /// Whether it may select others, which depends on placeholders.
    may_select: bool,
}

#[derive(Clone, Debug, Default)]
struct SelectedBy {
    /// The selections that it is in.
    selections: Vec<usize>,
    /// Whether other Services may select it, which depends on placeholders.
    may_be_selected: bool,
}

impl Selections {
    pub(super) fn of(view: View<'_>) -> Self {
        let groups = alike(view);
        let selected: Vec<Vec<(usize, Fit)>> = groups
            .par_iter()
            .map(|services| selected_by(view.service(services[0]), view))
            .collect();
        let mut this = Self {
            all: Vec::new(),
            services: vec![Selecting::default(); view.services().len()],
            templates: vec![SelectedBy::default(); view.templates().len()],
        };
        for (services, found) in groups.into_iter().zip(selected) {
            this.add(services, &found);
        }
        this
    }

    /// Adds what some Services select.
    fn add(&mut self, services: Vec<usize>, found: &[(usize, Fit)]) {
        let (certain, possible): (Vec<_>, Vec<_>) =
            found.iter().partition(|(_, fit)| *fit == Fit::Certain);
        for (template, _) in &possible {
            self.templates[*template].may_be_selected = true;
        }
        let selection = (!certain.is_empty()).then_some(self.all.len());
        for service in &services {
            self.services[*service] = Selecting {
                selection,
                may_select: !possible.is_empty(),
            };
        }
        let Some(selection) = selection else { return };
        let templates: Vec<usize> = certain.into_iter().map(|(at, _)| at).collect();
        for template in &templates {
            self.templates[*template].selections.push(selection);
        }
        self.all.push(Selection {
            services,
            templates,
        });
    }

    /// Whether a Service selects pods.
    pub(super) fn selects(&self, service: usize) -> bool {
        self.services[service].selection.is_some()
    }

    /// Whether a Service may select more pods, which depends on placeholders.
    pub(super) fn may_select_more(&self, service: usize) -> bool {
        self.services[service].may_select
    }

    /// The pod templates that a Service selects, in order.
    pub(super) fn templates_of(&self, service: usize) -> &[usize] {
        let selection = self.services[service].selection;
        selection.map_or(&[], |own| &self.all[own].templates)
    }

    /// The Services that select a pod template, in order.
    pub(super) fn services_of(&self, template: usize) -> Vec<usize> {
        let selections = self.templates[template].selections.iter();
        let services = selections.flat_map(|own| &self.all[*own].services);
        let mut services: Vec<usize> = services.copied().collect();
        services.sort_unstable();
        services
    }

    /// Whether no Service selects a pod template, whatever placeholders will be.
    pub(super) fn is_orphan(&self, template: usize) -> bool {
        let own = &self.templates[template];
        own.selections.is_empty() && !own.may_be_selected
    }
}

/// The Services of a unit, those together that select the same.
fn alike(view: View<'_>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known = HashMap::default();
    for service in view.services() {
        let Some(selector) = selector(service.what) else {
            continue;
        };
        let pairs = selector.pairs.iter();
        let pairs = pairs.map(|pair| (&*pair.key.value, &*pair.value.value, pair.is_unknown()));
        let pairs: Vec<_> = pairs.collect();
        let source = service.source();
        let source = view.unit.is_alternative(source).then_some(source);
        let group = *known
            .entry((service.namespace(), pairs, source))
            .or_insert(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(service.at);
    }
    groups
}

/// The templates that a Service selects, in order.
fn selected_by(service: Node<'_, &Service>, view: View<'_>) -> Vec<(usize, Fit)> {
    let Some(selector) = selector(service.what) else {
        return Vec::new();
    };
    let candidates = view.templates_having(selector);
    let beside = candidates.filter(|template| service.may_meet(*template));
    let selected = beside.filter_map(|own| Some((own.at, pods_fit(selector, own)?)));
    selected.collect()
}

/// The pairs by which a Service selects, if it selects and all of them can be compared.
fn selector(service: &Service) -> Option<&Labels> {
    let selector = service.selector.as_ref()?;
    let routes = service.service_type != ServiceType::ExternalName;
    (routes && !selector.is_nested).then_some(&selector.labels)
}
