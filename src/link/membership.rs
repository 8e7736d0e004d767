//! Why a Service selects nothing, and how sure that is.
//!
//! Measured on 58 public repositories, one in six Services that select nothing is really broken:
//! the others' pods are made by operators, or described elsewhere. So absence alone is never a
//! finding; it takes evidence of what was meant, and no reason to doubt.

use super::doubt;
use super::link::{Everywhere, workload};
use super::near_miss::{NearMiss, Orphans};
use super::selection::{Fit, fits, pods_fit};
use super::unit::{ServiceNode, TemplateNode, Unit};
use super::{Backend, Index, ServiceLink};
use crate::diagnostic::Severity;
use crate::kinds::runtime_label::is_runtime_label;
use crate::kinds::{Kind, Labels, Pair, PairValue, Service, ServiceType};
use crate::unit::Doubt;
use rayon::prelude::*;

/// What became of a Service's selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It has none, or is of a type that does not use it.
    None,
    /// It selects pods.
    Matched,
    /// It selects nothing, and the pods that it was meant for are known well enough.
    NearMiss(NearMiss),
    /// It selects nothing in its namespace, but this template in another one.
    OtherNamespace {
        /// The template, by its position in the unit.
        template: usize,
        /// How sure it is that this is wrong.
        severity: Severity,
    },
    /// It selects nothing, and everything that exists is in the input, or it did select pods before.
    Absent(Severity),
    /// Another rule reports what is wrong with it.
    Elsewhere,
    /// It selects nothing, and that may be right.
    Unverified(Doubt),
}

/// What a Service was meant for is looked for among this many templates. Comparing thousands of
/// Services that select nothing with thousands of templates each would take minutes.
const NEAREST: usize = 500;

/// Judges every Service of a unit.
pub(super) fn judge(index: &Index, unit: &Unit, everywhere: &Everywhere<'_>) -> Vec<Membership> {
    let judge = Judge {
        index,
        unit,
        everywhere,
        orphans: Orphans::of(index, unit),
    };
    let services: Vec<usize> = (0..unit.services.len()).collect();
    let first: Vec<Membership> = services.par_iter().map(|&at| judge.service(at)).collect();
    services
        .into_par_iter()
        .zip(first)
        .map(|(at, found)| judge.weigh(at, found))
        .collect()
}

pub(super) struct Judge<'i> {
    pub(super) index: &'i Index,
    pub(super) unit: &'i Unit,
    everywhere: &'i Everywhere<'i>,
    pub(super) orphans: Orphans,
}

