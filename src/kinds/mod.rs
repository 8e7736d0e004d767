//! What rules think in: Services, workloads and their parts, read once from a document and kept
//! with the place of everything when the document's tree is gone.
//!
//! Each kind has a file. It begins with the kind's row (its versions, its type in the API, how it
//! makes pods, what it refers to) and with how it is read. `table` lists them all; `parts` are what
//! several kinds have.

pub mod api_type;
mod body;
pub mod kind;
#[cfg(test)]
mod lifecycle;
pub mod parts;
pub mod recognize;
mod routing;
mod row;
mod rows;
pub mod runtime_label;
pub mod served;
pub(crate) mod table;

mod api_service;
mod backend_tls_policy;
mod certificate;
mod cilium_network_policy;
mod config_map;
mod cron_job;
pub mod custom;
mod custom_resource_definition;
mod daemon_set;
mod deployment;
mod deployment_config;
pub mod described;
mod destination_rule;
mod endpoint_slice;
mod endpoints;
mod external_secret;
mod gateway;
mod grpc_route;
mod horizontal_pod_autoscaler;
mod http_route;
mod ingress;
mod ingress_class;
mod istio_gateway;
mod job;
mod listener_set;
mod mutating_webhook_configuration;
mod namespace;
mod network_policy;
mod openshift_route;
mod pod;
mod pod_disruption_budget;
mod pod_monitor;
mod reference_grant;
mod replica_set;
mod replication_controller;
mod rollout;
mod sealed_secret;
mod secret;
mod service;
mod service_entry;
mod service_monitor;
mod stateful_set;
mod tcp_route;
mod tls_route;
mod udp_route;
mod validating_webhook_configuration;
mod virtual_service;
mod x_listener_set;

pub use backend_tls_policy::{BackendTlsPolicy, PolicyTarget};
pub use body::{Body, Content};
pub use config_map::{ConfigEntry, ConfigMap};
pub use destination_rule::{DestinationRule, Subset};
pub use endpoint_slice::SERVICE_LABEL;
pub use endpoints::{EndpointPort, Endpoints, Writer};
pub use gateway::Gateway;
pub use horizontal_pod_autoscaler::Autoscaler;
pub use ingress::Ingress;
pub use istio_gateway::IstioGateway;
pub use kind::Kind;
pub use namespace::NamespaceLabels;
pub use network_policy::{
    Dialect, Direction, NetworkPolicy, Peer, PodPeer, PolicyPort, PolicyRule, Side,
};
pub use openshift_route::OpenShiftRoute;
pub use parts::allowed_namespaces::{AllowedNamespaces, FromNamespaces};
pub use parts::certificate_ref::{CertificateRef, CertificateUse};
pub use parts::config_source::ConfigSource;
pub use parts::container::{Container, ContainerPort, ContainerRole};
pub use parts::entries::Entries;
pub use parts::gateway_route::{GatewayRoute, POOL, ParentRef, PoolRef};
pub use parts::host::HostUse;
pub use parts::label_selector::{LabelSelector, Operator, Requirement};
pub use parts::labels::{Labels, Pair, PairValue};
pub use parts::listener::{Listener, RouteKind, TlsMode};
pub use parts::monitor::{Monitor, ScrapeEndpoint};
pub use parts::pod_template::PodTemplate;
pub use parts::port::{PortRef, Protocol};
pub use parts::pre_stop::PreStop;
pub use parts::probe::{Probe, ProbeHandler, ProbeKind};
pub use parts::process::{Process, Variable};
pub use parts::requests::{PathMatch, Requests};
pub use parts::resolver::Resolver;
pub use parts::service_ref::{Role, ServiceRef};
pub use parts::strategy::{Amount, Strategy};
pub use parts::workload::Workload;
pub use pod_disruption_budget::Budget;
pub use reference_grant::{GrantFrom, GrantTo, ReferenceGrant};
pub use routing::Routing;
pub use rows::with_pods;
pub use sealed_secret::SecretMaker;
pub use secret::Secret;
pub use service::{Selector, Service, ServicePort, ServiceType, Setting};
pub use service_entry::ServiceEntry;
pub use virtual_service::{Destination, VirtualService};
