//! What svclint says: a finding with the places that it is about.

mod evidence;

pub use evidence::Evidence;

use crate::text::source::Span;
use crate::yaml::field::FieldPath;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// How sure svclint is that traffic suffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A convention or a risk.
    Info,
    /// Probably wrong.
    Warning,
    /// The API server refuses it, or traffic (nearly) certainly does not flow.
    Error,
}

impl Severity {
    /// All severities, the gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == text);
        known.ok_or_else(|| format!("`{text}` is no severity: use error, warning or info"))
    }
}

/// A place and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A short text, without a capital or a full stop.
    pub text: String,
}

impl Label {
    /// Says something at a place.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }
}

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Means the same as what was meant before, for certain.
    Safe,
    /// Probably what was meant.
    Unsafe,
    /// Only to be shown.
    Display,
}

/// Replaces the text at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, beginning with a verb.
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// The changes, which do not overlap.
    pub edits: Vec<Edit>,
}

/// Which object a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// `apiVersion`, as written.
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.namespace`, if it is set.
    pub namespace: Option<String>,
    /// `metadata.name`; empty if there is none (`generateName`).
    pub name: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => write!(f, "{} without a name", self.kind),
            name => write!(f, "{} `{name}`", self.kind),
        }
    }
}

/// What a finding takes for granted. A rule states it where it makes the finding; the run looks
/// whether it holds, and leaves the finding out or makes it milder where it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Premise {
    /// The API server takes what stands at this place. Where it does not, that alone is reported.
    Accepted(Span),
    /// What is missing is made or added by nobody else.
    Absent,
    /// No patch changes what the finding is about.
    Unpatched,
    /// All that belongs to the unit is in the input, and can be read.
    Complete,
}

impl Premise {
    /// What somebody looks for among all that there is, and does not find, is really missing.
    pub const ALL_IS_HERE: [Self; 3] = [Self::Absent, Self::Unpatched, Self::Complete];
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The id of the rule.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// One sentence without a full stop; the user's text in backticks, both sides named.
    pub message: String,
    /// The scalar or key that is wrong.
    pub primary: Label,
    /// The other ends of the broken link, also in other texts.
    pub related: Vec<Label>,
    /// What to do, beginning with a verb.
    pub help: Option<String>,
    /// How to do it.
    pub fix: Option<Fix>,
    /// The object that the primary place is in.
    pub object: Option<Arc<Identity>>,
    /// The field that is wrong, if it need not be the one at the primary place: it may be absent.
    pub field: Option<FieldPath>,
    /// What says that what is missing was meant to be there; none where the text contradicts
    /// itself.
    pub evidence: Option<Evidence>,
    /// What it takes for granted.
    pub premises: Vec<Premise>,
    /// Whether it says that the API server refuses the object.
    pub refuses: bool,
}

impl Diagnostic {
    /// A finding without label text, related places, help or fix.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            primary: Label::new(span, ""),
            related: Vec::new(),
            help: None,
            fix: None,
            object: None,
            field: None,
            evidence: None,
            premises: Vec::new(),
            refuses: false,
        }
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds the other end of the link.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label::new(span, text));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says how to do it, if that is known.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into().or(self.fix);
        self
    }

    /// Says what tells that something is missing.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Says what it takes for granted.
    #[must_use]
    pub fn given(mut self, premises: impl IntoIterator<Item = Premise>) -> Self {
        self.premises.extend(premises);
        self
    }

    /// Says that the API server refuses the object.
    #[must_use]
    pub fn refusing(mut self) -> Self {
        self.refuses = true;
        self
    }

    /// Names the object.
    #[must_use]
    pub fn object(mut self, object: &Arc<Identity>) -> Self {
        self.object = Some(Arc::clone(object));
        self
    }
}
