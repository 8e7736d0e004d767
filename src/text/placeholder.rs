//! Text that is filled in before the manifest is applied. What it will be is unknown: it matches
//! everything and is reported by nothing. So is text that was lost: the replacement character
//! stands for bytes that are none.

/// Whether a value is, or holds, a placeholder of one of the usual tools.
pub fn is_placeholder(text: &str) -> bool {
    text.contains("{{")
        || text.contains("${")
        || text.contains("$(")
        || text.contains("@@")
        || text.contains("REPLACE")
        || text.contains(char::REPLACEMENT_CHARACTER)
        || is_bracketed(text)
        || is_shell_variable(text)
        || is_underscored(text)
}

/// `<your-name>`
fn is_bracketed(text: &str) -> bool {
    text.find('<')
        .is_some_and(|open| text[open..].contains('>'))
}

/// `$NAME`, as `envsubst` fills it in.
fn is_shell_variable(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_variable)
}

/// `__NAME__`, for `sed`.
fn is_underscored(text: &str) -> bool {
    let name = text.strip_prefix("__");
    name.and_then(|name| name.strip_suffix("__"))
        .is_some_and(is_variable)
}

fn is_variable(name: &str) -> bool {
    let is_letter = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
    !name.is_empty() && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

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
            "__PORT__",
            "caf\u{fffd}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["web", "8080", "", "a<b", "$", "$a", "WEB", "____", "__a__"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
