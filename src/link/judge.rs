//! Why a Service selects nothing, and how sure that is.
//!
//! Measured on 58 public repositories, one in six Services that select nothing is really broken:
//! the others' pods are made by operators, or described elsewhere. So absence alone is never a
//! finding; it takes evidence of what was meant, and no reason to doubt.

use super::all_templates::Everywhere;
use super::doubt;
use super::fit::{Fit, fits, lacks_its_own_labels, pods_fit};
use super::membership::Membership;
use super::near_miss::{NearMiss, Seeker};
use super::node::Node;
use super::orphans::Orphans;
use super::selections::Selections;
use super::view::View;
use crate::diagnostic::Severity;
use crate::kinds::{Kind, Labels, Pair, PairValue, Service, ServiceType, Workload};
use crate::unit::Doubt;
use rayon::prelude::*;

/// Judges every Service of a unit.
pub(super) fn judge(
    view: View<'_>,
    selections: &Selections,
    everywhere: &Everywhere<'_>,
) -> Vec<Membership> {
    let judge = Judge {
        view,
        selections,
        everywhere,
        orphans: Orphans::of_services(view, selections),
    };
    let services: Vec<_> = view.services().collect();
    let judged = services.into_par_iter().map(|service| judge.of(service));
    judged.collect()
}

struct Judge<'i> {
    view: View<'i>,
    selections: &'i Selections,
    everywhere: &'i Everywhere<'i>,
    orphans: Orphans,
}

impl<'i> Judge<'i> {
    fn of(&self, service: Node<'i, &'i Service>) -> Membership {
        let Some(selector) = &service.what.selector else {
            return Membership::None;
        };
        if service.what.service_type == ServiceType::ExternalName {
            return Membership::None;
        }
        if selector.is_nested {
            return Membership::Elsewhere;
        }
        if self.selections.selects(service.at) {
            return Membership::Matched;
        }
        let pairs = &selector.labels.pairs;
        if self.selections.may_select_more(service.at) || pairs.iter().any(Pair::is_unknown) {
            return Membership::Unverified(Doubt::Placeholder);
        }
        let is_text = |pair: &Pair| pair.kind != PairValue::NotString;
        if !pairs.iter().all(is_text) || self.is_workloads_fault(service, &selector.labels) {
            return Membership::Elsewhere;
        }
        match self.doubt(service, pairs) {
            Some(Doubt::NoWorkload) => self.without_workloads(service, &selector.labels),
            Some(doubt) => Membership::Unverified(doubt),
            None => self.by_evidence(service, &selector.labels, self.view.doubt_of_rest()),
        }
    }

    /// Whether the selector asks for the labels that a workload's own selector asks for, in vain as
    /// well.
    fn is_workloads_fault(&self, service: Node<'i, &'i Service>, selector: &Labels) -> bool {
        let mut beside = self.templates_beside(service);
        beside.any(|template| lacks_its_own_labels(template.what, |own| fits(selector, own)))
    }

    /// The templates that the Service could select: its namespace, applied with it. Of a very
    /// large unit those that stand nearest.
    fn templates_beside(
        &self,
        service: Node<'i, &'i Service>,
    ) -> impl Iterator<Item = Node<'i, &'i Workload>> + Clone {
        let near = self.nearest(service);
        near.filter(move |template| service.may_meet(*template))
    }

    fn nearest(
        &self,
        service: Node<'i, &'i Service>,
    ) -> impl Iterator<Item = Node<'i, &'i Workload>> + Clone {
        let here = service.member.id;
        self.view.nearest_templates(move |own| own.id < here)
    }

    /// Why nothing may match and all be well.
    fn doubt(&self, service: Node<'i, &'i Service>, pairs: &[Pair]) -> Option<Doubt> {
        let external = &self.view.input.options.external;
        if let Some(at) = external.pods(&service.namespace().name, pairs) {
            return Some(Doubt::External(external.pods[at].reason.clone()));
        }
        if self.is_of_operator(service, pairs) {
            return None;
        }
        let mut workloads = self.view.templates().map(|own| own.what);
        if !workloads.any(|workload| workload.kind != Kind::Custom) {
            return Some(Doubt::NoWorkload);
        }
        let values = pairs.iter().map(|pair| pair.value.value.as_str());
        let beside = self.templates_beside(service).map(|own| own.what);
        let labels = doubt::of_labels(pairs, beside);
        labels.or_else(|| self.view.doubt_of_maker(values.chain([service.name()])))
    }

    /// Whether it asks for labels that an operator puts on pods which it makes for an object beside
    /// the Service: what these are is known.
    fn is_of_operator(&self, service: Node<'i, &'i Service>, pairs: &[Pair]) -> bool {
        let mut made = self
            .templates_beside(service)
            .filter(|own| own.what.is_made);
        made.any(|own| {
            let labels = &own.what.template.labels;
            pairs
                .iter()
                .all(|pair| labels.get(&pair.key.value).is_some())
        })
    }

