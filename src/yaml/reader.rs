//! What a [`Tree`] means to kubectl: tags, merge keys, repeated keys and the text of keys, as
//! `go.yaml.in/yaml/v2` and `sigs.k8s.io/yaml` read them.

use super::scalar::{self, Scalar};
use super::tree::{Form, NodeId, Tree};
use crate::field::{FieldPath, Segment};
use crate::source::{SourceId, Span};
use std::borrow::Cow;
use std::cell::Cell;

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

/// Merge keys may refer to mappings with merge keys, but not this deep.
const MERGE_DEPTH: u32 = 64;

/// Reads one document.
#[derive(Debug)]
pub struct Reader<'t, 's> {
    /// The document.
    pub tree: &'t Tree<'s>,
    /// The text's id, for spans.
    pub source: SourceId,
    /// Nodes that could not be read: they count as null, and nothing may be concluded from them.
    pub(super) masked: Vec<NodeId>,
    /// Steps left before the document counts as an alias bomb.
    budget: Cell<u64>,
}

impl<'t, 's> Reader<'t, 's> {
    /// A reader of this tree.
    pub fn new(tree: &'t Tree<'s>, source: SourceId) -> Self {
        let budget = 1_000_000 + 20 * tree.len() as u64;
        Self {
            tree,
            source,
            masked: Vec::new(),
            budget: Cell::new(budget),
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
    pub fn masked(&self) -> &[NodeId] {
        &self.masked
    }

    pub(super) fn spend(&self, node: NodeId) -> Result<(), ReadError> {
        match self.budget.get().checked_sub(1) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(ReadError::new(node, "document contains excessive aliasing")),
        }
    }

    /// The value of a scalar (`resolve.go:resolve`).
    ///
    /// # Errors
    /// When an explicit tag does not fit the text.
    pub fn scalar(&self, node: NodeId) -> Result<Scalar<'t>, ReadError> {
        let tree: &'t Tree<'s> = self.tree;
        let text = tree.scalar(node);
        let Some(tag) = tree.tag(node) else {
            let plain = tree.form(node) == Form::Plain;
            return Ok(if plain {
                scalar::resolve(text)
            } else {
                Scalar::Str(text)
            });
        };
        let standard = tag
            .strip_prefix("tag:yaml.org,2002:")
            .or_else(|| tag.strip_prefix("!!"));
        let value = scalar::resolve(text);
        match (standard, value) {
            (Some("null"), _) => Ok(Scalar::Null),
            (Some("int"), Scalar::Int(_) | Scalar::Uint(_))
            | (Some("bool"), Scalar::Bool(_))
            | (Some("float"), Scalar::Float(_))
            | (Some("timestamp"), Scalar::Str(_)) => Ok(value),
            (Some("float"), Scalar::Int(number)) => Ok(Scalar::Float(number as f64)),
            (Some("int" | "bool" | "float" | "timestamp"), _) => {
                let message = format!("cannot decode `{text}` as a `{tag}`");
                Err(ReadError::new(node, message))
            }
            // `!!str`, `!!binary`, and tags that nobody knows: the text as it is.
            _ => Ok(Scalar::Str(text)),
        }
    }

