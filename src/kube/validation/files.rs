//! The files in volumes: where they are, and who may read them.

use k8s_openapi::api::core::v1::KeyToPath;

use super::errors::Errors;
use crate::yaml::field::Path;

const HIGHEST_MODE: i32 = 0o777;

/// The part of `validateVolumeSource` about modes.
pub(super) fn validate_mode(mode: Option<i32>, path: &Path<'_>, errors: &mut Errors) {
    if let Some(mode) = mode
        && !(0..=HIGHEST_MODE).contains(&mode)
    {
        let detail = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.invalid(path, mode, detail);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateKeyToPath`.
pub(super) fn validate_key_to_paths(files: &[KeyToPath], list: &Path<'_>, errors: &mut Errors) {
    for (index, file) in files.iter().enumerate() {
        let path = list.index(index);
        if file.key.is_empty() {
            errors.required(&path.child("key"), "");
        }
        if file.path.is_empty() {
            errors.required(&path.child("path"), "");
        }
        let file_path = path.child("path");
        validate_local_path(&file.path, &file_path, errors);
        if file.path.starts_with("..") && !file.path.split('/').any(|part| part == "..") {
            errors.invalid(&file_path, &file.path, "must not start with '..'");
        }
        validate_mode(file.mode, &path.child("mode"), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateLocalNonReservedPath` and
/// `validateLocalDescendingPath`.
pub(super) fn validate_local_path(file: &str, path: &Path<'_>, errors: &mut Errors) {
    if file.starts_with('/') {
        errors.invalid(path, file, "must be a relative path");
    }
    refuse_backsteps(file, path, errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePathNoBacksteps`.
pub(super) fn refuse_backsteps(file: &str, path: &Path<'_>, errors: &mut Errors) {
    if file.split('/').any(|part| part == "..") {
        errors.invalid(path, file, "must not contain '..'");
    }
}
