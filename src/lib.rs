//! svclint answers, before anything is deployed, "where does my traffic go?".

pub mod catalogue;
pub mod config;
pub mod diagnostic;
pub mod findings;
pub mod kinds;
pub mod kube;
pub mod kustomize;
pub mod link;
pub mod load;
pub mod object;
pub mod report;
pub mod rules;
pub mod run;
pub mod settings;
pub mod text;
pub mod unit;
pub mod yaml;
