//! Lines for people: whatever they quote, each stays one line, and steers neither a terminal nor a
//! CI system that reads the log.

use std::fmt;
use std::io::{self, Write};
use svclint::text::printable::printable;

/// Standard error. Everything that the program says there goes through it.
pub(crate) fn stderr() -> Lines<io::Stderr> {
    Lines(io::stderr())
}

/// A writer of lines. What is written in one go, as by `writeln!`, is one line: newlines before its
/// end are quoted text, and shown as escapes like all that is not printable.
#[derive(Debug)]
pub(crate) struct Lines<W>(pub(crate) W);

impl<W: Write> Lines<W> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        let (line, end) = match text.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (text, ""),
        };
        self.0
            .write_all(format!("{}{end}", printable(line)).as_bytes())
    }
}

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line(&String::from_utf8_lossy(bytes))?;
        Ok(bytes.len())
    }

    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        self.line(&text.to_string())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_written_in_one_go_is_one_line() {
        let mut lines = Lines(Vec::new());
        let name = "x\u{1b}[31m\n::error::y";
        let out: &mut dyn Write = &mut lines;
        writeln!(out, "skipped: {name}").unwrap();
        writeln!(out, "{name}").unwrap();
        out.write_all(name.as_bytes()).unwrap();
        let shown = "x\\u{1b}[31m\\n\\u{3a}:error::y";
        assert_eq!(
            String::from_utf8(lines.0).unwrap(),
            format!("skipped: {shown}\n{shown}\n{shown}")
        );
    }
}
