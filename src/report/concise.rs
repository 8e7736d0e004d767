//! One line per finding, in the GNU style that editors and problem matchers read:
//! `path:line:col: severity[rule]: message`. Columns count characters from 1.

use super::{Place, Style, printable};
use crate::run::Report;
use std::io;

/// Writes one line per finding. What was rendered is known by its template; behind the message
/// stands that the line is none of the template's.
///
/// # Errors
/// When the writer fails.
pub fn concise(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for diagnostic in &report.diagnostics {
        let place = Place::of(report, diagnostic.primary.span);
        let severity = diagnostic.severity;
        let kind = format!("{severity}[{}]", diagnostic.rule);
        let at = place.linked(place.to_string(), style);
        let message = printable(&diagnostic.message);
        write!(out, "{at}: {}: {message}", style.by(severity, &kind))?;
        match place.template {
            Some(_) => writeln!(out, " (rendered line {})", place.position.line)?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}
