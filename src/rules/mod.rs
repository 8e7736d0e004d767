//! The rules: one file each, and this list.
//!
//! A new rule is its text `rules/<id>.md`, its file here, and a line in [`ALL`]. A rule that only
//! reports what reading or validating an object found needs no file: `problems` names the text.

mod duplicate_container_port_name;
mod duplicate_object;
mod headless_port_translation;
mod label_value_not_string;
mod missing_readiness_probe;
mod port;
mod probe_port_not_found;
mod service_backend_zero_replicas;
mod service_selector_namespace_mismatch;
mod service_selector_no_match;
mod service_selects_job_pods;
mod target_port_in_init_container;
mod target_port_name_not_found;
mod target_port_not_exposed;
mod target_port_protocol_mismatch;
mod workload_selector_mismatch;

use crate::rule::{Check, Rule};

/// A rule of what is wrong with one object alone.
macro_rules! problems {
    ($id:literal) => {
        Rule {
            id: $id,
            doc: include_str!(concat!("../../rules/", $id, ".md")),
            check: Check::Problems,
        }
    };
}

/// Every rule, by id.
pub static ALL: &[Rule] = &[
    duplicate_container_port_name::RULE,
    problems!("duplicate-key"),
    duplicate_object::RULE,
    headless_port_translation::RULE,
    problems!("invalid-container-port"),
    problems!("invalid-label"),
    problems!("invalid-manifest"),
    problems!("invalid-object"),
    problems!("invalid-probe"),
    problems!("invalid-service-port"),
    problems!("invalid-service-spec"),
    label_value_not_string::RULE,
    missing_readiness_probe::RULE,
    problems!("numeric-string-port"),
    probe_port_not_found::RULE,
    service_backend_zero_replicas::RULE,
    service_selector_namespace_mismatch::RULE,
    service_selector_no_match::RULE,
    problems!("service-selector-not-flat"),
    service_selects_job_pods::RULE,
    target_port_in_init_container::RULE,
    target_port_name_not_found::RULE,
    target_port_not_exposed::RULE,
    target_port_protocol_mismatch::RULE,
    problems!("unknown-field"),
    workload_selector_mismatch::RULE,
];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}
