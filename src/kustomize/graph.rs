//! Which kustomization brings in which.

use super::Kustomization;
use crate::text::hash::HashMap;
use std::ffi::OsStr;
use std::path::Path;

/// Kustomizations and the references between them.
#[derive(Debug)]
pub(crate) struct Graph<'k> {
    nodes: &'k [Kustomization],
    /// Where they can be referred to: their directories and, as people do, their files.
    places: HashMap<&'k OsStr, usize>,
}

impl<'k> Graph<'k> {
    pub(crate) fn new(nodes: &'k [Kustomization]) -> Self {
        let mut places = HashMap::default();
        for (index, node) in nodes.iter().enumerate() {
            places.entry(node.dir().as_os_str()).or_insert(index);
            places.insert(node.path.as_os_str(), index);
        }
        Self { nodes, places }
    }

    /// The kustomization that a path refers to.
    pub(crate) fn at(&self, path: &Path) -> Option<usize> {
        self.places.get(path.as_os_str()).copied()
    }

    fn children(&self, index: usize) -> impl DoubleEndedIterator<Item = usize> {
        let node = &self.nodes[index];
        let entries = node.resources.iter().chain(&node.components);
        entries.filter_map(|entry| self.at(entry.path.as_deref()?))
    }

    /// The kustomizations that no other one brings in. Of those that go round in circles, the
    /// first stands for all.
    pub(crate) fn tops(&self) -> Vec<usize> {
        let mut is_child = vec![false; self.nodes.len()];
        for index in 0..self.nodes.len() {
            for child in self.children(index).filter(|child| *child != index) {
                is_child[child] = true;
            }
        }
        let mut seen = vec![false; self.nodes.len()];
        let mut tops: Vec<_> = (0..self.nodes.len())
            .filter(|top| !is_child[*top])
            .collect();
        for top in tops.clone() {
            self.visit(top, &mut seen);
        }
        for index in 0..self.nodes.len() {
            if !seen[index] {
                tops.push(index);
                self.visit(index, &mut seen);
            }
        }
        tops
    }

    /// A kustomization and all that it brings in.
    pub(crate) fn reach(&self, top: usize) -> Vec<usize> {
        self.visit(top, &mut vec![false; self.nodes.len()])
    }

    /// All kustomizations, each behind those that it brings in (but for circles).
    pub(crate) fn bottom_up(&self) -> Vec<usize> {
        let mut seen = vec![false; self.nodes.len()];
        let nodes = 0..self.nodes.len();
        nodes
            .flat_map(|index| self.visit(index, &mut seen))
            .collect()
    }

    /// A number for each kustomization, the same for those that bring in each other: they are built
    /// in a circle (Kosaraju's algorithm).
    pub(crate) fn circles(&self) -> Vec<usize> {
        let mut parents = vec![Vec::new(); self.nodes.len()];
        for index in 0..self.nodes.len() {
            for child in self.children(index) {
                parents[child].push(index);
            }
        }
        let mut circles = vec![None; self.nodes.len()];
        for top in self.bottom_up().into_iter().rev() {
            let mut stack = vec![top];
            while let Some(index) = stack.pop() {
                if circles[index].is_none() {
                    circles[index] = Some(top);
                    stack.extend(&parents[index]);
                }
            }
        }
        circles.into_iter().flatten().collect()
    }

    /// What can be reached and has not been seen, children first.
    fn visit(&self, from: usize, seen: &mut [bool]) -> Vec<usize> {
        let mut order = Vec::new();
        // What is still to be entered, and what to be left.
        let mut stack = vec![(from, false)];
        while let Some((index, entered)) = stack.pop() {
            if entered {
                order.push(index);
            } else if !std::mem::replace(&mut seen[index], true) {
                stack.push((index, true));
                stack.extend(self.children(index).rev().map(|child| (child, false)));
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kustomize::Entry;
    use crate::text::hash::HashSet;

    /// Kustomizations in directories `0`, `1`, … that bring in these others.
    fn nodes(children: &[&[usize]]) -> Vec<Kustomization> {
        let path = |index: usize| Path::new("/k").join(index.to_string());
        let node = |(index, children): (usize, &&[usize])| Kustomization {
            path: path(index).join("kustomization.yaml"),
            resources: children
                .iter()
                .map(|child| Entry {
                    path: Some(path(*child)),
                    ..Entry::default()
                })
                .collect(),
            ..Kustomization::default()
        };
        children.iter().enumerate().map(node).collect()
    }

    #[test]
    fn tops_are_those_that_nothing_brings_in() {
        let nodes = nodes(&[&[], &[0], &[0, 3], &[0], &[9]]);
        let graph = Graph::new(&nodes);
        assert_eq!(graph.tops(), [1, 2, 4]);
        assert_eq!(graph.reach(2), [0, 3, 2]);
        assert_eq!(graph.bottom_up(), [0, 1, 3, 2, 4]);
    }

    #[test]
    fn circles_have_a_top_and_an_end() {
        let nodes = nodes(&[&[1], &[2], &[0], &[3], &[2]]);
        let graph = Graph::new(&nodes);
        assert_eq!(graph.tops(), [3, 4]);
        assert_eq!(graph.reach(4), [1, 0, 2, 4]);
        let lone = &nodes[..3];
        assert_eq!(Graph::new(lone).tops(), [0]);
    }

    #[test]
    fn what_brings_in_each_other_is_a_circle() {
        let nodes = nodes(&[&[1, 4], &[2], &[0, 3], &[4], &[], &[5]]);
        let circles = Graph::new(&nodes).circles();
        assert_eq!(circles[0], circles[1]);
        assert_eq!(circles[0], circles[2]);
        let apart: HashSet<_> = circles[2..].iter().collect();
        assert_eq!(apart.len(), 4);
    }

    #[test]
    fn long_chains_need_no_deep_stack() {
        let links: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next]).collect();
        let links: Vec<&[usize]> = links.iter().map(Vec::as_slice).collect();
        let nodes = nodes(&links);
        let graph = Graph::new(&nodes);
        assert_eq!(graph.tops(), [0]);
        assert_eq!(graph.bottom_up()[0], 99_999);
    }
}
