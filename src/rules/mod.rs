//! The rules: one file each, and this list.
//!
//! A new rule is its page `rules/<id>.md`, a line in `catalogue::ids`, its file here, and a line in
//! [`ALL`]. A rule that only reports what reading or validating an object found needs no file.

mod backend_tls_policy;
mod destination_rule_subset_no_match;
mod dns_cross_namespace_short_name;
mod dns_name_not_found;
mod dns_port_not_found;
mod duplicate_cluster_ip;
mod duplicate_container_port_name;
mod duplicate_node_port;
mod duplicate_object;
mod egress_policy_blocks_dns;
mod endpointslice_service_mismatch;
mod external_name_ip;
mod external_traffic_policy_cluster;
mod external_traffic_policy_local;
mod flappy_readiness_probe;
mod gateway_certificate;
mod grace_period_too_short;
mod hardcoded_ip;
mod headless_port_translation;
mod host_network_dns_policy;
mod host_port_conflict;
mod hpa_target_not_found;
mod ignored_service_field;
mod ingress_port_not_found;
mod ingress_service_not_found;
mod internal_traffic_policy_local;
mod invalid_listener;
mod istio_destination_not_found;
mod istio_gateway_not_found;
mod istio_gateway_port_not_found;
mod istio_gateway_selector_no_match;
mod istio_host_not_served;
mod istio_port_not_found;
mod istio_subset_not_defined;
mod label_value_not_string;
mod listener_conflict;
mod listener_set_not_allowed;
mod listens_on_localhost;
mod load_balancer_service;
mod manual_endpoints_overwritten;
mod missing_readiness_probe;
mod missing_reference_grant;
mod network_policy_blocks_service;
mod network_policy_ignored_rules;
mod network_policy_named_port_not_found;
mod network_policy_selector_no_match;
mod network_policy_service_port;
mod no_prestop_delay;
mod node_port_service;
mod openshift_route_port_not_found;
mod orphan_workload_port;
mod overlapping_workload_selectors;
mod pdb_selector_no_match;
mod pod_monitor_no_match;
mod pod_monitor_port_not_found;
mod prefer_named_target_port;
mod probe_host_localhost;
mod probe_port_not_exposed;
mod probe_port_not_found;
mod probe_port_protocol_mismatch;
mod publish_not_ready_addresses;
mod readiness_equals_liveness;
mod readiness_gate_unmanaged;
mod reference_malformed;
mod reference_port_not_found;
mod reference_selector_no_match;
mod reference_service_not_found;
mod reference_target_not_found;
mod rollout_service_not_found;
mod rollout_zero_available;
mod route_backend_not_found;
mod route_conflict;
mod route_not_accepted;
mod route_parent_not_found;
mod route_port_not_found;
mod rule;
mod same_port_two_protocols;
mod scrape_annotation_port_not_found;
mod selectorless_service_without_endpoints;
mod service_backend_zero_replicas;
mod service_monitor_no_match;
mod service_monitor_port_not_found;
mod service_selector_namespace_mismatch;
mod service_selector_no_match;
mod service_selector_volatile_label;
mod service_selects_job_pods;
mod service_selects_multiple_workloads;
mod statefulset_service_not_found;
mod statefulset_service_not_headless;
mod statefulset_service_selects_others;
mod support;
mod target_port_in_init_container;
mod target_port_name_not_found;
mod target_port_not_exposed;
mod target_port_protocol_mismatch;
mod unknown_annotation;
mod unnamed_port;
mod webhook_service_not_found;
mod webhook_service_port;
mod workload_selector_mismatch;

use crate::catalogue::ids;
pub use rule::{Check, Rule};
pub(crate) use support::dangling_port::Dangling;
pub(crate) use support::endpoints::AllEndpoints;
pub(crate) use support::undeclared_port::{Undeclared, undeclared};
pub(crate) use support::virtual_service::virtual_services;

