//! Quotations of what a file holds, for messages.

use std::borrow::Cow;

/// How many characters of a text are quoted. A message names what it is about; it does not publish
/// a file that was taken for another, such as one with passwords.
const MOST: usize = 40;

/// The beginning of a text, and `...` for the rest.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_not_quoted_whole() {
        let short = "é".repeat(MOST);
        assert_eq!(quoted(&short), short);
        assert_eq!(quoted(&format!("{short}!")), format!("{short}..."));
    }
}
