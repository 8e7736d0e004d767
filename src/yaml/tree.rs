//! One YAML document as a compact tree: an arena of nodes with byte spans, in the order and form
//! of the text. Duplicate keys, anchors, tags and comments are kept; nothing is resolved here.

use super::name::{Name, mark};
use super::scalar;
use std::ops::Range;

/// How deep collections may nest, aliases followed. kubectl allows 10,000; everything that reads a
/// tree may recurse.
pub(super) const NESTING_LIMIT: usize = 1000;

/// Names a node of one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// Its place among all nodes.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A scalar without quotes; the only form that resolves to something else than a string.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A mapping in block style.
    Map,
    /// A sequence in block style.
    Seq,
    /// `{…}`
    FlowMap,
    /// `[…]`
    FlowSeq,
    /// `*anchor`
    Alias,
}

impl Form {
    /// Whether this is one of the two mapping forms.
    pub fn is_map(self) -> bool {
        matches!(self, Self::Map | Self::FlowMap)
    }

    /// Whether this is one of the two sequence forms.
    pub fn is_seq(self) -> bool {
        matches!(self, Self::Seq | Self::FlowSeq)
    }

    /// Whether this is one of the two forms with brackets.
    pub fn is_flow(self) -> bool {
        matches!(self, Self::FlowMap | Self::FlowSeq)
    }

    /// Whether this is one of the five scalar forms.
    pub fn is_scalar(self) -> bool {
        !self.is_map() && !self.is_seq() && self != Self::Alias
    }
}

/// The scalar's value had to be decoded and lies in the tree's own buffer, not in the text.
const DECODED: u8 = 1;
/// The node carries an explicit tag.
const TAGGED: u8 = 2;
/// The mapping may hold `<<`, or two keys that mean the same.
const IRREGULAR: u8 = 4;
/// The collection is not closed yet.
const OPEN: u8 = 8;
/// The scalar is a string: it has no tag, and is quoted or means nothing else to YAML.
const STRING: u8 = 16;

/// A node: 20 bytes, because a large stream has millions of them.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// First byte and one past the last, in the whole text.
    start: u32,
    end: u32,
    form: Form,
    flags: u8,
    /// Scalar: the mark of its value.
    mark: u16,
    /// Scalar: offset and length of its value. Collection: the range of its children in `children`
    /// (of a mapping key, value, key, value). Alias: its target.
    a: u32,
    b: u32,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The `#`.
    pub start: u32,
    /// The end of its line.
    pub end: u32,
}

/// One document. A tree is meant to be reused: [`Tree::clear`] keeps the memory.
#[derive(Debug, Default)]
pub struct Tree<'s> {
    text: &'s str,
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    decoded: String,
    tags: Vec<(NodeId, String)>,
    comments: Vec<Comment>,
    irregular: Vec<NodeId>,
    has_aliases: bool,
    has_oddities: bool,
    root: Option<NodeId>,
    /// Children of collections that are still open, innermost last.
    pending: Vec<NodeId>,
    /// Open collections, each with the number of pending children below it.
    open: Vec<(NodeId, usize)>,
    hashes: Vec<u64>,
}

impl<'s> Tree<'s> {
    /// An empty tree over a text; spans will index the whole text.
    pub fn new(text: &'s str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Forgets the document.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.children.clear();
        self.decoded.clear();
        self.tags.clear();
        self.comments.clear();
        self.irregular.clear();
        self.has_aliases = false;
        self.has_oddities = false;
        self.pending.clear();
        self.open.clear();
        self.root = None;
    }

    /// The text that the spans index.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// The top node; none in a document of nothing but comments.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes, in the order of the text.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// All comments, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// How the node is written.
    pub fn form(&self, id: NodeId) -> Form {
        self.node(id).form
    }

    /// Its bytes in the text.
    pub fn range(&self, id: NodeId) -> Range<u32> {
        let node = self.node(id);
        node.start..node.end
    }

    /// The value of a scalar, before any resolution. Empty for anything else.
    pub fn scalar(&self, id: NodeId) -> &str {
        let node = self.node(id);
        if !node.form.is_scalar() {
            return "";
        }
        let buffer = if node.flags & DECODED == 0 {
            self.text
        } else {
            &self.decoded
        };
        &buffer[node.a as usize..(node.a + node.b) as usize]
    }

