//! Text that is filled in before the manifest is applied. What it will be is unknown: it matches
//! everything and is reported by nothing. So is text that was lost: the replacement character
//! stands for bytes that are none.

/// Words that stand in for a value, wherever they are.
const WORDS: [&str; 6] = [
    "REPLACE",
    "REDACTED",
    "CHANGEME",
    "CHANGE_ME",
    "CHANGE-ME",
    "***",
];

/// Whether a value is, or holds, a placeholder of one of the usual tools.
pub fn is_placeholder(text: &str) -> bool {
    has(text, SIGN) && is_placeholder_of_a_tool(text)
}

/// Whether a value has a character that everything has that stands for a value, by these or by
/// capitals. Most values have none: who has many to look through asks this first.
pub fn may_stand_for_another(text: &str) -> bool {
    has(text, SIGN | CAPITAL)
}

/// A byte of those of which every placeholder below has at least one: nearly every value has none,
/// and is looked at once.
const SIGN: u8 = 1;
const CAPITAL: u8 = 2;

/// What each byte is. A table, because every byte of many values is asked for.
static BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    loop {
        let is_sign = matches!(byte, b'{' | b'$' | b'@' | b'<' | b'%' | b'[' | b'_' | b'*');
        let is_of_word = matches!(byte, b'R' | b'C' | b'T');
        if is_sign || is_of_word || !byte.is_ascii() {
            table[byte as usize] |= SIGN;
        }
        if byte.is_ascii_uppercase() {
            table[byte as usize] |= CAPITAL;
        }
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

fn has(text: &str, what: u8) -> bool {
    let all = text
        .bytes()
        .fold(0, |all, byte| all | BYTES[usize::from(byte)]);
    all & what != 0
}

fn is_placeholder_of_a_tool(text: &str) -> bool {
    text.contains("{{")
        || text.contains("${")
        || text.contains("$(")
        || text.contains("@@")
        || WORDS.iter().any(|word| text.contains(word))
        || text.contains(char::REPLACEMENT_CHARACTER)
        || text.starts_with("ENC[")
        || is_bracketed(text)
        || has_shell_variable(text)
        || is_underscored(text)
        || has_between(text, ['{', '}'], is_path)
        || has_between(text, ['@', '@'], is_path)
        || has_between(text, ['%', '%'], |name| name.len() > 2 && is_variable(name))
        || is_square_bracketed(text)
        || text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "TODO")
}

/// The same where a name has to be, in which no capitals and no `_` may stand: `KSA_NAME`,
/// `db.MY_DOMAIN`, `FILLED BY THE OPERATOR`. One word alone, like `WEB`, is a name in capitals.
pub fn stands_for_name(text: &str) -> bool {
    let has_words = |part: &str| {
        let words: Vec<&str> = part
            .split(['_', ' '])
            .filter(|own| !own.is_empty())
            .collect();
        words.len() > 1 && words.iter().all(|word| is_variable(word)) && has_word(&words)
    };
    is_placeholder(text)
        || text.contains(['_', ' '])
            && text
                .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ' ')
                .any(has_words)
}

/// The same where a number has to be, or what no word can be: `PORT`, `NODE_PORT`.
pub fn stands_for_number(text: &str) -> bool {
    is_placeholder(text) || is_capitals(text)
}

/// The same where a port has to be, by its number or by its name, in which no capitals may stand:
/// `PORT`, `MY_PORT`. Other words alone are names in capitals.
pub fn stands_for_port(text: &str) -> bool {
    stands_for_name(text) || text.ends_with("PORT") && is_capitals(text)
}

/// Whether a value starts with a placeholder that YAML takes for something else: `%NAME%`,
/// `@NAME@`, or `{NAME}` with text behind it.
pub fn starts_with_placeholder(value: &str) -> bool {
    let inside = |open: char, close: char| {
        let rest = value.strip_prefix(open)?;
        rest.split_once(close).map(|(name, _)| name)
    };
    let is = |open, close| inside(open, close).is_some_and(is_path);
    is('{', '}') || is('@', '@') || is('%', '%') || value.starts_with("@@")
}

/// Words in capitals, of which one at least is no single letter.
pub fn is_capitals(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(['_', ' '])
        .filter(|own| !own.is_empty())
        .collect();
    words.iter().all(|word| is_variable(word)) && has_word(&words)
}

fn has_word(words: &[&str]) -> bool {
    let is_word =
        |word: &&str| word.len() > 1 && word.starts_with(|c: char| c.is_ascii_uppercase());
    words.iter().any(is_word)
}

