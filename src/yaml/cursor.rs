//! A place in a document from which its fields are looked up: how the model is read.

use super::reader::Reader;
use super::scalar::{self, Scalar};
use super::tree::NodeId;
use crate::text::source::{Span, Spanned};

/// A value of a document, with the key that leads to it.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'r> {
    reader: &'r Reader<'r, 'r>,
    node: NodeId,
    key: Option<NodeId>,
}

impl<'r> Cursor<'r> {
    /// The top of a document.
    pub fn root(reader: &'r Reader<'r, 'r>) -> Option<Self> {
        Some(Self::at(reader, reader.tree.root()?))
    }

    /// A node of a document.
    pub fn at(reader: &'r Reader<'r, 'r>, node: NodeId) -> Self {
        Self {
            reader,
            node,
            key: None,
        }
    }

    /// The node, aliases followed.
    pub fn node(self) -> NodeId {
        self.reader.tree.resolve(self.node)
    }

    /// The document's reader.
    pub fn reader(self) -> &'r Reader<'r, 'r> {
        self.reader
    }

    /// Whether the value could not be read: nothing may be concluded from it.
    pub fn is_masked(self) -> bool {
        self.reader.is_masked(self.node)
    }

    /// A field that is set to something: neither absent nor null nor unreadable.
    pub fn get(self, name: &str) -> Option<Self> {
        self.field(name).filter(|field| !field.is_null())
    }

    /// A field that is written down, be it null.
    pub fn field(self, name: &str) -> Option<Self> {
        if self.is_masked() {
            return None;
        }
        let (key, node) = self.reader.get(self.node, name)?;
        Some(Self {
            reader: self.reader,
            node,
            key: Some(key),
        })
    }

    /// What lies below several fields, each in the one before.
    pub fn path<const N: usize>(self, names: [&str; N]) -> Option<Self> {
        names.iter().try_fold(self, |above, name| above.get(name))
    }

    /// The items of the list in a field; nothing if there is none.
    pub fn list(self, name: &str) -> impl DoubleEndedIterator<Item = Self> + use<'r> {
        self.get(name).into_iter().flat_map(Self::items)
    }

    /// Whether the value is null, or cannot be read and counts as null.
    pub fn is_null(self) -> bool {
        if self.reader.tree.is_string(self.node) {
            return self.is_masked();
        }
        self.is_masked() || self.scalar() == Some(Scalar::Null)
    }

    /// Whether this is a mapping.
    pub fn is_map(self) -> bool {
        self.reader.tree.form(self.node()).is_map()
    }

    /// Whether this is a list.
    pub fn is_list(self) -> bool {
        self.reader.tree.form(self.node()).is_seq()
    }

    /// The items of a list; nothing for anything else.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Self> + use<'r> {
        let tree = self.reader.tree;
        let node = self.node();
        let items = if tree.form(node).is_seq() {
            tree.children(node)
        } else {
            &[]
        };
        items.iter().map(move |&item| Self::at(self.reader, item))
    }

    /// The entries of a mapping, by what kubectl takes the key for; nothing for anything else.
    pub fn entries(self) -> Vec<(Spanned<String>, Self)> {
        let node = self.node();
        if self.is_masked() || !self.reader.tree.form(node).is_map() {
            return Vec::new();
        }
        let pairs = self
            .reader
            .entries(node)
            .chunks_exact(2)
            .filter_map(|pair| {
                let key = self.reader.key(pair[0]).ok()?.into_owned();
                let value = Self {
                    reader: self.reader,
                    node: pair[1],
                    key: Some(pair[0]),
                };
                Some((Spanned::new(key, self.reader.span(pair[0])), value))
            });
        pairs.collect()
    }

    /// The keys of a mapping, each as a value of its own; nothing for anything else.
    pub fn keys(self) -> Vec<Self> {
        let node = self.node();
        if self.is_masked() || !self.reader.tree.form(node).is_map() {
            return Vec::new();
        }
        let keys = self.reader.entries(node).chunks_exact(2);
        keys.map(|pair| Self::at(self.reader, pair[0])).collect()
    }

    /// The resolved value of a scalar.
    pub fn scalar(self) -> Option<Scalar<'r>> {
        let node = self.node();
        let scalar = self.reader.tree.form(node).is_scalar();
        if scalar {
            self.reader.scalar(node).ok()
        } else {
            None
        }
    }

    /// The text of a scalar as written, without quotes and before any resolution.
    pub fn text(self) -> &'r str {
        self.reader.tree.scalar(self.node())
    }

    /// The value as it stands in the text, quotes and all.
    pub fn source(self) -> &'r str {
        let range = self.reader.tree.range(self.node());
        &self.reader.tree.text()[range.start as usize..range.end as usize]
    }

    /// A string with its place.
    pub fn string(self) -> Option<Spanned<String>> {
        match self.scalar()? {
            Scalar::Str(text) if !self.is_masked() => {
                Some(Spanned::new(text.to_owned(), self.span()))
            }
            _ => None,
        }
    }

    /// A whole number with its place; `80.0` is one, as it is to the API server.
    pub fn integer(self) -> Option<Spanned<i64>> {
        let number = match self.scalar()? {
            Scalar::Int(number) => number,
            Scalar::Float(number) => scalar::whole(number)?,
            _ => return None,
        };
        (!self.is_masked()).then(|| Spanned::new(number, self.span()))
    }

    /// A boolean with its place.
    pub fn boolean(self) -> Option<Spanned<bool>> {
        match self.scalar()? {
            Scalar::Bool(value) if !self.is_masked() => Some(Spanned::new(value, self.span())),
            _ => None,
        }
    }

    /// The value's place. A value that is absent behind its key stands where it would be.
    pub fn span(self) -> Span {
        self.reader.span(self.node())
    }

    /// The place of the alias, if the value is one: what it stands for is somewhere else.
    pub fn alias_span(self) -> Option<Span> {
        (self.node != self.node()).then(|| self.reader.span(self.node))
    }

    /// The place of the key that leads here; of a list item its first key; else the value.
    pub fn key_span(self) -> Span {
        let tree = self.reader.tree;
        let key = self.key.or_else(|| {
            let node = self.node();
            tree.form(node)
                .is_map()
                .then(|| tree.children(node).first().copied())
                .flatten()
        });
        self.reader.span(key.unwrap_or(self.node))
    }
}
