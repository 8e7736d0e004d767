//! The paths of the traffic as pictures, for people and for programs.

mod d2;
mod dot;
mod html;
mod json;
mod layout;
mod mermaid;
mod page_data;
mod schema;
mod selection;
mod words;

pub use d2::graph_d2;
pub use dot::graph_dot;
pub use html::graph_html;
pub use json::graph_json;
pub use mermaid::graph_mermaid;
pub use schema::graph_schema;

use super::counted;
use crate::trace::{PathState, Paths};
use std::io;

/// Says how many paths are in which state.
///
/// # Errors
/// When the writer fails.
pub fn graph_summary(paths: &Paths, out: &mut dyn io::Write) -> io::Result<()> {
    let count = |state| paths.all.iter().filter(|own| own.state == state).count();
    let counts = PathState::ALL.map(|state| (count(state), state.as_str()));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let all = counted(paths.all.len(), "path");
    match counts.as_slice() {
        [] => writeln!(out, "no Service in the input"),
        counts => writeln!(out, "{all}: {}", counts.join(", ")),
    }
}
