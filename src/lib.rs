//! svclint answers, before anything is deployed, "where does my traffic go?".

pub mod diagnostic;
pub mod field;
pub mod kustomize;
pub mod lint;
pub mod load;
pub mod source;
pub mod validation;
pub mod yaml;
