//! From bytes to text, as kubectl decodes them
//! (`cli-runtime/pkg/resource/visitor.go:FileVisitor.Visit`).

use crate::diagnostic::Severity;
use crate::object::TextProblem;
use crate::text::encoding::Encoding;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

/// Offsets in a text have 32 bits.
const SIZE_LIMIT: u64 = u32::MAX as u64;

/// How much longer a file may be than it says: somebody may be writing to it. Files of the kernel
/// say nothing of their length, and may have no end.
const MARGIN: u64 = 64 * 1024;

/// What stands for bytes that are no character.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// A text that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: Arc<str>,
    /// How the bytes have become the text.
    pub(super) encoding: Encoding,
    pub(super) problems: Vec<TextProblem>,
}

/// Reads a file.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read(path: &Path) -> Result<Decoded, String> {
    decoded(bytes(path)?)
}

/// Reads the bytes of a file.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    // To open a pipe is to wait for its writer, hence the question before.
    let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
    if metadata.is_dir() {
        return Err("is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("not a regular file: give it to standard input and name it `-`".to_owned());
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(TOO_LARGE.to_owned());
    }
    let file = File::open(path).map_err(|error| reason(&error))?;
    let most = metadata.len() + MARGIN;
    let bytes = read_to_end(file, metadata.len() as usize, most)?;
    bytes.ok_or_else(|| "it does not end where its size says".to_owned())
}

/// Reads a stream to its end.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read_from(input: impl Read) -> Result<Decoded, String> {
    match read_to_end(input, 0, SIZE_LIMIT)? {
        Some(bytes) => decoded(bytes),
        None => Err(TOO_LARGE.to_owned()),
    }
}

/// What about this many bytes are, unless they are more than the most.
fn read_to_end(input: impl Read, size: usize, most: u64) -> Result<Option<Vec<u8>>, String> {
    // One byte more than expected, to see the end without growing.
    let mut bytes = Vec::with_capacity(size + 1);
    input
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| reason(&error))?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

fn decoded(bytes: Vec<u8>) -> Result<Decoded, String> {
    let decoded = decode(bytes);
    if decoded.text.len() as u64 > SIZE_LIMIT {
        return Err(TOO_LARGE.to_owned());
    }
    Ok(decoded)
}

const TOO_LARGE: &str = "larger than 4 GiB";

/// What the system says, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            let end = text.find(" (os error").unwrap_or(text.len());
            let mut text = text[..end].to_owned();
            // As all other messages begin.
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            text
        }
    }
}

fn decode(bytes: Vec<u8>) -> Decoded {
    match bytes[..] {
        [0xff, 0xfe, ..] => return decode_utf16(&bytes[2..], u16::from_le_bytes),
        [0xfe, 0xff, ..] => return decode_utf16(&bytes[2..], u16::from_be_bytes),
        _ => {}
    }
    match String::from_utf8(bytes) {
        Ok(text) if is_binary(text.as_bytes()) => binary(),
        Ok(text) => Decoded {
            text: text.into(),
            encoding: Encoding::Utf8,
            problems: Vec::new(),
        },
        Err(error) => decode_damaged(error.as_bytes(), error.utf8_error().valid_up_to()),
    }
}

/// Text whose bytes from `start` on are no UTF-8.
fn decode_damaged(bytes: &[u8], start: usize) -> Decoded {
    if is_binary(bytes) {
        return binary();
    }
    let wrong = bytes[start];
    let message =
        format!("byte 0x{wrong:02X} is no UTF-8: kubectl reads `{REPLACEMENT}` in its place");
    let (text, encoding) = Encoding::of_damaged(bytes);
    Decoded {
        text: text.into(),
        encoding,
        problems: vec![replaced(start, message)],
    }
}

/// Whether this is no text. A text may hold a stray NUL, which the YAML parser reports at its
/// place; one in ten is a format of its own, or UTF-16 that does not say so. Bytes behind a
/// manifest do not make it one: then nobody would hear that kubectl refuses it.
fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes).is_some()
        && memchr::memchr_iter(0, bytes).count() * 10 >= bytes.len()
        && memchr::memmem::find(bytes, b"apiVersion").is_none()
}

