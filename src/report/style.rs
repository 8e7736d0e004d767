//! What the terminal can show. Decided once by the caller; no format looks at the environment.

use crate::diagnostic::Severity;
use std::ops::RangeInclusive;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// When standard output is a terminal that wants it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How the format for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Whether to draw with more than ASCII.
    pub unicode: bool,
    /// Whether paths lead to their files.
    pub links: bool,
    /// The number of columns.
    pub width: usize,
}

/// The width of what is no terminal, or does not say.
const WIDTH: usize = 80;

/// In less there is no room for an excerpt; more makes sentences hard to read.
const USABLE: RangeInclusive<usize> = 40..=120;

/// A terminal that standard output goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// The number of its columns, if it says.
    pub width: Option<usize>,
    /// Whether it is known to show hyperlinks.
    pub has_links: bool,
}

impl Style {
    /// What every file can hold.
    pub const PLAIN: Self = Self {
        color: false,
        unicode: false,
        links: false,
        width: WIDTH,
    };

    /// Decides by the environment, and by the terminal if there is one.
    pub fn detect(
        color: Color,
        environment: impl Fn(&str) -> Option<String>,
        terminal: Option<Terminal>,
    ) -> Self {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let links = has_links(color, &set, terminal);
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR").is_some() => false,
            Color::Auto if forced(&set) => true,
            Color::Auto => terminal.is_some() && set("TERM").is_none_or(|term| term != "dumb"),
        };
        Self {
            color,
            unicode: is_unicode(&set),
            links,
            width: terminal
                .and_then(|terminal| terminal.width)
                .unwrap_or(WIDTH)
                .clamp(*USABLE.start(), *USABLE.end()),
        }
    }

    /// A text in the colour of a severity.
    pub(super) fn by(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Info => 36,
        };
        if self.color {
            format!("\u{1b}[1;{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Whether to link. Through a remote shell a path would lead to a file of another machine.
fn has_links(
    color: Color,
    set: &impl Fn(&str) -> Option<String>,
    terminal: Option<Terminal>,
) -> bool {
    match set("FORCE_HYPERLINK") {
        Some(wish) => wish != "0",
        None => {
            color != Color::Never
                && set("SSH_CONNECTION").is_none()
                && terminal.is_some_and(|terminal| terminal.has_links)
        }
    }
}

fn forced(set: &impl Fn(&str) -> Option<String>) -> bool {
    let names = ["CLICOLOR_FORCE", "FORCE_COLOR"];
    names
        .iter()
        .filter_map(|name| set(name))
        .any(|it| it != "0")
}

/// Whether the locale's character set is UTF-8. The first of these variables decides, as in POSIX.
fn is_unicode(set: &impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|it| set(it));
    match locale {
        Some(locale) => {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        // Windows knows no such variables, and its terminals show Unicode.
        None => cfg!(windows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(color: Color, variables: &[(&str, &str)], width: Option<usize>) -> Style {
        let terminal = width.map(|width| Terminal {
            width: Some(width),
            has_links: true,
        });
        let get = |name: &str| {
            let mut all = variables.iter();
            all.find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Style::detect(color, get, terminal)
    }

    #[test]
    fn flags_then_variables_then_the_terminal_decide_about_colour() {
        let color = |flag, variables: &[_], terminal| detect(flag, variables, terminal).color;
        let no = ("NO_COLOR", "1");
        let force = ("CLICOLOR_FORCE", "1");
        assert!(color(Color::Always, &[no], None));
        assert!(!color(Color::Never, &[force], Some(80)));
        assert!(!color(Color::Auto, &[no, force], Some(80)));
        assert!(color(Color::Auto, &[("NO_COLOR", "")], Some(80)));
        assert!(color(Color::Auto, &[force], None));
        assert!(!color(Color::Auto, &[("FORCE_COLOR", "0")], None));
        assert!(!color(Color::Auto, &[], None));
        assert!(!color(Color::Auto, &[("TERM", "dumb")], Some(80)));
    }

    #[test]
    fn links_are_for_terminals_on_this_machine() {
        let links = |flag, variables: &[_], terminal| detect(flag, variables, terminal).links;
        assert!(links(Color::Auto, &[], Some(80)));
        assert!(!links(Color::Auto, &[], None));
        assert!(!links(Color::Never, &[], Some(80)));
        assert!(links(Color::Auto, &[("NO_COLOR", "1")], Some(80)));
        assert!(!links(Color::Auto, &[("SSH_CONNECTION", "::1")], Some(80)));
        assert!(links(Color::Never, &[("FORCE_HYPERLINK", "1")], None));
        assert!(!links(Color::Auto, &[("FORCE_HYPERLINK", "0")], Some(80)));
        assert!(!links(Color::Auto, &[("FORCE_HYPERLINK", "")], None));
    }

    #[test]
    fn the_locale_decides_about_unicode() {
        let unicode = |variables: &[_]| detect(Color::Auto, variables, None).unicode;
        assert!(unicode(&[("LANG", "de_DE.UTF-8")]));
        assert!(unicode(&[("LC_ALL", ""), ("LANG", "C.utf8")]));
        assert!(!unicode(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]));
        assert_eq!(unicode(&[]), cfg!(windows));
    }

    #[test]
    fn lines_are_neither_too_short_nor_too_long_to_read() {
        let width = |terminal| detect(Color::Auto, &[], terminal).width;
        assert_eq!((width(None), width(Some(60))), (80, 60));
        assert_eq!((width(Some(0)), width(Some(300))), (40, 120));
    }
}
