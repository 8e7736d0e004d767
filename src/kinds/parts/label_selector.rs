//! Label selectors with `matchLabels` and `matchExpressions`: of workloads, network policies and
//! their peers, disruption budgets (apimachinery `meta/v1/helpers.go:LabelSelectorAsSelector`).

use super::collect::collect;
use super::labels::Labels;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// A label selector with `matchLabels` and `matchExpressions`, or a flat one.
#[derive(Clone, Debug)]
pub struct LabelSelector {
    /// The key `selector`.
    pub key: Span,
    /// `matchLabels`, or the pairs themselves when the kind's selector is flat.
    pub labels: Labels,
    /// `matchExpressions`
    pub expressions: Vec<Requirement>,
    /// Pairs that stand where `matchLabels` should: a flat selector in a kind whose is not.
    pub flat: bool,
}

/// An item of `matchExpressions`.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// `key`, if it can be known.
    pub key: Option<Spanned<String>>,
    /// `operator`
    pub operator: Operator,
    /// `values`
    pub values: Vec<Spanned<String>>,
    /// Whether there may be other values.
    pub has_unknown_values: bool,
}

/// How a requirement compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The label is there, with one of the values.
    In,
    /// The label is not there, or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
    /// A value that the API server does not know, or a placeholder.
    Unknown,
}

impl LabelSelector {
    /// Reads one that is itself a map of labels.
    pub(in crate::kinds) fn read_flat(selector: Cursor<'_>) -> Self {
        Self {
            key: selector.key_span(),
            labels: Labels::read(Some(selector)),
            expressions: Vec::new(),
            flat: false,
        }
    }

    /// Reads `matchLabels` and `matchExpressions`.
    pub fn read(selector: Cursor<'_>) -> Self {
        let match_labels = selector.field("matchLabels");
        let expressions = selector.get("matchExpressions");
        let entries = selector.entries();
        let is_scalar = |(_, value): &(_, Cursor<'_>)| !value.is_map() && !value.is_list();
        let flat = match_labels.is_none()
            && expressions.is_none()
            && !entries.is_empty()
            && entries.iter().all(is_scalar);
        let mut labels = Labels::read(if flat { Some(selector) } else { match_labels });
        let is_readable = selector.is_map() && !selector.is_masked() || selector.is_null();
        labels.is_unreadable |= !is_readable;
        let expressions = expressions.into_iter().flat_map(Cursor::items);
        Self {
            key: selector.key_span(),
            labels,
            expressions: collect(expressions.map(Requirement::read)),
            flat,
        }
    }

    /// One that selects everything, at the place where it would be written.
    pub fn everything(key: Span) -> Self {
        Self {
            key,
            labels: Labels::default(),
            expressions: Vec::new(),
            flat: false,
        }
    }

    /// Whether it selects nothing in particular.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }
}

impl Requirement {
    fn read(item: Cursor<'_>) -> Self {
        let known = |value: Cursor<'_>| {
            let text = value.string()?;
            (!is_placeholder(&text.value)).then_some(text)
        };
        let list = item.field("values");
        let values: Vec<Cursor<'_>> = list.into_iter().flat_map(Cursor::items).collect();
        let unreadable = list.is_some_and(|list| !list.is_list() && !list.is_null());
        let operator = match item.get("operator").map(Cursor::text) {
            Some("In") => Operator::In,
            Some("NotIn") => Operator::NotIn,
            Some("Exists") => Operator::Exists,
            Some("DoesNotExist") => Operator::DoesNotExist,
            _ => Operator::Unknown,
        };
        Self {
            key: item.get("key").and_then(known),
            operator,
            has_unknown_values: unreadable || values.iter().any(|value| known(*value).is_none()),
            values: collect(values.into_iter().filter_map(known)),
        }
    }
}
