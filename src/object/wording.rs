//! How the problems of one object are put into words.

use super::{Document, Object, Problem, ProblemKind, ResolvedLabel};
use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::kinds::served::NotServed;
use crate::kube::KubeVersion;
use crate::kube::fields::Unknown;
use crate::kube::gates::Gate;
use crate::kube::validation::Reason;
use crate::text::similar::nearest;
use crate::text::source::Span;
use crate::yaml::field::FieldPath;

/// Reports the problems of a document and of its objects that belong to a rule.
pub fn report(document: &Document, rule: &str, out: &mut Vec<Diagnostic>) {
    out.extend(
        document
            .problems
            .iter()
            .filter(|own| own.rule == rule)
            .map(Problem::diagnostic),
    );
    for object in &document.objects {
        out.extend(object.report(rule));
    }
}

impl Object {
    /// The findings of a rule about this object alone.
    pub fn report(&self, rule: &str) -> impl Iterator<Item = Diagnostic> {
        self.problems_of(rule)
            .map(|problem| problem.diagnostic().object(&self.identity))
    }
}

impl Problem {
    /// The problem in words.
    pub fn diagnostic(&self) -> Diagnostic {
        let field = match &self.kind {
            ProblemKind::WrongType { path, .. }
            | ProblemKind::UnknownField { path, .. }
            | ProblemKind::MisspeltField { path, .. }
            | ProblemKind::Refused { path, .. } => Some(path.clone()),
            _ => None,
        };
        Diagnostic {
            field,
            refuses: self.is_refusal(),
            ..self.words()
        }
    }

    fn words(&self) -> Diagnostic {
        match &self.kind {
            ProblemKind::Unreadable { message, help } => self.unreadable(message, help.clone()),
            ProblemKind::Text(problem) => Diagnostic {
                help: problem.help.clone(),
                ..self
                    .finding(problem.severity, problem.message.clone())
                    .label(problem.label)
            },
            ProblemKind::WrongType {
                path,
                message,
                text,
            } => wrong_type(self.rule, self.span, path, message, text),
            ProblemKind::Cut => self.cut(),
            ProblemKind::UnknownField {
                path,
                known,
                why,
                is_null,
            } => {
                let found = unknown_field(self, path, known, *why);
                if *is_null {
                    without_value(path, found)
                } else {
                    found
                }
            }
            ProblemKind::MisspeltField { path, kind, meant } => {
                misspelt_field(self, path, kind, meant)
            }
            ProblemKind::DuplicateKey {
                key,
                first,
                is_same,
            } => self.duplicate_key(key, *first, *is_same),
            ProblemKind::LabelValue {
                map,
                key,
                text,
                resolved,
            } => label_value(self, map, key, text, resolved),
            ProblemKind::UnknownKind { meant, instead } => self.unknown_kind(meant, *instead),
            ProblemKind::HeaderSlip { field, written } => self.header_slip(field, written),
            ProblemKind::HeaderMissing { field, value } => self.header_missing(field, *value),
            ProblemKind::NotServed {
                api_version,
                kind,
                refusal,
                other,
            } => {
                let place = format!("`{kind}` is in `{}`", refusal.instead);
                not_served(self, api_version, kind, *refusal).related(*other, place)
            }
            ProblemKind::NoSeparator { first, .. } => self.no_separator(*first),
            ProblemKind::OldBackend { instead, fix } => old_backend(self, instead, fix.clone()),
            ProblemKind::RefusedByDefinition { detail } => self
                .error(format!("the API server refuses this: {detail}"))
                .label("refused by the definition of the kind")
                .help("change it as the message says"),
            ProblemKind::Refused {
                path,
                value,
                reason,
                is_absent,
                detail,
                gate,
                other,
            } => {
                let why = short_refusal(*reason, detail);
                let found = self.refusal(&refused_field(path, value.as_deref()), &why, *gate);
                let found = match (self.rule, value) {
                    (ids::NUMERIC_STRING_PORT, Some(value)) => quoted_port(found, path, value),
                    _ if *is_absent && *reason == Reason::Required => {
                        found.label(format!("`{path}` is missing"))
                    }
                    _ => found.label(short_refusal(*reason, detail)),
                };
                match other {
                    Some((span, text)) => found.related(*span, text.clone()),
                    None => found,
                }
            }
        }
    }

