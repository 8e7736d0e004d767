//! What the server takes a Service for once it has filled in what was left out.

use crate::kube::validation::{Violation, items, text};
use crate::yaml::field::Path;
use k8s_openapi::api::core::v1::{ServicePort, ServiceSpec};

/// The `clusterIP` of a headless Service.
pub(super) const HEADLESS: &str = "None";

/// A spec with the server's defaults for what was left out.
///
/// Kubernetes, `pkg/apis/core/v1/defaults.go`: `SetDefaults_Service`, and
/// `pkg/registry/core/service/storage/storage.go`: `normalizeClusterIPs`.
pub(super) struct Defaulted<'a> {
    pub(super) spec: &'a ServiceSpec,
    pub(super) type_: &'a str,
    pub(super) cluster_ip: &'a str,
    pub(super) cluster_ips: &'a [String],
    pub(super) ports: &'a [ServicePort],
    pub(super) external_ips: &'a [String],
    pub(super) external_traffic_policy: &'a str,
    pub(super) session_affinity: &'a str,
}

impl<'a> Defaulted<'a> {
    pub(super) fn new(spec: &'a ServiceSpec) -> Self {
        let or = |field: Option<&'a String>, default: &'a str| match text(field) {
            "" => default,
            text => text,
        };
        let type_ = or(spec.type_.as_ref(), "ClusterIP");
        let external_ips = items(spec.external_ips.as_ref());
        let written = items(spec.cluster_ips.as_ref());
        let cluster_ips = match &spec.cluster_ip {
            Some(address) if written.is_empty() && !address.is_empty() => {
                std::slice::from_ref(address)
            }
            _ => written,
        };
        let externally_accessible = is_externally_accessible(type_, external_ips);
        Self {
            spec,
            type_,
            cluster_ip: text(spec.cluster_ip.as_ref()),
            cluster_ips,
            ports: items(spec.ports.as_ref()),
            external_ips,
            external_traffic_policy: or(
                spec.external_traffic_policy.as_ref(),
                if externally_accessible { "Cluster" } else { "" },
            ),
            session_affinity: or(spec.session_affinity.as_ref(), "None"),
        }
    }

    pub(super) fn is_type(&self, type_: &str) -> bool {
        self.type_ == type_
    }

    pub(super) fn is_headless(&self) -> bool {
        matches!(self.cluster_ips, [only] if only == HEADLESS)
    }

    pub(super) fn is_externally_accessible(&self) -> bool {
        is_externally_accessible(self.type_, self.external_ips)
    }

    pub(super) fn needs_health_check(&self) -> bool {
        self.is_type("LoadBalancer") && self.external_traffic_policy == "Local"
    }

    /// The server derives `clusterIPs` from `clusterIP`: what is written is the place.
    pub(super) fn place_cluster_ips<'v>(&self, violation: &'v mut Violation) -> &'v mut Violation {
        if items(self.spec.cluster_ips.as_ref()).is_empty() {
            violation.place = Some(Path::new("spec").child("clusterIP").to_field_path());
        }
        violation
    }
}

/// Kubernetes, `pkg/api/service/util.go`: `ExternallyAccessible`.
fn is_externally_accessible(type_: &str, external_ips: &[String]) -> bool {
    match type_ {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !external_ips.is_empty(),
        _ => false,
    }
}
