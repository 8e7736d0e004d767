//! Files of one directory that define one object: `install.yaml` beside `namespace-install.yaml`.
//!
//! Measured on 26 public repositories: where at least half of five or more files define an object
//! that another one defines as well, the directory is a collection of cases (examples of a
//! controller, tests of a linter), and all that was found between its files was false. Directories
//! of applications stay below that.

use super::Namespace;
use crate::diagnostic::Identity;
use crate::kinds::kind::group_version;
use crate::text::hash::{HashMap, HashSet};
use crate::text::source::SourceId;
use std::collections::BTreeMap;

/// Texts that share an object: they are not applied together.
#[derive(Debug, Default)]
pub(super) struct Alternatives {
    /// Per text, the objects that other texts define too, as sorted numbers.
    shared: HashMap<SourceId, Vec<u32>>,
    /// Whether the texts are cases of their own, of which none is applied with another one.
    is_collection: bool,
}

/// How many texts at least make a collection of cases.
const FEWEST_CASES: usize = 5;

impl Alternatives {
    /// Finds them among the objects of a directory, of which each is in a text and goes to a
    /// namespace.
    pub(super) fn among<'o>(
        objects: impl Iterator<Item = (&'o Identity, &'o Namespace, SourceId)>,
    ) -> Self {
        let mut defined: BTreeMap<(&str, &str, &str, &str), Vec<SourceId>> = BTreeMap::new();
        let mut texts: HashSet<SourceId> = HashSet::default();
        // Each file may begin with the namespace that it is for.
        let objects = objects.filter(|(identity, ..)| identity.kind != "Namespace");
        for (identity, namespace, source) in objects {
            texts.insert(source);
            let (group, _) = group_version(&identity.api_version);
            let key = (
                group,
                identity.kind.as_str(),
                namespace.name.as_str(),
                identity.name.as_str(),
            );
            defined.entry(key).or_default().push(source);
        }
        let in_several = |own: &&Vec<SourceId>| own.iter().any(|source| *source != own[0]);
        let mut shared: HashMap<SourceId, Vec<u32>> = HashMap::default();
        for (number, sources) in defined.values().filter(in_several).enumerate() {
            for source in sources {
                let own = shared.entry(*source).or_default();
                if own.last() != Some(&(number as u32)) {
                    own.push(number as u32);
                }
            }
        }
        Self {
            is_collection: texts.len() >= FEWEST_CASES && shared.len() * 2 >= texts.len(),
            shared,
        }
    }

    fn shared_by(&self, source: SourceId) -> &[u32] {
        self.shared.get(&source).map_or(&[], Vec::as_slice)
    }

    /// Whether there may be texts that one is not applied together with.
    pub(super) fn contain(&self, source: SourceId) -> bool {
        self.is_collection || self.shared.contains_key(&source)
    }

    /// Whether two texts share no object, and are no cases of a collection.
    pub(super) fn are_together(&self, left: SourceId, right: SourceId) -> bool {
        if self.is_collection {
            return left == right;
        }
        let others = self.shared_by(right);
        let mut own = self.shared_by(left).iter();
        left == right || !own.any(|number| others.binary_search(number).is_ok())
    }

    /// Whether the texts are cases of their own, of which none is applied with another one.
    pub(super) fn is_collection(&self) -> bool {
        self.is_collection
    }

    /// The texts that share an object with one.
    pub(super) fn apart_from(&self, source: SourceId) -> Vec<SourceId> {
        if !self.shared.contains_key(&source) {
            return Vec::new();
        }
        let others = self.shared.keys().copied();
        let mut apart: Vec<_> = others
            .filter(|other| !self.are_together(source, *other))
            .collect();
        apart.sort_unstable();
        apart
    }
}
