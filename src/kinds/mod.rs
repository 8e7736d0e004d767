//! What rules think in: Services, workloads and their parts, read once from a document and kept
//! with the place of everything when the document's tree is gone.

pub mod argo;
pub mod autoscaler;
pub mod budget;
pub mod config_map;
pub mod endpoints;
pub mod gateway;
pub mod ingress;
pub mod istio;
pub mod kind;
pub mod monitor;
pub mod openshift;
pub mod parts;
pub mod policy;
pub mod reference;
pub mod route;
pub mod runtime_label;
pub mod served;
pub mod service;
mod stateful_set;
pub mod webhook;

pub use autoscaler::Autoscaler;
pub use budget::Budget;
pub use config_map::{ConfigEntry, ConfigMap};
pub use endpoints::{EndpointPort, Endpoints, Writer};
pub use gateway::{Gateway, GrantTo, ParentRef, ReferenceGrant};
pub use ingress::Ingress;
pub use kind::Kind;
pub use monitor::{Monitor, ScrapeEndpoint};
pub use parts::config_source::ConfigSource;
pub use parts::container::{Container, ContainerPort, ContainerRole};
pub use parts::host::HostUse;
pub use parts::label_selector::{LabelSelector, Operator, Requirement};
pub use parts::labels::{Labels, Pair, PairValue};
pub use parts::pod_template::PodTemplate;
pub use parts::port::{PortRef, Protocol};
pub use parts::pre_stop::PreStop;
pub use parts::probe::{Probe, ProbeHandler, ProbeKind};
pub use parts::process::{Process, Variable};
pub use parts::resolver::Resolver;
pub use parts::service_ref::{Role, ServiceRef};
pub use parts::strategy::{Amount, Strategy};
pub use parts::workload::Workload;
pub use policy::{Direction, NetworkPolicy, Peer, PodPeer, PolicyPort, PolicyRule};
pub use service::{Selector, Service, ServicePort, ServiceType, Setting};
