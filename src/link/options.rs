//! What decides how links are judged.

use super::{Base, External};
use crate::kube::KubeVersion;
use crate::kube::validation;
use crate::unit::DefaultNamespace;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How to judge what is linked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The namespace of objects that name none.
    pub namespace: DefaultNamespace,
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
    pub base: Option<Arc<Base>>,
}

impl Default for Options {
    fn default() -> Self {
        let server = validation::Options::default();
        Self {
            namespace: DefaultNamespace::default(),
            kube_version: server.kube_version,
            node_port_range: server.node_port_range,
            closed_world: false,
            external: Arc::default(),
            base: None,
        }
    }
}
