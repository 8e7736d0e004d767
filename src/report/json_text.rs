//! JSON as text that is safe to look at: what a string holds that is not visible, or that a CI
//! system could take for a command, is written as an escape. For those who parse it nothing
//! changes.

use crate::text::printable::{is_invisible, is_logging_command};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes a value with indentation, and a newline, piece by piece.
pub(super) fn write(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(BUFFER, out);
    serde_json::to_writer_pretty(Escaping(&mut out), value)?;
    writeln!(out)?;
    out.flush()
}

/// The pieces are small.
const BUFFER: usize = 1 << 16;

/// A writer of JSON that escapes what strings hold. A string comes in pieces that end where
/// `serde_json` escapes something itself, and outside of strings there is nothing to escape but the
/// newlines of the indentation, which stay.
struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.write_all(piece)?;
        Ok(piece.len())
    }

    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        let is_plain = |byte: &u8| matches!(byte, b'\n' | b' '..=b'~') && *byte != b'#';
        if piece.iter().all(is_plain) {
            return self.0.write_all(piece);
        }
        let text = str::from_utf8(piece).map_err(io::Error::other)?;
        self.0.write_all(escaped(text).as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for (at, character) in json.char_indices() {
        let is_hidden = is_invisible(character) && character != '\n';
        if is_hidden || is_logging_command(json, at) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_escaped_and_read_back() {
        let hostile = "a\u{202e}b\u{9b}c\u{e0041}\u{1b}\n##vso[x] é";
        let mut out = Vec::new();
        write(&[hostile], &mut out).expect("a vector takes everything");
        let text = String::from_utf8(out).expect("it is text");
        assert_eq!(
            text,
            "[\n  \"a\\u202eb\\u009bc\\udb40\\udc41\\u001b\\n#\\u0023vso[x] é\"\n]\n"
        );
        let read: [String; 1] = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(read, [hostile]);
    }
}
