//! The links in what is applied together: which pods a Service selects, where each of its ports
//! leads, and where the names of Services lead. Rules, the trace and the graph all read them.
//!
//! They are found in phases, each of which is complete before the next one begins: what was read
//! and how to judge it ([`Input`]), what each unit defines (`symbols`), what its selectors select
//! (`selections`, `isolation`), the names of Services that its pods are told (`service_names`), and
//! what becomes of the selectors of Services (`judge`). What a name or another selector leads to is
//! asked of the [`Links`] whenever somebody wants to know (`lookup`, `selected`).

mod admission;
mod alias;
mod all_templates;
mod answer;
mod backend;
mod base;
mod base_record;
mod certificate;
mod comparison;
mod dns;
mod doubt;
mod external;
mod external_use;
mod fit;
mod gateway;
mod input;
mod isolation;
mod istio_gateway;
mod istio_hosts;
mod judge;
mod label_evidence;
mod links;
mod lookup;
mod membership;
mod mesh;
mod monitor;
mod name_evidence;
mod near;
mod near_miss;
mod node;
mod object_ref;
mod options;
mod orphans;
mod pod_classes;
mod policy;
mod policy_target;
mod pool;
mod postings;
mod reference;
mod release;
mod resolve;
mod scale;
mod selected;
mod selections;
mod service;
mod service_names;
mod subset;
mod symbols;
mod unread_objects;
mod view;

pub use admission::{Admission, Denial, Flow, Why};
pub use alias::Alias;
pub use answer::Answer;
pub use base::Base;
pub use certificate::{CertificateLink, NamedCertificate, StoreLink};
pub use comparison::Odd;
pub use dns::DnsName;
pub use external::{External, ExternalPods, ExternalService};
pub use fit::Fit;
pub use gateway::{
    Attachment, GatewayLink, ListenerLink, ListenerSetLink, ParentLink, Protocol, Question, ROUTES,
    Refusal, carries, meet,
};
pub use input::Input;
pub use istio_gateway::NamedGateway;
pub use links::{Backend, FaultLink, Link, Links, ServiceLink};
pub use lookup::Named;
pub use membership::Membership;
pub use mesh::RoutingLink;
pub use monitor::{MonitorLink, MonitorMiss};
pub use name_evidence::{Candidate, nearest_name};
pub use near_miss::NearMiss;
pub use object_ref::{NamedObject, ObjectReference};
pub use options::Options;
pub use orphans::Purpose;
pub use pod_classes::PodClasses;
pub use policy::PolicyLink;
pub use policy_target::PolicyTargetLink;
pub use pool::{NamedPool, PoolLink};
pub use reference::{NamedPort, Reference};
pub use resolve::{Missing, Resolution};
pub use scale::{ScaleLink, Scaled};
pub use selected::{BudgetLink, Selected, SelectorMiss};
pub use service_names::Form;
pub use subset::SubsetMiss;

pub use crate::unit::{Member, Unit};
