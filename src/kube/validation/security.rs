//! As whom containers run, and what they may do. Privileges are up to the cluster, and what
//! Windows or the kernel's settings want is not looked at.

use k8s_openapi::api::core::v1::{
    AppArmorProfile, Capabilities, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext,
};

use super::errors::{Errors, Scalar};
use super::files::validate_local_path;
use super::{Options, items, text};
use crate::kube::gates::{PROC_MOUNT_TYPE, SELINUX_CHANGE_POLICY, SUPPLEMENTAL_GROUPS_POLICY};
use crate::yaml::field::Path;

const PROFILES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];
const MAX_PROFILE_LENGTH: usize = 4095;

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodSpecSecurityContext`.
pub(super) fn validate_pod_security_context(
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(context) = &spec.security_context else {
        return;
    };
    let path = path.child("securityContext");
    validate_ids(
        &[
            ("fsGroup", context.fs_group),
            ("runAsUser", context.run_as_user),
            ("runAsGroup", context.run_as_group),
        ],
        &path,
        errors,
    );
    let list = path.child("supplementalGroups");
    for (index, group) in items(context.supplemental_groups.as_ref())
        .iter()
        .enumerate()
    {
        validate_id(*group, &list.index(index), errors);
    }
    validate_pod_policies(context, options, &path, errors);
    validate_seccomp_profile(context.seccomp_profile.as_ref(), &path, errors);
    validate_app_armor_profile(context.app_armor_profile.as_ref(), &path, errors);
}

fn validate_pod_policies(
    context: &PodSecurityContext,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let groups = options.has(SUPPLEMENTAL_GROUPS_POLICY);
    let labels = options.has(SELINUX_CHANGE_POLICY);
    let policies = [
        (
            "fsGroupChangePolicy",
            &context.fs_group_change_policy,
            ["Always", "OnRootMismatch"],
            true,
        ),
        (
            "supplementalGroupsPolicy",
            &context.supplemental_groups_policy,
            ["Merge", "Strict"],
            groups,
        ),
        (
            "seLinuxChangePolicy",
            &context.se_linux_change_policy,
            ["MountOption", "Recursive"],
            labels,
        ),
    ];
    for (field, policy, known, is_read) in policies {
        if let Some(policy) = policy.as_ref().filter(|_| is_read)
            && !known.contains(&policy.as_str())
        {
            errors.not_supported(&path.child(field), policy, &known);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateSecurityContext`.
pub(super) fn validate_security_context(
    context: &SecurityContext,
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_ids(
        &[
            ("runAsUser", context.run_as_user),
            ("runAsGroup", context.run_as_group),
        ],
        path,
        errors,
    );
    if let Some(mount) = &context.proc_mount
        && options.has(PROC_MOUNT_TYPE)
    {
        let path = path.child("procMount");
        let known = ["Default", "Unmasked"];
        if !known.contains(&mount.as_str()) {
            errors.not_supported(&path, mount, &known);
        } else if spec.host_users != Some(false) && mount == "Unmasked" {
            errors.invalid(&path, mount, "`hostUsers` must be false to use `Unmasked`");
        }
    }
    validate_seccomp_profile(context.seccomp_profile.as_ref(), path, errors);
    validate_escalation(context, path, errors);
    validate_app_armor_profile(context.app_armor_profile.as_ref(), path, errors);
}

