//! svclint answers, before anything is deployed, "where does my traffic go?".

pub mod field;
pub mod validation;