/// Every rule, by id.
pub static ALL: &[Rule] = &[
    backend_tls_policy::RULE,
    destination_rule_subset_no_match::RULE,
    dns_cross_namespace_short_name::RULE,
    dns_name_not_found::RULE,
    dns_port_not_found::RULE,
    duplicate_cluster_ip::RULE,
    duplicate_container_port_name::RULE,
    problems(ids::DUPLICATE_KEY),
    duplicate_node_port::RULE,
    duplicate_object::RULE,
    egress_policy_blocks_dns::RULE,
    endpointslice_service_mismatch::RULE,
    external_name_ip::RULE,
    external_traffic_policy_cluster::RULE,
    external_traffic_policy_local::RULE,
    flappy_readiness_probe::RULE,
    gateway_certificate::RULE,
    grace_period_too_short::RULE,
    hardcoded_ip::RULE,
    headless_port_translation::RULE,
    host_network_dns_policy::RULE,
    host_port_conflict::RULE,
    hpa_target_not_found::RULE,
    ignored_service_field::RULE,
    ingress_port_not_found::RULE,
    ingress_service_not_found::RULE,
    internal_traffic_policy_local::RULE,
    of_the_run(ids::INVALID_CONFIG),
    problems(ids::INVALID_CONTAINER_PORT),
    of_the_run(ids::INVALID_IGNORE),
    problems(ids::INVALID_INGRESS_BACKEND),
    problems(ids::INVALID_LABEL),
    invalid_listener::RULE,
    problems(ids::INVALID_MANIFEST),
    problems(ids::INVALID_OBJECT),
    problems(ids::INVALID_PROBE),
    problems(ids::INVALID_SERVICE_PORT),
    problems(ids::INVALID_SERVICE_SPEC),
    istio_destination_not_found::RULE,
    istio_gateway_not_found::RULE,
    istio_gateway_port_not_found::RULE,
    istio_gateway_selector_no_match::RULE,
    istio_host_not_served::RULE,
    istio_port_not_found::RULE,
    istio_subset_not_defined::RULE,
    label_value_not_string::RULE,
    listener_conflict::RULE,
    listener_set_not_allowed::RULE,
    listens_on_localhost::RULE,
    load_balancer_service::RULE,
    manual_endpoints_overwritten::RULE,
    missing_readiness_probe::RULE,
    missing_reference_grant::RULE,
    network_policy_blocks_service::RULE,
    network_policy_ignored_rules::RULE,
    network_policy_named_port_not_found::RULE,
    network_policy_selector_no_match::RULE,
    network_policy_service_port::RULE,
    no_prestop_delay::RULE,
    node_port_service::RULE,
    problems(ids::NUMERIC_STRING_PORT),
    openshift_route_port_not_found::RULE,
    orphan_workload_port::RULE,
    overlapping_workload_selectors::RULE,
    pdb_selector_no_match::RULE,
    pod_monitor_no_match::RULE,
    pod_monitor_port_not_found::RULE,
    prefer_named_target_port::RULE,
    probe_host_localhost::RULE,
    probe_port_not_exposed::RULE,
    probe_port_not_found::RULE,
    probe_port_protocol_mismatch::RULE,
    publish_not_ready_addresses::RULE,
    readiness_equals_liveness::RULE,
    readiness_gate_unmanaged::RULE,
    reference_malformed::RULE,
    reference_port_not_found::RULE,
    reference_selector_no_match::RULE,
    reference_service_not_found::RULE,
    reference_target_not_found::RULE,
    rollout_service_not_found::RULE,
    rollout_zero_available::RULE,
    route_backend_not_found::RULE,
    route_conflict::RULE,
    route_not_accepted::RULE,
    route_parent_not_found::RULE,
    route_port_not_found::RULE,
    same_port_two_protocols::RULE,
    scrape_annotation_port_not_found::RULE,
    selectorless_service_without_endpoints::RULE,
    service_backend_zero_replicas::RULE,
    service_monitor_no_match::RULE,
    service_monitor_port_not_found::RULE,
    service_selector_namespace_mismatch::RULE,
    service_selector_no_match::RULE,
    problems(ids::SERVICE_SELECTOR_NOT_FLAT),
    service_selector_volatile_label::RULE,
    service_selects_job_pods::RULE,
    service_selects_multiple_workloads::RULE,
    of_the_run(ids::STALE_BASELINE),
    statefulset_service_not_found::RULE,
    statefulset_service_not_headless::RULE,
    statefulset_service_selects_others::RULE,
    target_port_in_init_container::RULE,
    target_port_name_not_found::RULE,
    target_port_not_exposed::RULE,
    target_port_protocol_mismatch::RULE,
    unknown_annotation::RULE,
    problems(ids::UNKNOWN_FIELD),
    of_the_run(ids::UNMATCHED_CONFIG),
    unnamed_port::RULE,
    of_the_run(ids::UNUSED_IGNORE),
    webhook_service_not_found::RULE,
    webhook_service_port::RULE,
    workload_selector_mismatch::RULE,
];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}

/// A rule that only reports what reading or validating an object has found.
const fn problems(id: &'static str) -> Rule {
    Rule {
        id,
        check: Check::Problems,
    }
}

/// A rule about what decides a run, which the run itself reports.
const fn of_the_run(id: &'static str) -> Rule {
    Rule {
        id,
        check: Check::Run,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::PAGES;

    #[test]
    fn every_page_has_its_rule() {
        let pages: Vec<_> = PAGES.iter().map(|page| page.id).collect();
        let rules: Vec<_> = ALL.iter().map(|rule| rule.id).collect();
        assert_eq!(pages, rules);
    }
}
