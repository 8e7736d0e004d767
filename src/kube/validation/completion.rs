//! When a Job is done, and when it has failed.

use k8s_openapi::api::batch::v1::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule, SuccessPolicy, SuccessPolicyRule,
};

use super::errors::{Errors, Scalar};
use super::labels::validate_label_name;
use super::names::is_dns1123_subdomain;
use super::numbers::validate_nonnegative;
use super::{Options, items, text};
use crate::kube::gates::{JOB_MANAGED_BY, JOB_SUCCESS_POLICY};
use crate::yaml::field::Path;

const MOST_PARALLEL: i32 = 100_000;
const MOST_FAILED: i32 = 100_000;
const MANY_COMPLETIONS: i32 = 100_000;
const MOST_OF_MANY: i32 = 10_000;
const MOST_RULES: usize = 20;
const MOST_EXIT_CODES: usize = 255;
const MOST_PATTERNS: usize = 20;
const MANAGED_BY_LENGTH: usize = 63;
const NEEDS_INDEXES: &str = "requires indexed completion mode";

/// The part of `validateJobSpec` about the counts and the policies.
///
/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateJobSpec`.
pub(super) fn validate_completion(
    spec: &JobSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let counts = [
        ("parallelism", spec.parallelism),
        ("completions", spec.completions),
        ("backoffLimit", spec.backoff_limit),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished),
        ("backoffLimitPerIndex", spec.backoff_limit_per_index),
        ("maxFailedIndexes", spec.max_failed_indexes),
    ];
    for (field, count) in counts {
        validate_nonnegative(count, &path.child(field), errors);
    }
    if let Some(seconds @ ..=-1) = spec.active_deadline_seconds {
        let detail = "must be greater than or equal to 0";
        errors.invalid(&path.child("activeDeadlineSeconds"), seconds, detail);
    }
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        let detail = "when maxFailedIndexes is specified";
        errors.required(&path.child("backoffLimitPerIndex"), detail);
    }
    if let Some(manager) = &spec.managed_by
        && options.has(JOB_MANAGED_BY)
    {
        validate_managed_by(manager, &path.child("managedBy"), errors);
    }
    validate_completion_mode(spec, path, errors);
    if let Some(policy) = &spec.pod_failure_policy {
        let path = path.child("podFailurePolicy");
        validate_pod_failure_policy(policy, spec, &path, errors);
    }
    if let Some(policy) = &spec.success_policy
        && options.has(JOB_SUCCESS_POLICY)
    {
        let path = path.child("successPolicy");
        if is_indexed(spec) {
            validate_success_policy(policy, spec, &path, errors);
        } else {
            errors.invalid(&path, Scalar::Other, NEEDS_INDEXES);
        }
    }
    validate_pod_replacement_policy(spec, &path.child("podReplacementPolicy"), errors);
}

fn is_indexed(spec: &JobSpec) -> bool {
    spec.completion_mode.as_deref() == Some("Indexed")
}

/// apimachinery, `pkg/util/validation/validation.go`: `IsDomainPrefixedPath`.
fn validate_managed_by(manager: &str, path: &Path<'_>, errors: &mut Errors) {
    let (host, rest) = manager.split_once('/').unwrap_or_default();
    let in_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if manager.is_empty() {
        errors.required(path, "");
    } else if host.is_empty() || rest.is_empty() {
        let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        errors.invalid(path, manager, detail);
    } else {
        errors.invalid_each(path, host, is_dns1123_subdomain(host));
        if !rest.bytes().all(in_path) {
            errors.invalid(path, rest, "Invalid path");
        }
    }
    if manager.len() > MANAGED_BY_LENGTH {
        errors.too_long(path, MANAGED_BY_LENGTH);
    }
}

/// The part of `validateJobSpec` about `completionMode`.
fn validate_completion_mode(spec: &JobSpec, path: &Path<'_>, errors: &mut Errors) {
    let parallelism = path.child("parallelism");
    let max_failed = path.child("maxFailedIndexes");
    match spec.completion_mode.as_deref() {
        Some("Indexed") => {}
        None | Some("NonIndexed") => {
            if let Some(limit) = spec.backoff_limit_per_index {
                errors.invalid(&path.child("backoffLimitPerIndex"), limit, NEEDS_INDEXES);
            }
            if let Some(failed) = spec.max_failed_indexes {
                errors.invalid(&max_failed, failed, NEEDS_INDEXES);
            }
            return;
        }
        Some(mode) => {
            let path = path.child("completionMode");
            errors.not_supported(&path, mode, &["NonIndexed", "Indexed"]);
            return;
        }
    }
    let failed = spec.max_failed_indexes;
    let completions = spec.completions;
    if completions.is_none() {
        let detail = "when completion mode is Indexed";
        errors.required(&path.child("completions"), detail);
    }
    let mut at_most = |path: &Path<'_>, number: Option<i32>, most: i32, when: &str| {
        if let Some(number) = number.filter(|number| *number > most) {
            let detail = format!("must be less than or equal to {most}{when}");
            errors.invalid(path, number, &detail);
        }
    };
    let when = " when completion mode is Indexed";
    at_most(&parallelism, spec.parallelism, MOST_PARALLEL, when);
    at_most(&max_failed, failed, MOST_FAILED, "");
    let are_many = spec.backoff_limit_per_index.is_some()
        && completions.is_some_and(|completions| completions > MANY_COMPLETIONS);
    if are_many {
        let when = format!(
            " when completions are above {MANY_COMPLETIONS} and used with backoff limit per index"
        );
        at_most(&parallelism, spec.parallelism, MOST_OF_MANY, &when);
        at_most(&max_failed, failed, MOST_OF_MANY, &when);
    }
    if let (Some(failed), Some(completions)) = (failed, completions)
        && failed > completions
    {
        let detail = "must be less than or equal to completions";
        errors.invalid(&max_failed, failed, detail);
    }
    if are_many && failed.is_none() {
        let detail = format!("must be specified when completions is above {MANY_COMPLETIONS}");
        errors.required(&max_failed, &detail);
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validatePodReplacementPolicy`.
fn validate_pod_replacement_policy(spec: &JobSpec, path: &Path<'_>, errors: &mut Errors) {
    let known: &[&str] = if spec.pod_failure_policy.is_some() {
        &["Failed"]
    } else {
        &["Failed", "TerminatingOrFailed"]
    };
    if let Some(policy) = &spec.pod_replacement_policy
        && !known.contains(&policy.as_str())
    {
        errors.not_supported(path, policy, known);
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validatePodFailurePolicy`.
fn validate_pod_failure_policy(
    policy: &PodFailurePolicy,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("rules");
    if policy.rules.len() > MOST_RULES {
        errors.too_many(&list, MOST_RULES);
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        validate_pod_failure_policy_rule(rule, spec, &list.index(index), errors);
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validatePodFailurePolicyRule`.
fn validate_pod_failure_policy_rule(
    rule: &PodFailurePolicyRule,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let action = path.child("action");
    match rule.action.as_str() {
        "Count" | "FailJob" | "Ignore" => {}
        "FailIndex" => {
            if spec.backoff_limit_per_index.is_none() {
                let detail = "requires the backoffLimitPerIndex to be set";
                errors.invalid(&action, &rule.action, detail);
            }
        }
        "" => {
            let detail = "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]";
            errors.required(&action, detail);
        }
        unknown => {
            let known = ["Count", "FailIndex", "FailJob", "Ignore"];
            errors.not_supported(&action, unknown, &known);
        }
    }
    let patterns = items(rule.on_pod_conditions.as_ref());
    if let Some(codes) = &rule.on_exit_codes {
        validate_on_exit_codes(codes, spec, &path.child("onExitCodes"), errors);
    }
    validate_on_pod_conditions(patterns, &path.child("onPodConditions"), errors);
    let detail = match (&rule.on_exit_codes, patterns.is_empty()) {
        (Some(_), false) => "specifying both OnExitCodes and OnPodConditions is not supported",
        (None, true) => "specifying one of OnExitCodes and OnPodConditions is required",
        _ => return,
    };
    errors.invalid(path, Scalar::Other, detail);
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`:
/// `validatePodFailurePolicyRuleOnPodConditions`.
fn validate_on_pod_conditions(
    patterns: &[PodFailurePolicyOnPodConditionsPattern],
    list: &Path<'_>,
    errors: &mut Errors,
) {
    if patterns.len() > MOST_PATTERNS {
        errors.too_many(list, MOST_PATTERNS);
    }
    for (index, pattern) in patterns.iter().enumerate() {
        let path = list.index(index);
        validate_label_name(&pattern.type_, &path.child("type"), errors);
        // By default a condition has to be true.
        let status = text(pattern.status.as_ref());
        let known = ["False", "True", "Unknown"];
        if !status.is_empty() && !known.contains(&status) {
            errors.not_supported(&path.child("status"), status, &known);
        }
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`:
/// `validatePodFailurePolicyRuleOnExitCodes`.
fn validate_on_exit_codes(
    codes: &PodFailurePolicyOnExitCodesRequirement,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let operator = codes.operator.as_str();
    if operator.is_empty() {
        let detail = "valid values: [\"In\" \"NotIn\"]";
        errors.required(&path.child("operator"), detail);
    } else if !matches!(operator, "In" | "NotIn") {
        errors.not_supported(&path.child("operator"), operator, &["In", "NotIn"]);
    }
    let pod = spec.template.spec.as_ref();
    let mut containers = pod.into_iter().flat_map(|pod| {
        let inits = items(pod.init_containers.as_ref());
        pod.containers.iter().chain(inits)
    });
    if let Some(name) = &codes.container_name
        && !containers.any(|container| container.name == *name)
    {
        let detail = "must be one of the container or initContainer names in the pod template";
        errors.invalid(&path.child("containerName"), name, detail);
    }
    let list = path.child("values");
    let values = &codes.values;
    if values.is_empty() {
        errors.invalid(&list, Scalar::Other, "at least one value is required");
    } else if values.len() > MOST_EXIT_CODES {
        errors.too_many(&list, MOST_EXIT_CODES);
    }
    for (index, value) in values.iter().enumerate() {
        let path = list.index(index);
        if operator == "In" && *value == 0 {
            errors.invalid(&path, *value, "must not be 0 for the In operator");
        }
        if let Some(first) = values[..index].iter().position(|own| own == value) {
            errors.duplicate(&path, *value, &list.index(first), "first here");
        }
    }
    if !values.is_sorted() {
        errors.invalid(&list, Scalar::Other, "must be ordered");
    }
}

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateSuccessPolicy`.
fn validate_success_policy(
    policy: &SuccessPolicy,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("rules");
    if policy.rules.is_empty() {
        let detail = "at least one rules must be specified when the successPolicy is specified";
        errors.required(&list, detail);
    }
    if policy.rules.len() > MOST_RULES {
        errors.too_many(&list, MOST_RULES);
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        validate_success_policy_rule(rule, spec, &list.index(index), errors);
    }
}

/// Which indexes are meant is not looked at.
///
/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateSuccessPolicyRule`.
fn validate_success_policy_rule(
    rule: &SuccessPolicyRule,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        let detail = "at least one of succeededCount or succeededIndexes must be specified";
        errors.required(path, detail);
    }
    let count_path = path.child("succeededCount");
    validate_nonnegative(rule.succeeded_count, &count_path, errors);
    if let (Some(count), Some(all)) = (rule.succeeded_count, spec.completions)
        && count > all
    {
        let detail =
            format!("must be less than or equal to {all} (the number of specified completions)");
        errors.invalid(&count_path, count, &detail);
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::batch::v1::Job;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    /// What is refused of `spec` of a Job with these fields.
    fn with(fields: &Value) -> Vec<String> {
        let mut object = json!({"metadata": {"name": "web"}, "spec": {"template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "web", "image": "web"}],
        }}}});
        for (key, value) in fields.as_object().expect("an object") {
            object["spec"][key] = value.clone();
        }
        let found = refused::<Job>(&object).into_iter();
        found.map(|line| line.replacen("spec.", "", 1)).collect()
    }

    #[test]
    fn whoever_else_runs_a_job_has_a_name_with_a_domain() {
        assert_eq!(with(&json!({"managedBy": "acme.io/queue"})), NOTHING);
        for bad in ["queue", "Acme/queue", "acme.io/"] {
            let found = with(&json!({"managedBy": bad}));
            assert_eq!(found, ["managedBy Invalid"], "{bad}");
        }
    }

    #[test]
    fn failures_by_index_need_indexes() {
        let fields = json!({"completions": 3, "backoffLimitPerIndex": 1, "maxFailedIndexes": 1});
        let found = with(&fields);
        let expected = ["backoffLimitPerIndex Invalid", "maxFailedIndexes Invalid"];
        assert_eq!(found, expected);
        let mut fields = fields;
        fields["completionMode"] = json!("Indexed");
        assert_eq!(with(&fields), NOTHING);
        fields["maxFailedIndexes"] = json!(4);
        assert_eq!(with(&fields), ["maxFailedIndexes Invalid"]);
        fields["completions"] = json!(null);
        assert_eq!(with(&fields), ["completions Required"]);
        let found = with(&json!({"completionMode": "indexed"}));
        assert_eq!(found, ["completionMode NotSupported"]);
        let found = with(&json!({"successPolicy": {"rules": [{"succeededCount": 1}]}}));
        assert_eq!(found, ["successPolicy Invalid"]);
    }

    #[test]
    fn rules_of_failures() {
        let rule = |rule: Value| with(&json!({"podFailurePolicy": {"rules": [rule]}}));
        let codes = |operator: &str, values: Value| {
            rule(json!({"action": "FailJob", "onExitCodes": {
                "operator": operator, "values": values, "containerName": "web",
            }}))
        };
        assert_eq!(codes("In", json!([1, 2])), NOTHING);
        let path = "podFailurePolicy.rules[0]";
        let values = format!("{path}.onExitCodes.values");
        assert_eq!(codes("In", json!([0])), [format!("{values}[0] Invalid")]);
        assert_eq!(codes("NotIn", json!([2, 1])), [format!("{values} Invalid")]);
        assert_eq!(codes("NotIn", json!([])), [format!("{values} Invalid")]);
        let found = codes("In", json!([1, 1]));
        assert_eq!(found, [format!("{values}[1] Duplicate")]);
        let found = rule(json!({"action": "Stop"}));
        let expected = [
            format!("{path}.action NotSupported"),
            format!("{path} Invalid"),
        ];
        assert_eq!(found, expected);
        let condition = json!([{"type": "DisruptionTarget", "status": "Maybe"}]);
        let found = rule(json!({"action": "Ignore", "onPodConditions": condition}));
        let expected = [format!("{path}.onPodConditions[0].status NotSupported")];
        assert_eq!(found, expected);
    }

    #[test]
    fn pods_are_replaced_when_they_have_failed() {
        let policy = |policy: &str| with(&json!({"podReplacementPolicy": policy}));
        assert_eq!(policy("TerminatingOrFailed"), NOTHING);
        assert_eq!(policy("failed"), ["podReplacementPolicy NotSupported"]);
    }
}
