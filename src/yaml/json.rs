//! JSON into the same [`Tree`]: kubectl hands a stream that starts with `{` to `encoding/json`,
//! which allows what YAML does not (tabs as indentation, several values in a row) and less of the
//! rest. Strings become double-quoted scalars, everything else plain ones: each JSON number and
//! word means the same to YAML.

use super::scalar;
use super::syntax::SyntaxError;
use super::tree::{Form, Tree};

/// The byte behind the value that starts at `at`, white space before it allowed.
///
/// # Errors
/// When it is no JSON.
pub(super) fn skip(text: &str, at: usize, most_depth: usize) -> Result<usize, SyntaxError> {
    Parser::new(text, at, most_depth, None).value()
}

/// Adds the value that starts at `at` to the tree, and returns the byte behind it.
///
/// # Errors
/// When it is no JSON. The tree then holds what came before.
pub(super) fn parse(
    tree: &mut Tree<'_>,
    at: usize,
    most_depth: usize,
) -> Result<usize, SyntaxError> {
    Parser::new(tree.text(), at, most_depth, Some(tree)).value()
}

struct Parser<'p, 's> {
    text: &'s str,
    at: usize,
    /// The open objects and lists, innermost last.
    open: Vec<Bracket>,
    most_depth: usize,
    /// Where the nodes go, unless only the end of the value is wanted.
    tree: Option<&'p mut Tree<'s>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Object,
    List,
}

impl Bracket {
    fn form(self) -> Form {
        match self {
            Self::Object => Form::FlowMap,
            Self::List => Form::FlowSeq,
        }
    }

    fn end(self) -> u8 {
        match self {
            Self::Object => b'}',
            Self::List => b']',
        }
    }
}

impl<'p, 's> Parser<'p, 's> {
    fn new(text: &'s str, at: usize, most_depth: usize, tree: Option<&'p mut Tree<'s>>) -> Self {
        Self {
            text,
            at,
            open: Vec::new(),
            most_depth,
            tree,
        }
    }

    /// Reads one value with everything in it. It keeps its own stack: the depth of a text is not
    /// the depth of this program.
    fn value(&mut self) -> Result<usize, SyntaxError> {
        loop {
            let opens = match self.next() {
                Some(b'{') => Some(Bracket::Object),
                Some(b'[') => Some(Bracket::List),
                _ => None,
            };
            match (opens, self.next()) {
                (Some(bracket), _) => self.open(bracket)?,
                (None, Some(b'"')) => self.string()?,
                (None, Some(b'-' | b'0'..=b'9')) => self.number()?,
                _ => self.word()?,
            }
            if !self.next_value(opens.is_some())? {
                return Ok(self.at);
            }
        }
    }

    /// Moves on to where the next value starts; the `first` one in brackets needs no comma. False
    /// when the outermost value is complete.
    fn next_value(&mut self, mut first: bool) -> Result<bool, SyntaxError> {
        loop {
            let Some(&bracket) = self.open.last() else {
                return Ok(false);
            };
            match self.next() {
                Some(c) if c == bracket.end() => {
                    self.at += 1;
                    self.open.pop();
                    let end = self.at as u32;
                    if let Some(tree) = &mut self.tree {
                        tree.close(Some(end));
                    }
                    first = false;
                }
                Some(b',') if !first => {
                    self.at += 1;
                    return self.key(bracket).map(|()| true);
                }
                _ if first => return self.key(bracket).map(|()| true),
                _ => return Err(self.unexpected(&format!("`,` or `{}`", bracket.end() as char))),
            }
        }
    }

    /// In an object, the key and its colon.
    fn key(&mut self, bracket: Bracket) -> Result<(), SyntaxError> {
        if bracket == Bracket::List {
            return Ok(());
        }
        if self.next() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        self.string()?;
        if self.next() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        Ok(())
    }

    fn open(&mut self, bracket: Bracket) -> Result<(), SyntaxError> {
        let start = self.at as u32;
        if self.open.len() == self.most_depth {
            return Err(SyntaxError::too_deep(start..start + 1));
        }
        self.at += 1;
        self.open.push(bracket);
        if let Some(tree) = &mut self.tree {
            tree.open(bracket.form(), start);
        }
        Ok(())
    }

