//! What rules think in: Services, workloads and their parts, read once from a document and kept
//! with the place of everything when the document's tree is gone.

pub mod argo;
pub mod autoscaler;
pub mod budget;
pub mod config_map;
pub mod endpoints;
pub mod gateway;
pub mod host;
pub mod ingress;
pub mod istio;
pub mod kind;
pub mod label_selector;
pub mod labels;
pub mod monitor;
pub mod openshift;
pub mod pod;
pub mod policy;
pub mod probe;
pub mod process;
pub mod reference;
pub mod resolver;
pub mod rollout;
pub mod route;
pub mod runtime_label;
pub mod served;
pub mod service;
pub mod webhook;
pub mod workload;

pub use autoscaler::Autoscaler;
pub use budget::Budget;
pub use config_map::{ConfigEntry, ConfigMap, ConfigSource};
pub use endpoints::{EndpointPort, Endpoints, Writer};
pub use gateway::{Gateway, GrantTo, ParentRef, ReferenceGrant};
pub use host::HostUse;
pub use ingress::Ingress;
pub use kind::Kind;
pub use label_selector::{LabelSelector, Operator, Requirement};
pub use labels::{Labels, Pair, PairValue};
pub use monitor::{Monitor, ScrapeEndpoint};
pub use pod::{Container, ContainerPort, ContainerRole, PodTemplate, PortRef, Protocol};
pub use policy::{Direction, NetworkPolicy, Peer, PodPeer, PolicyPort, PolicyRule};
pub use probe::{Probe, ProbeHandler, ProbeKind};
pub use process::{Process, Variable};
pub use reference::{Role, ServiceRef};
pub use resolver::Resolver;
pub use rollout::{Amount, PreStop, Strategy};
pub use service::{Selector, Service, ServicePort, ServiceType, Setting};
pub use workload::Workload;

/// Collects a list that stays: a large stream keeps thousands of them, and a list that grew while
/// it was collected has room to spare.
fn collect<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.shrink_to_fit();
    list
}
