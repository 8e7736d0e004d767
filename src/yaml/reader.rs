//! What a [`Tree`] means to kubectl: tags, merge keys, repeated keys and the text of keys, as
//! `go.yaml.in/yaml/v2` and `sigs.k8s.io/yaml` read them.

use super::field::{FieldPath, Segment};
use super::name::Name;
use super::scalar::{self, Scalar};
use super::tree::{Form, NodeId, Tree};
use crate::text::hash::{HashMap, HashSet};
use crate::text::source::{SourceId, Span};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// Something about a node that kubectl or the API server cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The node; the key for what is wrong with a key.
    pub node: NodeId,
    /// What is wrong, without the path.
    pub message: String,
}

impl ReadError {
    pub(super) fn new(node: NodeId, message: impl Into<String>) -> Self {
        Self {
            node,
            message: message.into(),
        }
    }
}

/// A key that stands twice in one mapping. kubectl keeps the last value and says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedKey {
    /// The key whose value is lost.
    pub lost: NodeId,
    /// The key that replaces it.
    pub kept: NodeId,
    /// Whether both have the same value, in the same words.
    pub is_same: bool,
}

/// Reads one document.
#[derive(Debug)]
pub struct Reader<'t, 's> {
    /// The document.
    pub tree: &'t Tree<'s>,
    /// The text's id, for spans.
    pub source: SourceId,
    /// Nodes that could not be read: they count as null, and nothing may be concluded from them.
    pub(super) masked: HashSet<NodeId>,
    /// What cannot be turned into JSON.
    errors: Vec<ReadError>,
    /// The entries of the mappings whose entries are not simply their pairs.
    merged: HashMap<NodeId, Vec<NodeId>>,
    /// Whether a key that is not there as it is asked for is found in other case.
    ignores_case: bool,
}

impl<'t, 's> Reader<'t, 's> {
    /// A reader of this tree.
    pub fn new(tree: &'t Tree<'s>, source: SourceId) -> Self {
        let mut reader = Self {
            tree,
            source,
            masked: HashSet::default(),
            errors: Vec::new(),
            merged: HashMap::default(),
            ignores_case: false,
        };
        for &map in tree.irregular_maps() {
            let mut entries = Entries::default();
            reader.merge(map, &mut entries);
            reader.merged.insert(map, entries.nodes);
        }
        reader.errors = reader.convert();
        reader.masked = reader.errors.iter().map(|error| error.node).collect();
        reader
    }

    /// The same, where the case of keys does not matter unless there are several: as Go's
    /// `encoding/json` reads objects.
    #[must_use]
    pub fn ignoring_case(self) -> Self {
        Self {
            ignores_case: true,
            ..self
        }
    }

    /// The place of a node.
    pub fn span(&self, node: NodeId) -> Span {
        let range = self.tree.range(node);
        Span {
            source: self.source,
            start: range.start,
            end: range.end,
        }
    }

    /// Whether a node could not be read.
    pub fn is_masked(&self, node: NodeId) -> bool {
        !self.masked.is_empty() && self.masked.contains(&node)
    }

    /// The nodes that could not be read.
    pub fn masked(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.masked.iter().copied()
    }