    /// Nothing that makes pods is applied with the Service.
    fn without_workloads(&self, service: Node<'i, &'i Service>, selector: &Labels) -> Membership {
        if self.view.input.had_pods(|| service.key()) {
            return self.by_evidence(service, selector, None);
        }
        let View { input, unit, .. } = self.view;
        let values = selector.pairs.iter().map(|pair| pair.value.value.as_str());
        if input.is_closed(unit) {
            let maker = self.view.doubt_of_maker(values.chain([service.name()]));
            let doubt = maker.or_else(|| doubt::of_labels(&selector.pairs, std::iter::empty()));
            return match doubt {
                Some(doubt) => Membership::Unverified(doubt),
                None => self.by_evidence(service, selector, self.view.doubt_of_rest()),
            };
        }
        match self.everywhere.matching(selector).next() {
            Some(other) => self.matched_elsewhere(other),
            None => Membership::Unverified(Doubt::NoWorkload),
        }
    }

    /// Looks for what was meant, in a unit that may hold more than can be seen.
    fn by_evidence(
        &self,
        service: Node<'i, &'i Service>,
        selector: &Labels,
        doubt: Option<Doubt>,
    ) -> Membership {
        let is_served = self.everywhere.is_served(service.namespace(), selector);
        if doubt.is_none()
            && !is_served
            && let Some(other) = self.in_other_namespace(service, selector)
        {
            return other;
        }
        // Pods that were there before are none that have been moved there.
        let input = self.view.input;
        let has_lost = input.had_pods(|| service.key());
        let mut elsewhere = self.everywhere.matching(selector);
        let elsewhere = elsewhere.find(|own| !has_lost || !input.was_there(own.unit, own.member));
        let miss = self.best_miss(service, selector);
        let miss = miss.filter(|miss| {
            let is_settled = |doubt| miss.is_settled(self.view, service.source(), doubt);
            doubt.as_ref().is_none_or(is_settled)
        });
        match (miss, elsewhere, doubt) {
            (Some(miss), None, _) if has_lost => Membership::NearMiss(NearMiss {
                severity: Severity::Error,
                ..miss
            }),
            (Some(miss), None, _) => Membership::NearMiss(miss),
            (Some(miss), Some(_), _) if self.is_beyond_doubt(service, &miss) => {
                Membership::NearMiss(NearMiss {
                    severity: self.beside_others(selector),
                    ..miss
                })
            }
            (_, _, Some(doubt)) => Membership::Unverified(doubt),
            (_, Some(other), None) => self.matched_elsewhere(other),
            (None, None, None) => self.absent(service),
        }
    }

    fn absent(&self, service: Node<'i, &'i Service>) -> Membership {
        let View { input, unit, .. } = self.view;
        if input.had_pods(|| service.key()) || input.is_closed(unit) {
            return Membership::Absent;
        }
        Membership::Unverified(Doubt::NoEvidence)
    }

    /// The template that it was most probably meant for.
    fn best_miss(&self, service: Node<'i, &'i Service>, selector: &Labels) -> Option<NearMiss> {
        let seeker = Seeker {
            pairs: selector,
            expressions: &[],
            source: service.source(),
            name: service.name(),
            orphans: &self.orphans,
        };
        seeker.best_template(self.templates_beside(service))
    }

    fn matched_elsewhere(&self, template: Node<'_, &Workload>) -> Membership {
        let file = &self.view.input.sources.get(template.source()).name;
        let who = format!("{} in `{file}`", template.object.identity);
        Membership::Unverified(Doubt::MatchedElsewhere(who))
    }

    /// Whether a near miss is worth a warning although pods in another unit match.
    fn is_beyond_doubt(&self, service: Node<'i, &'i Service>, miss: &NearMiss) -> bool {
        let View { input, unit, .. } = self.view;
        let is_sure = !input.doubts_absence(unit, service.source());
        miss.is_in_own_file && is_sure && miss.severity == Severity::Error
    }

    /// How grave such a near miss is: less if those pods are in another unit, and no alternative
    /// to what is in this one.
    fn beside_others(&self, selector: &Labels) -> Severity {
        let mut matching = self.everywhere.matching(selector);
        if matching.any(|template| self.view.template_of(template.member.id).is_none()) {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    fn in_other_namespace(
        &self,
        service: Node<'i, &'i Service>,
        selector: &Labels,
    ) -> Option<Membership> {
        let selected = self.nearest(service).filter(|template| {
            !template.namespace().may_be(service.namespace())
                && service.is_beside(*template)
                && pods_fit(selector, *template) == Some(Fit::Certain)
        });
        let serves = |template: &Node<'_, &Workload>| template.what.kind.is_long_running();
        let is_far = |template: &Node<'_, &Workload>| template.source() != service.source();
        let template = selected.min_by_key(|own| (!serves(own), is_far(own)))?;
        if !serves(&template) {
            return Some(self.matched_elsewhere(template));
        }
        let both_explicit = template.namespace().is_explicit && service.namespace().is_explicit;
        let View { input, unit, .. } = self.view;
        let decided = unit.sets_namespace || input.options.namespace.is_set();
        if !both_explicit && decided {
            return Some(Membership::Unverified(Doubt::Namespace));
        }
        let severity = if both_explicit {
            Severity::Error
        } else {
            // What names none goes where `kubectl apply -n` says.
            Severity::Info
        };
        Some(Membership::OtherNamespace {
            template: template.at,
            severity,
        })
    }
}
