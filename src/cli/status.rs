//! What the exit status says.

use super::lines::stderr;
use std::io::{self, Write};

/// Nothing was found that matters.
pub(super) const CLEAN: u8 = 0;
/// Something was.
pub(super) const FINDINGS: u8 = 1;
/// The job could not be done, or not all of it.
pub(super) const FAILURE: u8 = 2;

/// Says why the job could not be done.
pub(super) fn fail(message: &str) -> io::Result<u8> {
    writeln!(stderr(), "error: {message}")?;
    Ok(FAILURE)
}

/// Whether the reader of the output has gone: what is left to say does not matter then.
pub(super) fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
