//! Volumes that put several sources into one directory. Bundles of trust and certificates of pods
//! are not looked at.

use k8s_openapi::api::core::v1::{
    ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection,
};

use super::errors::Errors;
use super::files::{validate_key_to_paths, validate_local_path, validate_mode};
use super::items;
use crate::yaml::field::Path;

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateProjectedVolumeSource`.
pub(super) fn validate_projected(
    source: &ProjectedVolumeSource,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_mode(source.default_mode, &path.child("defaultMode"), errors);
    let list = path.child("sources");
    for (index, own) in items(source.sources.as_ref()).iter().enumerate() {
        validate_source(own, path, &list.index(index), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateProjectionSources`.
fn validate_source(
    source: &VolumeProjection,
    volume: &Path<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let secret = source.secret.as_ref().map(|own| (&own.name, &own.items));
    let map = source.config_map.as_ref();
    let map = map.map(|own| (&own.name, &own.items));
    for (field, own) in [("secret", secret), ("configMap", map)] {
        let Some((name, files)) = own else { continue };
        let path = path.child(field);
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        }
        validate_key_to_paths(items(files.as_ref()), &path.child("items"), errors);
    }
    if let Some(token) = &source.service_account_token {
        validate_token(token, volume, &path.child("serviceAccountToken"), errors);
    }
    let sources = [
        source.secret.is_some(),
        source.config_map.is_some(),
        source.downward_api.is_some(),
        source.service_account_token.is_some(),
        source.cluster_trust_bundle.is_some(),
        source.pod_certificate.is_some(),
    ];
    if sources.into_iter().filter(|given| *given).count() > 1 {
        let detail = "may not specify more than 1 volume type per source";
        errors.forbidden(path, detail);
    }
}

/// The server leaves the source out of the name of its path.
fn validate_token(
    token: &ServiceAccountTokenProjection,
    volume: &Path<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    const MOST_SECONDS: i64 = 1 << 32;
    let seconds_path = path.child("expirationSeconds");
    match token.expiration_seconds {
        Some(seconds @ ..600) => {
            let detail = "may not specify a duration less than 10 minutes";
            errors.invalid(&seconds_path, seconds, detail);
        }
        Some(seconds) if seconds > MOST_SECONDS => {
            let detail = "may not specify a duration larger than 2^32 seconds";
            errors.invalid(&seconds_path, seconds, detail);
        }
        // An hour by default.
        _ => {}
    }
    let before = errors.len();
    let named = volume.child("path");
    if token.path.is_empty() {
        errors.required(&named, "");
    } else {
        validate_local_path(&token.path, &named, errors);
    }
    for violation in errors.since(before) {
        violation.place = Some(path.child("path").to_field_path());
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    fn with(source: &Value) -> Vec<String> {
        let found = refused::<Pod>(&json!({"metadata": {"name": "web"}, "spec": {
            "containers": [{"name": "web", "image": "web"}],
            "volumes": [{"name": "all", "projected": {"sources": [source]}}],
        }}));
        let beginning = "spec.volumes[0].projected";
        found.iter().map(|own| own.replace(beginning, "")).collect()
    }

    #[test]
    fn a_source_is_one_thing_with_a_name_or_a_path() {
        let token = json!({"path": "token", "expirationSeconds": 600});
        assert_eq!(with(&json!({"serviceAccountToken": token})), [""; 0]);
        assert_eq!(with(&json!({"configMap": {"name": "a"}})), [""; 0]);
        let token = json!({"path": "/token", "expirationSeconds": 60});
        let fields = [
            ".sources[0].secret.name Required",
            ".sources[0].serviceAccountToken.expirationSeconds Invalid",
            ".path Invalid",
            ".sources[0] Forbidden",
        ];
        let both = json!({"secret": {"name": ""}, "serviceAccountToken": token});
        assert_eq!(with(&both), fields);
        assert_eq!(
            with(&json!({"serviceAccountToken": {"path": ""}})),
            [".path Required"]
        );
    }
}