    /// The value of a scalar (`resolve.go:resolve`).
    ///
    /// # Errors
    /// When an explicit tag does not fit the text.
    pub fn scalar(&self, node: NodeId) -> Result<Scalar<'t>, ReadError> {
        let tree: &'t Tree<'s> = self.tree;
        let text = tree.scalar(node);
        if tree.is_string(node) {
            return Ok(Scalar::Str(text));
        }
        let Some(tag) = tree.tag(node) else {
            let plain = tree.form(node) == Form::Plain;
            return Ok(if plain {
                scalar::resolve(text)
            } else {
                Scalar::Str(text)
            });
        };
        let value = scalar::resolve(text);
        match (tag.strip_prefix("tag:yaml.org,2002:"), value) {
            (Some("null"), Scalar::Null)
            | (Some("int"), Scalar::Int(_) | Scalar::Uint(_))
            | (Some("bool"), Scalar::Bool(_))
            | (Some("float"), Scalar::Float(_)) => Ok(value),
            (Some("float"), Scalar::Int(number)) => Ok(Scalar::Float(scalar::rounded(number))),
            (Some("timestamp"), Scalar::Str(_)) if scalar::is_date(text) => Ok(value),
            (Some(name @ ("null" | "int" | "bool" | "float" | "timestamp")), _) => Err(
                ReadError::new(node, format!("`{text}` does not fit its tag `!!{name}`")),
            ),
            // `!!str`, `!!binary` (decoded by the parser), and tags that go-yaml does not know.
            _ => Ok(Scalar::Str(text)),
        }
    }

    /// The text of a key (`sigs.k8s.io/yaml`, `convertToJSONableObject`): `on:` is the key `true`.
    ///
    /// # Errors
    /// For keys that JSON cannot hold.
    pub fn key(&self, key: NodeId) -> Result<Cow<'t, str>, ReadError> {
        if self.tree.is_string(key) {
            return Ok(self.tree.scalar(key).into());
        }
        let node = self.tree.resolve(key);
        if !self.tree.form(node).is_scalar() {
            return Err(ReadError::new(
                key,
                "a key has to be a scalar, not a mapping or a list",
            ));
        }
        let value = self.scalar(node)?;
        scalar::key(value).ok_or_else(|| {
            ReadError::new(
                key,
                match value {
                    Scalar::Null => "null cannot be a key",
                    _ => "this number is too large for a key",
                },
            )
        })
    }

    /// Keys and values of a mapping as they count: `<<` applied where it stands, the last value of
    /// a repeated key (`decode.go:mapping`, `merge`).
    pub fn entries(&self, map: NodeId) -> &[NodeId] {
        if self.tree.is_irregular(map) {
            self.merged.get(&map).map_or(&[], Vec::as_slice)
        } else {
            self.tree.children(map)
        }
    }

    /// Adds the entries of a mapping. Aliases cannot make this run away: the parser refuses
    /// documents in which they refer to themselves, nest too deeply or multiply too often.
    fn merge(&self, map: NodeId, into: &mut Entries<'t>) {
        let tree: &'t Tree<'s> = self.tree;
        for (key, value) in tree.pairs(map) {
            if tree.is_merge_key(key) {
                for source in self.merge_sources(value).unwrap_or_default() {
                    self.merge(source, into);
                }
            } else {
                into.insert(self.key_text(key), key, value);
            }
        }
    }

    /// The mappings that a `<<` brings in, the one that wins last.
    fn merge_sources(&self, value: NodeId) -> Result<Vec<NodeId>, ReadError> {
        let map = |item: NodeId| {
            let target = self.tree.resolve(item);
            if self.tree.form(target).is_map() {
                Ok(target)
            } else {
                let message = "`<<` merges a mapping, or a list of mappings written in place";
                Err(ReadError::new(item, message))
            }
        };
        if self.tree.form(value).is_seq() {
            let items = self.tree.children(value).iter().rev();
            items.map(|&item| map(item)).collect()
        } else {
            Ok(vec![map(value)?])
        }
    }

    /// The value of a field, and its key; of a repeated field the last.
    pub fn get(&self, map: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
        let map = self.tree.resolve(map);
        if !self.tree.form(map).is_map() {
            return None;
        }
        let in_other_case = || {
            let is_it = |key: Cow<'_, str>| key.eq_ignore_ascii_case(name);
            self.find(map, |key| self.key(key).is_ok_and(is_it))
        };
        let known = Name::new(name);
        // What is no string may be a key in other words than its own: numbers and booleans.
        let resolved = |key| self.key(key).is_ok_and(|key| key == name);
        let is_it = |key| {
            let written = self.tree.is_named(key, known);
            written.unwrap_or_else(|| resolved(key))
        };
        self.find(map, is_it)
            .or_else(|| self.ignores_case.then(in_other_case)?)
    }

    /// The first entry of a mapping for whose key something holds.
    fn find(&self, map: NodeId, is_it: impl Fn(NodeId) -> bool) -> Option<(NodeId, NodeId)> {
        let mut entries = self.entries(map).chunks_exact(2);
        let found = entries.find(|pair| is_it(pair[0]));
        found.map(|pair| (pair[0], pair[1]))
    }

    /// The keys that stand twice in one mapping, in the order of the text. What `<<` brings in
    /// repeats nothing: overriding it is its purpose.
    pub fn repeated_keys(&self) -> Vec<RepeatedKey> {
        let mut repeated = Vec::new();
        for &map in self.tree.irregular_maps() {
            let mut seen = HashMap::default();
            for (key, value) in self.tree.pairs(map) {
                if self.tree.is_merge_key(key) {
                    continue;
                }
                let Ok(text) = self.key(key) else { continue };
                if let Some((lost, before)) = seen.insert(text, (key, value)) {
                    repeated.push(RepeatedKey {
                        lost,
                        kept: key,
                        is_same: self.words(before) == self.words(value),
                    });
                }
            }
        }
        repeated.sort_by_key(|repeated| repeated.kept);
        repeated
    }

    /// A value as it is written.
    fn words(&self, node: NodeId) -> &str {
        let range = self.tree.range(node);
        self.tree.text()[range.start as usize..range.end as usize].trim()
    }

    /// Everything about the document that kubectl cannot turn into JSON, in the order of the text:
    /// keys, merges, tags and numbers, wherever they stand. These nodes are masked.
    pub fn conversion_errors(&self) -> &[ReadError] {
        &self.errors
    }

    fn convert(&self) -> Vec<ReadError> {
        if self.tree.has_oddities() {
            self.unconvertibles()
        } else {
            Vec::new()
        }
    }

    fn unconvertibles(&self) -> Vec<ReadError> {
        let mut errors = Vec::new();
        errors.extend(self.tree.root().and_then(|root| self.unconvertible(root)));
        for node in self.tree.ids() {
            if self.tree.form(node).is_seq() {
                let items = self.tree.children(node).iter();
                errors.extend(items.filter_map(|&item| self.unconvertible(item)));
            }
            for (key, value) in self.tree.pairs(node) {
                errors.extend(if self.tree.is_merge_key(key) {
                    self.merge_sources(value).err()
                } else {
                    self.key(key).err()
                });
                errors.extend(self.unconvertible(value));
            }
        }
        if !errors.is_empty() {
            // go-yaml reads what a repeated key replaces, but nobody makes JSON of it.
            let lost = self.lost_values();
            let is_lost = |node: NodeId| {
                let behind = lost.partition_point(|range| *range.start() <= node);
                behind > 0 && lost[behind - 1].contains(&node)
            };
            errors.retain(|error| !is_lost(error.node) || self.is_unreadable(error.node));
        }
        errors.sort_by_key(|error| self.tree.range(error.node).start);
        errors
    }

    /// The nodes of each value that a repeated key replaces, in order.
    fn lost_values(&self) -> Vec<RangeInclusive<NodeId>> {
        let mut values = Vec::new();
        for &map in self.tree.irregular_maps() {
            let kept: HashSet<_> = self.entries(map).iter().collect();
            let replaced = self
                .tree
                .pairs(map)
                .filter(|(key, _)| !kept.contains(key) && !self.tree.is_merge_key(*key));
            for (_, value) in replaced {
                let mut last = value;
                while let Some(&child) = self.tree.children(last).last() {
                    last = child;
                }
                values.push(value..=last);
            }
        }
        values.sort_unstable_by_key(|range: &RangeInclusive<NodeId>| *range.start());
        values.dedup_by(|inner, outer| outer.contains(inner.start()));
        values
    }

    /// Whether go-yaml itself cannot read a node, as a key or a value.
    fn is_unreadable(&self, node: NodeId) -> bool {
        let target = self.tree.resolve(node);
        !self.tree.form(target).is_scalar() || self.scalar(target).is_err()
    }

    /// What JSON cannot hold about a scalar that is no key.
    fn unconvertible(&self, node: NodeId) -> Option<ReadError> {
        let target = self.tree.resolve(node);
        if !self.tree.form(target).is_scalar() {
            return None;
        }
        match self.scalar(target) {
            Ok(Scalar::Float(number)) if !number.is_finite() => {
                let text = self.tree.scalar(target);
                let message = format!("`{text}` is not a number that JSON can hold");
                Some(ReadError::new(node, message))
            }
            Ok(_) => None,
            Err(error) => Some(ReadError::new(node, error.message)),
        }
    }

    /// The path from the top of the document to a node (a key counts as its value's path). What
    /// `<<` merges has the path of what it is merged into.
    pub fn path_to(&self, target: NodeId) -> FieldPath {
        let mut path = FieldPath::default();
        let mut next = self.tree.root();
        let mut is_merged = false;
        while let Some(node) = next.filter(|node| *node != target) {
            // Nodes are numbered in the order of the text, parents before children: the child that
            // holds the target is the last one that does not stand behind it.
            let children = self.tree.children(node);
            let behind = children.partition_point(|child| *child <= target);
            if !self.tree.form(node).is_map() {
                if behind > 0 && !is_merged {
                    path.0.push(Segment::Index(behind - 1));
                }
                next = children[..behind].last().copied();
                is_merged = false;
                continue;
            }
            let Some(&key) = children[..behind]
                .chunks(2)
                .last()
                .and_then(|pair| pair.first())
            else {
                break;
            };
            is_merged = self.tree.is_merge_key(key);
            if !is_merged {
                path.0.push(Segment::Field(self.key_text(key).into_owned()));
            }
            // Behind the key itself there is nothing to look for.
            next = (behind % 2 == 0).then(|| children[behind - 1]);
        }
        path
    }

    /// The text of a key, be it one that JSON can hold or not.
    fn key_text(&self, key: NodeId) -> Cow<'t, str> {
        let written = || self.tree.scalar(self.tree.resolve(key)).into();
        self.key(key).unwrap_or_else(|_| written())
    }
}

/// The entries of a mapping while they are collected.
#[derive(Default)]
struct Entries<'t> {
    nodes: Vec<NodeId>,
    /// Where each key stands in `nodes`.
    index: HashMap<Cow<'t, str>, usize>,
}

impl<'t> Entries<'t> {
    fn insert(&mut self, text: Cow<'t, str>, key: NodeId, value: NodeId) {
        let at = *self.index.entry(text).or_insert(self.nodes.len());
        if at == self.nodes.len() {
            self.nodes.extend([key, value]);
        } else {
            self.nodes[at] = key;
            self.nodes[at + 1] = value;
        }
    }
}

#[cfg(test)]
mod tests;
