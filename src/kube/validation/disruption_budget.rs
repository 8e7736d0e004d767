//! Pod disruption budgets.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};

use super::errors::{Errors, Scalar};
use super::labels::validate_label_selector;
use super::metadata::{Scope, validate_generic_object_meta};
use super::names::NameShape;
use super::numbers::{is_not_more_than_100_percent, validate_positive_int_or_percent};
use super::{Options, Validate, Violation, Written};
use crate::yaml::field::Path;

impl Validate for PodDisruptionBudget {
    fn validate(&self, _: Written<'_>, _: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_pod_disruption_budget(self, &mut errors);
        errors.into_violations()
    }
}

/// The metadata is left to the server's last check of every object (apiserver,
/// `pkg/registry/rest/create.go`: `BeforeCreate`), which comes only if the rest is fine and takes
/// nearly every name.
///
/// Kubernetes, `pkg/apis/policy/validation/validation.go`: `ValidatePodDisruptionBudget`.
fn validate_pod_disruption_budget(budget: &PodDisruptionBudget, errors: &mut Errors) {
    if let Some(spec) = &budget.spec {
        validate_pod_disruption_budget_spec(spec, &Path::new("spec"), errors);
    }
    if errors.is_empty() {
        let shape = NameShape::PathSegment;
        validate_generic_object_meta(&budget.metadata, Scope::Namespace, shape, errors);
    }
}

/// Kubernetes, `pkg/apis/policy/validation/validation.go`: `ValidatePodDisruptionBudgetSpec`.
fn validate_pod_disruption_budget_spec(
    spec: &PodDisruptionBudgetSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let available = ("minAvailable", spec.min_available.as_ref());
    let unavailable = ("maxUnavailable", spec.max_unavailable.as_ref());
    if available.1.is_some() && unavailable.1.is_some() {
        let detail = "minAvailable and maxUnavailable cannot be both set";
        let violation = errors.invalid(path, Scalar::Other, detail);
        violation.place = Some(path.child("maxUnavailable").to_field_path());
        let other = path.child("minAvailable").to_field_path();
        violation.other = Some((other, "the other one".into()));
    }
    for (field, value) in [available, unavailable] {
        let path = path.child(field);
        validate_positive_int_or_percent(value, &path, errors);
        is_not_more_than_100_percent(value, &path, errors);
    }
    if let Some(selector) = &spec.selector {
        validate_label_selector(selector, &path.child("selector"), errors);
    }
    let known = ["AlwaysAllow", "IfHealthyBudget"];
    if let Some(policy) = &spec.unhealthy_pod_eviction_policy
        && !known.contains(&policy.as_str())
    {
        errors.not_supported(&path.child("unhealthyPodEvictionPolicy"), policy, &known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn budget(spec: &Value) -> Vec<String> {
        refused::<PodDisruptionBudget>(&json!({"metadata": {"name": "A_b"}, "spec": spec}))
    }

    #[test]
    fn numbers_or_percentages() {
        assert_eq!(budget(&json!({})), NOTHING);
        assert_eq!(budget(&json!({"minAvailable": "100%"})), NOTHING);
        for bad in [json!("50"), json!("50 %"), json!("110%"), json!(-1)] {
            assert_eq!(
                budget(&json!({"minAvailable": bad})),
                ["spec.minAvailable Invalid"]
            );
        }
        let both = json!({"minAvailable": 1, "maxUnavailable": 1});
        assert_eq!(budget(&both), ["spec Invalid"]);
    }

    #[test]
    fn metadata_comes_last() {
        let object = |spec: Value| {
            let metadata = json!({"name": "a%", "labels": {"a b": ""}});
            refused::<PodDisruptionBudget>(&json!({"metadata": metadata, "spec": spec}))
        };
        let fields = ["metadata.name Invalid", "metadata.labels Invalid"];
        assert_eq!(object(json!({})), fields);
        assert_eq!(
            object(json!({"minAvailable": -1})),
            ["spec.minAvailable Invalid"]
        );
    }
}
