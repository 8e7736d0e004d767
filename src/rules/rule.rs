//! What a rule is: a check over the index, and a Markdown text that says what it checks and why.

use crate::diagnostic::{Diagnostic, Severity};
use crate::link::{Index, Unit};
use crate::object::Document;
use serde::Deserialize;

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its kebab-case id, the stem of its two files.
    pub id: &'static str,
    /// `rules/<id>.md`: front matter, reasons, and examples that are its tests.
    pub doc: &'static str,
    /// What it looks at.
    pub check: Check,
}

/// A rule looks at one document alone, or at everything that is applied together.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Nowhere: reading and validating an object has found what it reports.
    Problems,
    /// Once per document, whatever it is applied with.
    Document(fn(&Index, &Document, &mut Vec<Diagnostic>)),
    /// Once per unit. What an object that several units share does wrong counts only if it does
    /// so in each of them.
    Unit(fn(&Index, &Unit, &mut Vec<Diagnostic>)),
    /// Nowhere: it is about what decides a run (ignores, the configuration, the baseline), which
    /// reports it itself.
    Run,
}

/// The front matter of a rule's text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// One line, without a full stop.
    pub summary: String,
    /// The gravest severity of its forms.
    pub severity: Severity,
    /// What it is about: `selectors`, `ports`, `readiness`, `references`, `input`, ...
    pub group: String,
    /// Whether it is on without being asked for.
    pub default: Activation,
    /// The version that brought it.
    pub since: String,
}

/// Whether a rule is on by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// It is on.
    On,
    /// It has to be selected, or asked for with `--pedantic`.
    OptIn,
}

impl Rule {
    /// Reads the front matter.
    ///
    /// # Panics
    /// When the text has none; a test reads them all.
    pub fn meta(&self) -> Meta {
        let front = self
            .doc
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"));
        let (front, _) = front.unwrap_or_else(|| panic!("{}.md has no front matter", self.id));
        serde_yaml::from_str(front).unwrap_or_else(|error| panic!("{}.md: {error}", self.id))
    }

    /// The text behind the front matter.
    pub fn body(&self) -> &'static str {
        let rest = self.doc.strip_prefix("---\n").unwrap_or(self.doc);
        rest.split_once("\n---\n")
            .map_or(rest, |(_, body)| body.trim_start())
    }
}