/// The part of `ValidateSecurityContext` about `allowPrivilegeEscalation`.
fn validate_escalation(context: &SecurityContext, path: &Path<'_>, errors: &mut Errors) {
    if context.allow_privilege_escalation != Some(false) {
        return;
    }
    let place = Some(path.child("allowPrivilegeEscalation").to_field_path());
    if context.privileged == Some(true) {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        let violation = errors.invalid(path, Scalar::Other, detail);
        violation.place.clone_from(&place);
    }
    let added = context.capabilities.as_ref();
    let added = items(added.and_then(|own: &Capabilities| own.add.as_ref()));
    if added.iter().any(|name| name == "CAP_SYS_ADMIN") {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` \
                      CAP_SYS_ADMIN";
        errors.invalid(path, Scalar::Other, detail).place = place;
    }
}

fn validate_ids(ids: &[(&str, Option<i64>)], path: &Path<'_>, errors: &mut Errors) {
    for (field, id) in ids {
        if let Some(id) = id {
            validate_id(*id, &path.child(field), errors);
        }
    }
}

/// apimachinery, `pkg/util/validation/validation.go`: `IsValidUserID` and `IsValidGroupID`.
fn validate_id(id: i64, path: &Path<'_>, errors: &mut Errors) {
    if !(0..=i64::from(i32::MAX)).contains(&id) {
        let detail = "must be between 0 and 2147483647, inclusive";
        errors.invalid(path, id, detail);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateSeccompProfileField`.
fn validate_seccomp_profile(
    profile: Option<&SeccompProfile>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(profile) = profile else {
        return;
    };
    let path = path.child("seccompProfile");
    let file_path = path.child("localhostProfile");
    let type_path = path.child("type");
    let kind = profile.type_.as_str();
    if kind.is_empty() {
        errors.required(&type_path, "type is required when seccompProfile is set");
    } else if !PROFILES.contains(&kind) {
        errors.not_supported(&type_path, kind, &PROFILES);
    }
    match &profile.localhost_profile {
        Some(file) if kind == "Localhost" => validate_local_path(file, &file_path, errors),
        Some(file) => {
            let detail = "can only be set when seccomp type is Localhost";
            errors.invalid(&file_path, file, detail);
        }
        None if kind == "Localhost" => {
            let detail = "must be set when seccomp type is Localhost";
            errors.required(&file_path, detail);
        }
        None => {}
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateAppArmorProfileField`.
fn validate_app_armor_profile(
    profile: Option<&AppArmorProfile>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(profile) = profile else {
        return;
    };
    let path = path.child("appArmorProfile");
    let file_path = path.child("localhostProfile");
    let type_path = path.child("type");
    let file = profile.localhost_profile.as_ref();
    match profile.type_.as_str() {
        "Localhost" => {
            let file = text(file);
            if file.trim().is_empty() && file.is_empty() {
                let detail = "must be set when AppArmor type is Localhost";
                errors.required(&file_path, detail);
            } else if file.trim() != file {
                errors.invalid(&file_path, file, "must not be padded with whitespace");
            }
            if file.len() > MAX_PROFILE_LENGTH {
                errors.too_long(&file_path, MAX_PROFILE_LENGTH);
            }
        }
        "RuntimeDefault" | "Unconfined" => {
            if let Some(file) = file {
                let detail = "can only be set when AppArmor type is Localhost";
                errors.invalid(&file_path, file, detail);
            }
        }
        "" => {
            errors.required(&type_path, "type is required when appArmorProfile is set");
        }
        other => {
            errors.not_supported(&type_path, other, &PROFILES);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::{refused, refused_by};
    use crate::kube::{KubeVersion, validation::Options};
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn pod(of_pod: &Value, of_container: &Value) -> Value {
        json!({"metadata": {"name": "web"}, "spec": {
            "securityContext": of_pod,
            "containers": [{"name": "web", "image": "web", "securityContext": of_container}],
        }})
    }

    #[test]
    fn pods_run_as_users_of_linux() {
        let found = |context: Value| refused::<Pod>(&pod(&context, &json!({})));
        assert_eq!(
            found(json!({"runAsUser": 0, "fsGroup": 2_147_483_647})),
            NOTHING
        );
        let wrong = json!({
            "fsGroup": -1, "supplementalGroups": [1, -1], "fsGroupChangePolicy": "Never",
            "seccompProfile": {"type": "Localhost"},
        });
        let fields = [
            "spec.securityContext.fsGroup Invalid",
            "spec.securityContext.supplementalGroups[1] Invalid",
            "spec.securityContext.fsGroupChangePolicy NotSupported",
            "spec.securityContext.seccompProfile.localhostProfile Required",
        ];
        assert_eq!(found(wrong), fields);
    }

    #[test]
    fn a_policy_is_read_since_its_gate_is_on() {
        let found = |minor| {
            let options = Options {
                kube_version: KubeVersion { major: 1, minor },
                ..Options::default()
            };
            let context = json!({"supplementalGroupsPolicy": "All"});
            refused_by::<Pod>(&pod(&context, &json!({})), &options)
        };
        assert_eq!(found(32), NOTHING);
        let field = "spec.securityContext.supplementalGroupsPolicy NotSupported";
        assert_eq!(found(33), [field]);
    }

    #[test]
    fn containers_are_confined_by_a_type() {
        let found = |context: Value| refused::<Pod>(&pod(&json!({}), &context));
        let path = "spec.containers[0].securityContext";
        let right = json!({
            "runAsUser": 65532, "allowPrivilegeEscalation": false,
            "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
            "appArmorProfile": {"type": "Unconfined"},
        });
        assert_eq!(found(right), NOTHING);
        let wrong = json!({
            "procMount": "Unmasked", "seccompProfile": {"type": "Default", "localhostProfile": "a"},
            "allowPrivilegeEscalation": false, "privileged": true,
            "appArmorProfile": {"localhostProfile": "a"},
        });
        let fields = [
            format!("{path}.procMount Invalid"),
            format!("{path}.seccompProfile.type NotSupported"),
            format!("{path}.seccompProfile.localhostProfile Invalid"),
            format!("{path} Invalid"),
            format!("{path}.appArmorProfile.type Required"),
        ];
        assert_eq!(found(wrong), fields);
    }
}
