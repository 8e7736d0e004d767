//! The value of a scalar that is not written down as it is: with escapes, or over several lines.

/// How the lines of a scalar are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
}

/// Appends the value of a plain or quoted scalar; `raw` is its text without quotes.
///
/// Lines are folded: a line break is a space, each further one a line break, and white space
/// around them does not count (`scannerc.go:yaml_parser_scan_flow_scalar`).
pub(super) fn fold(raw: &str, style: Style, value: &mut String) {
    let mut rest = raw;
    let mut is_first = true;
    // The line breaks since the last line with text.
    let mut breaks = Breaks::default();
    let mut is_escaped = false;
    loop {
        let end = next_break(rest);
        let mut text = &rest[..end.at];
        if !is_first {
            text = text.trim_start_matches(BLANKS);
        }
        if end.length > 0 {
            text = without_trailing_blanks(text, style);
        }
        if is_first || end.length == 0 || !text.is_empty() {
            breaks.write(value);
            match style {
                Style::Plain => value.push_str(text),
                Style::SingleQuoted => value.push_str(&text.replace("''", "'")),
                Style::DoubleQuoted => is_escaped = unescape(text, value),
            }
        }
        if end.length == 0 {
            return;
        }
        if std::mem::take(&mut is_escaped) {
            breaks.has_first = true;
        } else {
            breaks.add(end.as_read);
        }
        rest = &rest[end.at + end.length..];
        is_first = false;
    }
}

/// Line breaks in a row, as go-yaml keeps them.
#[derive(Default)]
struct Breaks {
    /// Whether the first of them has been met: it may be none, when it is escaped.
    has_first: bool,
    first: Option<char>,
    others: String,
}

impl Breaks {
    fn add(&mut self, c: char) {
        if self.has_first {
            self.others.push(c);
        } else {
            self.first = Some(c);
            self.has_first = true;
        }
    }

    /// Appends what they stand for.
    fn write(&mut self, value: &mut String) {
        match self.first.take() {
            Some('\n') if self.others.is_empty() => value.push(' '),
            Some('\n') | None => {}
            Some(separator) => value.push(separator),
        }
        value.push_str(&self.others);
        self.others.clear();
        self.has_first = false;
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Where a line ends.
pub(super) struct LineEnd {
    pub(super) at: usize,
    /// The bytes of the line break; none at the end of the text.
    pub(super) length: usize,
    /// What go-yaml makes of it (`scannerc.go:read_line`).
    pub(super) as_read: char,
}

/// The end of the first line of a text: line feeds, carriage returns and both together end it, and
/// so do the line breaks that only YAML 1.1 has.
pub(super) fn next_break(text: &str) -> LineEnd {
    let at = text.find(is_break).unwrap_or(text.len());
    let rest = &text[at..];
    let (length, as_read) = match rest.chars().next() {
        None => (0, '\n'),
        Some('\r') if rest[1..].starts_with('\n') => (2, '\n'),
        Some(c @ (LINE_SEPARATOR | PARAGRAPH_SEPARATOR)) => (c.len_utf8(), c),
        Some(c) => (c.len_utf8(), '\n'),
    };
    LineEnd {
        at,
        length,
        as_read,
    }
}

const NEXT_LINE: char = '\u{85}';
const LINE_SEPARATOR: char = '\u{2028}';
const PARAGRAPH_SEPARATOR: char = '\u{2029}';

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r') || is_old_break(c)
}

fn is_old_break(c: char) -> bool {
    matches!(c, NEXT_LINE | LINE_SEPARATOR | PARAGRAPH_SEPARATOR)
}

/// The line breaks that YAML 1.1 has and YAML 1.2 has not, in the order of the text: where, and
/// their lengths.
pub(super) fn line_breaks_of_old(text: &str) -> Vec<(usize, usize)> {
    let candidates = memchr::memchr2_iter(0xc2, 0xe2, text.as_bytes());
    let found = candidates.filter_map(|at| {
        let c = text.get(at..)?.chars().next()?;
        is_old_break(c).then_some((at, c.len_utf8()))
    });
    found.collect()
}

fn without_trailing_blanks(text: &str, style: Style) -> &str {
    let trimmed = text.trim_end_matches(BLANKS);
    let backslashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    if style == Style::DoubleQuoted && backslashes % 2 == 1 && trimmed.len() < text.len() {
        // The first blank is escaped.
        return &text[..=trimmed.len()];
    }
    trimmed
}

/// Appends a line of a double-quoted scalar. True if its end is escaped.
fn unescape(mut text: &str, value: &mut String) -> bool {
    while let Some(at) = memchr::memchr(b'\\', text.as_bytes()) {
        value.push_str(&text[..at]);
        let Some(kind) = text[at + 1..].chars().next() else {
            return true;
        };
        text = &text[at + 1 + kind.len_utf8()..];
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => {
                value.push(simple_escape(kind));
                continue;
            }
        };
        let code = text.get(..digits).unwrap_or_default();
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        value.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        text = &text[code.len()..];
    }
    value.push_str(text);
    false
}

