//! Where the bytes of a text stand in its file, which may be written in another way.

use std::ops::Range;

/// How the bytes of a file have become a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// They are the text.
    #[default]
    Utf8,
    /// They are UTF-8 but for a few, each of which stands as a replacement character in the text.
    Damaged(Vec<Replaced>),
    /// They are UTF-16 behind a byte order mark.
    Utf16,
}

/// Bytes that are no character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Where the replacement character ends in the text.
    pub in_text: u32,
    /// Where they end in the file.
    pub in_file: u32,
}

/// The bytes of the mark that says which order UTF-16 has.
const MARK: u32 = 2;

impl Encoding {
    /// Bytes with something in them that is no UTF-8, as a text and where that differs.
    pub fn of_damaged(bytes: &[u8]) -> (String, Self) {
        let mut text = String::with_capacity(bytes.len());
        let mut replaced = Vec::new();
        let mut in_file = 0;
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            in_file += chunk.valid().len() + chunk.invalid().len();
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                replaced.push(Replaced {
                    in_text: text.len() as u32,
                    in_file: in_file as u32,
                });
            }
        }
        (text, Self::Damaged(replaced))
    }

    /// Whether the file is the text, byte by byte.
    pub fn is_verbatim(&self) -> bool {
        *self == Self::Utf8
    }

    /// Where a byte of a text stands in its file; `known` is a place before it of which that is
    /// known already: in the text, and in the file.
    pub(super) fn in_file(&self, text: &str, at: u32, known: (u32, u32)) -> u32 {
        match self {
            Self::Utf8 => at,
            Self::Damaged(replaced) => {
                let before = replaced.partition_point(|own| own.in_text <= at);
                let last = replaced[..before].last();
                last.map_or(at, |own| own.in_file + (at - own.in_text))
            }
            Self::Utf16 => {
                let (from, in_file) = known;
                let between: Range<usize> = from as usize..at as usize;
                in_file + 2 * text[between].encode_utf16().count() as u32
            }
        }
    }

    /// Where the text starts in its file.
    pub(super) fn start(&self) -> u32 {
        match self {
            Self::Utf16 => MARK,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::encoding::Encoding;
    use crate::text::source::Source;

    #[test]
    fn places_behind_what_is_no_character_are_those_of_the_file() {
        let bytes = b"a: \xff\xe2\x82 b\r\nc: \xff\xffd\ne: f";
        let (text, encoding) = Encoding::of_damaged(bytes);
        assert_eq!(text, "a: \u{fffd}\u{fffd} b\r\nc: \u{fffd}\u{fffd}d\ne: f");
        let source = Source::new("x", text).written_in(encoding);
        for letter in *b"abcdef" {
            let at = |bytes: &[u8]| bytes.iter().position(|byte| *byte == letter);
            let in_text = at(source.text().as_bytes()).map(|at| at as u32);
            let in_file = at(bytes).map(|at| at as u32);
            assert_eq!(in_text.map(|at| source.offset_in_file(at)), in_file);
        }
    }

    #[test]
    fn places_in_utf_16_are_those_of_the_file() {
        let text = "a: '\u{e9}\u{1f980}'\n\u{1f980}: b\n";
        let source = Source::new("x", text).written_in(Encoding::Utf16);
        for (at, c) in text.char_indices() {
            let before = 2 * text[..at].encode_utf16().count() + 2;
            let place = source.offset_in_file(at as u32);
            assert_eq!(place as usize, before, "{c}");
        }
    }

    #[test]
    fn places_in_utf_8_are_those_of_the_text() {
        let source = Source::new("x", "\u{feff}a: \u{e9}\nb");
        assert_eq!(source.offset_in_file(9), 9);
    }
}
