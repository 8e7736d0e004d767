//! What standard output can show.

use std::io::{self, IsTerminal};
use svclint::report::{Color, Style, Terminal};

/// Its colours, links and width, as far as they are wanted.
pub(super) fn style(color: Color) -> Style {
    let out = io::stdout();
    let terminal = out.is_terminal().then(|| Terminal {
        width: terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0)),
        has_links: supports_hyperlinks::supports_hyperlinks(),
    });
    Style::detect(color, |name| std::env::var(name).ok(), terminal)
}