/// Nothing in a binary file is worth a look.
fn binary() -> Decoded {
    Decoded {
        text: "".into(),
        encoding: Encoding::Utf8,
        problems: vec![TextProblem {
            range: 0..0,
            severity: Severity::Error,
            message: "kubectl cannot read this file: it is binary".to_owned(),
            label: "no text",
            help: None,
        }],
    }
}

/// Half a pair, or half a unit at the end, is read as a replacement character.
fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, rest) = bytes.as_chunks();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text = String::with_capacity(bytes.len());
    let mut problems = Vec::new();
    let mut replace = |text: &mut String, what: String| {
        if problems.is_empty() {
            let message =
                format!("{what} is no UTF-16: kubectl reads `{REPLACEMENT}` in its place");
            problems.push(replaced(text.len(), message));
        }
        text.push(REPLACEMENT);
    };
    for character in char::decode_utf16(units) {
        match character {
            Ok(character) => text.push(character),
            Err(error) => {
                let half = error.unpaired_surrogate();
                replace(&mut text, format!("unpaired surrogate 0x{half:04X}"));
            }
        }
    }
    if let [byte] = rest {
        replace(&mut text, format!("last byte 0x{byte:02X}"));
    }
    Decoded {
        text: text.into(),
        encoding: Encoding::Utf16,
        problems,
    }
}

/// A problem with the replacement character that starts here.
fn replaced(start: usize, message: String) -> TextProblem {
    let end = start + REPLACEMENT.len_utf8();
    TextProblem {
        range: start as u32..end as u32,
        severity: Severity::Warning,
        message,
        label: "not what was written",
        help: Some("save the file as UTF-8".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Decoded {
        decode(bytes.to_vec())
    }

    #[test]
    fn utf_8_is_taken_as_it_is_with_its_byte_order_mark() {
        let decoded = read("\u{feff}a: é\n".as_bytes());
        assert_eq!(&*decoded.text, "\u{feff}a: é\n");
        assert!(decoded.encoding.is_verbatim() && decoded.problems.is_empty());
    }

    #[test]
    fn the_first_wrong_byte_is_named_and_replaced() {
        let decoded = read(b"a: caf\xe9\nb: \xff\n");
        assert_eq!(&*decoded.text, "a: caf\u{fffd}\nb: \u{fffd}\n");
        assert!(!decoded.encoding.is_verbatim());
        let [problem] = &decoded.problems[..] else {
            panic!("{:?}", decoded.problems)
        };
        assert_eq!(problem.range, 6..9);
        assert!(problem.message.contains("0xE9"), "{}", problem.message);
    }

    #[test]
    fn utf_16_is_read_by_its_byte_order_mark() {
        let text = "a: 'é🦀'\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            [b"\xff\xfe", &little[..]].concat(),
            [b"\xfe\xff", &big[..]].concat(),
        ] {
            let decoded = read(&bytes);
            assert_eq!(&*decoded.text, text);
            assert!(!decoded.encoding.is_verbatim() && decoded.problems.is_empty());
        }
    }

    #[test]
    fn broken_utf_16_is_replaced_and_reported_once() {
        let decoded = read(b"\xff\xfea\0\x00\xd8b\0c");
        assert_eq!(&*decoded.text, "a\u{fffd}b\u{fffd}");
        assert_eq!(decoded.problems.len(), 1);
        assert_eq!(decoded.problems[0].range, 1..4);
    }

    #[test]
    fn binary_is_not_read_and_a_stray_nul_is_left_to_the_parser() {
        for bytes in [&b"\x7fELF\0\0\0\xff"[..], b"\0\0\0\0", b"a\0:\0 \0b\0"] {
            let decoded = read(bytes);
            assert_eq!(&*decoded.text, "");
            assert_eq!(
                decoded.problems[0].message,
                "kubectl cannot read this file: it is binary"
            );
        }
        let decoded = read(b"apiVersion: v1\nkind: Service\0\n");
        assert!(decoded.text.contains('\0') && decoded.problems.is_empty());
        assert!(read(b"").problems.is_empty());
    }
}
