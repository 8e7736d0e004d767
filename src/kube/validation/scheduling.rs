//! What decides where a pod may run, and the names that stand for it.

use k8s_openapi::api::core::v1::{HostAlias, PodSchedulingGate, PodSpec, Toleration};

use super::affinity::validate_placement;
use super::errors::Errors;
use super::ip::is_valid_ip_for_legacy_field;
use super::labels::{validate_label_key, validate_label_name, validate_label_value};
use super::names::is_dns1123_subdomain;
use super::{Options, items, text};
use crate::kube::gates::USER_NAMESPACES_SUPPORT;
use crate::yaml::field::Path;

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// The part of `ValidatePodSpec` about where the pod runs, and as what.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidatePodSpec`.
pub(super) fn validate_scheduling(
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let names = [
        ("nodeName", &spec.node_name),
        ("priorityClassName", &spec.priority_class_name),
        ("runtimeClassName", &spec.runtime_class_name),
    ];
    for (field, name) in names {
        let name = text(name.as_ref());
        let is_unset = name.is_empty() && field != "runtimeClassName";
        if !is_unset && (field != "runtimeClassName" || spec.runtime_class_name.is_some()) {
            errors.invalid_each(&path.child(field), name, is_dns1123_subdomain(name));
        }
    }
    if let Some(policy) = &spec.preemption_policy {
        let path = path.child("preemptionPolicy");
        let known = ["PreemptLowerPriority", "Never"];
        if policy.is_empty() {
            errors.required(&path, "");
        } else if !known.contains(&policy.as_str()) {
            errors.not_supported(&path, policy, &known);
        }
    }
    if let Some(os) = &spec.os {
        let path = path.child("os");
        if os.name.is_empty() {
            errors.required(&path.child("name"), "");
        } else if !matches!(os.name.as_str(), "linux" | "windows") {
            let place = path.child("name").to_field_path();
            let known = ["linux", "windows"];
            errors.not_supported(&path, &os.name, &known).place = Some(place);
        }
    }
    validate_share_process_namespace(spec, path, errors);
    validate_host_users(spec, options, path, errors);
    let tolerations = items(spec.tolerations.as_ref());
    validate_tolerations(tolerations, &path.child("tolerations"), errors);
    let aliases = items(spec.host_aliases.as_ref());
    validate_host_aliases(aliases, options, &path.child("hostAliases"), errors);
    let gates = items(spec.scheduling_gates.as_ref());
    validate_scheduling_gates(gates, &path.child("schedulingGates"), errors);
    validate_placement(spec, options, path, errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateSchedulingGates`.
fn validate_scheduling_gates(gates: &[PodSchedulingGate], list: &Path<'_>, errors: &mut Errors) {
    for (index, gate) in gates.iter().enumerate() {
        let path = list.index(index);
        let name_path = path.child("name");
        // The server names the item.
        for message in validate_label_key(&gate.name) {
            errors.invalid(&path, &gate.name, &message).place = Some(name_path.to_field_path());
        }
        let same = |earlier: &PodSchedulingGate| earlier.name == gate.name;
        if let Some(first) = gates[..index].iter().position(same) {
            errors.duplicate(&path, &gate.name, &list.index(first), "first here");
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateShareProcessNamespace`.
fn validate_share_process_namespace(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors
            .invalid(&path.child("shareProcessNamespace"), "true", detail)
            .other = Some((path.child("hostPID").to_field_path(), "`true`".into()));
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateHostUsers`.
fn validate_host_users(spec: &PodSpec, options: &Options, path: &Path<'_>, errors: &mut Errors) {
    if spec.host_users != Some(false) || !options.has(USER_NAMESPACES_SUPPORT) {
        return;
    }
    // The server spells two of them with a capital.
    for (field, written, is_set) in [
        ("hostNetwork", "hostNetwork", spec.host_network),
        ("HostPID", "hostPID", spec.host_pid),
        ("HostIPC", "hostIPC", spec.host_ipc),
    ] {
        if is_set == Some(true) {
            let violation = errors.forbidden(&path.child(field), "when `hostUsers` is false");
            violation.place = Some(path.child(written).to_field_path());
            violation.other = Some((path.child("hostUsers").to_field_path(), "`false`".into()));
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateTolerations`.
fn validate_tolerations(tolerations: &[Toleration], list: &Path<'_>, errors: &mut Errors) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let path = list.index(index);
        let key = text(toleration.key.as_ref());
        let operator = text(toleration.operator.as_ref());
        let value = text(toleration.value.as_ref());
        let effect = text(toleration.effect.as_ref());
        let operator_path = path.child("operator");
        let effect_path = path.child("effect");
        if !key.is_empty() {
            validate_label_name(key, &path.child("key"), errors);
        } else if operator != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all \
                          values and all keys\"";
            errors.invalid(&operator_path, operator, detail);
        }
        if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&effect_path, effect, detail);
        }
        match operator {
            "" | "Equal" => {
                // The server names the operator.
                let before = errors.len();
                errors.invalid_each(&operator_path, value, validate_label_value(value));
                for violation in errors.since(before) {
                    violation.place = Some(path.child("value").to_field_path());
                }
            }
            "Exists" => {
                if !value.is_empty() {
                    let detail = "value must be empty when `operator` is 'Exists'";
                    errors.invalid(&operator_path, value, detail).other =
                        Some((path.child("value").to_field_path(), "the value".into()));
                }
            }
            unknown => {
                errors.not_supported(&operator_path, unknown, &["Equal", "Exists"]);
            }
        }
        if !effect.is_empty() && !EFFECTS.contains(&effect) {
            errors.not_supported(&effect_path, effect, &EFFECTS);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateHostAliases`.
fn validate_host_aliases(
    aliases: &[HostAlias],
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, alias) in aliases.iter().enumerate() {
        let path = list.index(index);
        is_valid_ip_for_legacy_field(&alias.ip, options, &path.child("ip"), errors);
        let names = path.child("hostnames");
        for (index, name) in items(alias.hostnames.as_ref()).iter().enumerate() {
            errors.invalid_each(&names.index(index), name, is_dns1123_subdomain(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    /// What is refused of `spec` of a pod with these fields.
    fn with(fields: &Value) -> Vec<String> {
        let mut pod = json!({"metadata": {"name": "web"}, "spec": {
            "containers": [{"name": "web", "image": "web"}],
        }});
        for (key, value) in fields.as_object().expect("an object") {
            pod["spec"][key] = value.clone();
        }
        let found = refused::<Pod>(&pod).into_iter();
        found.map(|line| line.replacen("spec.", "", 1)).collect()
    }

    #[test]
    fn taints_are_tolerated_by_key_or_all_of_them() {
        let toleration = |fields: Value| with(&json!({"tolerations": [fields]}));
        assert_eq!(toleration(json!({"operator": "Exists"})), NOTHING);
        assert_eq!(toleration(json!({"key": "a/b", "value": "c"})), NOTHING);
        for (bad, field) in [
            (json!({}), "operator Invalid"),
            (json!({"key": "a b"}), "key Invalid"),
            (
                json!({"key": "a", "operator": "In"}),
                "operator NotSupported",
            ),
            (
                json!({"key": "a", "operator": "Exists", "value": "b"}),
                "operator Invalid",
            ),
            (json!({"key": "a", "value": "b c"}), "operator Invalid"),
            (
                json!({"key": "a", "effect": "Evict"}),
                "effect NotSupported",
            ),
            (
                json!({"key": "a", "tolerationSeconds": 3}),
                "effect Invalid",
            ),
        ] {
            let found = toleration(bad.clone());
            assert_eq!(found, [format!("tolerations[0].{field}")], "{bad}");
        }
    }

    #[test]
    fn names_and_kinds_of_what_a_pod_runs_on() {
        for (bad, field) in [
            (json!({"nodeName": "Node 1"}), "nodeName Invalid"),
            (
                json!({"priorityClassName": "High"}),
                "priorityClassName Invalid",
            ),
            (json!({"runtimeClassName": ""}), "runtimeClassName Invalid"),
            (
                json!({"preemptionPolicy": "Always"}),
                "preemptionPolicy NotSupported",
            ),
            (json!({"os": {"name": "darwin"}}), "os NotSupported"),
            (
                json!({"hostUsers": false, "hostIPC": true}),
                "HostIPC Forbidden",
            ),
            (
                json!({"hostAliases": [{"ip": "db"}]}),
                "hostAliases[0].ip Invalid",
            ),
        ] {
            assert_eq!(with(&bad), [field], "{bad}");
        }
        let good = json!({"nodeName": "", "priorityClassName": "", "os": {"name": "linux"}});
        assert_eq!(with(&good), NOTHING);
    }
}
