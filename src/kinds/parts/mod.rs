//! What several kinds have: pod templates and their containers, labels and selectors, references.

pub mod allowed_namespaces;
pub mod certificate_ref;
pub(super) mod collect;
pub mod config_source;
pub mod container;
pub mod entries;
pub mod gateway_api;
pub mod gateway_route;
pub mod host;
pub mod istio;
pub mod label_selector;
pub mod labels;
pub mod listener;
pub mod monitor;
pub mod pod_template;
pub mod port;
pub mod pre_stop;
pub mod probe;
pub mod process;
pub mod requests;
pub mod resolver;
pub(super) mod scale_target;
pub mod service_ref;
pub mod strategy;
pub(super) mod webhook;
pub mod workload;