    /// The text of a key (`sigs.k8s.io/yaml`, `convertToJSONableObject`): `on:` is the key `true`.
    ///
    /// # Errors
    /// For keys that JSON cannot hold.
    pub fn key(&self, key: NodeId) -> Result<Cow<'t, str>, ReadError> {
        let node = self.tree.resolve(key);
        if !self.tree.form(node).is_scalar() {
            return Err(ReadError::new(key, "only scalars can be keys"));
        }
        match self.scalar(node)? {
            Scalar::Str(text) => Ok(text.into()),
            Scalar::Int(number) => Ok(number.to_string().into()),
            Scalar::Bool(value) => Ok(if value { "true" } else { "false" }.into()),
            Scalar::Float(number) => Ok(scalar::key_float(number).into()),
            Scalar::Null => Err(ReadError::new(key, "null cannot be a key")),
            Scalar::Uint(_) => Err(ReadError::new(key, "number is too large for a key")),
        }
    }

    /// The entries of a mapping that count: `<<` applied where it stands, the last value of a
    /// repeated key (`decode.go:mapping`, `merge`).
    ///
    /// # Errors
    /// When `<<` stands before something that cannot be merged.
    pub fn entries(&self, map: NodeId) -> Result<Cow<'t, [NodeId]>, ReadError> {
        let tree: &'t Tree<'s> = self.tree;
        if !tree.needs_merging(map) {
            return Ok(tree.children(map).into());
        }
        let mut entries = Entries::default();
        self.merge(map, &mut entries, 0)?;
        Ok(entries.nodes.into())
    }

    fn merge(&self, map: NodeId, into: &mut Entries<'t>, depth: u32) -> Result<(), ReadError> {
        if depth > MERGE_DEPTH {
            return Err(ReadError::new(
                map,
                "merge keys refer to each other too deeply",
            ));
        }
        let tree: &'t Tree<'s> = self.tree;
        for (key, value) in tree.pairs(map) {
            self.spend(key)?;
            if tree.is_merge_key(key) {
                for source in self.merge_sources(value)? {
                    self.merge(source, into, depth + 1)?;
                }
            } else {
                into.insert(tree.scalar(tree.resolve(key)), key, value);
            }
        }
        Ok(())
    }

    /// The mappings that a `<<` brings in, the one that wins last.
    fn merge_sources(&self, value: NodeId) -> Result<Vec<NodeId>, ReadError> {
        let refuse = |node| {
            ReadError::new(
                node,
                "`<<` merges a mapping, or a list of mappings written in place",
            )
        };
        let target = self.tree.resolve(value);
        if self.tree.form(target).is_map() {
            return Ok(vec![target]);
        }
        if !self.tree.form(target).is_seq() || target != value {
            return Err(refuse(value));
        }
        let maps = self.tree.children(target).iter().rev().map(|&item| {
            let map = self.tree.resolve(item);
            if self.tree.form(map).is_map() {
                Ok(map)
            } else {
                Err(refuse(item))
            }
        });
        maps.collect()
    }

    /// The value of a field, and its key; of a repeated field the last.
    pub fn get(&self, map: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
        let map = self.tree.resolve(map);
        if self.tree.form(map).is_map() && self.tree.needs_merging(map) {
            let entries = self.entries(map).ok()?;
            let mut pairs = entries.chunks_exact(2).map(|pair| (pair[0], pair[1]));
            return pairs.find(|(key, _)| self.tree.scalar(*key) == name);
        }
        self.tree
            .pairs(map)
            .find(|(key, _)| self.tree.scalar(*key) == name)
    }

    /// Everything about the document that kubectl cannot turn into JSON, in the order of the text:
    /// keys, merges, tags and numbers, wherever they stand.
    pub fn conversion_errors(&self) -> Vec<ReadError> {
        let mut errors = Vec::new();
        for node in self.tree.ids() {
            let form = self.tree.form(node);
            if form.is_map() {
                if let Err(error) = self.entries(node) {
                    errors.push(error);
                }
                let keys = self.tree.pairs(node).map(|(key, _)| key);
                let keys = keys.filter(|key| !self.tree.is_merge_key(*key));
                errors.extend(keys.filter_map(|key| self.key(key).err()));
            } else if form.is_scalar() {
                errors.extend(self.unconvertible_scalar(node));
            }
        }
        errors.sort_by_key(|error| self.tree.range(error.node).start);
        errors.dedup_by_key(|error| error.node);
        errors
    }

    fn unconvertible_scalar(&self, node: NodeId) -> Option<ReadError> {
        match self.scalar(node) {
            Ok(Scalar::Float(number)) if !number.is_finite() => {
                let text = self.tree.scalar(node);
                Some(ReadError::new(
                    node,
                    format!("`{text}` is no number that JSON can hold"),
                ))
            }
            Ok(_) => None,
            Err(error) => Some(error),
        }
    }

    /// The path from the top of the document to a node (a key counts as its value's path).
    pub fn path_to(&self, target: NodeId) -> FieldPath {
        let mut path = FieldPath::default();
        let Some(mut node) = self.tree.root() else {
            return path;
        };
        // Nodes are numbered in the order of the text, parents before children: the child that
        // holds the target is the last one that does not start behind it.
        while node != target {
            if self.tree.form(node).is_map() {
                let Some((key, value)) = self
                    .tree
                    .pairs(node)
                    .take_while(|(key, _)| *key <= target)
                    .last()
                else {
                    break;
                };
                path.0
                    .push(Segment::Field(self.tree.scalar(key).to_owned()));
                if target < value {
                    break;
                }
                node = value;
            } else {
                let items = self.tree.children(node).iter().enumerate();
                let Some((index, &item)) = items.take_while(|(_, item)| **item <= target).last()
                else {
                    break;
                };
                path.0.push(Segment::Index(index));
                node = item;
            }
        }
        path
    }
}

/// The entries of a merged mapping while they are collected.
#[derive(Default)]
struct Entries<'t> {
    nodes: Vec<NodeId>,
    /// Where each key stands in `nodes`.
    index: std::collections::HashMap<&'t str, usize>,
}

impl<'t> Entries<'t> {
    fn insert(&mut self, text: &'t str, key: NodeId, value: NodeId) {
        let at = *self.index.entry(text).or_insert(self.nodes.len());
        if at == self.nodes.len() {
            self.nodes.extend([key, value]);
        } else {
            self.nodes[at] = key;
            self.nodes[at + 1] = value;
        }
    }
}
