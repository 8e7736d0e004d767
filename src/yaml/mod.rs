//! YAML as kubectl reads it, with the place of everything.

pub mod cursor;
pub mod decode;
pub mod parse;
pub mod reader;
pub mod scalar;
pub mod split;
pub mod tree;
