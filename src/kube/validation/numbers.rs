//! Numbers that are not negative, and numbers of pods as a number or a percentage.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::errors::Errors;
use crate::yaml::field::Path;

const NOT_NEGATIVE: &str = "must be greater than or equal to 0";

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateNonnegativeField`.
pub(super) fn validate_nonnegative(number: Option<i32>, path: &Path<'_>, errors: &mut Errors) {
    if let Some(number @ ..=-1) = number {
        errors.invalid(path, number, NOT_NEGATIVE);
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidatePositiveIntOrPercent`.
pub(super) fn validate_positive_int_or_percent(
    value: Option<&IntOrString>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    match value {
        Some(IntOrString::Int(number)) => validate_nonnegative(Some(*number), path, errors),
        Some(IntOrString::String(text)) if percent(text).is_none() => {
            let detail =
                "a valid percent string must be a numeric string followed by an ending '%'";
            errors.invalid(path, text, detail);
        }
        Some(IntOrString::String(_)) | None => {}
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `IsNotMoreThan100Percent`.
pub(super) fn is_not_more_than_100_percent(
    value: Option<&IntOrString>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(IntOrString::String(text)) = value
        && percent(text).is_some_and(|percent| percent > 100)
    {
        errors.invalid(path, text, "must not be greater than 100%");
    }
}

/// The number before the `%`; apimachinery, `util/validation/validation.go`: `IsValidPercent`.
fn percent(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `getIntOrPercentValue`.
pub(super) fn int_or_percent_value(value: &IntOrString) -> u64 {
    match value {
        IntOrString::Int(number) => u64::from(number.unsigned_abs()),
        IntOrString::String(text) => percent(text)
            .or_else(|| text.parse().ok())
            .unwrap_or_default(),
    }
}
