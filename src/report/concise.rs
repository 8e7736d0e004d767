//! One line per finding, in the GNU style that editors and problem matchers read:
//! `path:line:col: severity[rule]: message`. Columns count characters from 1.

use super::{Place, printable};
use crate::lint::Report;
use std::io;

/// Writes one line per finding. In a stream of rendered templates the place is one in the stream;
/// the template stands behind the message.
///
/// # Errors
/// When the writer fails.
pub fn concise(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for diagnostic in &report.diagnostics {
        let place = Place::of(report, diagnostic.primary.span);
        let (severity, rule) = (diagnostic.severity, diagnostic.rule);
        let message = printable(&diagnostic.message);
        write!(out, "{place}: {severity}[{rule}]: {message}")?;
        match place.template {
            Some(template) => writeln!(out, " (from {})", printable(template))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}
