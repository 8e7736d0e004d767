//! Where a part of a scalar's value stands in the text: behind quotes and indentation, between
//! escapes.

use std::ops::Range;

/// Finds parts of one scalar, in order.
#[derive(Clone, Debug)]
pub struct Parts<'s> {
    value: &'s str,
    source: &'s str,
    /// How much of the value has been passed.
    seen: usize,
    /// How much of the source has been passed.
    passed: usize,
    is_plain: bool,
}

impl<'s> Parts<'s> {
    /// The value of a scalar, and the scalar as it is written.
    pub fn new(value: &'s str, source: &'s str) -> Self {
        // Only these escapes of double quotes stand for letters, or for nothing.
        let is_plain = !source.starts_with('"')
            || ["\\x", "\\u", "\\U", "\\\n", "\\\r"]
                .iter()
                .all(|escape| !source.contains(escape));
        Self {
            value,
            source,
            seen: 0,
            passed: 0,
            is_plain,
        }
    }

    /// Where a part of the value stands in the source: a part without white space and without
    /// anything that would be escaped, and not before the one that was asked for last. None if
    /// that cannot be said for certain.
    pub fn find(&mut self, part: Range<usize>) -> Option<Range<usize>> {
        if !self.is_plain {
            return None;
        }
        let text = &self.value[part.clone()];
        // The same text may stand before it: as often in the source as in the value.
        loop {
            let Some(in_source) = self.source[self.passed..].find(text) else {
                // What is written otherwise is not looked for again and again.
                self.is_plain = false;
                return None;
            };
            let in_source = self.passed + in_source;
            let in_value = self.seen + self.value[self.seen..].find(text)?;
            self.seen = in_value + text.len();
            self.passed = in_source + text.len();
            if in_value >= part.start {
                let is_it = in_value == part.start;
                return is_it.then_some(in_source..self.passed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of the last occurrence of a part, as the text from there on.
    fn rest<'s>(value: &'s str, source: &'s str, part: &str) -> Option<&'s str> {
        let start = value.rfind(part).expect("a part of the value");
        let found = Parts::new(value, source).find(start..start + part.len())?;
        Some(&source[found.start..])
    }

    #[test]
    fn parts_stand_behind_quotes_escapes_and_indentation() {
        let part = "web:80";
        for (value, source, expected) in [
            ("http://web:80", "http://web:80", "web:80"),
            ("http://web:80", "'http://web:80'", "web:80'"),
            ("it's web:80", "'it''s web:80'", "web:80'"),
            ("a\nweb:80", "\"a\\nweb:80\"", "web:80\""),
            ("\"web:80\"", "\"\\\"web:80\\\"\"", "web:80\\\"\""),
            ("a\nweb:80\n", "|\n  a\n  web:80\n", "web:80\n"),
            ("a web:80", "a\n  web:80", "web:80"),
            ("xweb:80 web:80", "xweb:80 web:80", "web:80"),
            ("web:80 web:80", "web:80\n    web:80", "web:80"),
        ] {
            assert_eq!(rest(value, source, part), Some(expected), "{source}");
        }
    }

    #[test]
    fn a_part_that_is_written_otherwise_has_no_place() {
        assert_eq!(rest("web:80", "\"\\x77eb:80\"", "web:80"), None);
        assert_eq!(rest("web:80", "\"web:\\\n  80\"", "web:80"), None);
        assert_eq!(rest("web:80", "*other", "web:80"), None);
    }

    #[test]
    fn parts_are_found_one_after_the_other() {
        let (value, source) = ("a:80,b:80,a:81", "'a:80,b:80,a:81'");
        let mut parts = Parts::new(value, source);
        assert_eq!(parts.find(0..1), Some(1..2));
        assert_eq!(parts.find(5..6), Some(6..7));
        assert_eq!(parts.find(10..11), Some(11..12));
    }
}
