//! Why a run ends before anything is linted.

use svclint::settings::Invalid;
use svclint::text::Failure;

/// Why nothing is linted.
#[derive(Debug)]
pub(crate) enum Stop {
    /// For this reason.
    Because(String),
    /// The configuration or the baseline cannot be used. To lint without it, or with a part of it,
    /// would report what it was written to keep back.
    Invalid(Invalid),
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Because(reason)
    }
}

impl From<Failure> for Stop {
    fn from(Failure { path, message }: Failure) -> Self {
        Self::Because(format!("{path}: {message}"))
    }
}

impl From<Invalid> for Stop {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}
