//! The output formats, one function each: a [`Report`] goes in, bytes go to a writer. Nothing is
//! decided here but how to say it.

mod catalogue;
mod changes;
mod concise;
mod excerpt;
mod fold;
mod full;
mod github;
mod gitlab;
mod graph;
mod json;
mod json_text;
mod junit;
mod kinds;
mod line_hash;
mod link;
mod markdown;
mod root;
mod sarif;
mod secret;
mod style;
mod summary;
mod trace;
mod trace_json;
mod trace_schema;

pub use catalogue::{explain, explain_trace, rules, rules_json};
pub use changes::{changes, changes_json, changes_summary};
pub use concise::concise;
pub use fold::folded;
pub use full::full;
pub use github::github;
pub use gitlab::gitlab;
pub use graph::{
    graph_d2, graph_dot, graph_html, graph_json, graph_mermaid, graph_schema, graph_summary,
};
pub use json::{JSON_SCHEMA, json};
pub use junit::junit;
pub use kinds::{explain_kind, kinds, kinds_json};
pub use markdown::markdown;
pub use root::Root;
pub use sarif::sarif;
pub use style::{Color, Style, Terminal};
pub use summary::{details, failures, hidden, summary};
pub use trace::{trace, trace_summary, trace_unread};
pub use trace_json::trace_json;
pub use trace_schema::trace_schema;

use crate::run::Report;
use crate::text::printable::printable;
use crate::text::source::{Position, Span};
use std::fmt;
use std::path::Path;

/// Where something begins, as people cite it.
struct Place<'a> {
    /// The path of the text.
    path: &'a str,
    position: Position,
    /// The template that the text was rendered from, where line and column do not count.
    template: Option<&'a str>,
    /// The absolute path of the file, if it is one.
    location: Option<&'a Path>,
}

impl<'a> Place<'a> {
    fn of(report: &'a Report, span: Span) -> Self {
        let source = report.sources.get(span.source);
        Self {
            path: &source.name,
            position: source.position(span.start),
            template: source.template_at(span.start),
            location: source.path.as_deref(),
        }
    }

    /// The file that people know it by.
    fn file(&self) -> &'a str {
        self.template.unwrap_or(self.path)
    }

    /// The place in words that do not pretend that the template has such a line.
    fn describe(&self) -> String {
        match self.template {
            Some(template) => {
                let line = self.position.line;
                format!("{} (rendered line {line})", printable(template))
            }
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "{}:{line}:{column}", printable(self.file()))
    }
}

/// `1 error`, `2 errors`
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
