//! The pod templates of all units: what matches in another unit may well be what is meant.

use super::fit::pods_fit;
use super::node::Node;
use super::postings::{Postings, decides};
use super::symbols::by_labels;
use super::view::View;
use crate::kinds::{Labels, Workload};
use crate::unit::Namespace;

/// The pod templates of all units, by the pairs of their labels.
pub(super) struct Everywhere<'i> {
    templates: Vec<Node<'i, &'i Workload>>,
    postings: Postings,
}

impl<'i> Everywhere<'i> {
    pub(super) fn of(units: &[View<'i>]) -> Self {
        let templates: Vec<_> = units.iter().flat_map(|view| view.templates()).collect();
        Self {
            postings: by_labels(templates.iter().map(|template| template.what)),
            templates,
        }
    }

    /// Whether a selector selects a template of a namespace, in whatever unit.
    pub(super) fn is_served(&self, namespace: &Namespace, selector: &Labels) -> bool {
        let candidates = self.postings.having(selector).into_iter();
        let mut templates = candidates.map(|at| self.templates[at]);
        templates.any(|template| {
            template.namespace().may_be(namespace) && pods_fit(selector, template).is_some()
        })
    }

    /// The templates that a selector selects, whatever their namespace.
    pub(super) fn matching<'l>(
        &'l self,
        selector: &'l Labels,
    ) -> impl Iterator<Item = Node<'i, &'i Workload>> + 'l {
        let pair = selector.pairs.iter().find(|pair| decides(pair));
        let posting = pair.map_or(&[][..], |pair| self.postings.with(pair));
        let candidates = posting.iter().map(|&at| self.templates[at]);
        candidates.filter(move |template| pods_fit(selector, *template).is_some())
    }
}
