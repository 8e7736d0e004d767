//! YAML as kubectl reads it, with the place of everything.

mod adapt;
mod alias;
mod base64;
mod block;
mod content;
pub mod cursor;
pub mod decode;
#[cfg(test)]
mod differential;
mod document;
mod escape;
mod explain;
mod fast;
pub mod field;
mod granit;
mod json;
pub mod locate;
mod mismatch;
mod name;
mod parse;
pub mod part;
mod quantity;
pub mod reader;
pub mod scalar;
mod strict;
mod syntax;
pub mod tree;

pub use document::{RawDocument, Syntax, documents};
pub use parse::parse;
pub use syntax::{Cause, SyntaxError};
