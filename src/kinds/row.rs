//! What is known of a kind before an object of it is read.

use super::api_type::ApiType;
use super::kind::group_version;
use super::parts::known_fields::KnownFields;
use super::parts::service_ref::ServiceRef;
use crate::kube::KubeVersion;
use crate::kube::validation::Validate;
use crate::yaml::cursor::Cursor;
use k8s_openapi::Resource;
use serde::de::DeserializeOwned;

/// What is known of a kind.
#[derive(Debug)]
pub(super) struct Row {
    /// `kind`
    pub(super) kind: &'static str,
    /// Each `apiVersion` that the kind has or had; first the one to write.
    pub(super) versions: &'static [Version],
    /// The types in the Kubernetes API of those versions of which all fields are judged.
    pub(super) api_types: [Option<ApiType>; 2],
    /// How it makes pods that its text describes, or is one; none if it makes none.
    pub(super) pods: Option<Pods>,
    /// Whether `spec.selector` is itself a map of strings.
    pub(super) has_flat_selector: bool,
    /// The Services that an object names.
    pub(super) references: fn(Cursor<'_>) -> Vec<ServiceRef>,
    /// The workload that an object scales or takes over: kind and name.
    pub(super) target: fn(Cursor<'_>) -> Option<(String, String)>,
    /// Whether it is reported that an `apiVersion` does not have the kind. It is not where an
    /// object is read for what it names alone.
    pub(super) reports_version: bool,
    /// Whether fields may have any name, so that what is called `labels` need not be a map of
    /// strings.
    pub(super) is_free_form: bool,
    /// The fields of the parts that are read, of a kind whose type is not compiled in.
    pub(super) known: &'static [KnownFields],
    /// Words without which a document is not worth parsing.
    pub(super) words: &'static [&'static str],
}

impl Row {
    /// A kind of which nothing else is known.
    pub(super) const fn new(kind: &'static str, versions: &'static [Version]) -> Self {
        Self {
            kind,
            versions,
            api_types: [None, None],
            pods: None,
            has_flat_selector: false,
            references: |_| Vec::new(),
            target: |_| None,
            reports_version: true,
            is_free_form: false,
            known: &[],
            words: &[],
        }
    }

    /// A kind of the Kubernetes API whose objects are judged by their type.
    pub(super) const fn typed<T: Resource + DeserializeOwned + Validate>(
        versions: &'static [Version],
    ) -> Self {
        Self {
            api_types: [Some(ApiType::of::<T>()), None],
            ..Self::new(T::KIND, versions)
        }
    }

    /// The same, where another version has a type of its own.
    pub(super) const fn or_typed<T: Resource + DeserializeOwned + Validate>(self) -> Self {
        Self {
            api_types: [self.api_types[0], Some(ApiType::of::<T>())],
            ..self
        }
    }

    /// The type of a version, if it has one.
    pub(super) fn api_type(&self, api_version: &str) -> Option<&ApiType> {
        let mut types = self.api_types.iter().flatten();
        types.find(|api_type| api_type.is(api_version))
    }

    /// The versions whose shape is the one that is read.
    pub(super) fn versions_read(&self) -> impl Iterator<Item = &'static Version> {
        self.versions.iter().filter(|version| version.is_read)
    }

    /// Whether a server has the kind in a group.
    pub(super) fn serves_in(&self, group: &str, server: KubeVersion) -> bool {
        let mut versions = self.versions.iter();
        versions.any(|version| version.group() == group && version.is_in(server))
    }

    /// The versions that Kubernetes still serves.
    pub(super) fn versions_served(&self) -> impl Iterator<Item = &'static Version> {
        let is_current =
            |version: &&Version| matches!(version.server, Server::Kubernetes { until: None, .. });
        self.versions.iter().filter(is_current)
    }
}

/// How a kind makes pods.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pods {
    /// Whether they run until they are told to stop.
    pub(super) are_long_running: bool,
    /// Whether the API server asks for a selector that matches their labels.
    pub(super) need_selector: bool,
    /// Whether something can change how many there are (the subresource `scale`).
    pub(super) can_scale: bool,
    /// The labels that the controller puts on them besides those of the template.
    pub(super) labels: &'static [(&'static str, Runtime)],
}

/// The value of a label that a controller puts on a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runtime {
    /// A hash, or an id.
    Unknown,
    /// The name of the object: `web`.
    Name,
    /// The name of the object and a number: `web-0`.
    NumberedName,
    /// A number: `0`.
    Number,
}

/// An `apiVersion` of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    /// `apiVersion`
    pub(super) name: &'static str,
    /// What serves it, and when.
    pub(super) server: Server,
    /// Whether its shape is the one that is read.
    pub(super) is_read: bool,
}

/// What serves a version of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// Kubernetes itself, by its minor versions (`k8s.io/api`,
    /// `zz_generated.prerelease-lifecycle.go` of each version of a group).
    Kubernetes {
        /// The first one that serves it (`APILifecycleIntroduced`).
        since: u32,
        /// The first one that does not any more (`APILifecycleRemoved`).
        until: Option<u32>,
    },
    /// What has been added to the cluster: a CRD, or an aggregated API.
    Extension,
}

impl Version {
    /// One that Kubernetes serves since a minor version.
    pub(super) const fn since(name: &'static str, minor: u32) -> Self {
        Self {
            name,
            server: Server::Kubernetes {
                since: minor,
                until: None,
            },
            is_read: true,
        }
    }

    /// One that Kubernetes served from a minor version until another one removed it.
    pub(super) const fn between(name: &'static str, since: u32, until: u32) -> Self {
        Self {
            name,
            server: Server::Kubernetes {
                since,
                until: Some(until),
            },
            is_read: true,
        }
    }

    /// One that something serves that has been added to the cluster.
    pub(super) const fn extension(name: &'static str) -> Self {
        Self {
            name,
            server: Server::Extension,
            is_read: true,
        }
    }

    /// The same, where its shape is another than the one that is read.
    pub(super) const fn unread(self) -> Self {
        Self {
            is_read: false,
            ..self
        }
    }

    /// The version of Kubernetes that removed it, if one did.
    pub(super) fn removed(&self) -> Option<KubeVersion> {
        match self.server {
            Server::Kubernetes { until, .. } => until.map(|minor| KubeVersion { major: 1, minor }),
            Server::Extension => None,
        }
    }

    /// Whether it is there in a version of Kubernetes, as far as anybody can know from here.
    fn is_in(&self, server: KubeVersion) -> bool {
        match self.server {
            Server::Kubernetes { since, .. } => {
                let since = KubeVersion {
                    major: 1,
                    minor: since,
                };
                since <= server && self.removed().is_none_or(|removed| server < removed)
            }
            Server::Extension => true,
        }
    }

    /// The group.
    pub(super) fn group(&self) -> &'static str {
        group_version(self.name).0
    }
}
