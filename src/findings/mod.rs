//! Which findings the user wants to hear of.

pub mod base;
pub mod baseline;
mod configured;
pub mod fingerprint;
pub mod suppress;
