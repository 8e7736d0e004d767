//! What decides how links are judged.

use super::{Before, External};
use crate::kube::KubeVersion;
use crate::kube::validation;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How to judge what is linked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The namespace of objects that name none (`--namespace`).
    pub namespace: Option<String>,
    /// The same, as the configuration says it: what is known of a unit counts more.
    pub configured_namespace: Option<String>,
    /// The version of Kubernetes that decides (`--kube-version`).
    pub kube_version: KubeVersion,
    /// The numbers that the cluster gives out as node ports (`--service-node-port-range` of its
    /// API server).
    pub node_port_range: RangeInclusive<i32>,
    /// Whether everything that exists is in the input (`--closed-world`).
    pub closed_world: bool,
    /// What lives elsewhere.
    pub external: Arc<External>,
    /// What there was in the base revision (`--base`).
    pub before: Option<Arc<Before>>,
}

impl Default for Options {
    fn default() -> Self {
        let server = validation::Options::default();
        Self {
            namespace: None,
            configured_namespace: None,
            kube_version: server.kube_version,
            node_port_range: server.node_port_range,
            closed_world: false,
            external: Arc::default(),
            before: None,
        }
    }
}

impl Options {
    /// The namespace of objects that name none: what the command line says, what is known of their
    /// unit, what the configuration says of all.
    pub fn namespace_or<'o>(&'o self, of_unit: Option<&'o str>) -> &'o str {
        let own = self.namespace.as_deref().or(of_unit);
        let own = own.or(self.configured_namespace.as_deref());
        own.unwrap_or("default")
    }

    /// Whether anybody says which namespace that is.
    pub fn sets_namespace(&self) -> bool {
        self.namespace.is_some() || self.configured_namespace.is_some()
    }
}
