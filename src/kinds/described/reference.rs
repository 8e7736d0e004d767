//! What rows read of an object.

use super::row::{Cross, PortRow};
use crate::diagnostic::Severity;
use crate::text::source::Spanned;
use std::sync::Arc;

/// What happens when what a row reads is wrong, and what decides that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The gravest severity of a finding.
    pub severity: Severity,
    /// What the controller does then: `Traefik drops the route`.
    pub text: Option<String>,
}

/// What a row says of a Service that it names.
#[derive(Clone, Debug)]
pub struct Described {
    /// What happens when the Service, or its port, is not there.
    pub effect: Arc<Effect>,
    /// Whether the Service may be in another namespace.
    pub cross: Cross,
    /// Whether a Service of any namespace will do.
    pub is_anywhere: bool,
    /// Whether the name is that of a host, which may well be one outside the cluster.
    pub host: HostKind,
    /// How the port is named, if one is.
    pub port: Option<PortRow>,
    /// Whether a built-in rule judges name and port.
    pub is_builtin: bool,
}

/// What the name of a Service is besides that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// Nothing: it is the name of a Service for certain.
    Name,
    /// It has a domain, and is one of the cluster if that is a namespace here.
    Domain,
    /// The same for a host name, which only looks like the name of a Service.
    Host,
    /// A host name without a domain, to be looked up where the reader is: somewhere in the unit.
    Bare,
    /// A part of the whole host name, where only the whole one is looked up.
    Short,
}

const NAMESPACE: &str = "Namespace";

/// What names an object that is no Service.
#[derive(Clone, Debug)]
pub struct ObjectRef {
    /// The groups in which the object may be.
    pub groups: Vec<String>,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: Spanned<String>,
    /// Its namespace, if the reference has one of its own.
    pub namespace: Option<Spanned<String>>,
    /// Whether it has no namespace, or any will do.
    pub is_anywhere: bool,
    /// Whether it may be in another namespace.
    pub cross: Cross,
    /// Whether the text holds namespace and name in one, in which all that is neither letter nor
    /// digit became a hyphen (Traefik `pkg/provider/provider.go`, `Normalize`).
    pub is_joined: bool,
    /// Whether others of the kind anywhere in the unit are evidence, not those in the file alone.
    pub looks_wide: bool,
    /// What happens when it is not there.
    pub effect: Arc<Effect>,
}

/// Something that is wrong with a value by itself.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The value, and where it stands.
    pub value: Spanned<String>,
    /// What is wrong with it.
    pub kind: FaultKind,
    /// What happens then.
    pub effect: Arc<Effect>,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is none of these words.
    NoneOf(Vec<String>),
    /// It does not say which provider has the object: this one should stand behind an `@`.
    NoProvider(String),
    /// It names a provider that is almost this one.
    Provider(String),
    /// It is the key of an annotation that nothing reads; this one is read.
    Unread(String),
    /// It is the key of an annotation about something that the object does not name.
    Unused(String),
    /// It is a name that needs an annotation, which should have this key.
    Lacking(String),
    /// It is the name of an object that this program reads, if it is started with one of these
    /// flags.
    ReadWith(String, Vec<String>),
    /// It has not this form.
    Malformed(&'static str),
}

impl ObjectRef {
    /// A namespace.
    pub(super) fn namespace(name: Spanned<String>, effect: Arc<Effect>) -> Self {
        Self {
            groups: vec![String::new()],
            kind: NAMESPACE.to_owned(),
            name,
            namespace: None,
            is_anywhere: true,
            cross: Cross::Allowed,
            is_joined: false,
            looks_wide: false,
            effect,
        }
    }

    /// Whether it is a namespace, which may be there without an object that says so.
    pub fn is_namespace(&self) -> bool {
        self.kind == NAMESPACE && self.groups.iter().all(String::is_empty)
    }

    /// The names, with hyphens, that what it names may have.
    pub fn names(&self) -> Vec<String> {
        let text = hyphened(&self.name.value);
        if !self.is_joined {
            return vec![text];
        }
        let behind = text
            .match_indices('-')
            .map(|(at, _)| text[at + 1..].to_owned());
        behind.collect()
    }

    /// How the name of an object is written.
    pub fn written(&self, namespace: &str, name: &str) -> String {
        if self.is_joined {
            hyphened(&format!("{namespace}-{name}"))
        } else {
            name.to_owned()
        }
    }
}

/// A name with hyphens for all that is neither letter nor digit.
pub fn hyphened(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}
