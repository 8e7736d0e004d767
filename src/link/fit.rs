//! Whether selectors select: what labels a pod shows, what its controller adds to them, and what
//! nobody can know (apimachinery `pkg/labels/selector.go:Requirement.Matches`).

use super::node::Node;
use crate::kinds::runtime_label::{is_put_on, is_runtime_label};
use crate::kinds::{LabelSelector, Labels, Operator, Pair, PairValue, Requirement, Workload};
use crate::text::placeholder::is_placeholder;
use crate::unit::Namespace;

/// How sure it is that a selector selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// It may: part of it depends on what a placeholder will be.
    Possible,
    /// It does.
    Certain,
}

impl Namespace {
    /// How sure it is that both are one, if they may be.
    pub(super) fn fits(&self, other: &Self) -> Fit {
        if self.name == other.name {
            Fit::Certain
        } else {
            Fit::Possible
        }
    }
}

/// Whether a selector selects pods of a template: by the labels that it shows, and by those that
/// its controller adds.
pub(super) fn pods_fit(selector: &Labels, template: Node<'_, &Workload>) -> Option<Fit> {
    let workload = template.what;
    weakest(selector, |pair| {
        let (key, value) = (&pair.key.value, &pair.value.value);
        let mut added = workload.added_labels.iter();
        let is_added = is_put_on(workload.kind, template.name(), key, value)
            || added.any(|(_, labels)| labels.has(pair));
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

/// Whether a label selector selects an object with these labels.
pub(super) fn labels_fit(selector: &LabelSelector, labels: &Labels) -> Option<Fit> {
    let least = fits(&selector.labels, labels)?.min(readable(selector));
    requirements_fit(selector, labels, least)
}

/// Whether a label selector selects pods of a template.
pub(super) fn selector_fits(
    selector: &LabelSelector,
    template: Node<'_, &Workload>,
) -> Option<Fit> {
    let least = pods_fit(&selector.labels, template)?.min(readable(selector));
    requirements_fit(selector, &template.what.template.labels, least)
}

/// Whether a selector asks for the labels that a workload's own selector asks for, in vain as
/// well: that is reported of the workload.
pub(super) fn lacks_its_own_labels(
    workload: &Workload,
    fit: impl Fn(&Labels) -> Option<Fit>,
) -> bool {
    workload.selector.as_ref().is_some_and(|own| {
        !own.labels.is_empty()
            && fit(&own.labels).is_some()
            && fits(&own.labels, &workload.template.labels).is_none()
    })
}

fn requirements_fit(selector: &LabelSelector, labels: &Labels, least: Fit) -> Option<Fit> {
    Some(least.min(requirements_met(&selector.expressions, labels)?))
}

/// Whether labels meet all of `matchExpressions`.
pub(super) fn requirements_met(expressions: &[Requirement], labels: &Labels) -> Option<Fit> {
    let mut requirements = expressions.iter();
    requirements.try_fold(Fit::Certain, |least, requirement| {
        let fit = meets(requirement, |key| Value::on_pods(labels, key))?;
        Some(least.min(fit))
    })
}

/// A selector that cannot be read whole may ask for more.
fn readable(selector: &LabelSelector) -> Fit {
    if selector.labels.is_unreadable {
        Fit::Possible
    } else {
        Fit::Certain
    }
}

/// What is known of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value<'l> {
    Known(&'l str),
    Absent,
    Unknown,
}

impl<'l> Value<'l> {
    fn on_pods(labels: &'l Labels, key: &str) -> Self {
        match labels.get(key) {
            Some(pair) if pair.is_unknown() => Self::Unknown,
            Some(pair) => Self::Known(&pair.value.value),
            None => {
                let mut keys = labels.pairs.iter().map(|pair| &pair.key.value);
                let may_be_there = labels.is_unreadable
                    || is_runtime_label(key)
                    || keys.any(|own| is_placeholder(own));
                if may_be_there {
                    Self::Unknown
                } else {
                    Self::Absent
                }
            }
        }
    }
}

/// Whether a requirement is met.
fn meets<'l>(requirement: &Requirement, value: impl Fn(&str) -> Value<'l>) -> Option<Fit> {
    let Some(key) = &requirement.key else {
        return Some(Fit::Possible);
    };
    let value = value(&key.value);
    let certainly = |is_met: bool| is_met.then_some(Fit::Certain);
    let is_listed = |own: &str| requirement.values.iter().any(|listed| listed.value == own);
    match (requirement.operator, value) {
        (Operator::Unknown, _) | (_, Value::Unknown) => Some(Fit::Possible),
        (Operator::In, Value::Known(own)) if is_listed(own) => Some(Fit::Certain),
        (Operator::NotIn, Value::Known(own)) if is_listed(own) => None,
        (Operator::In | Operator::NotIn, Value::Known(_)) if requirement.has_unknown_values => {
            Some(Fit::Possible)
        }
        (Operator::In, _) => None,
        (Operator::NotIn, _) => Some(Fit::Certain),
        (Operator::Exists, value) => certainly(value != Value::Absent),
        (Operator::DoesNotExist, value) => certainly(value == Value::Absent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{SourceId, Span, Spanned};

    const HERE: Span = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };

    fn requirement(operator: Operator, values: &[&str]) -> Requirement {
        let text = |text: &str| Spanned::new(text.to_owned(), HERE);
        Requirement {
            key: Some(text("app")),
            operator,
            values: values.iter().map(|value| text(value)).collect(),
            has_unknown_values: false,
        }
    }

    #[test]
    fn requirements_are_met_as_in_apimachinery() {
        use Operator::{DoesNotExist, Exists, In, NotIn};
        let (web, absent, unknown) = (Value::Known("web"), Value::Absent, Value::Unknown);
        let (yes, no, maybe) = (Some(Fit::Certain), None, Some(Fit::Possible));
        for (operator, values, value, expected) in [
            (In, &["web", "api"][..], web, yes),
            (In, &["api"], web, no),
            (In, &["web"], absent, no),
            (In, &["web"], unknown, maybe),
            (NotIn, &["api"], web, yes),
            (NotIn, &["web"], web, no),
            (NotIn, &["web"], absent, yes),
            (NotIn, &["web"], unknown, maybe),
            (Exists, &[], web, yes),
            (Exists, &[], absent, no),
            (Exists, &[], unknown, maybe),
            (DoesNotExist, &[], web, no),
            (DoesNotExist, &[], absent, yes),
            (DoesNotExist, &[], unknown, maybe),
            (Operator::Unknown, &[], web, maybe),
        ] {
            let requirement = requirement(operator, values);
            let found = meets(&requirement, |_| value);
            assert_eq!(found, expected, "{operator:?} {values:?} {value:?}");
        }
    }

    #[test]
    fn a_value_that_is_filled_in_later_may_be_any() {
        for (operator, expected) in [(Operator::In, None), (Operator::NotIn, Some(Fit::Certain))] {
            let known = requirement(operator, &["api"]);
            assert_eq!(meets(&known, |_| Value::Known("web")), expected);
            let open = Requirement {
                has_unknown_values: true,
                ..known
            };
            let found = meets(&open, |_| Value::Known("web"));
            assert_eq!(found, Some(Fit::Possible), "{operator:?}");
        }
    }
}
