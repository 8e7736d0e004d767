//! svclint answers, before anything is deployed, "where does my traffic go?".

pub mod base;
pub mod baseline;
pub mod config;
pub mod diagnostic;
pub mod field;
pub mod fingerprint;
pub mod index;
pub mod kustomize;
pub mod lint;
pub mod load;
pub mod model;
pub mod object;
pub mod report;
pub mod revision;
pub mod rule;
pub mod rules;
pub mod scope;
pub mod similar;
pub mod source;
pub mod suppress;
pub mod validation;
pub mod yaml;
