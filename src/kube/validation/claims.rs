//! The claims of volumes that a `StatefulSet` makes for each of its pods.

use k8s_openapi::api::apps::v1::StatefulSetSpec;
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::errors::Errors;
use super::labels::validate_label_selector;
use super::names::is_dns1123_subdomain;
use super::quantity::{is_negative, is_zero};
use super::{Concern, items, text};
use crate::yaml::field::Path;

const ACCESS_MODES: [&str; 4] = [
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];

/// The part of `ValidateStatefulSetSpec` about claims, and how long they are kept.
///
/// Kubernetes, `pkg/apis/apps/validation/validation.go`:
/// `ValidatePersistentVolumeClaimRetentionPolicy`.
pub(super) fn validate_claims(spec: &StatefulSetSpec, path: &Path<'_>, errors: &mut Errors) {
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        let path = path.child("persistentVolumeClaimRetentionPolicy");
        let known = ["Retain", "Delete"];
        for (field, policy) in [
            ("whenDeleted", text(policy.when_deleted.as_ref())),
            ("whenScaled", text(policy.when_scaled.as_ref())),
        ] {
            if !policy.is_empty() && !known.contains(&policy) {
                errors.not_supported(&path.child(field), policy, &known);
            }
        }
    }
    let claims = items(spec.volume_claim_templates.as_ref());
    validate_volume_claim_templates(claims, &path.child("volumeClaimTemplates"), errors);
}

/// Before 1.34 the server took them unseen, and refused the claims.
///
/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `validateVolumeClaimTemplates`.
fn validate_volume_claim_templates(
    claims: &[PersistentVolumeClaim],
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let empty = PersistentVolumeClaimSpec::default();
    for (index, claim) in claims.iter().enumerate() {
        let path = list.index(index);
        let spec = claim.spec.as_ref().unwrap_or(&empty);
        validate_persistent_volume_claim_spec(spec, &path.child("spec"), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidatePersistentVolumeClaimSpec`.
fn validate_persistent_volume_claim_spec(
    spec: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_access_modes(items(spec.access_modes.as_ref()), path, errors);
    if let Some(selector) = &spec.selector {
        // What it selects are volumes.
        errors.only_about(Concern::Object, |errors| {
            validate_label_selector(selector, &path.child("selector"), errors);
        });
    }
    validate_storage(spec, path, errors);
    let class = text(spec.storage_class_name.as_ref());
    if !class.is_empty() {
        let path = path.child("storageClassName");
        errors.invalid_each(&path, class, is_dns1123_subdomain(class));
    }
    if let Some(mode) = &spec.volume_mode {
        let known = ["Block", "Filesystem"];
        if !known.contains(&mode.as_str()) {
            errors.not_supported(&path.child("volumeMode"), mode, &known);
        }
    }
    if let Some(source) = &spec.data_source {
        validate_data_source(source, &path.child("dataSource"), errors);
    }
}

fn validate_access_modes(modes: &[String], path: &Path<'_>, errors: &mut Errors) {
    let list = path.child("accessModes");
    if modes.is_empty() {
        errors.required(&list, "at least 1 access mode is required");
    }
    for (index, mode) in modes.iter().enumerate() {
        if !ACCESS_MODES.contains(&mode.as_str()) {
            // The server names the list.
            errors.not_supported(&list, mode, &ACCESS_MODES).place =
                Some(list.index(index).to_field_path());
        }
    }
    let is_alone = |mode: &String| mode == "ReadWriteOncePod";
    let is_other = |mode: &String| !is_alone(mode) && ACCESS_MODES.contains(&mode.as_str());
    if modes.iter().any(is_alone) && modes.iter().any(is_other) {
        let detail = "may not use ReadWriteOncePod with other access modes";
        errors.forbidden(&list, detail);
    }
}

/// The server leaves `requests` out of the name.
fn validate_storage(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, errors: &mut Errors) {
    let resources = path.child("resources");
    let requests = resources.child("requests");
    let place = Some(requests.key("storage").to_field_path());
    let path = resources.key("storage");
    let asked = spec.resources.as_ref();
    let asked = asked.and_then(|own| own.requests.as_ref()?.get("storage"));
    match asked {
        None => errors.required(&path, "").place = place,
        // Null is as good as nothing.
        Some(Quantity(text)) if text.is_empty() => errors.required(&path, "").place = place,
        Some(amount) if is_negative(amount) || is_zero(amount) => {
            let Quantity(text) = amount;
            errors
                .invalid(&path, text, "must be greater than zero")
                .place = place;
        }
        Some(_) => {}
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateDataSource`.
fn validate_data_source(source: &TypedLocalObjectReference, path: &Path<'_>, errors: &mut Errors) {
    for (field, value) in [("name", &source.name), ("kind", &source.kind)] {
        if value.is_empty() {
            errors.required(&path.child(field), "");
        }
    }
    let group = text(source.api_group.as_ref());
    if group.is_empty() && source.kind != "PersistentVolumeClaim" {
        let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        let place = path.child("kind").to_field_path();
        errors.invalid(path, &source.kind, detail).place = Some(place);
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::apps::v1::StatefulSet;
    use serde_json::{Value, json};

    /// What is refused of a claim, without the beginning of each path.
    fn claim(spec: &Value) -> Vec<String> {
        let found = refused::<StatefulSet>(&json!({"metadata": {"name": "db"}, "spec": {
            "selector": {"matchLabels": {"app": "db"}},
            "template": {
                "metadata": {"labels": {"app": "db"}},
                "spec": {"containers": [{"name": "db", "image": "db"}]},
            },
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": spec}],
        }}));
        let beginning = "spec.volumeClaimTemplates[0].spec";
        found.iter().map(|own| own.replace(beginning, "")).collect()
    }

    #[test]
    fn a_claim_asks_for_storage_and_says_how_it_is_used() {
        let right = json!({
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "",
        });
        assert_eq!(claim(&right), [""; 0]);
        let none = [".accessModes Required", ".resources[storage] Required"];
        assert_eq!(claim(&json!({})), none);
        let wrong = json!({
            "accessModes": ["ReadWriteOncePod", "ReadWriteMany", "RWO"],
            "resources": {"requests": {"storage": "0"}},
            "storageClassName": "a_b", "volumeMode": "File",
            "dataSource": {"name": "", "kind": "Disk"},
        });
        let fields = [
            ".accessModes NotSupported",
            ".accessModes Forbidden",
            ".resources[storage] Invalid",
            ".storageClassName Invalid",
            ".volumeMode NotSupported",
            ".dataSource.name Required",
            ".dataSource Invalid",
        ];
        assert_eq!(claim(&wrong), fields);
    }
}
