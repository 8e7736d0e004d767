//! For people: the finding, and both ends of the link in the lines around them, also when the
//! other end is in another file.
//!
//! miette draws. It sees an [`Excerpt`] as its source, not the files: that is how one drawing shows
//! several files, and why a finding in a large file costs no more than one in a small file.

use super::excerpt::{Block, Excerpt};
use super::fold::fold;
use super::{Style, printable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::run::Report;
use crate::text::hash::HashSet;
use crate::text::placeholder::is_placeholder;
use crate::trace::RULES;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;
use std::io;

/// How many other places are shown; json has them all.
const RELATED: usize = 6;

/// Writes each finding with its places; of rules that would drown the others only the first few
/// ([`folded`](super::folded)).
///
/// # Errors
/// When the writer fails.
pub fn full(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut offered = HashSet::default();
    for diagnostic in fold(report).shown {
        let mut drawing = Drawing::new(report, diagnostic, style);
        let service = traced(diagnostic).filter(|service| offered.insert(service.clone()));
        drawing.offer(service);
        let mut text = String::new();
        let drawn = drawing.handler(style).render_report(&mut text, &drawing);
        drawn.map_err(io::Error::other)?;
        writeln!(out, "{text}")?;
    }
    Ok(())
}

/// A finding as miette takes it.
#[derive(Debug)]
struct Drawing<'a> {
    diagnostic: &'a Diagnostic,
    excerpt: Excerpt,
    help: Option<String>,
}

impl<'a> Drawing<'a> {
    fn new(report: &Report, diagnostic: &'a Diagnostic, style: Style) -> Self {
        let related = &diagnostic.related;
        let shown = related.iter().take(RELATED);
        let labels = std::iter::once(&diagnostic.primary).chain(shown);
        let mut excerpt = Excerpt::new(report, labels, style);
        // miette draws the marks by offset and hands out its styles in that order.
        excerpt.marks.sort_by_key(|mark| mark.range.start);
        Self {
            diagnostic,
            excerpt,
            help: help(diagnostic),
        }
    }

    /// Offers the way of a Service, of which a finding shows one step.
    fn offer(&mut self, service: Option<String>) {
        let Some(service) = service else { return };
        let offer = format!("run `svclint trace {service}` to see where its traffic goes");
        self.help = Some(match self.help.take() {
            Some(help) => format!("{help}\n{offer}"),
            None => offer,
        });
    }

    /// miette's handler draws everything in the style of its theme, so each finding has its own.
    fn handler(&self, style: Style) -> GraphicalReportHandler {
        let severity = self.diagnostic.severity;
        let icon = format!("{severity}[{}]:", self.diagnostic.rule);
        let mut characters = if style.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        };
        characters.error = icon;
        let mut styles = ThemeStyles::none();
        if style.color {
            let ansi = ThemeStyles::ansi();
            let by_severity = match severity {
                Severity::Error => ansi.error.bold(),
                Severity::Warning => ansi.warning.bold(),
                Severity::Info => ansi.advice.bold(),
            };
            let marks = self.excerpt.marks.iter();
            let highlights = marks.map(|mark| if mark.primary { by_severity } else { ansi.help });
            styles = ThemeStyles {
                error: by_severity,
                highlights: highlights.collect(),
                ..ansi
            };
        }
        GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
            .with_width(style.width)
            .without_primary_span_start()
            .with_urls(false)
            .without_syntax_highlighting()
    }
}

/// The Service whose way a finding breaks, as a trace takes it.
fn traced(diagnostic: &Diagnostic) -> Option<String> {
    let object = diagnostic.object.as_ref()?;
    let is_service = object.kind == "Service" && object.api_version == "v1";
    let is_broken = diagnostic.severity == Severity::Error && RULES.contains(&diagnostic.rule);
    let name = object.name.as_str();
    let is_meant = is_service && is_broken && !name.is_empty() && !is_placeholder(name);
    is_meant.then(|| match object.namespace.as_deref() {
        Some(namespace) => printable(&format!("{namespace}/{name}")).into_owned(),
        None => printable(&format!("svc/{name}")).into_owned(),
    })
}

fn help(diagnostic: &Diagnostic) -> Option<String> {
    let hidden = diagnostic.related.len().saturating_sub(RELATED);
    let help = diagnostic.help.as_deref().into_iter();
    let mut lines: Vec<String> = help
        .flat_map(str::lines)
        .map(|line| printable(line).into_owned())
        .collect();
    if hidden > 0 {
        let places = super::counted(hidden, "more place");
        lines.push(format!("use --format json to see {places}"));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.diagnostic.message))
    }
}

impl std::error::Error for Drawing<'_> {}

impl miette::Diagnostic for Drawing<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            LabeledSpan::new(text, mark.range.start, mark.range.len())
        })))
    }
}

impl SourceCode for Excerpt {
    /// The whole block that holds the span: what is worth showing has been chosen before.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let holds = |block: &&Block| block.start <= span.offset() && end <= block.range().end;
        let block = self.blocks.iter().find(holds);
        let block = block.ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            block.title.clone(),
            block.text.as_bytes(),
            SourceSpan::from((block.start, block.text.len())),
            block.first_line,
            0,
            block.text.lines().count(),
        )))
    }
}
