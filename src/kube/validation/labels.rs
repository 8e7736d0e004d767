//! Labels, label selectors and everything that has the shape of a label key.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::errors::Errors;
use super::names::{Messages, is_label_prefix};
use super::{Concern, Part, items};
use crate::yaml::field::{FieldPath, Path};

const LENGTH: usize = 63;
const BAD_KEY: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start \
                       and end with an alphanumeric character";
const BAD_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric \
                         characters, '-', '_' or '.', and must start and end with an alphanumeric \
                         character";

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`.
fn is_name(value: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'-' | b'_' | b'.');
    match value {
        [first, middle @ .., last] => {
            first.is_ascii_alphanumeric()
                && last.is_ascii_alphanumeric()
                && middle.iter().all(inner)
        }
        [only] => only.is_ascii_alphanumeric(),
        [] => false,
    }
}

/// What is wrong with a label key, an optional DNS prefix and a name.
///
/// apimachinery, `api/validate/content/kube.go`: `IsLabelKey` (also known as `IsQualifiedName`).
pub fn validate_label_key(key: &str) -> Messages {
    let mut messages = Messages::new();
    let name = match key.split_once('/') {
        None => key,
        Some((_, name)) if name.contains('/') => {
            messages.push(
                format!(
                    "a valid label key {BAD_KEY} with an optional DNS subdomain prefix and '/'"
                )
                .into(),
            );
            return messages;
        }
        Some(("", name)) => {
            messages.push("prefix part must be non-empty".into());
            name
        }
        Some((prefix, name)) => {
            messages = is_label_prefix(prefix);
            name
        }
    };
    if name.is_empty() {
        messages.push("name part must be non-empty".into());
    } else if name.len() > LENGTH {
        messages.push(format!("name part must be no more than {LENGTH} bytes").into());
    }
    if !is_name(name.as_bytes()) {
        messages.push(format!("name part {BAD_KEY}").into());
    }
    messages
}

/// What is wrong with a label value.
///
/// apimachinery, `api/validate/content/kube.go`: `IsLabelValue`.
pub fn validate_label_value(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > LENGTH {
        messages.push(format!("must be no more than {LENGTH} bytes").into());
    }
    if !value.is_empty() && !is_name(value.as_bytes()) {
        messages.push(BAD_VALUE.into());
    }
    messages
}

/// apimachinery, `apis/meta/v1/validation/validation.go`: `ValidateLabelName`.
pub(super) fn validate_label_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_each(path, name, validate_label_key(name));
}

/// The server names the whole map; the entry is the place.
///
/// apimachinery, `apis/meta/v1/validation/validation.go`: `ValidateLabels`.
pub(super) fn validate_labels(
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_labels_at(labels, path, path, errors);
}

/// The same where the server's name of the map is not the one in the manifest.
pub(super) fn validate_labels_at(
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    written: &Path<'_>,
    errors: &mut Errors,
) {
    for (key, value) in labels.into_iter().flatten() {
        for message in validate_label_key(key) {
            let violation = errors.invalid(path, key, &message);
            violation.place = Some(written.key(key).to_field_path());
            violation.part = Part::Key;
            violation.concern = Concern::Labels;
        }
        for message in validate_label_value(value) {
            let violation = errors.invalid(path, value, &message);
            violation.place = Some(written.key(key).to_field_path());
            violation.concern = Concern::Labels;
        }
    }
}

/// apimachinery, `apis/meta/v1/validation/validation.go`: `ValidateLabelSelector`.
pub(super) fn validate_label_selector(
    selector: &LabelSelector,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_labels(
        selector.match_labels.as_ref(),
        &path.child("matchLabels"),
        errors,
    );
    let expressions = path.child("matchExpressions");
    for (index, requirement) in items(selector.match_expressions.as_ref())
        .iter()
        .enumerate()
    {
        errors.about(Concern::Labels, |errors| {
            validate_label_selector_requirement(requirement, &expressions.index(index), errors);
        });
    }
}

/// apimachinery, `apis/meta/v1/validation/validation.go`: `ValidateLabelSelectorRequirement`.
fn validate_label_selector_requirement(
    requirement: &LabelSelectorRequirement,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let values = items(requirement.values.as_ref());
    match requirement.operator.as_str() {
        "In" | "NotIn" => {
            if values.is_empty() {
                errors.required(
                    &path.child("values"),
                    "must be specified when `operator` is 'In' or 'NotIn'",
                );
            }
        }
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                errors.forbidden(
                    &path.child("values"),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                );
            }
        }
        operator => {
            errors.invalid(
                &path.child("operator"),
                operator,
                "not a valid selector operator",
            );
        }
    }
    validate_label_name(&requirement.key, &path.child("key"), errors);
    for (index, value) in values.iter().enumerate() {
        errors.invalid_each(
            &path.child("values").index(index),
            value,
            validate_label_value(value),
        );
    }
}

/// Whether the selector has no requirement, so that it matches everything.
pub(super) fn is_empty_selector(selector: &LabelSelector) -> bool {
    selector
        .match_labels
        .as_ref()
        .is_none_or(BTreeMap::is_empty)
        && items(selector.match_expressions.as_ref()).is_empty()
}

/// A requirement of a selector that labels do not meet.
pub(super) struct Unmet {
    /// The label it is about.
    pub(super) key: String,
    /// Where it stands.
    pub(super) path: FieldPath,
    /// How it reads.
    pub(super) text: String,
}

/// The first requirement that the labels do not meet.
///
/// apimachinery, `pkg/labels/selector.go`: `Requirement.Matches`.
pub(super) fn first_unmet<'a>(
    selector: &LabelSelector,
    label: impl Fn(&str) -> Option<&'a str>,
    path: &Path<'_>,
) -> Option<Unmet> {
    for (key, value) in selector.match_labels.iter().flatten() {
        if label(key) != Some(value) {
            return Some(Unmet {
                key: key.clone(),
                path: path.child("matchLabels").key(key).to_field_path(),
                text: format!("`{key}: {value}`"),
            });
        }
    }
    let list = path.child("matchExpressions");
    let requirements = items(selector.match_expressions.as_ref());
    for (index, requirement) in requirements.iter().enumerate() {
        let key = &requirement.key;
        if !is_met(requirement, label(key)) {
            return Some(Unmet {
                key: key.clone(),
                path: list.index(index).to_field_path(),
                text: format!("`{key} {}`", requirement.operator),
            });
        }
    }
    None
}

fn is_met(requirement: &LabelSelectorRequirement, label: Option<&str>) -> bool {
    let values = items(requirement.values.as_ref());
    let listed = label.is_some_and(|label| values.iter().any(|value| value == label));
    match requirement.operator.as_str() {
        "In" => listed,
        "NotIn" => !listed,
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_an_optional_prefix() {
        for good in ["app", "a.b/c", "A_b.c-d", &format!("{}/a", "a".repeat(253))] {
            assert!(validate_label_key(good).is_empty(), "{good}");
        }
        for bad in ["_a", "a b", "ä", "/a", "A.b/c", "a_b/c", "a/b/c", "a/-"] {
            assert_eq!(validate_label_key(bad).len(), 1, "{bad}");
        }
        for bad in ["", "a/"] {
            assert_eq!(
                validate_label_key(bad),
                [
                    "name part must be non-empty",
                    &format!("name part {BAD_KEY}")
                ]
            );
        }
        assert_eq!(
            validate_label_key(&"k".repeat(64)),
            ["name part must be no more than 63 bytes"]
        );
        assert_eq!(
            validate_label_key(&format!("{}/a", "a".repeat(254))),
            ["prefix part must be no more than 253 bytes"]
        );
    }

    #[test]
    fn values_may_be_empty() {
        for good in ["", "a", "A.b_c-d", &"a".repeat(63)] {
            assert!(validate_label_value(good).is_empty(), "{good}");
        }
        for bad in ["-", "a-", "a\n", "a b", "a/b", &"a".repeat(64)] {
            assert_eq!(validate_label_value(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn the_entry_is_the_place() {
        let labels = BTreeMap::from([("a b".to_owned(), "c d".to_owned())]);
        let mut errors = Errors::default();
        validate_labels(
            Some(&labels),
            &Path::new("spec").child("selector"),
            &mut errors,
        );
        let found = errors.into_violations();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].field.to_string(), "spec.selector");
        assert_eq!(found[0].place().to_string(), "spec.selector[a b]");
        assert_eq!(found[0].part, Part::Key);
        assert_eq!(found[1].part, Part::Value);
    }

    #[test]
    fn requirements() {
        let fields = |operator: &str, values: &[&str]| {
            let requirement = LabelSelectorRequirement {
                key: "app".into(),
                operator: operator.into(),
                values: Some(values.iter().map(|value| (*value).into()).collect()),
            };
            let mut errors = Errors::default();
            validate_label_selector_requirement(&requirement, &Path::new("x"), &mut errors);
            errors
                .into_violations()
                .iter()
                .map(|violation| violation.field.to_string())
                .collect::<Vec<_>>()
        };
        assert!(fields("In", &["a"]).is_empty());
        assert!(fields("Exists", &[]).is_empty());
        assert_eq!(fields("NotIn", &[]), ["x.values"]);
        assert_eq!(fields("DoesNotExist", &["a"]), ["x.values"]);
        assert_eq!(fields("in", &["a b"]), ["x.operator", "x.values[0]"]);
    }
}
