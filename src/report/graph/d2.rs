//! The language of D2.

use super::words::{colour, label, lines};
use crate::trace::{Graph, NodeRole, Path, PathState};
use std::io;

/// Writes paths as a diagram.
///
/// # Errors
/// When the writer fails.
pub fn graph_d2(paths: &[Path], out: &mut dyn io::Write) -> io::Result<()> {
    let graph = Graph::of(paths);
    writeln!(out, "direction: right")?;
    for (at, node) in graph.nodes.iter().enumerate() {
        let shape = match node.role {
            NodeRole::Parent | NodeRole::Entry => "oval",
            NodeRole::Service => "rectangle",
            NodeRole::Workload => "package",
            NodeRole::End => "text",
        };
        let (text, look) = (quoted(&lines(node)), look(node.state));
        writeln!(out, "n{at}: {text} {{shape: {shape}{look}}}")?;
    }
    for edge in &graph.edges {
        let (from, to, look) = (edge.from, edge.to, look(edge.state));
        let text = quoted(&label(edge));
        let head = match edge.state {
            PathState::Broken => "; target-arrowhead: {shape: cross}",
            _ => "",
        };
        writeln!(
            out,
            "n{from} -> n{to}: {text} {{{}}}",
            format!("{look}{head}").trim_start_matches("; ")
        )?;
    }
    Ok(())
}

fn look(state: PathState) -> String {
    match state {
        PathState::Ok => String::new(),
        _ => format!(
            "; style.stroke: \"{}\"; style.stroke-dash: 4",
            colour(state)
        ),
    }
}

/// Lines as a string in single quotes, in which nothing means anything but the quote itself, which
/// is written twice.
fn quoted(lines: &[String]) -> String {
    format!("'{}'", lines.join(" \u{2014} ").replace('\'', "''"))
}
