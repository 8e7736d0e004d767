//! Files of our own that people write or keep: how they are read, with everything that is wrong
//! with them at its place. They go through the same tree as manifests.

pub(crate) mod check;
mod date;
pub(crate) mod pattern;
pub(crate) mod shape;

pub use date::Date;
pub use pattern::ObjectPattern;

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::source::{Source, SourceId, Span};
use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A value of a file of settings and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The value.
    pub value: T,
    /// The bytes of its text.
    pub range: Range<u32>,
}

/// Something that is wrong with a file of settings, or of no use in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub range: Range<u32>,
    /// What, in a sentence without a full stop.
    pub message: String,
    /// In a few words.
    pub label: String,
    /// What to do, beginning with a verb.
    pub help: String,
}

impl Remark {
    pub(crate) fn new(range: Range<u32>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            label: String::new(),
            help: String::new(),
        }
    }

    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: help.into(),
            ..self
        }
    }

    /// The finding in the text with this id.
    pub(crate) fn diagnostic(
        self,
        rule: &'static str,
        severity: Severity,
        source: SourceId,
    ) -> Diagnostic {
        let span = Span {
            source,
            start: self.range.start,
            end: self.range.end,
        };
        let found = Diagnostic::new(rule, severity, span, self.message).label(self.label);
        if self.help.is_empty() {
            found
        } else {
            found.help(self.help)
        }
    }
}

/// A file of settings that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What people call its file.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
    /// What is wrong, in the order of the text.
    pub remarks: Vec<Remark>,
}

impl fmt::Display for Invalid {
    /// A line for each remark, with its place: `.svclint.yaml:3:1: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, text, .. } = self;
        let source = Source::setting(name.as_str(), Arc::clone(text));
        for (at, remark) in self.remarks.iter().enumerate() {
            let place = source.position(remark.range.start);
            let break_before = if at == 0 { "" } else { "\n" };
            let message = &remark.message;
            write!(
                f,
                "{break_before}{name}:{}:{}: {message}",
                place.line, place.column
            )?;
        }
        Ok(())
    }
}

impl Error for Invalid {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let invalid = Invalid {
            name: ".svclint.yaml".to_owned(),
            text: "a: 1\nb: 2\n".into(),
            remarks: vec![Remark::new(3..4, "no"), Remark::new(5..6, "neither")],
        };
        let lines = ".svclint.yaml:1:4: no\n.svclint.yaml:2:1: neither";
        assert_eq!(invalid.to_string(), lines);
    }
}