    /// The children of a collection in order; of a mapping key, value, key, value.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        let node = self.node(id);
        if node.form.is_map() || node.form.is_seq() {
            &self.children[node.a as usize..(node.a + node.b) as usize]
        } else {
            &[]
        }
    }

    /// Keys and values of a mapping as written, duplicates and `<<` included.
    pub fn pairs(&self, id: NodeId) -> impl DoubleEndedIterator<Item = (NodeId, NodeId)> + '_ {
        let children = if self.form(id).is_map() {
            self.children(id)
        } else {
            &[]
        };
        children.chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// The node itself, or what the alias stands for.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.form == Form::Alias {
            NodeId(node.a)
        } else {
            id
        }
    }

    /// The explicit tag, with its handle resolved.
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        if self.node(id).flags & TAGGED == 0 {
            return None;
        }
        // Tags are recorded in the order of their nodes.
        let at = self.tags.binary_search_by_key(&id, |(node, _)| *node);
        at.ok().map(|at| self.tags[at].1.as_str())
    }

    /// Whether a key is the merge key (`decode.go:isMerge`).
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        self.scalar(key) == "<<"
            && match self.tag(key) {
                None => self.form(key) == Form::Plain,
                Some(tag) => matches!(tag, "!" | "tag:yaml.org,2002:merge"),
            }
    }

    /// The mappings whose entries may differ from their pairs, in the order of the text: they hold
    /// `<<`, equal keys, or keys that are no strings, which may mean the same.
    pub fn irregular_maps(&self) -> &[NodeId] {
        &self.irregular
    }

    /// Whether a mapping is one of [`Tree::irregular_maps`].
    pub fn is_irregular(&self, id: NodeId) -> bool {
        self.node(id).flags & IRREGULAR != 0
    }

    /// Whether there is any alias.
    pub fn has_aliases(&self) -> bool {
        self.has_aliases
    }

    /// Whether a node is a scalar that is read as it is written: a string without a tag.
    #[inline]
    pub(super) fn is_string(&self, id: NodeId) -> bool {
        self.node(id).flags & STRING != 0
    }

    /// Whether a string is that of a key; nothing if the node is none.
    #[inline]
    pub(super) fn is_named(&self, id: NodeId, name: Name<'_>) -> Option<bool> {
        let node = self.node(id);
        let is_string = node.flags & STRING != 0;
        is_string.then(|| node.mark == name.mark && self.scalar(id) == name.text)
    }

    /// Whether anything stands in the document that JSON may be unable to hold: a tag, a key that
    /// is no string, a merge, or a number without end.
    pub(super) fn has_oddities(&self) -> bool {
        self.has_oddities
    }
}

