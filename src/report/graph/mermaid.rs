//! Mermaid, as GitHub and GitLab render it in Markdown.

use super::selection::Selection;
use super::words::{colour, label, lines};
use crate::trace::{Node, NodeRole, Path, PathState};
use std::fmt::Write;
use std::io;

/// More edges than this nobody can follow.
const MOST_EDGES: usize = 60;

/// Writes paths as a flowchart.
///
/// # Errors
/// When the writer fails.
pub fn graph_mermaid(paths: &[Path], out: &mut dyn io::Write) -> io::Result<()> {
    let Selection { graph, left_out } = Selection::of(paths, MOST_EDGES);
    writeln!(out, "flowchart LR")?;
    if let Some(left_out) = left_out {
        writeln!(out, "  more[{}]", quoted(&[left_out]))?;
    }
    for (at, node) in graph.nodes.iter().enumerate() {
        let (open, close) = shape(node);
        writeln!(out, "  n{at}{open}{}{close}", quoted(&lines(node)))?;
    }
    for edge in &graph.edges {
        let arrow = match edge.state {
            PathState::Ok => "-->",
            PathState::Unknown => "-.->",
            PathState::Broken => "-.-x",
        };
        let label = match label(edge).as_slice() {
            [] => String::new(),
            lines => format!("|{}|", quoted(lines)),
        };
        let (from, to) = (edge.from, edge.to);
        writeln!(out, "  n{from} {arrow}{label} n{to}")?;
    }
    for state in [PathState::Broken, PathState::Unknown] {
        let (word, colour) = (state.as_str(), colour(state));
        let dashes = "stroke-dasharray:6 4";
        let nodes = graph.nodes.iter().enumerate();
        let nodes = nodes.filter(|(_, node)| node.state == state);
        let nodes: Vec<String> = nodes.map(|(at, _)| format!("n{at}")).collect();
        if !nodes.is_empty() {
            writeln!(out, "  classDef {word} stroke:{colour},{dashes}")?;
            writeln!(out, "  class {} {word}", nodes.join(","))?;
        }
        let edges = graph.edges.iter().enumerate();
        let edges = edges.filter(|(_, edge)| edge.state == state);
        let edges: Vec<String> = edges.map(|(at, _)| at.to_string()).collect();
        if !edges.is_empty() {
            writeln!(out, "  linkStyle {} stroke:{colour}", edges.join(","))?;
        }
    }
    Ok(())
}

/// The brackets that make the shape of an object.
fn shape(node: &Node) -> (&'static str, &'static str) {
    match node.role {
        NodeRole::Parent | NodeRole::Entry => ("([", "])"),
        NodeRole::Service => ("[", "]"),
        NodeRole::Workload => ("[[", "]]"),
        NodeRole::End => ("(", ")"),
    }
}

/// Lines as a text of Mermaid. Whatever could end it, or mean something in it, in the HTML that it
/// becomes or in the Markdown around it, is written as the number of its character.
fn quoted(lines: &[String]) -> String {
    let mut text = "\"".to_owned();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push_str("<br/>");
        }
        for character in line.chars() {
            if character.is_alphanumeric()
                || " -./:,()=?\u{2192}\u{2717}\u{2026}".contains(character)
            {
                text.push(character);
            } else {
                let _ = write!(text, "#{};", u32::from(character));
            }
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_strangers_is_only_text() {
        let hostile = "a\"]; click n0 \"javascript:x\"\n```<img>&lt;%%{init}%%`_*~@who#35;";
        let text = quoted(&[hostile.to_owned()]);
        let inner = text.strip_prefix('"').and_then(|own| own.strip_suffix('"'));
        let inner = inner.expect("it stands in quotes");
        for character in "\"<>&`%{}[]_*~@\n".chars() {
            assert!(!inner.contains(character), "{character:?} in {inner}");
        }
        assert!(inner.starts_with("a#34;#93;#59; click n0 #34;javascript:x#34;#10;"));
        assert!(inner.ends_with("#64;who#35;35#59;"));
    }
}
