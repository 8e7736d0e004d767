//! Objects that a program reads if its command line says so: the `tcp-services` of ingress-nginx.

use super::form::Form;
use super::path::Path;
use super::reference::{Effect, Fault, FaultKind};
use super::row::warning;
use crate::diagnostic::Severity;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use std::sync::Arc;

/// A row of `readBy`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadByRow {
    #[serde(default)]
    pub(super) of: Vec<String>,
    /// Where the object holds what the program reads.
    at: Path,
    /// The form of that.
    form: Form,
    /// A word of the program's command line, as a pattern.
    program: String,
    /// What an argument begins with that names such an object.
    flags: Vec<String>,
    #[serde(default = "warning")]
    severity: Severity,
    effect: Option<String>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

impl ReadByRow {
    /// What is wrong with an object if the program runs without the flags.
    pub(super) fn fault(&self, object: Cursor<'_>) -> Option<Fault> {
        let values = self.at.all(object).into_iter();
        let mut texts = values.filter_map(Cursor::string);
        let is_read = texts.any(|text| self.form.parse(&text.value).is_some());
        let name = object.path(["metadata", "name"]).filter(|_| is_read)?;
        Some(Fault {
            value: name.string()?,
            kind: FaultKind::ReadWith(self.program.clone(), self.flags.clone()),
            effect: Arc::new(Effect {
                severity: self.severity,
                text: self.effect.clone(),
            }),
        })
    }
}
