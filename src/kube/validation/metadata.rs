//! `metadata`, the same for every kind.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{
    ManagedFieldsEntry, ObjectMeta, OwnerReference,
};

use super::errors::{Errors, Scalar};
use super::labels::{validate_label_key, validate_labels};
use super::names::{NameShape, is_dns1123_label};
use super::{Part, items, text};
use crate::yaml::field::Path;

const ANNOTATIONS_SIZE: usize = 256 * 1024;
/// What the server keeps of `generateName` before it appends five random characters.
const GENERATED_PREFIX_LENGTH: usize = 58;

/// Finalizers from before they had a domain.
const OLD_FINALIZERS: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];

/// Whether objects of a kind live in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Namespace,
    Cluster,
}

/// An unset namespace is whatever kubectl is told, and valid.
///
/// apimachinery, `api/validation/objectmeta.go`: `ValidateObjectMeta`.
pub(super) fn validate_generic_object_meta(
    metadata: &ObjectMeta,
    scope: Scope,
    shape: NameShape,
    errors: &mut Errors,
) {
    let path = Path::new("metadata");
    let name_path = path.child("name");
    let name = text(metadata.name.as_ref());
    let prefix = text(metadata.generate_name.as_ref());
    if !prefix.is_empty() {
        errors.invalid_each(
            &path.child("generateName"),
            prefix,
            shape.check_prefix(prefix),
        );
    }
    if !name.is_empty() {
        errors.invalid_each(&name_path, name, shape.check(name));
    } else if prefix.is_empty() {
        errors.required(&name_path, "name or generateName is required");
    } else {
        let generated = generated_name(prefix);
        errors.invalid_each(&name_path, &generated, shape.check(&generated));
    }

    let namespace = text(metadata.namespace.as_ref());
    if scope == Scope::Namespace && !namespace.is_empty() {
        let messages = is_dns1123_label(namespace);
        errors.invalid_each(&path.child("namespace"), namespace, messages);
    }
    validate_labels(metadata.labels.as_ref(), &path.child("labels"), errors);
    let annotations = path.child("annotations");
    validate_annotations(
        metadata.annotations.as_ref(),
        &annotations,
        &annotations,
        errors,
    );
    validate_owner_references(
        items(metadata.owner_references.as_ref()),
        &path.child("ownerReferences"),
        errors,
    );
    validate_finalizers(
        items(metadata.finalizers.as_ref()),
        &path.child("finalizers"),
        errors,
    );
    validate_managed_fields(
        items(metadata.managed_fields.as_ref()),
        &path.child("managedFields"),
        errors,
    );
}

/// The same for the kinds whose names of finalizers have a domain, but for the oldest.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateObjectMeta` and
/// `validateKubeFinalizerName`.
pub(super) fn validate_object_meta(
    metadata: &ObjectMeta,
    scope: Scope,
    shape: NameShape,
    errors: &mut Errors,
) {
    validate_generic_object_meta(metadata, scope, shape, errors);
    let path = Path::new("metadata");
    let list = path.child("finalizers");
    let finalizers = items(metadata.finalizers.as_ref()).iter();
    for (index, finalizer) in finalizers.enumerate() {
        if !finalizer.contains('/') && !OLD_FINALIZERS.contains(&finalizer.as_str()) {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid(&list.index(index), finalizer, detail);
        }
    }
}

/// Of the other kinds the server counts the generations itself.
///
/// The part of `ValidateObjectMeta` about `generation`.
pub(super) fn validate_generation(metadata: &ObjectMeta, errors: &mut Errors) {
    if let Some(generation @ ..=-1) = metadata.generation {
        let path = Path::new("metadata");
        let detail = "must be greater than or equal to 0";
        errors.invalid(&path.child("generation"), generation, detail);
    }
}

/// What the server makes of `generateName`, with a fixed suffix instead of a random one
/// (apiserver, `pkg/storage/names/generate.go`: `GenerateName`).
fn generated_name(prefix: &str) -> String {
    let mut end = prefix.len().min(GENERATED_PREFIX_LENGTH);
    while !prefix.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}xxxxx", &prefix[..end])
}

/// Case does not matter in the keys of annotations. The server's name of the map is not always the
/// one in the manifest.
///
/// apimachinery, `api/validation/objectmeta.go`: `ValidateAnnotations`.
pub(super) fn validate_annotations(
    annotations: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    written: &Path<'_>,
    errors: &mut Errors,
) {
    let mut size = 0;
    for (key, value) in annotations.into_iter().flatten() {
        size += key.len() + value.len();
        let messages = if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            validate_label_key(&key.to_lowercase())
        } else {
            validate_label_key(key)
        };
        for message in messages {
            let violation = errors.invalid(path, key, &message);
            violation.place = Some(written.key(key).to_field_path());
            violation.part = Part::Key;
        }
    }
    if size > ANNOTATIONS_SIZE {
        errors.too_long(path, ANNOTATIONS_SIZE);
    }
}

/// apimachinery, `api/validation/objectmeta.go`: `ValidateOwnerReferences`.
fn validate_owner_references(owners: &[OwnerReference], path: &Path<'_>, errors: &mut Errors) {
    let mut controller: Option<&OwnerReference> = None;
    for (index, owner) in owners.iter().enumerate() {
        let place = path.index(index);
        validate_owner_reference(owner, &place, errors);
        if owner.controller != Some(true) {
            continue;
        }
        if let Some(first) = controller {
            let detail = format!(
                "Only one reference can have Controller set to true. Found \"true\" in references \
                 for {}/{} and {}/{}",
                first.kind, first.name, owner.kind, owner.name
            );
            errors.invalid(path, Scalar::Other, &detail).place = Some(place.to_field_path());
        } else {
            controller = Some(owner);
        }
    }
}