impl<'i> Judge<'i> {
    pub(super) fn link(&self, at: usize) -> ServiceLink<'i> {
        ServiceLink {
            index: self.index,
            unit: self.unit,
            at,
        }
    }

    pub(super) fn backend(&self, at: usize) -> Backend<'i> {
        Backend {
            index: self.index,
            unit: self.unit,
            at,
        }
    }

    /// What can be said without looking for what was meant.
    fn service(&self, at: usize) -> Membership {
        let node = &self.unit.services[at];
        let service = self.link(at).service();
        let Some(selector) = &service.selector else {
            return Membership::None;
        };
        if service.service_type == ServiceType::ExternalName {
            return Membership::None;
        }
        if selector.is_nested {
            return Membership::Elsewhere;
        }
        if node.selection.is_some() {
            return Membership::Matched;
        }
        if node.may_select || selector.labels.pairs.iter().any(Pair::is_unknown) {
            return Membership::Unverified(Doubt::Placeholder);
        }
        let is_text = |pair: &Pair| pair.kind != PairValue::NotString;
        if !selector.labels.pairs.iter().all(is_text) || self.is_workloads_fault(node, service) {
            return Membership::Elsewhere;
        }
        match self.doubt(node, service) {
            Some(doubt) => Membership::Unverified(doubt),
            None => Membership::Unverified(Doubt::NoEvidence),
        }
    }

    /// Whether the selector names the labels that a workload's own selector names, in vain as well.
    fn is_workloads_fault(&self, node: &ServiceNode, service: &Service) -> bool {
        let Some(selector) = &service.selector else {
            return false;
        };
        self.templates_beside(node).any(|at| {
            let workload = self.backend(at).workload();
            workload.selector.as_ref().is_some_and(|own| {
                !own.labels.is_empty()
                    && fits(&selector.labels, &own.labels).is_some()
                    && fits(&own.labels, &workload.template.labels).is_none()
            })
        })
    }

    /// The templates that the Service could select: its namespace, applied with it.
    pub(super) fn templates_beside<'n>(
        &'n self,
        node: &'n ServiceNode,
    ) -> impl Iterator<Item = usize> + 'n {
        let source = self.index.source_of(node.object);
        self.nearest(node).filter(move |at| {
            let template = &self.unit.templates[*at];
            template.namespace.may_be(&node.namespace)
                && self
                    .unit
                    .is_together(source, self.index.source_of(template.object))
        })
    }

    /// The templates among which a near miss is looked for: all of the unit, or of a very large
    /// one those that stand nearest.
    fn nearest(&self, node: &ServiceNode) -> std::ops::Range<usize> {
        let templates = &self.unit.templates;
        if templates.len() <= NEAREST {
            return 0..templates.len();
        }
        let here = templates.partition_point(|template| template.object < node.object);
        let start = here
            .saturating_sub(NEAREST / 2)
            .min(templates.len() - NEAREST);
        start..start + NEAREST
    }

    /// Why nothing may match and all be well.
    fn doubt(&self, node: &ServiceNode, service: &Service) -> Option<Doubt> {
        let pairs = &service.selector.as_ref()?.labels.pairs;
        let external = &self.index.options.external;
        if let Some(at) = external.pods(&node.namespace.name, pairs) {
            return Some(Doubt::External(external.pods[at].reason.clone()));
        }
        let workloads = || {
            self.unit
                .templates
                .iter()
                .map(|node| workload(self.index, node))
        };
        if !workloads().any(|workload| workload.kind != Kind::Custom) {
            return Some(Doubt::NoWorkload);
        }
        let runtime = pairs.iter().find(|pair| is_runtime_label(&pair.key.value));
        let runtime = runtime.map(|pair| Doubt::RuntimeLabel(pair.key.value.clone()));
        let leader = || {
            let mut beside = self
                .templates_beside(node)
                .map(|at| self.backend(at).workload());
            beside.find_map(|workload| doubt::leader_label(pairs, workload))
        };
        runtime
            .or_else(|| doubt::operator_label(pairs))
            .or_else(|| doubt::control_plane(pairs))
            .or_else(leader)
            .or_else(|| self.operator(node, pairs))
            .or_else(|| self.unit.doubts.first().cloned())
            .or_else(|| self.unit.bare.clone())
    }

    /// A custom resource whose name says that its operator makes the pods.
    fn operator(&self, node: &ServiceNode, pairs: &[Pair]) -> Option<Doubt> {
        let name = &self.index.object(node.object).identity.name;
        let values = pairs.iter().map(|pair| &pair.value.value);
        let found = self.index.maker_of(self.unit, values.chain([name]))?;
        Some(Doubt::Operator(found.to_string()))
    }

    /// Looks for what was meant by a Service that selects nothing.
    fn weigh(&self, at: usize, found: Membership) -> Membership {
        let before = self.index.options.before.as_ref();
        let had_pods = before.is_some_and(|before| before.had_pods(self.unit, self.link(at)));
        let is_alone = found == Membership::Unverified(Doubt::NoWorkload);
        if !is_alone && found != Membership::Unverified(Doubt::NoEvidence) {
            return found;
        }
        let node = &self.unit.services[at];
        let Some(selector) = &self.link(at).service().selector else {
            return found;
        };
        let matching = |labels| self.everywhere.matching(self.index, labels);
        let elsewhere = matching(&selector.labels).next();
        if is_alone && !had_pods {
            return elsewhere.map_or(found, |other| self.matched_elsewhere(other));
        }
        let is_served = self
            .everywhere
            .is_served(self.index, &node.namespace, &selector.labels);
        if !is_served && let Some(other) = self.in_other_namespace(at, &selector.labels) {
            return other;
        }
        let candidates = self.templates_beside(node);
        let misses =
            candidates.filter_map(|template| self.near_miss(at, &selector.labels, template));
        let best = misses.min_by_key(|miss| {
            let here = self.backend(miss.template).source() == self.link(at).source();
            (
                std::cmp::Reverse(miss.severity),
                !here,
                miss.evidence,
                miss.odd.len(),
            )
        });
        let best = best.map(|miss| NearMiss {
            is_on_others: self.is_on_others(node, &selector.labels, &miss.odd),
            ..miss
        });
        match (best, elsewhere) {
            (Some(miss), None) => Membership::NearMiss(miss),
            (Some(miss), Some(_)) if self.is_beyond_doubt(at, &miss) => {
                Membership::NearMiss(NearMiss {
                    severity: self.beside_others(&selector.labels),
                    ..miss
                })
            }
            (_, Some(other)) => self.matched_elsewhere(other),
            (None, None) if had_pods || self.index.is_closed(self.unit) => {
                Membership::Absent(self.lowered(at, Severity::Warning))
            }
            (None, None) => found,
        }
    }

    fn matched_elsewhere(&self, template: &TemplateNode) -> Membership {
        let object = self.index.object(template.object);
        let source = self.index.source_of(template.object);
        let file = &self.index.sources.get(source).name;
        let who = format!("{} in `{file}`", object.identity);
        Membership::Unverified(Doubt::MatchedElsewhere(who))
    }

    /// Whether a near miss is worth a warning although pods in another unit match.
    fn is_beyond_doubt(&self, at: usize, miss: &NearMiss) -> bool {
        let same_file = self.backend(miss.template).source() == self.link(at).source();
        same_file && miss.severity == Severity::Error
    }

    /// How grave such a near miss is: less if those pods are in another unit, and no alternative
    /// to what is in this one.
    fn beside_others(&self, selector: &Labels) -> Severity {
        let is_own = |node: &TemplateNode| {
            let templates = &self.unit.templates;
            templates
                .binary_search_by_key(&node.object, |own| own.object)
                .is_ok()
        };
        let mut matching = self.everywhere.matching(self.index, selector);
        if matching.any(|node| !is_own(node)) {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    fn in_other_namespace(&self, service: usize, selector: &Labels) -> Option<Membership> {
        let node = &self.unit.services[service];
        let source = self.index.source_of(node.object);
        let nodes = self.nearest(node).map(|at| (at, &self.unit.templates[at]));
        let selected = nodes.filter(|(_, template)| {
            let other = self.index.source_of(template.object);
            !template.namespace.may_be(&node.namespace)
                && self.unit.is_together(source, other)
                && pods_fit(self.index, selector, template) == Some(Fit::Certain)
        });
        let serves =
            |template: &TemplateNode| workload(self.index, template).kind.is_long_running();
        let (at, template) = selected.min_by_key(|(_, template)| !serves(template))?;
        if !serves(template) {
            return Some(self.matched_elsewhere(template));
        }
        let both_explicit = template.namespace.is_explicit && node.namespace.is_explicit;
        let decided = self.unit.sets_namespace || self.index.options.sets_namespace();
        if !both_explicit && decided {
            return Some(Membership::Unverified(Doubt::Namespace));
        }
        let severity = if both_explicit {
            Severity::Error
        } else {
            Severity::Warning
        };
        let severity = self.lowered(service, severity);
        Some(Membership::OtherNamespace {
            template: at,
            severity,
        })
    }

    pub(super) fn lowered(&self, at: usize, severity: Severity) -> Severity {
        let source = self.link(at).source();
        self.index.lowered(self.unit, source, severity)
    }
}

impl<'i> ServiceLink<'i> {
    /// The template that the selector selects in another namespace, and how wrong that is.
    pub fn in_other_namespace(self) -> Option<(Backend<'i>, Severity)> {
        let Membership::OtherNamespace { template, severity } = self.membership() else {
            return None;
        };
        let backend = Backend {
            index: self.index,
            unit: self.unit,
            at: *template,
        };
        Some((backend, *severity))
    }

    /// How many pod templates its namespace has in the unit, for "what was searched".
    pub fn templates_searched(self) -> usize {
        self.unit.templates_in(self.namespace())
    }
}
