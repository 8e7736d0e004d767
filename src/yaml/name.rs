//! Names of fields, and how most keys are told apart from them without looking at their letters.

/// A key that is looked for, with its mark: most keys differ from it in that already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'n> {
    pub(super) text: &'n str,
    pub(super) mark: u16,
}

impl<'n> Name<'n> {
    /// A key of this text.
    #[inline]
    pub(super) fn new(text: &'n str) -> Self {
        let mark = mark(text.as_bytes());
        Self { text, mark }
    }
}

/// What tells most texts apart: their length, and three of their letters. Texts of one mark are
/// compared.
#[inline]
pub(super) fn mark(bytes: &[u8]) -> u16 {
    let &[first, .., last] = bytes else {
        return bytes.first().map_or(0, |&only| u16::from(only));
    };
    let length = (bytes.len() as u16).wrapping_mul(0x09e5);
    let middle = bytes[bytes.len() / 2];
    length ^ u16::from(first) ^ u16::from(last) << 4 ^ u16::from(middle) << 8
}