fn simple_escape(kind: char) -> char {
    match kind {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    }
}

/// The value of a literal or folded scalar, line by line.
pub(super) struct Block {
    folds: bool,
    value: String,
    /// Whether there has been a line with text, and whether the last one starts with a blank.
    has_text: bool,
    is_indented: bool,
    /// Blank lines since then.
    blank_lines: usize,
}

impl Block {
    /// A value to begin with; the memory of another one can be used again.
    pub(super) fn new(folds: bool, mut value: String) -> Self {
        value.clear();
        Self {
            folds,
            value,
            has_text: false,
            is_indented: false,
            blank_lines: 0,
        }
    }

    pub(super) fn blank_line(&mut self) {
        self.blank_lines += 1;
    }

    /// Adds a line that is not blank, without its indentation.
    pub(super) fn line(&mut self, text: &str) {
        let is_indented = text.starts_with(BLANKS);
        if self.has_text {
            if !self.folds || self.is_indented || is_indented {
                self.value.push('\n');
            } else if self.blank_lines == 0 {
                self.value.push(' ');
            }
        }
        self.push_blank_lines();
        self.value.push_str(text);
        self.has_text = true;
        self.is_indented = is_indented;
    }

    /// The value; the chomping indicator is what stands behind `|` or `>`.
    pub(super) fn finish(mut self, chomping: u8) -> String {
        if chomping != b'-' && self.has_text {
            self.value.push('\n');
        }
        if chomping == b'+' {
            self.push_blank_lines();
        }
        self.value
    }

    fn push_blank_lines(&mut self) {
        let breaks = std::iter::repeat_n('\n', self.blank_lines);
        self.value.extend(breaks);
        self.blank_lines = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(raw: &str, style: Style) -> String {
        let mut value = String::new();
        fold(raw, style, &mut value);
        value
    }

    #[test]
    fn lines_are_folded() {
        use Style::Plain;
        assert_eq!(folded("a b", Plain), "a b");
        assert_eq!(folded("a \t\n  b", Plain), "a b");
        assert_eq!(folded("a\r\n\r\n \n b\rc", Plain), "a\n\nb c");
        assert_eq!(folded("\n a\n ", Style::SingleQuoted), " a ");
        assert_eq!(folded(" \n \n ", Style::SingleQuoted), "\n");
        assert_eq!(folded(" a ", Style::DoubleQuoted), " a ");
    }

    fn block(folds: bool, lines: &[&str], chomping: u8) -> String {
        let mut block = Block::new(folds, "used before".to_owned());
        for line in lines {
            if line.is_empty() {
                block.blank_line();
            } else {
                block.line(line);
            }
        }
        block.finish(chomping)
    }

    #[test]
    fn literal_lines_stay_and_folded_ones_are_joined() {
        let lines = ["", "a", "b", "", "c", " d", "e", "", ""];
        assert_eq!(block(false, &lines, b'\n'), "\na\nb\n\nc\n d\ne\n");
        assert_eq!(block(true, &lines, b'\n'), "\na b\nc\n d\ne\n");
        assert_eq!(block(true, &lines, b'-'), "\na b\nc\n d\ne");
        assert_eq!(block(false, &lines, b'+'), "\na\nb\n\nc\n d\ne\n\n\n");
        assert_eq!(block(true, &["a", "", " b", "", "c"], b'-'), "a\n\n b\n\nc");
    }

    #[test]
    fn quotes_are_doubled_in_single_quotes() {
        assert_eq!(folded("it''s ''''", Style::SingleQuoted), "it's ''");
        assert_eq!(folded(r"a\n", Style::SingleQuoted), r"a\n");
    }

    #[test]
    fn escapes_are_replaced_in_double_quotes() {
        let double = |raw| folded(raw, Style::DoubleQuoted);
        assert_eq!(
            double(r#"\"a\\\'\t\x41\u00e4\U0001F600\/\ "#),
            "\"a\\'\tAä😀/ "
        );
        assert_eq!(
            double("\\0\\a\\b\\n\\v\\f\\r\\e\\N\\_\\L\\P"),
            "\0\u{7}\u{8}\n\u{b}\u{c}\r\u{1b}\u{85}\u{a0}\u{2028}\u{2029}"
        );
        assert_eq!(double("a\\ \n b"), "a  b");
        assert_eq!(double("a \\\n   b"), "a b");
        assert_eq!(double("a\\\n\n  b"), "a\nb");
        assert_eq!(double("a\\\\\n  b"), "a\\ b");
        assert_eq!(double("a\\t \n b"), "a\t b");
        assert_eq!(double("a\\\n  \\  b"), "a  b");
    }
}
