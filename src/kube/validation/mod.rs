//! What the API server refuses in the fields that svclint reads.
//!
//! One file per kind or concept, functions named as in Kubernetes' own `validation.go`. Nothing
//! here knows of rules, spans or other objects: a typed value goes in, the server's complaints come
//! out, each with its [`Concern`], by which the reader of an object finds the rule that reports it.
//!
//! The server defaults an object, then validates it. Defaults are applied here where they are
//! looked at, so a valid object is walked without being copied. Documents are judged as new ones
//! (`kubectl create`), in a cluster with two IP families and the feature gates of its version.

mod affinity;
mod autoscaler;
mod claims;
mod completion;
mod config_map;
mod container;
mod cron;
mod disruption_budget;
mod dns;
mod endpoints;
mod env;
mod errors;
mod files;
mod ingress;
mod ip;
mod job;
pub mod labels;
mod metadata;
pub mod names;
mod network_policy;
mod numbers;
mod pod;
mod ports;
mod probe;
mod projected;
mod quantity;
mod resources;
mod restart_policy;
mod scheduling;
mod security;
mod service;
#[cfg(test)]
mod testing;
mod update_strategy;
mod url;
mod volumes;
mod webhook;
mod workload;

use std::ops::RangeInclusive;

use crate::kube::KubeVersion;
use crate::kube::gates::{Gate, State};
use crate::yaml::field::FieldPath;

/// Why the API server refuses a field (`field.ErrorType` in apimachinery).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The field has to be set.
    Required,
    /// The value is malformed or out of range.
    Invalid,
    /// The value stands twice where it has to be unique.
    Duplicate,
    /// There is nothing of this name.
    NotFound,
    /// The value is not one of the known ones.
    NotSupported,
    /// The field must not be set here.
    Forbidden,
    /// The value is too long.
    TooLong,
    /// The list has too many items.
    TooMany,
}

/// Which side of a map entry is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// The value, as for every field that is no map entry.
    #[default]
    Value,
    /// The key.
    Key,
}

/// What a refusal is about. Its reader decides by this who reports it, not by the field's name or
/// the server's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Concern {
    /// The object, where nothing below says more: its name, its counts, ...
    #[default]
    Object,
    /// Labels of objects and pods, and selectors over them.
    Labels,
    /// A selector of which a part is refused as well: the server only says it again.
    SelectorAsWhole,
    /// Whether a workload selects its own pods: its selector is missing, empty or another one.
    OwnPods,
    /// `ports` of a container.
    ContainerPort,
    /// Two `ports` of one container with the same name.
    ContainerPortName,
    /// A port number in quotes, where a name may stand as well: to the server it is one.
    QuotedPort,
    /// A probe of a container.
    Probe,
    /// How long `preStop` sleeps.
    PreStopSleep,
    /// `spec.ports` of a Service, but for the node ports.
    ServicePort,
    /// The rest of a Service's `spec`.
    ServiceSpec,
    /// A backend of an Ingress, and the path that leads to it.
    IngressBackend,
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field that the server names.
    pub field: FieldPath,
    /// Where to look in the manifest, if the server's name is less exact (`metadata.labels` for one
    /// of its entries), misspelled or derived (`spec.clusterIPs[0]` for a written `clusterIP`).
    pub place: Option<FieldPath>,
    /// Whether the key or the value at this place is refused.
    pub part: Part,
    /// The kind of refusal.
    pub reason: Reason,
    /// The refused value if it is a scalar, as the server prints it: text in double quotes.
    pub value: Option<String>,
    /// The server's words behind reason and value: `must be between 1 and 65535, inclusive`.
    /// Empty where the server says no more than the reason. Examples and regular expressions that
    /// the server appends in parentheses are left out.
    pub detail: String,
    /// The field it conflicts with, and what to say there.
    pub other: Option<(FieldPath, String)>,
    /// What it is about.
    pub concern: Concern,
    /// The feature gate, off by default in this version, with which the server accepts it.
    pub gate: Option<Gate>,
}

impl Violation {
    /// Where to look in the manifest.
    pub fn place(&self) -> &FieldPath {
        self.place.as_ref().unwrap_or(&self.field)
    }
}

/// What the answer depends on besides the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The version of the API server.
    pub kube_version: KubeVersion,
    /// The server's `--service-node-port-range`.
    pub node_port_range: RangeInclusive<i32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kube_version: KubeVersion::default(),
            node_port_range: 30000..=32767,
        }
    }
}

impl Options {
    /// Whether the server is at least of this version of Kubernetes 1.
    fn since(&self, minor: u32) -> bool {
        self.kube_version >= KubeVersion { major: 1, minor }
    }

    /// What the server does with what a gate guards.
    fn gate(&self, gate: Gate) -> State {
        gate.on(self.kube_version)
    }

    /// Whether a gate is on.
    fn has(&self, gate: Gate) -> bool {
        self.gate(gate) == State::On
    }

    /// The gate, if it is there to be switched on.
    fn without(&self, gate: Gate) -> Option<Gate> {
        (self.gate(gate) == State::Off).then_some(gate)
    }
}

/// Whether the document has a value other than null at this path.
///
/// It is asked only where the typed value does not tell an absent field from an empty one and the
/// server does: the selector of a Deployment, for one.
pub type Written<'a> = &'a dyn Fn(&FieldPath) -> bool;

/// A kind that the API server validates.
pub trait Validate {
    /// What the server refuses in this object, in its order.
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation>;
}

/// The text of an optional field as Go has it: nothing is the empty string.
fn text(field: Option<&String>) -> &str {
    field.map_or("", String::as_str)
}

/// The items of an optional list: nothing is the empty list.
fn items<T>(field: Option<&Vec<T>>) -> &[T] {
    field.map_or(&[], Vec::as_slice)
}
