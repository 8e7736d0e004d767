//! The edits that kustomizations make one behind another. Those that begin alike share their
//! beginning: of a hundred kustomizations upon each other, all but the last do the same to what the
//! first takes in.

use crate::text::hash::HashMap;

/// Chains of edits, each known by a number.
#[derive(Debug, Default)]
pub(super) struct EditChains {
    /// Of each chain but [`EditChains::NONE`], the one that it goes on from, and its last edit.
    links: Vec<(usize, usize)>,
    known: HashMap<(usize, usize), usize>,
}

impl EditChains {
    /// The chain without edits.
    pub(super) const NONE: usize = 0;

    /// A chain, and edits behind it. An edit that it has already counts where it stands last.
    pub(super) fn then(&mut self, chain: usize, edits: &[usize]) -> usize {
        if edits.is_empty() {
            return chain;
        }
        let before = self.edits(chain);
        let is_new = !before.iter().any(|edit| edits.contains(edit));
        let (start, kept) = if is_new {
            (chain, Vec::new())
        } else {
            let kept = before.into_iter().filter(|edit| !edits.contains(edit));
            (Self::NONE, kept.collect())
        };
        let added = kept.iter().chain(edits);
        added.fold(start, |chain, edit| self.link(chain, *edit))
    }

    /// The edits of a chain, the first first.
    pub(super) fn edits(&self, chain: usize) -> Vec<usize> {
        let mut edits = Vec::new();
        let mut at = chain;
        while at != Self::NONE {
            let (before, edit) = self.links[at - 1];
            edits.push(edit);
            at = before;
        }
        edits.reverse();
        edits
    }

    fn link(&mut self, chain: usize, edit: usize) -> usize {
        let links = &mut self.links;
        *self.known.entry((chain, edit)).or_insert_with(|| {
            links.push((chain, edit));
            links.len()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_alike_is_one_chain_and_the_last_time_counts() {
        let mut chains = EditChains::default();
        let first = chains.then(EditChains::NONE, &[3, 1]);
        assert_eq!(chains.then(EditChains::NONE, &[3, 1]), first);
        let second = chains.then(first, &[2, 3]);
        assert_eq!(chains.edits(second), [1, 2, 3]);
        assert_eq!(chains.then(second, &[]), second);
        assert_eq!(chains.edits(EditChains::NONE), [0; 0]);
    }
}
