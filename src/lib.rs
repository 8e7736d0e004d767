//! svclint answers, before anything is deployed, "where does my traffic go?".

pub mod field;
pub mod source;
pub mod validation;
pub mod yaml;
