//! Commands that are proposed to be typed.

use std::borrow::Cow;

/// A path or another word, as a shell takes it for one word and for nothing else.
pub(crate) fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+,:@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word() {
        assert_eq!(word("charts/web-1.yaml"), "charts/web-1.yaml");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("$(touch x)'`y`"), r"'$(touch x)'\''`y`'");
        assert_eq!(word("~/é"), "'~/é'");
    }
}
