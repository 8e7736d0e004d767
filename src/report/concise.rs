//! One line per finding, in the GNU style that editors and problem matchers read:
//! `path:line:col: severity[rule]: message`. Columns count characters from 1.

use super::fold::{Item, fold};
use super::{Place, printable};
use crate::lint::Report;
use std::io;

/// Writes one line per finding.
///
/// # Errors
/// When the writer fails.
pub fn concise(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for item in fold(report) {
        match item {
            Item::Finding(diagnostic) => {
                let place = Place::of(report, diagnostic.primary.span);
                let (severity, rule) = (diagnostic.severity, diagnostic.rule);
                let message = printable(&diagnostic.message);
                writeln!(out, "{place}: {severity}[{rule}]: {message}")?;
            }
            Item::Folded(folded) => writeln!(out, "{folded}")?,
        }
    }
    Ok(())
}