/// Before 1.37 the server leaves the index out and calls invalid what is missing.
///
/// apimachinery, `pkg/api/validation/objectmeta.go`: `validateOwnerReference`.
fn validate_owner_reference(owner: &OwnerReference, path: &Path<'_>, errors: &mut Errors) {
    let version = owner.api_version.as_str();
    let parts: Vec<&str> = version.split('/').collect();
    if !version.is_empty() && (parts.len() > 2 || parts.last().is_none_or(|own| own.is_empty())) {
        let detail = "must be <group>/<version> or <version>";
        errors.invalid(&path.child("apiVersion"), version, detail);
    }
    let fields = [
        ("apiVersion", version),
        ("kind", &owner.kind),
        ("name", &owner.name),
        ("uid", &owner.uid),
    ];
    for (field, value) in fields {
        if value.is_empty() {
            errors.required(&path.child(field), "must not be empty");
        }
    }
    if matches!(version, "v1" | "/v1") && owner.kind == "Event" {
        let detail = "/v1, Kind=Event is disallowed from being an owner";
        errors.invalid(path, Scalar::Other, detail);
    }
}

/// apimachinery, `pkg/apis/meta/v1/validation/validation.go`: `ValidateManagedFields`.
fn validate_managed_fields(entries: &[ManagedFieldsEntry], list: &Path<'_>, errors: &mut Errors) {
    for (index, entry) in entries.iter().enumerate() {
        let path = list.index(index);
        let operation_path = path.child("operation");
        let known = ["Apply", "Update"];
        match text(entry.operation.as_ref()) {
            "" => {
                errors.required(&operation_path, "must not be empty");
            }
            operation if !known.contains(&operation) => {
                errors.not_supported(&operation_path, operation, &known);
            }
            _ => {}
        }
        let form = text(entry.fields_type.as_ref());
        if !form.is_empty() && form != "FieldsV1" {
            errors.invalid(&path.child("fieldsType"), form, "must be `FieldsV1`");
        }
    }
}

/// apimachinery, `pkg/api/validation/objectmeta.go`: `ValidateFinalizers`.
fn validate_finalizers(finalizers: &[String], path: &Path<'_>, errors: &mut Errors) {
    for (index, finalizer) in finalizers.iter().enumerate() {
        for message in validate_label_key(finalizer) {
            errors.invalid(path, finalizer, &message).place =
                Some(path.index(index).to_field_path());
        }
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.invalid(path, Scalar::Other, detail);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::{Value, json};

    fn fields(metadata: Value) -> Vec<String> {
        let metadata: ObjectMeta = serde_json::from_value(metadata).unwrap();
        let mut errors = Errors::default();
        validate_object_meta(
            &metadata,
            Scope::Namespace,
            NameShape::Subdomain,
            &mut errors,
        );
        let found = errors.into_violations();
        found.iter().map(|found| found.field.to_string()).collect()
    }

    #[test]
    fn a_name_or_the_beginning_of_one_is_required() {
        assert_eq!(fields(json!({})), ["metadata.name"]);
        assert_eq!(
            fields(json!({"name": "", "namespace": ""})),
            ["metadata.name"]
        );
        assert!(fields(json!({"generateName": "web-"})).is_empty());
        assert!(fields(json!({"generateName": "web."})).contains(&"metadata.generateName".into()));
        assert_eq!(
            fields(json!({"generateName": "Web-"})),
            ["metadata.generateName", "metadata.name"]
        );
        assert!(fields(json!({"generateName": "a".repeat(300)})).len() == 1);
    }

    #[test]
    fn annotation_keys_may_be_in_capitals() {
        let key = "Example.com/App";
        assert!(fields(json!({"name": "a", "annotations": {key: ""}})).is_empty());
        assert_eq!(
            fields(json!({"name": "a", "labels": {key: ""}})),
            ["metadata.labels"]
        );
    }

    #[test]
    fn fields_are_applied_or_updated() {
        let managed = |entry: Value| fields(json!({"name": "a", "managedFields": [entry]}));
        let right = json!({"manager": "kubectl", "operation": "Apply", "fieldsType": "FieldsV1"});
        assert_eq!(managed(right), [""; 0]);
        let wrong = json!({"operation": "apply", "fieldsType": "V1"});
        let found = ["operation", "fieldsType"];
        let found = found.map(|field| format!("metadata.managedFields[0].{field}"));
        assert_eq!(managed(wrong), found);
        assert_eq!(managed(json!({})), [found[0].as_str()]);
    }

    #[test]
    fn owners_need_every_field() {
        let owner = json!({"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"});
        assert!(fields(json!({"name": "a", "ownerReferences": [owner]})).is_empty());
        assert_eq!(
            fields(
                json!({"name": "a", "ownerReferences": [{"apiVersion": "apps/", "kind": "Pod"}]})
            ),
            [
                "metadata.ownerReferences[0].apiVersion",
                "metadata.ownerReferences[0].name",
                "metadata.ownerReferences[0].uid"
            ]
        );
    }
}