    fn finding(&self, severity: Severity, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.rule, severity, self.span, message)
    }

    fn error(&self, message: impl Into<String>) -> Diagnostic {
        self.finding(Severity::Error, message)
    }

    /// A refusal that a gate lifts is a warning: nobody can see from here whether it is on.
    fn refusal(&self, field: &str, why: &str, gate: Option<Gate>) -> Diagnostic {
        match gate {
            None => self.error(format!("the API server refuses {field}: {why}")),
            Some(Gate { name, .. }) => self.finding(
                Severity::Warning,
                format!(
                    "the API server refuses {field} unless its feature gate {name} is on: {why}"
                ),
            ),
        }
    }

    fn unreadable(&self, message: &str, help: Option<String>) -> Diagnostic {
        let found = self.error(format!("kubectl cannot read this document: {message}"));
        Diagnostic {
            help,
            ..found.label("here")
        }
    }

    fn cut(&self) -> Diagnostic {
        self.error(
            "the API server cannot read more of this object than is listed: it is too large to \
             find every wrong type at once",
        )
        .label("there may be more")
        .help("mend what is listed first")
    }

    fn duplicate_key(&self, key: &str, first: Span, is_same: bool) -> Diagnostic {
        if is_same {
            let message = format!("key `{key}` stands twice in one mapping, with the same value");
            return self
                .finding(Severity::Info, message)
                .label("the same again")
                .related(first, "stands here first")
                .help("remove one of the two");
        }
        let message = format!(
            "key `{key}` stands twice in one mapping: kubectl keeps the last value in silence"
        );
        self.finding(Severity::Warning, message)
            .label("this one counts")
            .related(first, "this one is dropped")
            .help("remove one of the two")
    }

    fn unknown_kind(&self, meant: &str, instead: Option<&str>) -> Diagnostic {
        let message = format!("unknown kind: the API server knows `{meant}`, but not this one");
        self.error(message)
            .label(format!("did you mean `{meant}`?"))
            .help(match instead {
                Some(instead) => format!("write `kind: {meant}` and `apiVersion: {instead}`"),
                None => format!("use `{meant}`"),
            })
    }

    fn header_slip(&self, field: &str, written: &str) -> Diagnostic {
        let message = format!("kubectl cannot tell what this is: `{written}` is not `{field}`");
        self.error(message)
            .label(format!("did you mean `{field}`?"))
            .help(format!(
                "rename it to `{field}`; field names are case-sensitive"
            ))
    }

    fn header_missing(&self, field: &str, value: Option<&str>) -> Diagnostic {
        let message = format!("kubectl cannot tell what this is: `{field}` is missing");
        self.error(message)
            .label(format!("no `{field}` beside it"))
            .help(match value {
                Some(value) => format!("add `{field}: {value}`"),
                None => format!("add `{field}`"),
            })
    }

    fn no_separator(&self, first: Span) -> Diagnostic {
        self.error("a second object starts in this document: kubectl reads only the last one")
            .label("a new object")
            .related(first, "this one is dropped")
            .help("add `---` before it")
    }
}

fn old_backend(problem: &Problem, instead: &str, fix: Option<Fix>) -> Diagnostic {
    let message = "the API server does not know this backend: in networking.k8s.io/v1 it has a \
                   `service` with `name` and `port`";
    let found = problem
        .error(message)
        .label("from before networking.k8s.io/v1")
        .help(format!("write `{instead}`"));
    Diagnostic { fix, ..found }
}

