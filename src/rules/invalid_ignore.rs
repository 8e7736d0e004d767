//! See `rules/invalid-ignore.md`.

use super::rule::{Check, Rule};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::link::Index;
use crate::object::Document;
use crate::object::ignore::{Directive, Ignore, Listed};
use crate::rules;
use crate::text::similar::nearest;

pub(super) const RULE: Rule = Rule {
    id: "invalid-ignore",
    doc: include_str!("../../rules/invalid-ignore.md"),
    check: Check::Document(check),
};

fn check(index: &Index, document: &Document, out: &mut Vec<Diagnostic>) {
    for ignore in &document.ignores {
        match &ignore.content {
            Err(malformed) => out.push(
                Diagnostic::new(RULE.id, Severity::Warning, ignore.span, malformed.message)
                    .label("ignores nothing")
                    .help(malformed.help),
            ),
            Ok(directive) => {
                out.extend(directive.rules.iter().filter_map(unknown));
                if index.options.require_reason {
                    out.extend(without_reason(ignore, directive));
                }
            }
        }
    }
}

/// A rule that is not there, or that nothing in a manifest can switch off.
fn unknown(listed: &Listed) -> Option<Diagnostic> {
    let id = &listed.id;
    let warn = |message| Diagnostic::new(RULE.id, Severity::Warning, listed.span, message);
    match rules::find(id) {
        Some(rule) if matches!(rule.check, Check::Run) || rule.id == RULE.id => Some(
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
        Diagnostic::new(RULE.id, Severity::Warning, ignore.span, message)
            .label("no reason")
            .help("say behind the rules why they are ignored")
    })
}
