//! What containers wait for before they end.

use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// What a container waits for before it is told to end (`lifecycle.preStop`).
#[derive(Clone, Debug)]
pub struct PreStop {
    /// The key `preStop`.
    pub span: Span,
    /// How long it sleeps, in seconds, if it can be told: by `sleep`, or by a command that does.
    pub sleep: Option<Spanned<i64>>,
    /// Whether the API server sees that it sleeps: `sleep` rather than a command.
    pub is_action: bool,
}

impl PreStop {
    pub(in crate::kinds) fn read(container: Cursor<'_>) -> Option<Box<Self>> {
        let hook = container.get("lifecycle")?.get("preStop")?;
        let action = hook.get("sleep").and_then(|sleep| sleep.get("seconds"));
        let command = hook.get("exec").and_then(|exec| exec.get("command"));
        let is_action = action.is_some();
        Some(Box::new(Self {
            span: hook.key_span(),
            sleep: match action {
                Some(seconds) => seconds.integer(),
                None => command.and_then(slept),
            },
            is_action,
        }))
    }
}

/// How long a command sleeps: `["sleep", "30"]`, or `sleep 30` in the words of a shell.
fn slept(command: Cursor<'_>) -> Option<Spanned<i64>> {
    let items: Vec<Cursor<'_>> = command.items().collect();
    let words = |item: &Cursor<'_>| item.text().to_owned();
    if let [program, seconds] = items[..]
        && is_sleep(program.text())
    {
        return Some(Spanned::new(seconds_of(seconds.text())?, seconds.span()));
    }
    let script = items.last().filter(|_| items.len() > 1)?;
    let text = words(script);
    let mut seconds = 0_i64;
    let mut is_found = false;
    for statement in text.split(['\n', ';', '&', '|']) {
        let mut parts = statement.split_whitespace();
        if parts.next().is_some_and(is_sleep) {
            seconds = seconds.saturating_add(seconds_of(parts.next()?)?);
            is_found = true;
        }
    }
    is_found.then(|| Spanned::new(seconds, script.span()))
}

fn is_sleep(program: &str) -> bool {
    matches!(program, "sleep" | "/bin/sleep" | "/usr/bin/sleep")
}

/// `30`, `30s` or `1m`, as `sleep` takes them.
fn seconds_of(text: &str) -> Option<i64> {
    let (digits, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(digits) => (digits, &text[digits.len()..]),
        None => (text, "s"),
    };
    let number: i64 = digits.parse().ok()?;
    let factor = match unit {
        "h" => 3600,
        "m" => 60,
        _ => 1,
    };
    number.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_sleep_takes() {
        for (text, expected) in [
            ("30", Some(30)),
            ("30s", Some(30)),
            ("2m", Some(120)),
            ("1h", Some(3600)),
            ("$DELAY", None),
            ("", None),
        ] {
            assert_eq!(seconds_of(text), expected, "{text}");
        }
    }
}
