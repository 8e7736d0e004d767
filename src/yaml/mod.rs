//! YAML as kubectl reads it, with the place of everything.

mod alias;
mod base64;
pub mod cursor;
pub mod decode;
mod mismatch;
pub mod parse;
pub mod reader;
pub mod scalar;
pub mod split;
pub mod tree;
