//! What can be wrong with one document or object on its own.

use crate::diagnostic::{Fix, Severity};
use crate::kinds::recognize::may_make_pods;
use crate::kinds::served::NotServed;
use crate::kube::fields::Unknown;
use crate::kube::gates::Gate;
use crate::kube::validation::Reason;
use crate::text::source::Span;
use crate::yaml::field::FieldPath;
use std::ops::Range;

/// Something that is wrong with one document or object on its own.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The rule that reports it.
    pub rule: &'static str,
    /// Where it is shown.
    pub span: Span,
    /// What it is.
    pub kind: ProblemKind,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub enum ProblemKind {
    /// The text is no YAML, or kubectl cannot turn it into JSON.
    Unreadable {
        /// What the reader says.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// Something is wrong with the whole text.
    Text(TextProblem),
    /// The API server cannot read a value into its type.
    WrongType {
        /// The field.
        path: FieldPath,
        /// What was expected and what was found.
        message: String,
        /// The value as it stands in the text, if it is a scalar.
        text: String,
    },
    /// So many values of the object have a wrong type that not all were looked for.
    Cut,
    /// The API server does not know a field.
    UnknownField {
        /// The field.
        path: FieldPath,
        /// The fields that it knows there.
        known: &'static [&'static str],
        /// Why it does not know this one.
        why: Unknown,
        /// Whether its value is null, which `kubectl apply` does not send.
        is_null: bool,
    },
    /// A field of a custom resource that is almost one of its definition.
    MisspeltField {
        /// The field.
        path: FieldPath,
        /// The kind of the object.
        kind: String,
        /// The field that was meant.
        meant: String,
    },
    /// A mapping repeats a key.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stood first.
        first: Span,
        /// Whether it has the same value there.
        is_same: bool,
    },
    /// A label or a selector pair whose value is no string.
    LabelValue {
        /// The mapping it is in: `labels`, `matchLabels`, `selector`, ...
        map: String,
        /// The key.
        key: String,
        /// The value as written; empty for a missing one.
        text: String,
        /// What kubectl takes it for.
        resolved: ResolvedLabel,
    },
    /// `kind` is none, but close to one that is known.
    UnknownKind {
        /// What it is close to.
        meant: &'static str,
        /// The `apiVersion` that has it, if it is another one.
        instead: Option<&'static str>,
    },
    /// A key at the top looks like `apiVersion` or `kind`, which is missing.
    HeaderSlip {
        /// The field.
        field: &'static str,
        /// The key.
        written: String,
    },
    /// `apiVersion` or `kind` is missing, and only that.
    HeaderMissing {
        /// The field.
        field: &'static str,
        /// What it has to be, if that is known.
        value: Option<&'static str>,
    },
    /// The API server has no such kind in this version.
    NotServed {
        /// `apiVersion`
        api_version: String,
        /// `kind`
        kind: String,
        /// Why, and what to write.
        refusal: NotServed,
        /// The value of `kind`.
        other: Span,
    },
    /// Two objects stand in one document.
    NoSeparator {
        /// The `apiVersion` of the object that is lost.
        first: Span,
        /// Its `kind`.
        kind: String,
    },
    /// A backend of an Ingress in the form that it had before networking.k8s.io/v1.
    OldBackend {
        /// The same in the form of v1.
        instead: String,
        /// The change, if nothing else stands there.
        fix: Option<Fix>,
    },
    /// The definition of the custom kind refuses it.
    RefusedByDefinition {
        /// The server's words.
        detail: String,
    },
    /// The API server reads the object and refuses it.
    Refused {
        /// The field that the server names.
        path: FieldPath,
        /// The value at the field, if it is a scalar.
        value: Option<String>,
        /// The kind of refusal.
        reason: Reason,
        /// Whether the field is not there.
        is_absent: bool,
        /// The server's words.
        detail: String,
        /// The feature gate with which it is accepted.
        gate: Option<Gate>,
        /// The field it conflicts with, and what to say there.
        other: Option<(Span, String)>,
    },
}

/// Something that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// Where.
    pub range: Range<u32>,
    /// How grave it is.
    pub severity: Severity,
    /// What, in a sentence without a full stop.
    pub message: String,
    /// The same, short, for the place.
    pub label: &'static str,
    /// What to do about it.
    pub help: Option<String>,
}

/// What kubectl takes a label value for that is no string.
#[derive(Clone, Debug, PartialEq)]
pub enum ResolvedLabel {
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as JSON shows it.
    Number(String),
    /// Null, which is stored as the empty string.
    Null,
}

impl Problem {
    /// Whether it alone makes the API server, or kubectl before it, refuse the object.
    pub fn is_refusal(&self) -> bool {
        match &self.kind {
            ProblemKind::Refused { gate, .. } => gate.is_none(),
            ProblemKind::LabelValue { resolved, .. } => *resolved != ResolvedLabel::Null,
            ProblemKind::UnknownField { is_null, .. } => !is_null,
            ProblemKind::WrongType { .. }
            | ProblemKind::NotServed { .. }
            | ProblemKind::RefusedByDefinition { .. } => true,
            _ => false,
        }
    }

    /// Whether an object that others may need could not be read because of it. `is_alone` says
    /// that nothing in its document could.
    pub fn hides_object(&self, is_alone: bool) -> bool {
        match &self.kind {
            ProblemKind::Unreadable { .. } => is_alone,
            ProblemKind::Text(problem) => problem.severity == Severity::Error,
            ProblemKind::UnknownKind { .. }
            | ProblemKind::HeaderSlip { .. }
            | ProblemKind::HeaderMissing { .. } => true,
            ProblemKind::NoSeparator { kind, .. } => may_make_pods(kind),
            ProblemKind::NotServed { kind, .. } => is_alone && may_make_pods(kind),
            ProblemKind::WrongType { .. }
            | ProblemKind::Cut
            | ProblemKind::UnknownField { .. }
            | ProblemKind::MisspeltField { .. }
            | ProblemKind::DuplicateKey { .. }
            | ProblemKind::LabelValue { .. }
            | ProblemKind::OldBackend { .. }
            | ProblemKind::RefusedByDefinition { .. }
            | ProblemKind::Refused { .. } => false,
        }
    }

    /// Whether something is missing that kustomize may add: anything, if the object is bare, what
    /// another part of it names, and the namespace in a reference.
    pub fn is_about_absence(&self, bare: bool) -> bool {
        let ProblemKind::Refused { reason, path, .. } = &self.kind else {
            return false;
        };
        match reason {
            Reason::NotFound => true,
            Reason::Required => bare || path.fields().next_back() == Some("namespace"),
            _ => false,
        }
    }
}