    /// The first byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let space = |c: &&u8| matches!(c, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().take_while(space).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn string(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        let mut at = start + 1;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(0x20..) => at += 1,
                Some(_) => {
                    let range = at as u32..at as u32 + 1;
                    let message = "a JSON string cannot hold a line break or control character";
                    return Err(SyntaxError::new(range, message));
                }
                None => {
                    let range = start as u32..start as u32 + 1;
                    return Err(SyntaxError::new(range, "this string is never closed"));
                }
            }
        }
        let content = start as u32 + 1..at as u32;
        self.at = at + 1;
        let decoded = escaped.then(|| self.unescape(start + 1, at)).transpose()?;
        if let Some(tree) = &mut self.tree {
            let range = start as u32..at as u32 + 1;
            match decoded {
                Some(text) => {
                    tree.push_decoded(Form::DoubleQuoted, range, |value| value.push_str(&text))
                }
                None => tree.push_scalar(Form::DoubleQuoted, range, content),
            };
        }
        Ok(())
    }

    /// The text between two quotes with its escapes replaced.
    fn unescape(&self, mut at: usize, end: usize) -> Result<String, SyntaxError> {
        let mut decoded = String::with_capacity(end - at);
        while let Some(length) = self.text[at..end].find('\\') {
            decoded.push_str(&self.text[at..at + length]);
            at += length;
            let (c, length) = escape(&self.text[at..end]).ok_or_else(|| {
                let escaped = self.text[at + 1..].chars().next().map_or(0, char::len_utf8);
                let range = at as u32..(at + 1 + escaped) as u32;
                SyntaxError::new(range, "JSON knows no such escape")
            })?;
            decoded.push(c);
            at += length;
        }
        decoded.push_str(&self.text[at..end]);
        Ok(decoded)
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        let rest = &self.text[self.at..];
        let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let length = rest.find(|c| !numeric(c)).unwrap_or(rest.len());
        let number = &rest[..length];
        let range = self.at as u32..(self.at + length) as u32;
        if number == "-" || number.starts_with("--") {
            return Err(self.unexpected("a JSON value"));
        }
        if !is_number(number) {
            return Err(SyntaxError::new(
                range,
                format!("`{number}` is no JSON number"),
            ));
        }
        // YAML would take it for a string.
        if number.parse().is_ok_and(f64::is_infinite) {
            return Err(SyntaxError::new(
                range,
                format!("`{number}` is too large for JSON"),
            ));
        }
        self.plain(length);
        Ok(())
    }

    fn word(&mut self) -> Result<(), SyntaxError> {
        let rest = &self.text[self.at..];
        let words = ["true", "false", "null"];
        let Some(word) = words.into_iter().find(|word| rest.starts_with(word)) else {
            return Err(self.unexpected("a JSON value"));
        };
        self.plain(word.len());
        Ok(())
    }

    fn plain(&mut self, length: usize) {
        let range = self.at as u32..(self.at + length) as u32;
        self.at += length;
        if let Some(tree) = &mut self.tree {
            tree.push_scalar(Form::Plain, range.clone(), range);
        }
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let start = self.at as u32;
        match self.text[self.at..].chars().next() {
            Some(c) => SyntaxError::new(
                start..start + c.len_utf8() as u32,
                format!("expected {expected}, found `{c}`"),
            ),
            None => SyntaxError::new(
                start..start,
                format!("expected {expected}, found the end of the text"),
            ),
        }
    }
}

/// The character that the escape at the start of a text stands for, and its length.
fn escape(text: &str) -> Option<(char, usize)> {
    let simple = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(text),
        _ => return None,
    };
    Some((simple, 2))
}

