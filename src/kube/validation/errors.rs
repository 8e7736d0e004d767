//! The list that validation functions write to.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Concern, Part, Reason, Violation};
use crate::yaml::field::Path;

/// A scalar as the server prints it.
pub(super) enum Scalar<'a> {
    Text(&'a str),
    Number(i64),
    /// A list or an object, which is not repeated.
    Other,
}

impl<'a> From<&'a str> for Scalar<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Scalar<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Scalar<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Scalar<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a IntOrString> for Scalar<'a> {
    fn from(value: &'a IntOrString) -> Self {
        match value {
            IntOrString::Int(number) => (*number).into(),
            IntOrString::String(text) => text.into(),
        }
    }
}

impl Scalar<'_> {
    fn print(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(format!("{text:?}")),
            Self::Number(number) => Some(number.to_string()),
            Self::Other => None,
        }
    }
}

/// The refusals of one object, in the server's order (`field.ErrorList`).
#[derive(Default)]
pub(super) struct Errors {
    found: Vec<Violation>,
    /// What is being validated.
    concern: Concern,
}

impl Errors {
    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.found
    }

    /// What is refused by these checks is about this, but where one of them says otherwise.
    pub(super) fn about<T>(&mut self, concern: Concern, checks: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.concern, concern);
        let result = checks(self);
        self.concern = around;
        result
    }

    /// The same, whatever the checks say.
    pub(super) fn only_about(&mut self, concern: Concern, checks: impl FnOnce(&mut Self)) {
        let before = self.len();
        checks(self);
        for violation in self.since(before) {
            violation.concern = concern;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// What was added since the list had this length.
    pub(super) fn since(&mut self, length: usize) -> &mut [Violation] {
        &mut self.found[length..]
    }

    /// `field.Required`.
    pub(super) fn required(&mut self, path: &Path<'_>, detail: &str) -> &mut Violation {
        self.add(path, Reason::Required, &Scalar::Other, detail)
    }

    /// `field.Forbidden`.
    pub(super) fn forbidden(&mut self, path: &Path<'_>, detail: &str) -> &mut Violation {
        self.add(path, Reason::Forbidden, &Scalar::Other, detail)
    }

    /// `field.Invalid`.
    pub(super) fn invalid<'v>(
        &mut self,
        path: &Path<'_>,
        value: impl Into<Scalar<'v>>,
        detail: &str,
    ) -> &mut Violation {
        self.add(path, Reason::Invalid, &value.into(), detail)
    }

    /// `field.Duplicate`; the first of the two is named as the other side.
    pub(super) fn duplicate<'v>(
        &mut self,
        path: &Path<'_>,
        value: impl Into<Scalar<'v>>,
        first: &Path<'_>,
        label: &str,
    ) -> &mut Violation {
        let violation = self.add(path, Reason::Duplicate, &value.into(), "");
        violation.other = Some((first.to_field_path(), label.to_owned()));
        violation
    }

    /// `field.NotFound`.
    pub(super) fn not_found<'v>(
        &mut self,
        path: &Path<'_>,
        value: impl Into<Scalar<'v>>,
        detail: &str,
    ) -> &mut Violation {
        self.add(path, Reason::NotFound, &value.into(), detail)
    }

    /// `field.NotSupported`.
    pub(super) fn not_supported<'v>(
        &mut self,
        path: &Path<'_>,
        value: impl Into<Scalar<'v>>,
        supported: &[&str],
    ) -> &mut Violation {
        let quoted: Vec<String> = supported.iter().map(|value| format!("{value:?}")).collect();
        let detail = format!("supported values: {}", quoted.join(", "));
        self.add(path, Reason::NotSupported, &value.into(), &detail)
    }

    /// `field.TooLong`.
    pub(super) fn too_long(&mut self, path: &Path<'_>, limit: usize) -> &mut Violation {
        let detail = format!("may not be more than {limit} bytes");
        self.add(path, Reason::TooLong, &Scalar::Other, &detail)
    }

    /// `field.TooMany`.
    pub(super) fn too_many(&mut self, path: &Path<'_>, limit: usize) -> &mut Violation {
        let detail = format!("must have at most {limit} items");
        self.add(path, Reason::TooMany, &Scalar::Other, &detail)
    }

    /// One `field.Invalid` per message.
    pub(super) fn invalid_each<M: AsRef<str>>(
        &mut self,
        path: &Path<'_>,
        value: &str,
        messages: impl IntoIterator<Item = M>,
    ) {
        for message in messages {
            self.invalid(path, value, message.as_ref());
        }
    }

    fn add(
        &mut self,
        path: &Path<'_>,
        reason: Reason,
        value: &Scalar<'_>,
        detail: &str,
    ) -> &mut Violation {
        let position = self.found.len();
        self.found.push(Violation {
            field: path.to_field_path(),
            place: None,
            part: Part::Value,
            reason,
            value: value.print(),
            detail: detail.to_owned(),
            other: None,
            concern: self.concern,
            gate: None,
        });
        &mut self.found[position]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_that_is_nearest_says_what_a_refusal_is_about() {
        let path = Path::new("spec");
        let mut errors = Errors::default();
        errors.required(&path, "");
        errors.about(Concern::Labels, |errors| {
            errors.about(Concern::Probe, |errors| {
                errors.required(&path, "");
            });
            errors.required(&path, "");
        });
        errors.only_about(Concern::Object, |errors| {
            errors.about(Concern::Labels, |errors| {
                errors.required(&path, "");
            });
        });
        let found = errors.into_violations();
        let concerns: Vec<Concern> = found.iter().map(|found| found.concern).collect();
        let expected = [
            Concern::Object,
            Concern::Probe,
            Concern::Labels,
            Concern::Object,
        ];
        assert_eq!(concerns, expected);
    }
}
