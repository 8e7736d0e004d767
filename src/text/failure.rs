//! Input that could not be read.

/// What could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was asked for.
    pub path: String,
    /// Why it could not be read, in a sentence without a full stop.
    pub message: String,
}