/// A port number in quotes, where a name is allowed as well.
fn quoted_port(found: Diagnostic, path: &FieldPath, value: &str) -> Diagnostic {
    let text = value.trim_matches('"');
    if path.fields().next_back() == Some("name") {
        return found
            .label("a name, not a number")
            .help(format!("write `number: {text}` instead of `name: {value}`"));
    }
    quoted_number(found, text)
}

fn quoted_number(found: Diagnostic, text: &str) -> Diagnostic {
    let span = found.primary.span;
    let found = found
        .label("a string, not a number")
        .help("remove the quotes");
    // Without its quotes a number with a leading zero is octal.
    if text.starts_with('0') {
        found
    } else {
        found.fix(unquote(span, text))
    }
}

fn wrong_type(
    rule: &'static str,
    span: Span,
    path: &FieldPath,
    message: &str,
    text: &str,
) -> Diagnostic {
    let found = Diagnostic::new(
        rule,
        Severity::Error,
        span,
        format!("the API server cannot read `{path}`: {message}"),
    );
    match rule {
        ids::NUMERIC_STRING_PORT => quoted_number(found, text),
        ids::SERVICE_SELECTOR_NOT_FLAT => {
            let found = found.label("a Service selector is a flat map of strings");
            match path.fields().next_back() {
                Some("ports") => {
                    found.help("indent `ports` less: it belongs under `spec`, beside `selector`")
                }
                _ => found.help("put `key: value` pairs directly under `selector`"),
            }
        }
        _ => found.label(message),
    }
}

fn not_served(problem: &Problem, api_version: &str, kind: &str, refusal: NotServed) -> Diagnostic {
    let NotServed { instead, removed } = refusal;
    let Some(KubeVersion { major, minor }) = removed else {
        let message =
            format!("the API server has no `{kind}` in `{api_version}`, only in `{instead}`");
        return problem
            .error(message)
            .label(format!("no `{kind}` here"))
            .help(format!("write `apiVersion: {instead}`"));
    };
    let message = format!(
        "the API server has no `{kind}` in `{api_version}`: Kubernetes {major}.{minor} removed it"
    );
    problem.error(message).label("removed").help(format!(
        "write `apiVersion: {instead}` and adapt the fields, or name an older cluster with \
             --kube-version"
    ))
}

fn unquote(span: Span, text: &str) -> Fix {
    Fix {
        title: format!("Write {text} without quotes"),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            span,
            text: text.to_owned(),
        }],
    }
}

fn unknown_field(problem: &Problem, path: &FieldPath, known: &[&str], why: Unknown) -> Diagnostic {
    let new = |severity, why: &str| {
        let message = format!("unknown field `{path}`: {why}");
        problem.finding(severity, message)
    };
    let own = path.fields().next_back().unwrap_or_default();
    let found = match why {
        Unknown::Never => new(
            Severity::Error,
            "the API server refuses it, and lenient clients drop it in silence",
        ),
        Unknown::NotYet(KubeVersion { major, minor }) => {
            let message =
                format!("it came with Kubernetes {major}.{minor}, and older API servers refuse it");
            return new(Severity::Error, &message)
                .label(format!("since Kubernetes {major}.{minor}"))
                .help("remove it, or name a newer cluster with --kube-version");
        }
        Unknown::NoLonger(KubeVersion { major, minor }) => {
            let message =
                format!("Kubernetes {major}.{minor} removed it, and API servers refuse it since");
            return new(Severity::Error, &message)
                .label(format!("until Kubernetes {major}.{}", minor - 1))
                .help("remove it");
        }
        // A server that is not known here may know fields that are not.
        Unknown::Perhaps => {
            let message = format!(
                "Kubernetes {}, the newest version that svclint knows, has no such field",
                KubeVersion::NEWEST
            );
            new(Severity::Warning, &message)
        }
    };
    match nearest(own, known.iter().copied()) {
        Some(meant) => found
            .label(format!("did you mean `{meant}`?"))
            .help(format!(
                "rename it to `{meant}`; field names are case-sensitive"
            )),
        None => found
            .label("no such field here")
            .help("remove it, or move it to where it belongs"),
    }
}

