//! The ids of all rules, and the page of each.
//!
//! A new rule is its page `rules/<id>.md`, a line here, and a line in `rules::ALL`.

use super::page::Page;

macro_rules! count {
    ($($name:ident)*) => { [$(stringify!($name)),*].len() };
}

macro_rules! pages {
    ($($name:ident = $id:literal,)*) => {
        $(
            #[doc = concat!("`", $id, "`")]
            pub const $name: &str = $id;
        )*

        /// The page of every rule, by id.
        pub static PAGES: [Page; count!($($name)*)] = [$(
            Page::new($name, include_str!(concat!("../../rules/", $id, ".md"))),
        )*];
    };
}

pages! {
    DESTINATION_RULE_SUBSET_NO_MATCH = "destination-rule-subset-no-match",
    DNS_CROSS_NAMESPACE_SHORT_NAME = "dns-cross-namespace-short-name",
    DNS_NAME_NOT_FOUND = "dns-name-not-found",
    DNS_PORT_NOT_FOUND = "dns-port-not-found",
    DUPLICATE_CLUSTER_IP = "duplicate-cluster-ip",
    DUPLICATE_CONTAINER_PORT_NAME = "duplicate-container-port-name",
    DUPLICATE_KEY = "duplicate-key",
    DUPLICATE_NODE_PORT = "duplicate-node-port",
    DUPLICATE_OBJECT = "duplicate-object",
    EGRESS_POLICY_BLOCKS_DNS = "egress-policy-blocks-dns",
    ENDPOINTSLICE_SERVICE_MISMATCH = "endpointslice-service-mismatch",
    EXTERNAL_NAME_IP = "external-name-ip",
    EXTERNAL_TRAFFIC_POLICY_CLUSTER = "external-traffic-policy-cluster",
    EXTERNAL_TRAFFIC_POLICY_LOCAL = "external-traffic-policy-local",
    FLAPPY_READINESS_PROBE = "flappy-readiness-probe",
    GRACE_PERIOD_TOO_SHORT = "grace-period-too-short",
    HARDCODED_IP = "hardcoded-ip",
    HEADLESS_PORT_TRANSLATION = "headless-port-translation",
    HOST_NETWORK_DNS_POLICY = "host-network-dns-policy",
    HOST_PORT_CONFLICT = "host-port-conflict",
    HPA_TARGET_NOT_FOUND = "hpa-target-not-found",
    IGNORED_SERVICE_FIELD = "ignored-service-field",
    INGRESS_PORT_NOT_FOUND = "ingress-port-not-found",
    INGRESS_SERVICE_NOT_FOUND = "ingress-service-not-found",
    INTERNAL_TRAFFIC_POLICY_LOCAL = "internal-traffic-policy-local",
    INVALID_CONFIG = "invalid-config",
    INVALID_CONTAINER_PORT = "invalid-container-port",
    INVALID_IGNORE = "invalid-ignore",
    INVALID_INGRESS_BACKEND = "invalid-ingress-backend",
    INVALID_LABEL = "invalid-label",
    INVALID_MANIFEST = "invalid-manifest",
    INVALID_OBJECT = "invalid-object",
    INVALID_PROBE = "invalid-probe",
    INVALID_SERVICE_PORT = "invalid-service-port",
    INVALID_SERVICE_SPEC = "invalid-service-spec",
    ISTIO_DESTINATION_NOT_FOUND = "istio-destination-not-found",
    ISTIO_GATEWAY_PORT_NOT_FOUND = "istio-gateway-port-not-found",
    ISTIO_PORT_NOT_FOUND = "istio-port-not-found",
    ISTIO_SUBSET_NOT_DEFINED = "istio-subset-not-defined",
    LABEL_VALUE_NOT_STRING = "label-value-not-string",
    LISTENS_ON_LOCALHOST = "listens-on-localhost",
    LOAD_BALANCER_SERVICE = "load-balancer-service",
    MANUAL_ENDPOINTS_OVERWRITTEN = "manual-endpoints-overwritten",
    MISSING_READINESS_PROBE = "missing-readiness-probe",
    MISSING_REFERENCE_GRANT = "missing-reference-grant",
    NETWORK_POLICY_BLOCKS_SERVICE = "network-policy-blocks-service",
    NETWORK_POLICY_IGNORED_RULES = "network-policy-ignored-rules",
    NETWORK_POLICY_NAMED_PORT_NOT_FOUND = "network-policy-named-port-not-found",
    NETWORK_POLICY_SELECTOR_NO_MATCH = "network-policy-selector-no-match",
    NETWORK_POLICY_SERVICE_PORT = "network-policy-service-port",
    NO_PRESTOP_DELAY = "no-prestop-delay",
    NODE_PORT_SERVICE = "node-port-service",
    NUMERIC_STRING_PORT = "numeric-string-port",
    OPENSHIFT_ROUTE_PORT_NOT_FOUND = "openshift-route-port-not-found",
    ORPHAN_WORKLOAD_PORT = "orphan-workload-port",
    OVERLAPPING_WORKLOAD_SELECTORS = "overlapping-workload-selectors",
    PDB_SELECTOR_NO_MATCH = "pdb-selector-no-match",
    POD_MONITOR_NO_MATCH = "pod-monitor-no-match",
    POD_MONITOR_PORT_NOT_FOUND = "pod-monitor-port-not-found",
    PREFER_NAMED_TARGET_PORT = "prefer-named-target-port",
    PROBE_HOST_LOCALHOST = "probe-host-localhost",
    PROBE_PORT_NOT_EXPOSED = "probe-port-not-exposed",
    PROBE_PORT_NOT_FOUND = "probe-port-not-found",
    PROBE_PORT_PROTOCOL_MISMATCH = "probe-port-protocol-mismatch",
    PUBLISH_NOT_READY_ADDRESSES = "publish-not-ready-addresses",
    READINESS_EQUALS_LIVENESS = "readiness-equals-liveness",
    READINESS_GATE_UNMANAGED = "readiness-gate-unmanaged",
    ROLLOUT_SERVICE_NOT_FOUND = "rollout-service-not-found",
    ROLLOUT_ZERO_AVAILABLE = "rollout-zero-available",
    ROUTE_BACKEND_NOT_FOUND = "route-backend-not-found",
    ROUTE_PARENT_NOT_FOUND = "route-parent-not-found",
    ROUTE_PORT_NOT_FOUND = "route-port-not-found",
    SAME_PORT_TWO_PROTOCOLS = "same-port-two-protocols",
    SELECTORLESS_SERVICE_WITHOUT_ENDPOINTS = "selectorless-service-without-endpoints",
    SERVICE_BACKEND_ZERO_REPLICAS = "service-backend-zero-replicas",
    SERVICE_MONITOR_NO_MATCH = "service-monitor-no-match",
    SERVICE_MONITOR_PORT_NOT_FOUND = "service-monitor-port-not-found",
    SERVICE_SELECTOR_NAMESPACE_MISMATCH = "service-selector-namespace-mismatch",
    SERVICE_SELECTOR_NO_MATCH = "service-selector-no-match",
    SERVICE_SELECTOR_NOT_FLAT = "service-selector-not-flat",
    SERVICE_SELECTOR_VOLATILE_LABEL = "service-selector-volatile-label",
    SERVICE_SELECTS_JOB_PODS = "service-selects-job-pods",
    SERVICE_SELECTS_MULTIPLE_WORKLOADS = "service-selects-multiple-workloads",
    STALE_BASELINE = "stale-baseline",
    STATEFULSET_SERVICE_NOT_FOUND = "statefulset-service-not-found",
    STATEFULSET_SERVICE_NOT_HEADLESS = "statefulset-service-not-headless",
    STATEFULSET_SERVICE_SELECTS_OTHERS = "statefulset-service-selects-others",
    TARGET_PORT_IN_INIT_CONTAINER = "target-port-in-init-container",
    TARGET_PORT_NAME_NOT_FOUND = "target-port-name-not-found",
    TARGET_PORT_NOT_EXPOSED = "target-port-not-exposed",
    TARGET_PORT_PROTOCOL_MISMATCH = "target-port-protocol-mismatch",
    UNKNOWN_FIELD = "unknown-field",
    UNMATCHED_CONFIG = "unmatched-config",
    UNNAMED_PORT = "unnamed-port",
    UNUSED_IGNORE = "unused-ignore",
    WEBHOOK_SERVICE_NOT_FOUND = "webhook-service-not-found",
    WEBHOOK_SERVICE_PORT = "webhook-service-port",
    WORKLOAD_SELECTOR_MISMATCH = "workload-selector-mismatch",
}
