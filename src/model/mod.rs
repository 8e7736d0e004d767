//! What rules think in: Services, workloads and their parts, read once from a document and kept
//! with the place of everything when the document's tree is gone.

pub mod kind;
pub mod labels;
pub mod placeholder;
pub mod pod;
pub mod runtime_label;
pub mod service;
pub mod workload;

pub use kind::Kind;
pub use labels::{Labels, Pair, PairValue};
pub use pod::{
    Container, ContainerPort, ContainerRole, PodTemplate, PortRef, Probe, ProbeKind, Protocol,
};
pub use service::{Selector, Service, ServicePort, ServiceType};
pub use workload::{LabelSelector, Workload};