/// `<your-name>`
fn is_bracketed(text: &str) -> bool {
    text.find('<')
        .is_some_and(|open| text[open..].contains('>'))
}

/// `[REDACTED]`, `[your domain]`
fn is_square_bracketed(text: &str) -> bool {
    let inside = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|words| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
        words.starts_with(char::is_alphabetic) && words.chars().all(is_part)
    })
}

/// `$NAME`, as `envsubst` fills it in, wherever it stands.
fn has_shell_variable(text: &str) -> bool {
    let mut behind = text.split('$').skip(1);
    behind.any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
}

/// `__NAME__`, for `sed`.
fn is_underscored(text: &str) -> bool {
    let name = text.strip_prefix("__");
    name.and_then(|name| name.strip_suffix("__"))
        .is_some_and(is_variable)
}

/// Whether a name stands between two signs.
fn has_between(text: &str, [open, close]: [char; 2], is_name: impl Fn(&str) -> bool) -> bool {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once(open) {
        match behind.split_once(close) {
            Some((name, _)) if is_name(name) => return true,
            Some(_) => rest = behind,
            None => return false,
        }
    }
    false
}

/// A name as templates have it: `name`, `self.path.k8s`.
fn is_path(name: &str) -> bool {
    let is_part = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-');
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.bytes().all(is_part)
}

fn is_variable(name: &str) -> bool {
    let is_letter = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
    !name.is_empty() && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_the_usual_tools() {
        for text in [
            "{{ .name }}",
            "${PORT}",
            "$(PORT)",
            "<name>",
            "@@x@@",
            "REPLACE_ME",
            "$PORT",
            "kafka.$DOMAIN",
            "$APP_NAME-svc",
            "__PORT__",
            "@NAME@",
            "%VERSION%",
            "{username}",
            "http://{self.path.k8s}/",
            "[REDACTED CABUNDLE]",
            "***",
            "CHANGEME",
            "TODO: the name",
            "ENC[AES256_GCM,data:x,type:str]",
            "caf\u{fffd}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "web",
            "8080",
            "",
            "a<b",
            "$",
            "$a",
            "/$1",
            "(.*)$",
            "WEB",
            "____",
            "__a__",
            "a@b.c",
            "%20",
            "/%E4%BD%A0",
            "{}",
            "a{2}",
            r#"{"a": 1}"#,
            "[::1]",
            "[]",
            "*",
            "TODOS",
            "[1,2]",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_passed_over_is_no_placeholder(
            text in r"(REPLACE|REDACTED|CHANGE_?ME|TODO|ENC|\PC|[A-Za-z{}$@<>%\[\]_*(). ]){0,8}",
        ) {
            assert_eq!(is_placeholder(&text), is_placeholder_of_a_tool(&text));
            let stands = is_placeholder(&text) || stands_for_name(&text) || stands_for_port(&text);
            assert!(may_stand_for_another(&text) || !stands, "{text}");
        }
    }

    #[test]
    fn capitals_stand_for_what_they_cannot_be() {
        for text in [
            "KSA_NAME",
            "db.MY_DOMAIN",
            "FILLED BY THE OPERATOR",
            "X_NAME-web",
        ] {
            assert!(stands_for_name(text), "{text}");
        }
        for text in [
            "WEB", "My_App", "MY-APP", "my_app", "web", "A_B", "1_2", "_", "",
        ] {
            assert!(!stands_for_name(text), "{text}");
        }
        for text in ["PORT", "NODE_PORT", "YOUR PORT", "P1", "${x}"] {
            assert!(stands_for_number(text), "{text}");
        }
        for text in ["PORT", "TARGETPORT", "MY_PORT", "${x}"] {
            assert!(stands_for_port(text), "{text}");
        }
        for text in ["HTTP", "http", "port", "80", ""] {
            assert!(!stands_for_port(text), "{text}");
        }
        for text in ["80", "http", "8O", "A", "", "0x50", "_"] {
            assert!(!stands_for_number(text), "{text}");
        }
    }

    #[test]
    fn a_value_that_yaml_cannot_read() {
        for text in ["%VERSION%", "@NAME@", "{PREFIX}.16", "@@x"] {
            assert!(starts_with_placeholder(text), "{text}");
        }
        for text in ["{a: 1}", "%", "@app", "{}", "web", "50%"] {
            assert!(!starts_with_placeholder(text), "{text}");
        }
    }
}
