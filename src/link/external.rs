//! What the user says is elsewhere: Services and pods that no manifest here defines.

use crate::kinds::{LabelSelector, Operator, Pair, PairValue, Requirement};
use crate::settings::Entry;
use crate::settings::pattern::fits_text;
use std::collections::BTreeMap;

/// What lives elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// Services that manifests elsewhere define.
    pub services: Vec<ExternalService>,
    /// Pods that something elsewhere makes.
    pub pods: Vec<ExternalPods>,
}

/// A Service that lives elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalService {
    /// Its name.
    pub name: Entry<String>,
    /// Its namespace; without one, any.
    pub namespace: Option<String>,
    /// Why it is not here.
    pub reason: String,
}

/// Pods that live elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalPods {
    /// Their labels.
    pub labels: Entry<BTreeMap<String, String>>,
    /// Their namespace; without one, any.
    pub namespace: Option<String>,
    /// Why they are not here.
    pub reason: String,
}

impl External {
    /// The external Service of this name, by its position.
    pub(crate) fn service(&self, namespace: &str, name: &str) -> Option<usize> {
        self.services.iter().position(|own| {
            own.is_called(name)
                && own
                    .namespace
                    .as_deref()
                    .is_none_or(|own| fits_text(own, namespace))
        })
    }

    /// The external pods that a selector selects, by their position.
    pub(crate) fn pods(&self, namespace: &str, selector: &[Pair]) -> Option<usize> {
        self.pods
            .iter()
            .position(|own| own.is_selected(namespace, selector))
    }
}

impl ExternalService {
    /// Whether it may have a name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        fits_text(&self.name.value, name)
    }
}

impl ExternalPods {
    /// Whether the selector of a Service selects them.
    pub(crate) fn is_selected(&self, namespace: &str, selector: &[Pair]) -> bool {
        self.is_in(namespace) && self.have(selector)
    }

    /// Whether they may be in a namespace.
    pub(crate) fn is_in(&self, namespace: &str) -> bool {
        let own = self.namespace.as_deref();
        own.is_none_or(|own| fits_text(own, namespace))
    }

    /// Whether they have all of these labels.
    pub(crate) fn have(&self, labels: &[Pair]) -> bool {
        labels.iter().all(|pair| {
            let own = self.labels.value.get(&pair.key.value);
            pair.kind == PairValue::Text && own.is_some_and(|own| fits_text(own, &pair.value.value))
        })
    }

    /// Whether a label selector selects them. They have no other labels than are listed.
    pub(crate) fn fit(&self, selector: &LabelSelector) -> bool {
        let mut expressions = selector.expressions.iter();
        self.have(&selector.labels.pairs) && expressions.all(|own| self.meet(own))
    }

    fn meet(&self, requirement: &Requirement) -> bool {
        let Some(key) = &requirement.key else {
            return true;
        };
        let own = self.labels.value.get(&key.value);
        let mut values = requirement.values.iter().map(|value| &value.value);
        match requirement.operator {
            Operator::In => own.is_some_and(|own| {
                requirement.has_unknown_values || values.any(|value| fits_text(own, value))
            }),
            Operator::NotIn => own.is_none_or(|own| !values.any(|value| value == own)),
            Operator::Exists => own.is_some(),
            Operator::DoesNotExist => own.is_none(),
            Operator::Unknown => true,
        }
    }

    /// Whether one of their labels has this value, which is the name of what makes them.
    pub(crate) fn are_of(&self, workload: &str) -> bool {
        let mut values = self.labels.value.values();
        values.any(|own| own != "*" && fits_text(own, workload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{SourceId, Span, Spanned};

    fn pods(labels: &[(&str, &str)], namespace: Option<&str>) -> ExternalPods {
        let labels = labels.iter();
        let labels = labels.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        ExternalPods {
            labels: Entry {
                value: labels.collect(),
                range: 0..0,
            },
            namespace: namespace.map(str::to_owned),
            reason: "made elsewhere".to_owned(),
        }
    }

    #[test]
    fn external_pods_are_those_with_all_labels() {
        let external = External {
            services: Vec::new(),
            pods: vec![pods(&[("app", "a"), ("role", "*")], None)],
        };
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let found = |pairs: &[(&str, &str)]| {
            let pairs: Vec<Pair> = pairs
                .iter()
                .map(|(key, value)| Pair {
                    key: Spanned::new((*key).to_owned(), span),
                    value: Spanned::new((*value).to_owned(), span),
                    kind: PairValue::Text,
                })
                .collect();
            external.pods("default", &pairs).is_some()
        };
        assert!(found(&[("app", "a")]) && found(&[("role", "x"), ("app", "a")]));
        assert!(!found(&[("app", "b")]) && !found(&[("app", "a"), ("tier", "x")]));
    }

    /// Selectors with expressions select external pods as they select any others: those have the
    /// labels that are listed, and no more.
    #[test]
    fn external_pods_are_selected() {
        let pods = pods(&[("app", "redis"), ("role", "*")], Some("da*"));
        let here = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let text = |text: &str| Spanned::new(text.to_owned(), here);
        let fit = |key: &str, operator, values: &[&str]| {
            let requirement = Requirement {
                key: Some(text(key)),
                operator,
                values: values.iter().map(|value| text(value)).collect(),
                has_unknown_values: false,
            };
            pods.fit(&LabelSelector {
                expressions: vec![requirement],
                ..LabelSelector::everything(here)
            })
        };
        assert!(fit("app", Operator::In, &["web", "redis"]) && fit("role", Operator::In, &["a"]));
        assert!(!fit("app", Operator::In, &["web"]) && !fit("tier", Operator::In, &["web"]));
        assert!(fit("app", Operator::NotIn, &["web"]) && fit("tier", Operator::NotIn, &["web"]));
        assert!(!fit("app", Operator::NotIn, &["redis"]) && fit("role", Operator::NotIn, &["a"]));
        assert!(fit("app", Operator::Exists, &[]) && !fit("tier", Operator::Exists, &[]));
        assert!(
            fit("tier", Operator::DoesNotExist, &[]) && !fit("app", Operator::DoesNotExist, &[])
        );
        assert!(pods.is_in("data") && !pods.is_in("shop"));
        assert!(pods.are_of("redis") && !pods.are_of("leader"));
    }
}
