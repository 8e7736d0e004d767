//! From the text of a document to its [`Tree`].

use super::document::{Document, Syntax};
use super::syntax::SyntaxError;
use super::tree::Tree;
use super::{granit, json};

/// How deep collections may nest, aliases followed. kubectl allows 10,000; everything behind the
/// parser may recurse.
pub(super) const NESTING_LIMIT: usize = 1000;

/// Reads one document of the tree's text into the tree; spans index the whole text.
///
/// # Errors
/// The first thing that kubectl cannot read. The tree then holds what came before it.
pub fn parse(tree: &mut Tree<'_>, document: &Document) -> Result<(), SyntaxError> {
    tree.clear();
    match document.syntax {
        Syntax::Yaml => granit::parse(tree, document.range.clone()),
        Syntax::Json => json::parse(tree, document.range.start, NESTING_LIMIT).map(drop),
    }
}
