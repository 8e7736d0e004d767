//! How much a document's aliases stand for. kubectl refuses documents whose aliases multiply too
//! often (`go.yaml.in/yaml/v2`, `decode.go:unmarshal`); behind this check, whoever follows aliases
//! comes to an end soon.

use super::tree::{NodeId, Tree};

/// Below this number of decoded nodes nearly all may come from aliases.
const LOW: u64 = 400_000;
/// From this number on hardly any may.
const HIGH: u64 = 4_000_000;

/// Why a document's aliases are refused, and at which of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// They stand for too many nodes.
    Excessive(NodeId),
    /// They lead too deep.
    TooDeep(NodeId),
}

/// A node with its aliases followed.
#[derive(Clone, Copy, Default)]
struct Extent {
    nodes: u64,
    depth: usize,
}

/// Follows all aliases of a tree in which none refers to something that holds it.
pub(super) fn check(tree: &Tree<'_>, most_depth: usize) -> Result<(), Refusal> {
    let Some(root) = tree.root().filter(|_| tree.has_aliases()) else {
        return Ok(());
    };
    let mut extents = vec![Extent::default(); tree.len()];
    // The document itself is decoded, too.
    let (mut decoded, mut by_alias) = (1, 0);
    let mut open: Vec<(NodeId, usize)> = vec![(root, 0)];
    while let Some((node, at)) = open.pop() {
        if at == 0 {
            decoded += 1;
        }
        if let Some(&child) = tree.children(node).get(at) {
            open.extend([(node, at + 1), (child, 0)]);
            continue;
        }
        let target = tree.resolve(node);
        let extent = if target == node {
            let children = tree.children(node).iter();
            children.fold(Extent { nodes: 1, depth: 1 }, |sum, child| {
                let child = extents[child.index()];
                Extent {
                    nodes: sum.nodes + child.nodes,
                    depth: sum.depth.max(child.depth + 1),
                }
            })
        } else {
            let extent = extents[target.index()];
            decoded += extent.nodes;
            by_alias += extent.nodes;
            if is_excessive(decoded, by_alias) {
                return Err(Refusal::Excessive(node));
            }
            if open.len() + extent.depth > most_depth {
                return Err(Refusal::TooDeep(node));
            }
            Extent {
                nodes: extent.nodes + 1,
                ..extent
            }
        };
        extents[node.index()] = extent;
    }
    Ok(())
}

/// The share of aliases may be 99 % of few decoded nodes and 10 % of many, and in between it falls
/// evenly.
fn is_excessive(decoded: u64, by_alias: u64) -> bool {
    let beyond = decoded.clamp(LOW, HIGH) - LOW;
    let allowed = 99 * (HIGH - LOW) - 89 * beyond;
    by_alias > 100 && decoded > 1000 && by_alias * 100 * (HIGH - LOW) > decoded * allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_nodes_the_fewer_may_come_from_aliases() {
        assert!(!is_excessive(101, 101) && !is_excessive(1001, 990));
        assert!(is_excessive(1001, 992) && !is_excessive(400_000, 396_000));
        assert!(is_excessive(2_200_000, 1_200_000) && !is_excessive(2_200_000, 1_198_000));
        assert!(is_excessive(9_000_000, 900_001) && !is_excessive(9_000_000, 900_000));
    }
}
