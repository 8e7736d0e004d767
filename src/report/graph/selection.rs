//! Which paths a picture shows that has only so much room.

use crate::report::counted;
use crate::text::hash::HashSet;
use crate::trace::{Graph, Path, PathState};

/// The paths of a picture.
pub(super) struct Selection {
    pub(super) graph: Graph,
    /// What is not in it, in words.
    pub(super) left_out: Option<String>,
}

impl Selection {
    /// All paths, if their graph has no more than so many edges; or else the broken ones with their
    /// neighbours, or as many of the broken ones as there is room for.
    pub(super) fn of(paths: &[Path], most: usize) -> Self {
        let graph = Graph::of(paths);
        if graph.edges.len() <= most {
            return Self {
                graph,
                left_out: None,
            };
        }
        let is_broken = |at: &usize| paths[*at].state == PathState::Broken;
        let broken: Vec<usize> = (0..paths.len()).filter(is_broken).collect();
        let near = neighbours(&graph, &broken);
        let of = |chosen: &[usize]| Graph::of(chosen.iter().map(|at| &paths[*at]));
        let with_neighbours = of(&near);
        if !broken.is_empty() && with_neighbours.edges.len() <= most {
            return Self {
                left_out: Some(said(paths, &near, "the broken ones and their neighbours")),
                graph: with_neighbours,
            };
        }
        let (chosen, what) = match broken.as_slice() {
            [] => ((0..paths.len()).collect(), "no path is broken"),
            _ => (broken, "broken ones only"),
        };
        let chosen = room_for(&graph, &chosen, most);
        Self {
            left_out: Some(said(paths, &chosen, what)),
            graph: of(&chosen),
        }
    }
}

fn said(paths: &[Path], chosen: &[usize], what: &str) -> String {
    let (shown, all) = (chosen.len(), counted(paths.len(), "path"));
    format!("{shown} of {all} shown: {what}")
}

/// Those, and all that pass an object which one of them passes.
fn neighbours(graph: &Graph, chosen: &[usize]) -> Vec<usize> {
    let ends = |at: &usize| {
        let edges = graph.paths[*at].iter().map(|edge| &graph.edges[*edge]);
        edges.flat_map(|edge| [edge.from, edge.to])
    };
    let shared: HashSet<usize> = chosen.iter().flat_map(ends).collect();
    let is_near = |at: &usize| ends(at).any(|node| shared.contains(&node));
    (0..graph.paths.len()).filter(is_near).collect()
}

/// The first ones that together have no more than so many edges.
fn room_for(graph: &Graph, chosen: &[usize], most: usize) -> Vec<usize> {
    let mut edges: HashSet<usize> = HashSet::default();
    let mut fitting = Vec::new();
    for at in chosen {
        let own = &graph.paths[*at];
        let more = own.iter().filter(|edge| !edges.contains(edge)).count();
        if edges.len() + more <= most {
            edges.extend(own);
            fitting.push(*at);
        }
    }
    fitting
}
