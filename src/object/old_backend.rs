//! Backends in the form that Ingresses had before networking.k8s.io/v1.

use super::{Problem, ProblemKind};
use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::kinds::Kind;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use crate::yaml::field::FieldPath;

/// The fields that v1 has no more.
const FIELDS: [&str; 2] = ["serviceName", "servicePort"];

/// Whether a field is part of a backend in the old form.
pub(super) fn is_part(kind: Kind, path: &FieldPath) -> bool {
    let fields: Vec<&str> = path.fields().collect();
    let in_backend =
        matches!(fields[..], [.., "backend" | "defaultBackend", last] if FIELDS.contains(&last));
    kind == Kind::Ingress && (in_backend || fields == ["spec", "backend"])
}

/// Whether a backend has the old form.
pub(super) fn is_old(backend: Cursor<'_>) -> bool {
    FIELDS.iter().any(|field| backend.field(field).is_some())
}

/// The problem of a backend whose key, or one of its fields, the server does not know. It is told
/// once for both fields.
pub(super) fn problem(backend: Cursor<'_>, key: Span) -> Option<Problem> {
    let entries = backend.entries();
    let mut fields = entries.iter().map(|(name, _)| name);
    let first = fields.find(|name| FIELDS.contains(&name.value.as_str()));
    let is_second = fields.any(|name| name.span == key);
    if first.is_none_or(|first| first.span != key) && is_second {
        return None;
    }
    let text = service(backend);
    let edit = text.as_ref().and_then(|text| {
        let [(first, _), (_, last)] = entries.as_slice() else {
            return None;
        };
        let span = Span {
            end: last.span().end,
            ..first.span
        };
        (span.end > span.start).then(|| Edit {
            span,
            text: text.clone(),
        })
    });
    let is_field = first.is_some_and(|first| first.span == key);
    let renamed = Edit {
        span: key,
        text: "defaultBackend".to_owned(),
    };
    let fix = edit.map(|edit| Fix {
        title: "Write the backend as networking.k8s.io/v1 has it".to_owned(),
        applicability: Applicability::Safe,
        edits: (!is_field)
            .then_some(renamed)
            .into_iter()
            .chain([edit])
            .collect(),
    });
    let service =
        text.unwrap_or_else(|| "service: {name: NAME, port: {number: NUMBER}}".to_owned());
    let instead = if is_field {
        service
    } else {
        format!("defaultBackend: {{{service}}}")
    };
    Some(Problem {
        rule: ids::INVALID_INGRESS_BACKEND,
        span: key,
        kind: ProblemKind::OldBackend { instead, fix },
    })
}

/// The same in the form of v1, if both fields are there.
fn service(backend: Cursor<'_>) -> Option<String> {
    let [name, port] = FIELDS.map(|field| backend.get(field));
    let (name, port) = (name?.string()?, port?);
    let port = match port.integer() {
        Some(number) => format!("number: {}", number.value),
        None => format!("name: {}", port.string()?.value),
    };
    let is_plain = |text: &str| {
        !is_placeholder(text) && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    let name = name.value;
    let is_known = is_plain(&name) && is_plain(port.split(": ").last()?);
    is_known.then(|| format!("service: {{name: {name}, port: {{{port}}}}}"))
}
