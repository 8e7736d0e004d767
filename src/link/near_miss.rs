//! Which pods a Service that selects nothing was meant for, and what says so.

use super::fit::{Fit, fits};
use super::node::Node;
use super::selections::Selections;
use super::view::View;
use crate::diagnostic::Severity;
use crate::kinds::{Labels, Service, Workload};
use crate::text::similar::{Similarity, similarity};

/// The pods that a Service was probably meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The template, by its position in the unit.
    pub(super) template: usize,
    /// How sure it is.
    pub severity: Severity,
    /// What makes it sure.
    pub evidence: Evidence,
    /// The pairs that do not match.
    pub odd: Vec<Odd>,
    /// Whether other pods have them.
    pub is_on_others: bool,
}

/// What says that a Service was meant for a template. From the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// All pairs match but one, which looks alike.
    Slip,
    /// The only pair of the selector looks alike, and no other Service selects the template.
    OnlyPair,
    /// The pairs are on the workload itself, but not on its pods.
    OwnLabels,
    /// The selector names the workload instead of a label of its pods.
    WorkloadName,
    /// Service and workload have one name and stand in one file.
    SameName,
    /// In this file, nothing else is left over on either side.
    LeftOver,
    /// In this unit, nothing else is left over.
    OnlyOrphan,
    /// All pairs match but one, which looks like something else.
    OneOff,
}

/// A pair of a selector that a template does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Its position in the selector.
    pub pair: usize,
    /// The label that was probably meant, by its position in the template's labels.
    pub label: Option<usize>,
}

/// The long-running workloads that no Service of the unit selects.
pub(super) struct Orphans {
    is_orphan: Vec<bool>,
    count: usize,
    /// Whether there is one, and only one Service with all its keys there selects nothing.
    is_left_over: bool,
}

impl Orphans {
    pub(super) fn of(view: View<'_>, selections: &Selections) -> Self {
        let is_orphan = |template: Node<'_, &Workload>| {
            selections.is_orphan(template.at) && template.what.kind.is_long_running()
        };
        let is_orphan: Vec<bool> = view.templates().map(is_orphan).collect();
        let count = is_orphan.iter().filter(|orphan| **orphan).count();
        let only = is_orphan.iter().position(|orphan| *orphan);
        let only = only.filter(|_| count == 1);
        let is_left_over = only.is_some_and(|at| {
            let labels = &view.template(at).what.template.labels;
            let idle = view.services().filter(|own| !selections.selects(own.at));
            let selectors = idle.filter_map(|own| own.what.selector.as_ref());
            let with_its_keys =
                selectors.filter(|own| Comparison::of(&own.labels, labels).absent == 0);
            with_its_keys.take(2).count() == 1
        });
        Self {
            is_orphan,
            count,
            is_left_over,
        }
    }
}

impl NearMiss {
    /// Whether a Service was meant for a template, and what says so.
    pub(super) fn of(
        service: Node<'_, &Service>,
        selector: &Labels,
        template: Node<'_, &Workload>,
        orphans: &Orphans,
    ) -> Option<Self> {
        if !template.what.kind.is_long_running() {
            return None;
        }
        let comparison = Comparison::of(selector, &template.what.template.labels);
        let (severity, evidence) = evidence(service, selector, template, orphans, &comparison)?;
        Some(Self {
            template: template.at,
            severity,
            evidence,
            odd: comparison.odd,
            is_on_others: false,
        })
    }
}

fn evidence(
    service: Node<'_, &Service>,
    selector: &Labels,
    template: Node<'_, &Workload>,
    orphans: &Orphans,
    comparison: &Comparison,
) -> Option<(Severity, Evidence)> {
    let is_orphan = orphans.is_orphan[template.at];
    let same_file = template.source() == service.source();
    let same_name = template.name() == service.name() && !service.name().is_empty();
    let similar = comparison.similar.filter(|found| match found {
        Similarity::Affix => is_orphan,
        Similarity::Enumeration => same_name,
        Similarity::Folded | Similarity::Edit => true,
    });
    let one_odd = comparison.odd.len() == 1;
    if comparison.equal >= 1 && one_odd && similar.is_some() {
        return Some((Severity::Error, Evidence::Slip));
    }
    if !is_orphan {
        return None;
    }
    if selector.pairs.len() == 1 && comparison.absent == 0 && similar.is_some() {
        return Some((Severity::Error, Evidence::OnlyPair));
    }
    if fits(selector, &template.what.own_labels) == Some(Fit::Certain) {
        return Some((Severity::Error, Evidence::OwnLabels));
    }
    if let [pair] = selector.pairs.as_slice()
        && pair.value.value == template.name()
    {
        return Some((Severity::Error, Evidence::WorkloadName));
    }
    if same_name && same_file {
        return Some((Severity::Error, Evidence::SameName));
    }
    if comparison.absent == 0 && same_file && orphans.is_left_over {
        return Some((Severity::Error, Evidence::LeftOver));
    }
    if comparison.absent == 0 && orphans.count == 1 {
        return Some((Severity::Warning, Evidence::OnlyOrphan));
    }
    (comparison.equal >= 1 && one_odd).then_some((Severity::Warning, Evidence::OneOff))
}

/// A selector against the labels of a template.
struct Comparison {
    /// How many pairs match.
    equal: usize,
    /// How many keys are not there.
    absent: usize,
    /// The pairs that do not match.
    odd: Vec<Odd>,
    /// Why the odd pair looks alike, if there is one such pair.
    similar: Option<Similarity>,
}

impl Comparison {
    fn of(selector: &Labels, labels: &Labels) -> Self {
        let mut comparison = Self {
            equal: 0,
            absent: 0,
            odd: Vec::new(),
            similar: None,
        };
        for (at, pair) in selector.pairs.iter().enumerate() {
            let own = labels
                .pairs
                .iter()
                .position(|own| own.key.value == pair.key.value);
            match own.map(|own| (own, &labels.pairs[own])) {
                Some((_, own)) if own.value.value == pair.value.value => comparison.equal += 1,
                Some((label, own)) => {
                    comparison.similar = similarity(&pair.value.value, &own.value.value);
                    comparison.odd.push(Odd {
                        pair: at,
                        label: Some(label),
                    });
                }
                None => {
                    comparison.absent += 1;
                    let alike = labels.pairs.iter().enumerate().find_map(|(label, own)| {
                        let found = similarity(&pair.key.value, &own.key.value)?;
                        (own.value.value == pair.value.value).then_some((label, found))
                    });
                    comparison.similar = alike.map(|(_, found)| found);
                    comparison.odd.push(Odd {
                        pair: at,
                        label: alike.map(|(label, _)| label),
                    });
                }
            }
        }
        comparison
    }
}
