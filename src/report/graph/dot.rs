//! The language of Graphviz.

use super::words::{colour, label, lines};
use crate::trace::{Graph, NodeRole, Path, PathState};
use std::io;

/// Writes paths as a directed graph.
///
/// # Errors
/// When the writer fails.
pub fn graph_dot(paths: &[Path], out: &mut dyn io::Write) -> io::Result<()> {
    let graph = Graph::of(paths);
    writeln!(out, "digraph svclint {{")?;
    writeln!(out, "  graph [rankdir=LR, bgcolor=transparent]")?;
    writeln!(out, "  node [fontname=\"sans-serif\", style=rounded]")?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10]")?;
    for (at, node) in graph.nodes.iter().enumerate() {
        let shape = match node.role {
            NodeRole::Parent | NodeRole::Entry => "box",
            NodeRole::Service => "component",
            NodeRole::Workload => "box3d",
            NodeRole::End => "plaintext",
        };
        let text = quoted(&lines(node));
        let look = look(node.state);
        writeln!(out, "  n{at} [label={text}, shape={shape}{look}]")?;
    }
    for edge in &graph.edges {
        let head = match edge.state {
            PathState::Broken => ", arrowhead=tee",
            _ => "",
        };
        let (from, to, look) = (edge.from, edge.to, look(edge.state));
        let text = quoted(&label(edge));
        writeln!(out, "  n{from} -> n{to} [label={text}{look}{head}]")?;
    }
    writeln!(out, "}}")
}

fn look(state: PathState) -> String {
    let colour = colour(state);
    match state {
        PathState::Ok => format!(", color=\"{colour}\""),
        _ => format!(", color=\"{colour}\", fontcolor=\"{colour}\", style=dashed"),
    }
}

/// Lines as a string of the language. Only quotes and backslashes mean something in it.
fn quoted(lines: &[String]) -> String {
    let lines = lines.iter();
    let lines = lines.map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
