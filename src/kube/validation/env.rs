//! Variables of containers, and where their values come from.

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector,
    ResourceFieldSelector,
};

use super::errors::Errors;
use super::labels::validate_label_name;
use super::names::{Messages, is_config_map_key, is_dns1123_label, is_dns1123_subdomain};
use super::{Options, text};
use crate::kube::gates::{ENV_FILES, RELAXED_ENVIRONMENT_VARIABLE_VALIDATION};
use crate::yaml::field::Path;

const RELAXED_NAME: &str = "a valid environment variable name must consist only of printable ASCII \
                            characters other than '='";
const STRICT_NAME: &str = "a valid environment variable name must consist of alphabetic \
                           characters, digits, '_', '-', or '.', and must not start with a digit";
const FIELD_PATHS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateEnv`.
pub(super) fn validate_env(
    variables: &[EnvVar],
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, variable) in variables.iter().enumerate() {
        let path = list.index(index);
        let name = path.child("name");
        if variable.name.is_empty() {
            errors.required(&name, "");
        } else {
            let messages = is_env_var_name(&variable.name, options);
            errors.invalid_each(&name, &variable.name, messages);
        }
        if let Some(source) = &variable.value_from {
            let path = path.child("valueFrom");
            validate_env_var_value_from(variable, source, options, &path, errors);
        }
    }
}

/// Any printable ASCII but `=` is a good name since 1.32.
///
/// apimachinery, `pkg/util/validation/validation.go`: `IsRelaxedEnvVarName` and `IsEnvVarName`.
fn is_env_var_name(name: &str, options: &Options) -> Messages {
    if options.has(RELAXED_ENVIRONMENT_VARIABLE_VALIDATION) {
        let is_good = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'=';
        return if name.bytes().all(is_good) {
            Vec::new()
        } else {
            vec![RELAXED_NAME.into()]
        };
    }
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let starts_well = !name.starts_with(|first: char| first.is_ascii_digit());
    let mut messages = Messages::new();
    if !starts_well || !name.bytes().all(is_good) {
        messages.push(STRICT_NAME.into());
    }
    match name {
        "." => messages.push("must not be '.'".into()),
        ".." => messages.push("must not be '..'".into()),
        _ if name.starts_with("..") => messages.push("must not start with '..'".into()),
        _ => {}
    }
    messages
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateEnvVarValueFrom`.
fn validate_env_var_value_from(
    variable: &EnvVar,
    source: &EnvVarSource,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mut sources = 0;
    if let Some(field) = &source.field_ref {
        sources += 1;
        validate_object_field_selector(field, &path.child("fieldRef"), errors);
    }
    if let Some(field) = &source.resource_field_ref {
        sources += 1;
        let path = path.child("resourceFieldRef");
        validate_container_resource_field_selector(field, &path, errors);
    }
    if let Some(key) = &source.config_map_key_ref {
        sources += 1;
        validate_key_selector(&key.name, &key.key, &path.child("configMapKeyRef"), errors);
    }
    if let Some(key) = &source.secret_key_ref {
        sources += 1;
        validate_key_selector(&key.name, &key.key, &path.child("secretKeyRef"), errors);
    }
    let has_files = options.has(ENV_FILES);
    if let Some(key) = source.file_key_ref.as_ref().filter(|_| has_files) {
        sources += 1;
        validate_file_key_selector(key, &path.child("fileKeyRef"), errors);
    }
    let detail = if sources == 0 && has_files {
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` \
         or `fileKeyRef`"
    } else if sources == 0 {
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
    } else if !text(variable.value.as_ref()).is_empty() {
        "may not be specified when `value` is not empty"
    } else if sources > 1 {
        "may not have more than one field specified at a time"
    } else {
        return;
    };
    errors.invalid(path, "", detail);
}

/// The server puts `v1` where no version stands.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateObjectFieldSelector`, and
/// `pkg/apis/core/pods/helpers.go`: `ConvertDownwardAPIFieldLabel`.
fn validate_object_field_selector(
    selector: &ObjectFieldSelector,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let version = text(selector.api_version.as_ref());
    let field = selector.field_path.as_str();
    let field_path = path.child("fieldPath");
    if field.is_empty() {
        errors.required(&field_path, "");
        return;
    }
    if !matches!(version, "" | "v1") {
        let detail = format!("error converting fieldPath: unsupported pod version: {version}");
        errors.invalid(&field_path, field, &detail);
        return;
    }
    match split_subscript(field) {
        Some(("metadata.annotations", key)) => {
            validate_label_name(&key.to_lowercase(), path, errors);
        }
        Some(("metadata.labels", key)) => validate_label_name(key, path, errors),
        Some(_) => {
            let detail = format!(
                "error converting fieldPath: field label does not support subscript: {field}"
            );
            errors.invalid(&field_path, field, &detail);
        }
        None if field == "spec.host" || FIELD_PATHS.contains(&field) => {}
        None if is_field_of_pods(field) => {
            errors.not_supported(&field_path, field, &FIELD_PATHS);
        }
        None => {
            let detail = format!("error converting fieldPath: field label not supported: {field}");
            errors.invalid(&field_path, field, &detail);
        }
    }
}

/// `metadata.labels['app']`: the field and the key.
///
/// Kubernetes, `pkg/fieldpath/fieldpath.go`: `SplitMaybeSubscriptedPath`.
fn split_subscript(path: &str) -> Option<(&str, &str)> {
    let (field, key) = path.strip_suffix("']")?.split_once("['")?;
    (!field.is_empty()).then_some((field, key))
}

/// Fields that something may refer to, but no variable.
fn is_field_of_pods(field: &str) -> bool {
    matches!(
        field,
        "metadata.annotations"
            | "metadata.labels"
            | "spec.restartPolicy"
            | "spec.schedulerName"
            | "status.phase"
    )
}

/// Divisors are not looked at.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainerResourceFieldSelector`.
fn validate_container_resource_field_selector(
    selector: &ResourceFieldSelector,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let resource = selector.resource.as_str();
    let is_huge_page =
        resource.starts_with("requests.hugepages-") || resource.starts_with("limits.hugepages-");
    let path = path.child("resource");
    if resource.is_empty() {
        errors.required(&path, "");
    } else if !is_huge_page && !RESOURCES.contains(&resource) {
        errors.not_supported(&path, resource, &RESOURCES);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateConfigMapKeySelector` and
/// `validateSecretKeySelector`.
fn validate_key_selector(name: &str, key: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_each(&path.child("name"), name, is_dns1123_subdomain(name));
    if key.is_empty() {
        errors.required(&path.child("key"), "");
    } else {
        errors.invalid_each(&path.child("key"), key, is_config_map_key(key));
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateFileKeySelector`.
fn validate_file_key_selector(selector: &FileKeySelector, path: &Path<'_>, errors: &mut Errors) {
    let FileKeySelector {
        key,
        path: file,
        volume_name,
        ..
    } = selector;
    for (field, value) in [("key", key), ("volumeName", volume_name), ("path", file)] {
        if value.is_empty() {
            errors.required(&path.child(field), "");
        }
    }
    // Every version that has files of variables has relaxed names.
    if !key.is_empty() {
        let messages = is_env_var_name(key, &Options::default());
        errors.invalid_each(&path.child("key"), key, messages);
    }
    if !volume_name.is_empty() {
        let messages = is_dns1123_label(volume_name);
        errors.invalid_each(&path.child("volumeName"), volume_name, messages);
    }
    if file.split('/').any(|part| part == "..") {
        errors.invalid(&path.child("path"), file, "must not contain '..'");
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateEnvFrom`.
pub(super) fn validate_env_from(
    sources: &[EnvFromSource],
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, source) in sources.iter().enumerate() {
        let path = list.index(index);
        let prefix = text(source.prefix.as_ref());
        if !prefix.is_empty() {
            let messages = is_env_var_name(prefix, options);
            errors.invalid_each(&path.child("prefix"), prefix, messages);
        }
        let config_map = source.config_map_ref.as_ref().map(|own| &own.name);
        let secret = source.secret_ref.as_ref().map(|own| &own.name);
        for (field, name) in [("configMapRef", config_map), ("secretRef", secret)] {
            let path = path.child(field);
            let path = path.child("name");
            match name.map(String::as_str) {
                Some("") => {
                    errors.required(&path, "");
                }
                // The dash at the end may be one of a prefix.
                Some(name) => {
                    let shape = super::names::NameShape::Subdomain;
                    errors.invalid_each(&path, name, shape.check_prefix(name));
                }
                None => {}
            }
        }
        let detail = match (config_map, secret) {
            (None, None) => "must specify one of: `configMapRef` or `secretRef`",
            (Some(_), Some(_)) => "may not have more than one field specified at a time",
            _ => continue,
        };
        // The server names the list.
        errors.invalid(list, "", detail).place = Some(path.to_field_path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::KubeVersion;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn refused(variable: Value, minor: u32) -> Vec<String> {
        let variable: EnvVar = serde_json::from_value(variable).expect("a variable");
        let options = Options {
            kube_version: KubeVersion { major: 1, minor },
            ..Options::default()
        };
        let mut errors = Errors::default();
        validate_env(&[variable], &options, &Path::new("env"), &mut errors);
        let found = errors.into_violations();
        let line = |found: &super::super::Violation| format!("{} {:?}", found.field, found.reason);
        found.iter().map(line).collect()
    }

    fn from(source: &Value) -> Vec<String> {
        refused(json!({"name": "A", "valueFrom": source}), 37)
    }

    #[test]
    fn names_of_variables_are_nearly_free_since_1_32() {
        let name = |name: &str, minor| refused(json!({"name": name}), minor);
        for good in ["A", "1A", "A B", "a.b-c", "~"] {
            assert_eq!(name(good, 32), NOTHING, "{good}");
        }
        for bad in ["A=B", "ä", "A\n"] {
            assert_eq!(name(bad, 37), ["env[0].name Invalid"], "{bad}");
        }
        for bad in ["1A", "A B", "~", ".."] {
            assert_eq!(name(bad, 31), ["env[0].name Invalid"], "{bad}");
        }
        assert_eq!(name("a.b-c", 31), NOTHING);
        assert_eq!(name("", 37), ["env[0].name Required"]);
    }

    #[test]
    fn a_value_has_one_source() {
        assert_eq!(from(&json!({})), ["env[0].valueFrom Invalid"]);
        let key = json!({"name": "a", "key": "b"});
        assert_eq!(from(&json!({"secretKeyRef": key})), NOTHING);
        let two = json!({"secretKeyRef": key, "configMapKeyRef": key});
        assert_eq!(from(&two), ["env[0].valueFrom Invalid"]);
        let key = json!({"name": "A", "key": ""});
        let fields = ["secretKeyRef.name Invalid", "secretKeyRef.key Required"];
        let fields = fields.map(|field| format!("env[0].valueFrom.{field}"));
        assert_eq!(from(&json!({"secretKeyRef": key})), fields);
    }

    #[test]
    fn fields_of_the_pod_are_those_that_the_server_knows() {
        let field = |path: &str| from(&json!({"fieldRef": {"fieldPath": path}}));
        for good in ["status.podIP", "metadata.labels['app']", "spec.host"] {
            assert_eq!(field(good), NOTHING, "{good}");
        }
        let path = "env[0].valueFrom.fieldRef.fieldPath";
        for (bad, reason) in [
            ("", "Required"),
            ("status.phase", "NotSupported"),
            ("spec.containers", "Invalid"),
            ("metadata.name['a']", "Invalid"),
        ] {
            assert_eq!(field(bad), [format!("{path} {reason}")], "{bad}");
        }
        let bad = field("metadata.labels['a b']");
        assert_eq!(bad, ["env[0].valueFrom.fieldRef Invalid"]);
    }

    #[test]
    fn files_of_variables_are_dropped_while_their_gate_is_off() {
        let file = json!({"name": "A", "valueFrom": {"fileKeyRef": {
            "key": "A", "volumeName": "A", "path": "../x",
        }}});
        let fields = ["volumeName", "path"];
        let fields = fields.map(|field| format!("env[0].valueFrom.fileKeyRef.{field} Invalid"));
        assert_eq!(refused(file.clone(), 35), fields);
        assert_eq!(refused(file, 34), ["env[0].valueFrom Invalid"]);
    }
}
