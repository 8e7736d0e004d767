//! What has which labels, so that thousands of selectors need not be compared with thousands of
//! pods each.

use crate::kinds::runtime_label::is_runtime_label;
use crate::kinds::{LabelSelector, Labels, Operator, Pair, Requirement};
use crate::text::hash::HashMap;

/// The positions of things by the pairs of their labels.
#[derive(Debug, Default)]
pub(super) struct Postings {
    count: usize,
    /// By key and value, in order.
    by_pair: HashMap<String, HashMap<String, Vec<usize>>>,
    /// Those with a label whose value nobody knows.
    by_unknown: Vec<usize>,
}

impl Postings {
    /// Adds the next thing: its labels, and pairs that it may have besides.
    pub(super) fn push<'l>(&mut self, labels: &'l Labels, added: impl Iterator<Item = &'l Pair>) {
        let at = self.count;
        self.count += 1;
        for pair in labels.pairs.iter().chain(added) {
            let (key, value) = (&pair.key.value, &pair.value.value);
            if !self.by_pair.contains_key(key) {
                self.by_pair.insert(key.clone(), HashMap::default());
            }
            if let Some(values) = self.by_pair.get_mut(key) {
                match values.get_mut(value) {
                    Some(posting) => posting.push(at),
                    None => {
                        values.insert(value.clone(), vec![at]);
                    }
                }
            }
        }
        if labels.is_unreadable || labels.pairs.iter().any(Pair::is_unknown) {
            self.by_unknown.push(at);
        }
    }

    /// What has a pair for certain.
    pub(super) fn with(&self, pair: &Pair) -> &[usize] {
        self.posting(&pair.key.value, &pair.value.value)
    }

    fn posting(&self, key: &str, value: &str) -> &[usize] {
        let values = self.by_pair.get(key);
        let posting = values.and_then(|values| values.get(value));
        posting.map_or(&[], Vec::as_slice)
    }

    /// What may have all of these labels, in order: never too little, sometimes too much.
    pub(super) fn having(&self, labels: &Labels) -> Vec<usize> {
        self.rarest(self.by_pairs(labels))
    }

    /// What a label selector may select, in order: never too little, sometimes too much.
    pub(super) fn selected(&self, selector: &LabelSelector) -> Vec<usize> {
        let listed = selector.expressions.iter();
        let listed = listed.filter_map(|requirement| self.by_values(requirement));
        self.rarest(self.by_pairs(&selector.labels).chain(listed))
    }

    fn by_pairs<'s>(&'s self, labels: &'s Labels) -> impl Iterator<Item = Vec<&'s [usize]>> {
        let known = labels.pairs.iter().filter(|pair| decides(pair));
        known.map(|pair| vec![self.with(pair)])
    }

    /// What has one of the values that a requirement lists.
    fn by_values(&self, requirement: &Requirement) -> Option<Vec<&[usize]>> {
        let key = &requirement.key.as_ref()?.value;
        let is_known = requirement.operator == Operator::In
            && !requirement.has_unknown_values
            && !is_runtime_label(key);
        let values = requirement.values.iter();
        is_known.then(|| {
            values
                .map(|value| self.posting(key, &value.value))
                .collect()
        })
    }

    /// The demand that the fewest meet leaves the fewest to compare.
    fn rarest<'s>(&'s self, demands: impl Iterator<Item = Vec<&'s [usize]>>) -> Vec<usize> {
        let size =
            |demand: &Vec<&[usize]>| demand.iter().map(|posting| posting.len()).sum::<usize>();
        let Some(rarest) = demands.min_by_key(size) else {
            return (0..self.count).collect();
        };
        let known = rarest.into_iter().flatten();
        let mut found: Vec<usize> = known.chain(&self.by_unknown).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether a pair of a selector can be looked up in a manifest.
pub(super) fn decides(pair: &Pair) -> bool {
    !pair.is_unknown() && !is_runtime_label(&pair.key.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::PairValue;
    use crate::text::source::{SourceId, Span, Spanned};

    const HERE: Span = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };

    fn text(text: &str) -> Spanned<String> {
        Spanned::new(text.to_owned(), HERE)
    }

    fn labels(pairs: &[(&str, &str, PairValue)]) -> Labels {
        let pairs = pairs.iter().map(|(key, value, kind)| Pair {
            key: text(key),
            value: text(value),
            kind: *kind,
        });
        Labels {
            pairs: pairs.collect(),
            ..Labels::default()
        }
    }

    #[test]
    fn the_rarest_demand_decides_and_what_is_unknown_stays() {
        use PairValue::{Placeholder, Text};
        let mut postings = Postings::default();
        for own in [
            &[("app", "web", Text), ("tier", "front", Text)][..],
            &[("app", "api", Text), ("tier", "front", Text)],
            &[("app", "{{ .Values.app }}", Placeholder)],
            &[("app", "db", Text)],
        ] {
            postings.push(&labels(own), std::iter::empty());
        }
        let all = labels(&[("tier", "front", Text), ("app", "api", Text)]);
        assert_eq!(postings.having(&all), [1, 2]);
        assert_eq!(postings.having(&labels(&[])), [0, 1, 2, 3]);
        let mut selector = LabelSelector::everything(HERE);
        selector.expressions.push(Requirement {
            key: Some(text("app")),
            operator: Operator::In,
            values: vec![text("db"), text("web"), text("none")],
            has_unknown_values: false,
        });
        assert_eq!(postings.selected(&selector), [0, 2, 3]);
        selector.expressions[0].operator = Operator::NotIn;
        assert_eq!(postings.selected(&selector), [0, 1, 2, 3]);
    }
}
