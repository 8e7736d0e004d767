//! What a change makes of the paths: those of a base revision beside those of today.

use super::paths::{Change, Path, PathId, PathState, Paths};
use std::collections::{BTreeMap, BTreeSet};

/// A path that is not what it was.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'p> {
    /// What has become of it.
    pub change: Change,
    /// What it was; nothing where it is new.
    pub before: Option<&'p Path>,
    /// What it is; nothing where it is gone.
    pub after: Option<&'p Path>,
}

impl<'p> Changed<'p> {
    /// The path, as it is if it is still there.
    ///
    /// # Panics
    /// Never: it is in one revision at least.
    pub fn path(&self) -> &'p Path {
        let either = self.after.or(self.before);
        either.unwrap_or_else(|| unreachable!("a path of neither revision"))
    }

    /// Whether traffic is lost that was not lost before.
    pub fn is_bad(&self) -> bool {
        let is_broken = self.after.is_some_and(|own| own.state == PathState::Broken);
        is_broken && self.change != Change::Moved
    }
}

/// The units of two revisions.
pub struct Units<'u> {
    /// Where a unit of the base revision would be today.
    pub before: &'u dyn Fn(&str) -> String,
    /// Where a unit of today is.
    pub after: &'u dyn Fn(&str) -> String,
    /// Whether there is nothing any more at such a place: the directory may have another name.
    pub is_gone: &'u dyn Fn(&str) -> bool,
    /// Whether the base revision was looked through for more than is asked for, because some of
    /// that may have had another name.
    pub is_more: bool,
}

/// By what paths of two revisions are the same.
type Key<'p> = (String, &'p PathId);

/// What is not as it was, the worst first, and in the order of units and paths.
pub fn changes<'p>(before: &'p Paths, after: &'p Paths, units: &Units<'_>) -> Vec<Changed<'p>> {
    let mut old: BTreeMap<Key<'_>, &Path> = BTreeMap::new();
    for path in &before.all {
        let key = ((units.before)(&path.unit), &path.id);
        old.entry(key).or_insert(path);
    }
    let mut new: BTreeMap<Key<'_>, &Path> = BTreeMap::new();
    for path in &after.all {
        let key = ((units.after)(&path.unit), &path.id);
        new.entry(key).or_insert(path);
    }
    let mut pairs: Vec<(Option<&Path>, Option<&Path>)> = Vec::new();
    let mut alone = Vec::new();
    for (key, path) in &new {
        match old.remove(key) {
            Some(before) => pairs.push((Some(before), Some(path))),
            None => alone.push((key, *path)),
        }
    }
    for ((_, id), path) in alone {
        // A directory that has another name now.
        let moved = old
            .keys()
            .find(|(unit, own)| own == id && (units.is_gone)(unit));
        let moved = moved.cloned().and_then(|key| old.remove(&key));
        pairs.push((moved, Some(path)));
    }
    let asked_for: BTreeSet<&String> = new.keys().map(|(unit, _)| unit).collect();
    let gone = old.into_iter();
    let gone = gone.filter(|((unit, _), _)| {
        !units.is_more || (units.is_gone)(unit) || asked_for.contains(unit)
    });
    pairs.extend(gone.map(|(_, path)| (Some(path), None)));
    let mut found: Vec<Changed<'_>> = pairs.into_iter().filter_map(changed).collect();
    found.sort_by(|left, right| {
        let key = |own: &Changed<'p>| (own.change, &own.path().unit, &own.path().id);
        key(left).cmp(&key(right))
    });
    found
}

/// What has become of a path that both revisions have.
fn between(before: &Path, after: &Path) -> Option<Change> {
    let broken = PathState::Broken;
    match (before.state == broken, after.state == broken) {
        (false, true) => Some(Change::Broken),
        (true, false) => Some(Change::Healed),
        (true, true) => None,
        (false, false) => (before.reached() != after.reached()).then_some(Change::Moved),
    }
}

fn changed<'p>((before, after): (Option<&'p Path>, Option<&'p Path>)) -> Option<Changed<'p>> {
    let change = match (before, after) {
        (Some(before), Some(after)) => between(before, after)?,
        (None, _) => Change::Introduced,
        (_, None) => Change::Gone,
    };
    Some(Changed {
        change,
        before,
        after,
    })
}