/// Building: called by the two parsers, in the order of the text.
impl Tree<'_> {
    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        if self.open.is_empty() {
            self.root.get_or_insert(id);
        } else {
            self.pending.push(id);
        }
        id
    }

    /// Adds a scalar whose value stands in the text as it is.
    pub(super) fn push_scalar(
        &mut self,
        form: Form,
        range: Range<u32>,
        value: Range<u32>,
    ) -> NodeId {
        let text = &self.text.as_bytes()[value.start as usize..value.end as usize];
        let (flags, mark) = (scalar_flags(form, text), mark(text));
        self.has_oddities |= is_endless(flags, text);
        let Range { start, end } = range;
        self.push(Node {
            start,
            end,
            form,
            flags,
            mark,
            a: value.start,
            b: value.end - value.start,
        })
    }

    /// Adds a scalar whose value differs from the text (escapes, folding, block scalars); `write`
    /// appends it to what it is given.
    pub(super) fn push_decoded(
        &mut self,
        form: Form,
        range: Range<u32>,
        write: impl FnOnce(&mut String),
    ) -> NodeId {
        let a = self.decoded.len() as u32;
        write(&mut self.decoded);
        let text = &self.decoded.as_bytes()[a as usize..];
        let (flags, mark) = (scalar_flags(form, text), mark(text));
        self.has_oddities |= is_endless(flags, text);
        let Range { start, end } = range;
        self.push(Node {
            start,
            end,
            form,
            flags: flags | DECODED,
            mark,
            a,
            b: self.decoded.len() as u32 - a,
        })
    }

    /// Adds an alias to an earlier node.
    pub(super) fn push_alias(&mut self, range: Range<u32>, target: NodeId) -> NodeId {
        self.has_aliases = true;
        let Range { start, end } = range;
        self.push(Node {
            start,
            end,
            form: Form::Alias,
            flags: 0,
            mark: 0,
            a: target.0,
            b: 0,
        })
    }

    /// Opens a collection; the nodes added until [`Tree::close`] are its children.
    pub(super) fn open(&mut self, form: Form, start: u32) -> NodeId {
        let id = self.push(Node {
            start,
            end: start,
            form,
            flags: OPEN,
            mark: 0,
            a: 0,
            b: 0,
        });
        self.open.push((id, self.pending.len()));
        id
    }

    /// The number of open collections.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether a node is a collection that is still open.
    pub(super) fn is_open(&self, id: NodeId) -> bool {
        self.node(id).flags & OPEN != 0
    }

    /// The key of a mapping that still waits for its value.
    pub(super) fn waiting_key(&self) -> Option<NodeId> {
        let (id, below) = *self.open.last()?;
        let waits = self.form(id).is_map() && (self.pending.len() - below) % 2 == 1;
        waits.then(|| self.pending.last().copied()).flatten()
    }

    /// The last child so far of the innermost open collection.
    pub(super) fn last_child(&self) -> Option<NodeId> {
        let (_, below) = *self.open.last()?;
        self.pending[below..].last().copied()
    }

    /// The innermost open collection.
    pub(super) fn innermost(&self) -> Option<NodeId> {
        self.open.last().map(|(id, _)| *id)
    }

    /// Closes the innermost collection. Without an end it ends where its last child does.
    pub(super) fn close(&mut self, end: Option<u32>) {
        let Some((id, below)) = self.open.pop() else {
            return;
        };
        let first = self.children.len();
        self.children.extend_from_slice(&self.pending[below..]);
        self.pending.truncate(below);
        let children = &self.children[first..];
        let last_end = children.last().map(|child| self.node(*child).end);
        if self.node(id).form.is_map() && self.may_be_irregular(first) {
            self.nodes[id.index()].flags |= IRREGULAR;
            self.irregular.push(id);
        }
        let count = self.children.len() - first;
        let node = &mut self.nodes[id.index()];
        node.flags &= !OPEN;
        (node.a, node.b) = (first as u32, count as u32);
        node.end = end.or(last_end).unwrap_or(node.start);
    }

    /// Looks for `<<`, for equal keys, and for keys that are no strings among the keys of the
    /// mapping whose children start at `first`.
    fn may_be_irregular(&mut self, first: usize) -> bool {
        let merge = Name::new("<<");
        let keys = || self.children[first..].iter().step_by(2);
        let is_odd = keys().any(|&key| self.is_named(key, merge) != Some(false));
        self.has_oddities |= is_odd;
        is_odd || self.has_repeats(first)
    }

    /// Whether two keys of a mapping, strings all of them, may be equal.
    fn has_repeats(&mut self, first: usize) -> bool {
        let keys = &self.children[first..];
        // Most mappings have a handful of keys: comparing them all is faster than sorting.
        if keys.len() <= 24 {
            let is_as = |key: &NodeId, before: &NodeId| {
                self.node(*key).mark == self.node(*before).mark
                    && self.scalar(*key) == self.scalar(*before)
            };
            return (2..keys.len()).step_by(2).any(|at| {
                let mut before = keys[..at].iter().step_by(2);
                before.any(|before| is_as(&keys[at], before))
            });
        }
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        let keys = self.children[first..].iter().step_by(2);
        hashes.extend(keys.map(|&key| hash(self.scalar(key).as_bytes())));
        hashes.sort_unstable();
        let repeats = hashes.windows(2).any(|pair| pair[0] == pair[1]);
        self.hashes = hashes;
        repeats
    }

    /// Records an explicit tag.
    pub(super) fn set_tag(&mut self, id: NodeId, tag: String) {
        let flags = &mut self.nodes[id.index()].flags;
        *flags = *flags & !STRING | TAGGED;
        self.has_oddities = true;
        self.tags.push((id, tag));
    }

    /// Records a comment that stands anywhere.
    pub(super) fn insert_comment(&mut self, start: u32, end: u32) {
        let at = self
            .comments
            .partition_point(|comment| comment.start < start);
        self.comments.insert(at, Comment { start, end });
    }

    /// Records a comment.
    pub(super) fn push_comment(&mut self, start: u32, end: u32) {
        self.comments.push(Comment { start, end });
    }
}

