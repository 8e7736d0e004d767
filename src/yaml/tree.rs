//! One YAML document as a compact tree: an arena of nodes with byte spans, in the order and form
//! of the text. Duplicate keys, anchors, tags and comments are kept; nothing is resolved here.

use std::ops::Range;

/// Names a node of one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

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

    /// Whether this is one of the five scalar forms.
    pub fn is_scalar(self) -> bool {
        !self.is_map() && !self.is_seq() && self != Self::Alias
    }
}

/// The scalar's value had to be decoded and lies in the tree's own buffer, not in the text.
const DECODED: u8 = 1;
/// The mapping holds a plain `<<` key.
const MERGE: u8 = 2;
/// The mapping holds two equal keys.
const DUPLICATES: u8 = 4;
/// The node carries an explicit tag.
const TAGGED: u8 = 8;

/// A node: 24 bytes, because a large stream has millions of them.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// First byte and one past the last, in the whole text.
    start: u32,
    end: u32,
    form: Form,
    flags: u8,
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
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// All comments, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
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
        self.tags
            .iter()
            .find(|(node, _)| *node == id)
            .map(|(_, tag)| tag.as_str())
    }

    /// Whether a mapping's entries are not simply its pairs: it has a `<<` or a repeated key.
    pub fn needs_merging(&self, id: NodeId) -> bool {
        self.node(id).flags & (MERGE | DUPLICATES) != 0
    }

    /// Whether a mapping repeats a key.
    pub fn has_duplicates(&self, id: NodeId) -> bool {
        self.node(id).flags & DUPLICATES != 0
    }

    /// Whether a key is the merge key.
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        self.form(key) == Form::Plain && self.scalar(key) == "<<" && self.tag(key).is_none()
    }

    /// The mappings that repeat a key, in the order of the text.
    pub fn maps_with_duplicates(&self) -> impl Iterator<Item = NodeId> + '_ {
        let flagged = |node: &Node| node.flags & DUPLICATES != 0;
        let ids = self
            .nodes
            .iter()
            .enumerate()
            .filter(move |(_, node)| flagged(node));
        ids.map(|(index, _)| NodeId(index as u32))
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
        let Range { start, end } = range;
        self.push(Node {
            start,
            end,
            form,
            flags: 0,
            a: value.start,
            b: value.end - value.start,
        })
    }

    /// Adds a scalar whose value differs from the text (escapes, folding, block scalars).
    pub(super) fn push_decoded(&mut self, form: Form, range: Range<u32>, value: &str) -> NodeId {
        let a = self.decoded.len() as u32;
        self.decoded.push_str(value);
        let Range { start, end } = range;
        self.push(Node {
            start,
            end,
            form,
            flags: DECODED,
            a,
            b: value.len() as u32,
        })
    }

    /// Adds an alias to an earlier node.
    pub(super) fn push_alias(&mut self, range: Range<u32>, target: NodeId) -> NodeId {
        let Range { start, end } = range;
        self.push(Node {
            start,
            end,
            form: Form::Alias,
            flags: 0,
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
            flags: 0,
            a: 0,
            b: 0,
        });
        self.open.push((id, self.pending.len()));
        id
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
        let flags = if self.node(id).form.is_map() {
            self.map_flags(first)
        } else {
            0
        };
        let count = self.children.len() - first;
        let node = &mut self.nodes[id.0 as usize];
        (node.a, node.b) = (first as u32, count as u32);
        node.flags |= flags;
        node.end = end.or(last_end).unwrap_or(node.start);
    }

    /// Finds `<<` and repeated keys among the keys of the mapping whose children start at `first`.
    fn map_flags(&mut self, first: usize) -> u8 {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        let mut flags = 0;
        for key in self.children[first..].iter().step_by(2) {
            if self.is_merge_key(*key) {
                flags |= MERGE;
            } else if self.form(*key).is_scalar() {
                hashes.push(hash(self.scalar(*key).as_bytes()));
            }
        }
        if has_repeats(&mut hashes) {
            flags |= DUPLICATES;
        }
        self.hashes = hashes;
        flags
    }

    /// Records an explicit tag.
    pub(super) fn set_tag(&mut self, id: NodeId, tag: String) {
        self.nodes[id.0 as usize].flags |= TAGGED;
        self.tags.push((id, tag));
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
        state =
            (state.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    state
}

fn has_repeats(hashes: &mut [u64]) -> bool {
    // Most mappings have a handful of keys: comparing them all is faster than sorting.
    if hashes.len() <= 12 {
        return (1..hashes.len()).any(|at| hashes[..at].contains(&hashes[at]));
    }
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}
