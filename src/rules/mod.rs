//! The rules: one file each, and this list.
//!
//! A new rule is its text `rules/<id>.md`, its file here, and a line in [`ALL`]. A rule that only
//! reports what reading or validating an object found needs no file: `problems` names the text.

mod allocation;
mod destination_rule_subset_no_match;
mod dns;
mod dns_cross_namespace_short_name;
mod dns_name_not_found;
mod dns_port_not_found;
mod duplicate_cluster_ip;
mod duplicate_container_port_name;
mod duplicate_node_port;
mod duplicate_object;
mod egress_policy_blocks_dns;
mod endpoints;
mod endpointslice_service_mismatch;
mod exposure;
mod external_name_ip;
mod external_traffic_policy_cluster;
mod external_traffic_policy_local;
mod flappy_readiness_probe;
mod grace_period_too_short;
mod hardcoded_ip;
mod headless_port_translation;
mod host_network_dns_policy;
mod host_port_conflict;
mod hpa_target_not_found;
mod ignored_service_field;
mod ingress_port_not_found;
mod ingress_service_not_found;
mod insertion;
mod internal_traffic_policy_local;
mod invalid_ignore;
mod istio_destination_not_found;
mod istio_gateway_port_not_found;
mod istio_port_not_found;
mod istio_subset_not_defined;
mod label_value_not_string;
mod listens_on_localhost;
mod load_balancer_service;
mod manual_endpoints_overwritten;
mod missing_readiness_probe;
mod missing_reference_grant;
mod near_pair;
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
mod pod_monitor_port_not_found;
mod policy;
mod port;
mod prefer_named_target_port;
mod probe_host_localhost;
mod probe_port_not_exposed;
mod probe_port_not_found;
mod probe_port_protocol_mismatch;
mod publish_not_ready_addresses;
mod readiness_equals_liveness;
mod readiness_gate_unmanaged;
mod reference;
mod rollout_service_not_found;
mod rollout_zero_available;
mod route_backend_not_found;
mod route_parent_not_found;
mod route_port_not_found;
pub mod rule;
mod same_port_two_protocols;
mod scrape;
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
mod target_port_in_init_container;
mod target_port_name_not_found;
mod target_port_not_exposed;
mod target_port_protocol_mismatch;
mod traffic;
mod undeclared;
mod unnamed_port;
mod webhook_service_not_found;
mod webhook_service_port;
mod workload_selector_mismatch;

use self::rule::{Check, Rule};
use crate::text::similar::nearest;
use std::collections::BTreeSet;

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

/// A rule that a run itself reports.
macro_rules! run {
    ($id:literal) => {
        Rule {
            id: $id,
            doc: include_str!(concat!("../../rules/", $id, ".md")),
            check: Check::Run,
        }
    };
}

/// Every rule, by id.
pub static ALL: &[Rule] = &[
    destination_rule_subset_no_match::RULE,
    dns_cross_namespace_short_name::RULE,
    dns_name_not_found::RULE,
    dns_port_not_found::RULE,
    duplicate_cluster_ip::RULE,
    duplicate_container_port_name::RULE,
    problems!("duplicate-key"),
    duplicate_node_port::RULE,
    duplicate_object::RULE,
    egress_policy_blocks_dns::RULE,
    endpointslice_service_mismatch::RULE,
    external_name_ip::RULE,
    external_traffic_policy_cluster::RULE,
    external_traffic_policy_local::RULE,
    flappy_readiness_probe::RULE,
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
    run!("invalid-config"),
    problems!("invalid-container-port"),
    invalid_ignore::RULE,
    problems!("invalid-ingress-backend"),
    problems!("invalid-label"),
    problems!("invalid-manifest"),
    problems!("invalid-object"),
    problems!("invalid-probe"),
    problems!("invalid-service-port"),
    problems!("invalid-service-spec"),
    istio_destination_not_found::RULE,
    istio_gateway_port_not_found::RULE,
    istio_port_not_found::RULE,
    istio_subset_not_defined::RULE,
    label_value_not_string::RULE,
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
    problems!("numeric-string-port"),
    openshift_route_port_not_found::RULE,
    orphan_workload_port::RULE,
    overlapping_workload_selectors::RULE,
    pdb_selector_no_match::RULE,
    pod_monitor_port_not_found::RULE,
    prefer_named_target_port::RULE,
    probe_host_localhost::RULE,
    probe_port_not_exposed::RULE,
    probe_port_not_found::RULE,
    probe_port_protocol_mismatch::RULE,
    publish_not_ready_addresses::RULE,
    readiness_equals_liveness::RULE,
    readiness_gate_unmanaged::RULE,
    rollout_service_not_found::RULE,
    rollout_zero_available::RULE,
    route_backend_not_found::RULE,
    route_parent_not_found::RULE,
    route_port_not_found::RULE,
    same_port_two_protocols::RULE,
    selectorless_service_without_endpoints::RULE,
    service_backend_zero_replicas::RULE,
    service_monitor_no_match::RULE,
    service_monitor_port_not_found::RULE,
    service_selector_namespace_mismatch::RULE,
    service_selector_no_match::RULE,
    problems!("service-selector-not-flat"),
    service_selector_volatile_label::RULE,
    service_selects_job_pods::RULE,
    service_selects_multiple_workloads::RULE,
    run!("stale-baseline"),
    statefulset_service_not_found::RULE,
    statefulset_service_not_headless::RULE,
    statefulset_service_selects_others::RULE,
    target_port_in_init_container::RULE,
    target_port_name_not_found::RULE,
    target_port_not_exposed::RULE,
    target_port_protocol_mismatch::RULE,
    problems!("unknown-field"),
    run!("unmatched-config"),
    unnamed_port::RULE,
    run!("unused-ignore"),
    webhook_service_not_found::RULE,
    webhook_service_port::RULE,
    workload_selector_mismatch::RULE,
];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}

/// The rules that a word of the command line stands for: the one with this id, or all of a group.
///
/// # Errors
/// Says which was probably meant if there is neither.
pub fn named(word: &str) -> Result<Vec<&'static str>, String> {
    let is_meant = |rule: &&Rule| rule.id == word || rule.meta().group == word;
    let named: Vec<_> = ALL.iter().filter(is_meant).map(|rule| rule.id).collect();
    if named.is_empty() {
        Err(format!("no rule or group has this name; {}", advice(word)))
    } else {
        Ok(named)
    }
}

/// What to do about a name that no rule has.
pub fn advice(word: &str) -> String {
    let groups: BTreeSet<String> = ALL.iter().map(|rule| rule.meta().group).collect();
    let known = ALL.iter().map(|rule| rule.id);
    match nearest(word, known.chain(groups.iter().map(String::as_str))) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`svclint rules` lists them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_by_id_or_group() {
        assert_eq!(named("duplicate-object"), Ok(vec!["duplicate-object"]));
        let ports = named("ports").expect("a group");
        assert!(ports.contains(&"target-port-name-not-found"));
        let near = named("duplicate-objects").expect_err("no rule");
        assert!(near.ends_with("did you mean `duplicate-object`?"), "{near}");
        let far = named("xyzzy").expect_err("no rule");
        assert!(far.ends_with("`svclint rules` lists them"), "{far}");
    }
}
