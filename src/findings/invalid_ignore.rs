//! See `rules/invalid-ignore.md`.

use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::object::Document;
use crate::object::ignore::{Directive, Ignore, Listed};
use crate::rules::{self, Check};
use crate::text::similar::nearest;

/// What is wrong with the ignores of documents.
pub(crate) fn find(documents: &[Document], require_reason: bool) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for ignore in documents.iter().flat_map(|document| &document.ignores) {
        match &ignore.content {
            Err(malformed) => out.push(
                Diagnostic::new(
                    ids::INVALID_IGNORE,
                    Severity::Warning,
                    ignore.span,
                    malformed.message,
                )
                .label("ignores nothing")
                .help(malformed.help),
            ),
            Ok(directive) => {
                out.extend(directive.rules.iter().filter_map(unknown));
                if require_reason {
                    out.extend(without_reason(ignore, directive));
                }
            }
        }
    }
    out
}

/// A rule that is not there, or that nothing in a manifest can switch off.
fn unknown(listed: &Listed) -> Option<Diagnostic> {
    let id = &listed.id;
    let warn =
        |message| Diagnostic::new(ids::INVALID_IGNORE, Severity::Warning, listed.span, message);
    match rules::find(id) {
        Some(rule) if matches!(rule.check, Check::Run) => Some(
            warn(format!(
                "`{id}` is about ignores and the configuration, and cannot be ignored here"
            ))
            .label("ignores nothing")
            .help(format!("switch it off with `--off {id}`")),
        ),
        Some(_) => None,
        None => {
            let found = warn(format!("no rule is called `{id}`, so nothing is ignored"))
                .label("no such rule");
            let known = rules::ALL.iter().map(|rule| rule.id);
            let Some(near) = nearest(id, known) else {
                return Some(found.help("name a rule that `svclint rules` lists"));
            };
            Some(found.help(format!("write `{near}`")).fix(Fix {
                title: format!("write `{near}`"),
                applicability: Applicability::Unsafe,
                edits: vec![Edit {
                    span: listed.span,
                    text: near.to_owned(),
                }],
            }))
        }
    }
}

/// The configuration asks for reasons, and there is none.
fn without_reason(ignore: &Ignore, directive: &Directive) -> Option<Diagnostic> {
    directive.reason.is_none().then(|| {
        let message = "this ignore gives no reason, and the configuration asks for one";
        Diagnostic::new(ids::INVALID_IGNORE, Severity::Warning, ignore.span, message)
            .label("no reason")
            .help("say behind the rules why they are ignored")
    })
}
