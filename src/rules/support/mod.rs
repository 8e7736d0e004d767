//! What several rules share: a file per concept. A rule states what is wrong; here stand the
//! listings that rules walk through, and findings that several rules word alike.

pub(crate) mod allowed_namespaces;
pub(crate) mod collision;
pub(crate) mod dangling_port;
pub(crate) mod described;
pub(crate) mod dns_name;
pub(crate) mod endpoints;
pub(crate) mod exposure;
pub(crate) mod insertion;
pub(crate) mod listing;
pub(crate) mod mesh_parent;
pub(crate) mod missing_port;
pub(crate) mod monitor_port;
pub(crate) mod near_miss;
pub(crate) mod no_match;
pub(crate) mod policy_target;
pub(crate) mod pool_not_found;
pub(crate) mod probe_advice;
pub(crate) mod reference;
pub(crate) mod reference_grant;
pub(crate) mod refused_listener;
pub(crate) mod routed;
pub(crate) mod scraped;
pub(crate) mod selector_miss;
pub(crate) mod service_not_found;
pub(crate) mod service_port;
pub(crate) mod serving;
pub(crate) mod stranger;
pub(crate) mod traffic;
pub(crate) mod undeclared_port;
pub(crate) mod variants;
pub(crate) mod virtual_service;
pub(crate) mod volatile_label;