/// The definition that the cluster has may be another one: a warning.
fn misspelt_field(problem: &Problem, path: &FieldPath, kind: &str, meant: &str) -> Diagnostic {
    let message = format!(
        "unknown field `{path}`: {kind} has none of this name, so the API server refuses it, or \
         drops it in silence"
    );
    problem
        .finding(Severity::Warning, message)
        .label(format!("did you mean `{meant}`?"))
        .help(format!(
            "rename it to `{meant}`; field names are case-sensitive"
        ))
}

/// The same of a field whose value is null.
fn without_value(path: &FieldPath, found: Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        message: format!(
            "unknown field `{path}` without a value: `kubectl apply` drops it, and the API server \
             refuses it from clients that send it"
        ),
        ..found
    }
}

fn label_value(
    problem: &Problem,
    map: &str,
    key: &str,
    text: &str,
    resolved: &ResolvedLabel,
) -> Diagnostic {
    let kind = if map == "annotations" {
        "annotation"
    } else {
        "label"
    };
    let meaning = match resolved {
        ResolvedLabel::Boolean(value) => format!("the boolean {value}"),
        ResolvedLabel::Number(number) => format!("the number {number}"),
        ResolvedLabel::Null => return null_value(problem, map, key),
    };
    let message = format!(
        "`{key}: {text}` is {meaning} to kubectl and Helm (YAML 1.1): {kind} values are strings"
    );
    // The text is quoted as it is: `1.10` must not become "1.1".
    let quoted = format!("\"{text}\"");
    problem
        .error(message)
        .label(meaning)
        .help(format!("write {quoted} in quotes"))
        .fix(Fix {
            title: format!("Quote {text}"),
            applicability: Applicability::Safe,
            edits: vec![Edit {
                span: problem.span,
                text: quoted,
            }],
        })
}

fn null_value(problem: &Problem, map: &str, key: &str) -> Diagnostic {
    // An annotation without a value is rarely read by anything.
    let severity = if map == "annotations" {
        Severity::Info
    } else {
        Severity::Warning
    };
    let message = match map {
        "selector" => format!(
            "`{key}` has no value in this selector: `kubectl create` stores the empty string, \
             `kubectl apply` drops the pair and selects more pods"
        ),
        _ => format!(
            "`{key}` has no value: `kubectl create` stores the empty string, `kubectl apply` drops \
             the pair"
        ),
    };
    problem
        .finding(severity, message)
        .label("null")
        .help("write `\"\"` for the empty string, or remove the pair")
}

/// A field, with its value if that is short.
fn refused_field(path: &FieldPath, value: Option<&str>) -> String {
    match value {
        Some(value) if !value.is_empty() && value.len() <= 80 && !value.contains('\n') => {
            format!("`{path}: {value}`")
        }
        _ => format!("`{path}`"),
    }
}

fn short_refusal(reason: Reason, detail: &str) -> String {
    match (reason, detail) {
        (Reason::Required, "") => "it is required".to_owned(),
        (Reason::Duplicate, "") => "it is a duplicate".to_owned(),
        (Reason::NotFound, "") => "there is none of this name".to_owned(),
        (Reason::NotSupported, "") => "the value is not supported".to_owned(),
        (Reason::Forbidden, "") => "it is forbidden here".to_owned(),
        (Reason::TooLong, "") => "it is too long".to_owned(),
        (Reason::TooMany, "") => "there are too many".to_owned(),
        (Reason::Invalid, "") => "the value is invalid".to_owned(),
        (Reason::Required, detail) => format!("required: {detail}"),
        (_, detail) => detail.to_owned(),
    }
}
