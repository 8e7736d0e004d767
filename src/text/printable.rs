//! Text of strangers, as it may be shown: it cannot steer a terminal, pass for what svclint says,
//! give commands to a CI system that reads the log, or tell a password.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

/// A text as it may be shown anywhere: in one line, with escapes for what is not visible, and
/// [`masked`].
pub fn printable(text: &str) -> Cow<'_, str> {
    match masked(text) {
        Cow::Borrowed(text) => escaped(text),
        Cow::Owned(text) => Cow::Owned(escaped(&text).into_owned()),
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    let shows_itself = |(at, character)| {
        !is_invisible(character) && !is_logging_command(text, at) && !is_workflow_command(text, at)
    };
    if text.char_indices().all(shows_itself) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        if shows_itself((at, character)) {
            shown.push(character);
        } else {
            shown.push_str(&escape(character));
        }
    }
    Cow::Owned(shown)
}

/// What stands for a character that is not shown.
pub(crate) fn escape(character: char) -> String {
    match character {
        '\t' | '\n' | '\r' => character.escape_default().to_string(),
        _ => character.escape_unicode().to_string(),
    }
}

/// Whether a character is invisible, or changes how others are shown: controls and line separators
/// (Unicode's Cc, Zl, Zp), format characters (Cf), and what is ignored by default where it cannot
/// be shown (`Default_Ignorable_Code_Point`).
pub(crate) fn is_invisible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let after = INVISIBLE.partition_point(|(first, _)| *first <= character);
    let is_listed = |at: usize| INVISIBLE[at].1 >= character;
    character.is_control() || after.checked_sub(1).is_some_and(is_listed)
}

/// The first and the last of each range, in order.
const INVISIBLE: [(char, char); 25] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// The second `#` of `##[error]`, `##vso[...]` or `##teamcity[...]`. These count anywhere in a line
/// (actions/runner `ActionCommand.cs:TryParse`, azure-pipelines-agent `Command.cs:TryParse`).
pub(crate) fn is_logging_command(text: &str, at: usize) -> bool {
    /// Longer than any name of a CI system.
    const LONGEST: usize = 16;
    let Some(rest) = text[at..].strip_prefix('#') else {
        return false;
    };
    let name = rest.bytes().take(LONGEST);
    text[..at].ends_with('#')
        && rest
            .as_bytes()
            .get(name.take_while(u8::is_ascii_alphabetic).count())
            == Some(&b'[')
}

/// The first colon of `::error ...::`, which counts at the start of a line, be it indented
/// (actions/runner `ActionCommand.cs:TryParseV2`). A line may begin anywhere, as long words are
/// broken too, and what follows may come from another text.
fn is_workflow_command(text: &str, at: usize) -> bool {
    let Some(rest) = text[at..].strip_prefix("::") else {
        return false;
    };
    let is_of_name = |c: char| c.is_ascii_alphabetic() || c == '-';
    let name = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
    WORKFLOW_COMMANDS
        .iter()
        .any(|command| command.eq_ignore_ascii_case(name))
}

/// The commands that a runner knows: it takes no others for one (actions/runner
/// `ActionCommandManager.cs`, `IActionCommandExtension`).
const WORKFLOW_COMMANDS: [&str; 16] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// A text in which the user information of addresses (`https://name:password@host`) is masked.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut infos = user_infos(text).peekable();
    if infos.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for info in infos {
        let _ = write!(shown, "{}{MASK}", &text[end..info.start]);
        end = info.end;
    }
    shown.push_str(&text[end..]);
    Cow::Owned(shown)
}

/// What stands for user information.
pub(crate) const MASK: &str = "***";

/// Where the user information of addresses stands in a text: what is between `://` and the last `@`
/// before a path (RFC 3986, 3.2.1). The slashes may be escaped, as JSON may have them, and Go's
/// `path.Clean` leaves one of them.
pub(crate) fn user_infos(text: &str) -> impl Iterator<Item = Range<usize>> {
    /// Longer than any name and password.
    const LONGEST: usize = 4096;
    text.match_indices(':').filter_map(|(at, _)| {
        let scheme = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let behind = text[at + 1..].trim_start_matches(['/', '\\']);
        let start = text.len() - behind.len();
        if !scheme || !text[at + 1..start].contains('/') {
            return None;
        }
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>\\".contains(byte);
        let authority = text[start..].bytes().take(LONGEST);
        let authority = authority.take_while(|byte| !ends(byte));
        let length = authority.enumerate().filter(|(_, byte)| *byte == b'@');
        let end = start + length.last()?.0;
        (end > start).then_some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_visible_is_shown_as_an_escape() {
        assert_eq!(printable("plain é"), "plain é");
        assert_eq!(printable("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(printable("\u{202e}x\u{2066}"), "\\u{202e}x\\u{2066}");
        // A soft hyphen, a filler, a variation selector, a tag.
        for hidden in ['\u{ad}', '\u{3164}', '\u{fe0f}', '\u{e0041}', '\u{9b}'] {
            let shown = printable(&format!("a{hidden}b")).into_owned();
            assert_eq!(shown, format!("a\\u{{{:x}}}b", u32::from(hidden)));
        }
    }

    /// The table is that of Unicode.
    #[test]
    fn every_format_character_is_invisible() {
        let classes = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]";
        let unicode = regex::Regex::new(classes).expect("the classes are known");
        for character in '\0'..=char::MAX {
            let expected = unicode.is_match(character.encode_utf8(&mut [0; 4]));
            let code = u32::from(character);
            assert_eq!(is_invisible(character), expected, "U+{code:04X}");
        }
    }

    #[test]
    fn no_text_is_a_command() {
        for (text, shown) in [
            ("a ##[error]b", r"a #\u{23}[error]b"),
            ("##vso[task.setvariable]", r"#\u{23}vso[task.setvariable]"),
            ("###teamcity[x", r"##\u{23}teamcity[x"),
            ("::error file=x::y", r"\u{3a}:error file=x::y"),
            ("a\t::set-output::", r"a\t\u{3a}:set-output::"),
            ("a/::Error title", r"a/\u{3a}:Error title"),
            ("::add-mask", r"\u{3a}:add-mask"),
        ] {
            assert_eq!(printable(text), shown, "{text}");
        }
        for text in [
            "## [x]",
            "##",
            "# a[",
            "::1",
            "fe80::1",
            "`::`",
            "::ffff:10.0.0.1",
            "std::errors",
        ] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn user_information_is_masked() {
        for (text, shown) in [
            ("http://a:b@web:80/x@y", "http://***@web:80/x@y"),
            ("amqp://a:p@ss@mq", "amqp://***@mq"),
            (
                "x=https://token@h y=ftp://u@h",
                "x=https://***@h y=ftp://***@h",
            ),
            (r"https:\/\/a:b@web", r"https:\/\/***@web"),
            ("https:/a:b@web/x", "https:/***@web/x"),
            ("http://web/a@b", "http://web/a@b"),
            ("http://@web", "http://@web"),
            ("a@b ://", "a@b ://"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
