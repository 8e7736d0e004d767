//! The escapes that go-yaml knows in double-quoted scalars
//! (`scannerc.go:yaml_parser_scan_flow_scalar`): not `\/`, and no halves of UTF-16 pairs, which
//! JSON and YAML 1.2 allow.

use super::syntax::SyntaxError;
use std::ops::Range;

/// The first escape in a text that go-yaml does not know; the text may go on behind the string's
/// closing quote, where the search ends.
pub(super) fn find_bad(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(['\\', '"'])?;
        if text[at..].starts_with('"') {
            return None;
        }
        let length = length(&text[at..]);
        if !is_good(&text[at..at + length]) {
            return Some(at..at + length);
        }
        from = at + length;
    }
}

/// What to say about a bad escape.
pub(super) fn error(text: &str, range: Range<usize>) -> SyntaxError {
    let message = format!(
        "kubectl does not know the escape `{}`",
        &text[range.clone()]
    );
    SyntaxError::new(range.start as u32..range.end as u32, message)
        .with_help("write a backslash as `\\\\`, or use single quotes")
}

/// The length of the escape at the start of a text, as far as it can be one.
fn length(text: &str) -> usize {
    let Some(kind) = text[1..].chars().next() else {
        return 1;
    };
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    let given = text[1 + kind.len_utf8()..].bytes();
    1 + kind.len_utf8() + given.take(digits).take_while(u8::is_ascii_hexdigit).count()
}

fn is_good(escape: &str) -> bool {
    let kind = escape[1..].chars().next();
    let digits = match kind {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) => return "0abt\tnvfre \"'\\N_LP\r\n".contains(c),
        None => return false,
    };
    let code = &escape[2..];
    let number = u32::from_str_radix(code, 16).ok();
    code.len() == digits && number.and_then(char::from_u32).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_escapes_of_go_yaml() {
        let good =
            "\\0\\a\\b\\t\\\t\\n\\v\\f\\r\\e\\ \\\"\\'\\\\\\N\\_\\L\\P\\\n\\x41\\u00e4\\U0001F600";
        assert_eq!(find_bad(good), None);
        assert_eq!(find_bad("a\" \\d"), None);
        assert_eq!(find_bad("a\\\\\\/\""), Some(3..5));
        assert_eq!(find_bad("\\x4z\""), Some(0..3));
        assert_eq!(find_bad("\\ud83d\\ude00"), Some(0..6));
        assert_eq!(find_bad("\\ä"), Some(0..3));
        assert_eq!(find_bad("\\U00110000"), Some(0..10));
        assert_eq!(find_bad("\\"), Some(0..1));
    }
}
