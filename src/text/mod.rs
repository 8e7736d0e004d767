//! Texts and places in them. Nothing here knows what the words of a text mean.

pub mod boundary;
pub mod encoding;
mod failure;
pub mod hash;
pub mod paths;
pub mod placeholder;
pub mod printable;
pub mod quote;
pub mod similar;
pub mod source;
pub mod split;

pub use failure::Failure;