/// `\u` with four digits, or two of them for one character; half of such a pair is U+FFFD.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        let hexadecimal = digits.bytes().all(|c| c.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)
    };
    let first = unit(0)?;
    let units = [first, unit(6).unwrap_or_default()];
    match char::decode_utf16(units).next()? {
        Ok(c) => Some((c, 6 * c.len_utf16())),
        Err(_) => Some((char::REPLACEMENT_CHARACTER, 6)),
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, which is less than what YAML takes for one.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = matches!(
        unsigned.as_bytes(),
        [b'1'..=b'9', ..] | [b'0'] | [b'0', b'.' | b'e' | b'E', ..]
    );
    let has_places = |(_, places): (&str, &str)| places.starts_with(|c: char| c.is_ascii_digit());
    whole && text.split_once('.').is_none_or(has_places) && scalar::is_float(text.as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::yaml::scalar;
    use std::ops::Range;

    fn parsed(text: &str) -> Tree<'_> {
        let mut tree = Tree::new(text);
        let end = parse(&mut tree, 0, 10).unwrap();
        assert_eq!(end, skip(text, 0, 10).unwrap());
        tree
    }

    fn refused(text: &str) -> (Range<u32>, String) {
        let error = parse(&mut Tree::new(text), 0, 10).unwrap_err();
        assert_eq!(skip(text, 0, 10).unwrap_err(), error);
        assert!(
            text.get(error.range.start as usize..error.range.end as usize)
                .is_some()
        );
        (error.range, error.message)
    }

    #[test]
    fn spans_are_exact() {
        let text = " {\n\t\"a\": [1, -2.5e3, \"\"],\n\t\"ä\\n\": {\"b\" : true}, \"c\":null\n}  ";
        let tree = parsed(text);
        let describe = |id| {
            let range = tree.range(id);
            let written = &text[range.start as usize..range.end as usize];
            match tree.form(id) {
                form @ (Form::FlowMap | Form::FlowSeq) => format!("{form:?} {written}"),
                form => format!("{form:?} {written} {:?}", tree.scalar(id)),
            }
        };
        let found: Vec<_> = tree.ids().map(describe).collect();
        assert_eq!(
            found,
            [
                format!("FlowMap {}", text.trim()).as_str(),
                "DoubleQuoted \"a\" \"a\"",
                "FlowSeq [1, -2.5e3, \"\"]",
                "Plain 1 \"1\"",
                "Plain -2.5e3 \"-2.5e3\"",
                "DoubleQuoted \"\" \"\"",
                "DoubleQuoted \"ä\\n\" \"ä\\n\"",
                "FlowMap {\"b\" : true}",
                "DoubleQuoted \"b\" \"b\"",
                "Plain true \"true\"",
                "DoubleQuoted \"c\" \"c\"",
                "Plain null \"null\"",
            ]
        );
    }

    #[test]
    fn repeated_keys_stay() {
        let tree = parsed(r#"{"a":1,"a":2,"<<":{}}"#);
        assert_eq!(tree.pairs(tree.root().unwrap()).count(), 3);
        assert_eq!(tree.irregular_maps().len(), 1);
    }

    #[test]
    fn escapes_are_those_of_json() {
        let tree = parsed(r#""\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\ud83d!\ude00""#);
        let decoded = "\"\\/\u{8}\u{c}\n\r\tä😀\u{fffd}!\u{fffd}";
        assert_eq!(tree.scalar(tree.root().unwrap()), decoded);
        assert_eq!(
            refused(r#""a\xb""#),
            (2..4, "JSON knows no such escape".to_owned())
        );
        assert_eq!(refused(r#""\ä""#).0, 1..4);
        assert_eq!(refused(r#""\u12g4""#).0, 1..3);
    }

    #[test]
    fn numbers_are_those_of_json_and_mean_the_same_to_yaml() {
        for number in [
            "0",
            "-0",
            "10",
            "0.5",
            "1e3",
            "0e1",
            "1.5E-7",
            "123456789012345678901",
        ] {
            let tree = parsed(number);
            let text = tree.scalar(tree.root().unwrap());
            assert!(
                !matches!(scalar::resolve(text), scalar::Scalar::Str(_)),
                "{number}"
            );
        }
        for wrong in [
            "01", "+1", ".5", "1.", "1.e3", "-", "1e", "1_000", "0x10", "1e400",
        ] {
            let end = skip(wrong, 0, 10).unwrap_or_default();
            assert_ne!(end, wrong.len(), "{wrong}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        let cases = [
            (
                "{\"a\":1,}",
                7..8,
                "expected a key in double quotes, found `}`",
            ),
            ("{a: 1}", 1..2, "expected a key in double quotes, found `a`"),
            ("{\"a\" 1}", 5..6, "expected `:`, found `1`"),
            ("[1 2]", 3..4, "expected `,` or `]`, found `2`"),
            ("[1,]", 3..4, "expected a JSON value, found `]`"),
            (
                "{\"a\":1",
                6..6,
                "expected `,` or `}`, found the end of the text",
            ),
            (
                "{\"a\":",
                5..5,
                "expected a JSON value, found the end of the text",
            ),
            (
                "[\"a\n\"]",
                3..4,
                "a JSON string cannot hold a line break or control character",
            ),
            ("[\"a]", 1..2, "this string is never closed"),
            ("[é]", 1..3, "expected a JSON value, found `é`"),
            (
                "[[[[[[[[[[[",
                10..11,
                "document nests deeper than 1000 levels",
            ),
        ];
        for (text, range, message) in cases {
            assert_eq!(refused(text), (range, message.to_owned()), "{text}");
        }
    }
}
