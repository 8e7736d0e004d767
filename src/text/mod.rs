//! Texts and places in them. Nothing here knows what the words of a text mean.

pub mod paths;
pub mod similar;
pub mod source;
pub mod split;