/// Equal hashes only send a mapping down the careful path, so that a fast one is good enough.
fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64 ^ 0x9e37_79b9_7f4a_7c15;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let product = u128::from(state ^ u64::from_le_bytes(word)) * 0xa076_1d64_78bd_642f;
        state = (product >> 64) as u64 ^ product as u64;
    }
    state
}

fn scalar_flags(form: Form, text: &[u8]) -> u8 {
    let is_string = form != Form::Plain || scalar::is_string(text);
    if is_string { STRING } else { 0 }
}

/// Whether a scalar is a number that JSON cannot hold.
fn is_endless(flags: u8, text: &[u8]) -> bool {
    let is_plain = flags & STRING == 0 && matches!(text, [b'.' | b'+' | b'-', ..]);
    is_plain && str::from_utf8(text).is_ok_and(scalar::is_endless)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::yaml::granit::parse;

    fn parsed(text: &str) -> Tree<'_> {
        let mut tree = Tree::new(text);
        parse(&mut tree, 0..text.len()).unwrap();
        tree
    }

    #[test]
    fn a_node_has_20_bytes() {
        assert_eq!(size_of::<Node>(), 20);
    }

    #[test]
    fn a_tree_can_be_used_again() {
        let mut tree = Tree::new("a: &x !t 1\na: *x\n# c\n---\nb: 2\n");
        parse(&mut tree, 0..21).unwrap();
        assert!(tree.has_aliases() && !tree.irregular_maps().is_empty());
        tree.clear();
        parse(&mut tree, 25..30).unwrap();
        assert_eq!(tree.len(), 3);
        assert!(!tree.has_aliases() && tree.irregular_maps().is_empty());
        assert!(tree.comments().is_empty() && tree.ids().all(|id| tree.tag(id).is_none()));
    }

    #[test]
    fn repeated_keys_stay_and_mark_their_mapping() {
        let tree = parsed("a: {x: 1, y: 2, x: 3}\nb: {x: 1}\n");
        let root = tree.root().unwrap();
        let maps: Vec<_> = tree.pairs(root).map(|(_, value)| value).collect();
        assert_eq!(tree.pairs(maps[0]).count(), 3);
        assert_eq!(tree.irregular_maps(), [maps[0]]);
        assert!(!tree.is_irregular(maps[1]) && !tree.is_irregular(root));
    }

    #[test]
    fn keys_that_mean_the_same_mark_their_mapping() {
        for text in [
            "on: 1\ntrue: 2",
            "8: 1\n010: 2",
            "1: 1\n\"1\": 2",
            "<<: {}",
            "!!str 1: 1",
        ] {
            let tree = parsed(text);
            assert!(tree.is_irregular(tree.root().unwrap()), "{text}");
        }
        let keys: Vec<_> = (0..100_000).map(|n| format!("key{n}: 1\n")).collect();
        let many = keys.concat();
        let tree = parsed(&many);
        assert!(!tree.is_irregular(tree.root().unwrap()));
        let again = format!("{many}key50: 1\n");
        let tree = parsed(&again);
        assert!(tree.is_irregular(tree.root().unwrap()));
    }

    #[test]
    fn merge_keys_are_plain_or_tagged_so() {
        let is_merge = |text| {
            let tree = parsed(text);
            let (key, _) = tree.pairs(tree.root().unwrap()).next().unwrap();
            tree.is_merge_key(key)
        };
        assert!(is_merge("<<: {}") && is_merge("!!merge \"<<\": {}") && is_merge("! <<: {}"));
        assert!(!is_merge("\"<<\": {}") && !is_merge("!!str <<: {}") && !is_merge("<<<: {}"));
    }
}
