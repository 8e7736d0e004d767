//! Which pods the network policies of a unit are about (API `networking/v1`,
//! `NetworkPolicySpec.PodSelector`): those of their own namespace that the selector selects.

use super::fit::{Fit, selector_fits};
use super::view::View;
use rayon::prelude::*;

/// Which pods the network policies of a unit are about.
#[derive(Debug)]
pub(super) struct Isolation {
    /// Of each policy, the templates of the pods that it is about, or may be.
    pods: Vec<Vec<(usize, Fit)>>,
    /// Of each pod template, the policies that are about its pods, or may be.
    policies: Vec<Vec<(usize, Fit)>>,
}

impl Isolation {
    pub(super) fn of(view: View<'_>) -> Self {
        let policies: Vec<_> = view.policies().collect();
        let pods = policies.into_par_iter().map(|policy| {
            let selector = &policy.what.pods;
            let candidates = view.templates_for(selector);
            let beside = candidates.filter(|template| policy.may_meet(*template));
            let selected = beside.filter_map(|template| {
                let fit = selector_fits(selector, template)?;
                let namespace = policy.namespace().fits(template.namespace());
                Some((template.at, fit.min(namespace)))
            });
            selected.collect()
        });
        let pods: Vec<Vec<(usize, Fit)>> = pods.collect();
        let mut policies = vec![Vec::new(); view.templates().len()];
        for (policy, templates) in pods.iter().enumerate() {
            for (template, fit) in templates {
                policies[*template].push((policy, *fit));
            }
        }
        Self { pods, policies }
    }

    /// The templates of the pods that a policy is about, in order.
    pub(super) fn pods_of(&self, policy: usize) -> &[(usize, Fit)] {
        &self.pods[policy]
    }

    /// The policies that are about the pods of a template, in order.
    pub(super) fn policies_of(&self, template: usize) -> &[(usize, Fit)] {
        &self.policies[template]
    }
}
