//! Kinds, by `apiVersion` and `kind` together: `serving.knative.dev/v1 Service` is no Service.

use super::served;
use crate::kube::KubeVersion;
use crate::text::similar::{Similarity, similarity};
use memchr::memmem;

/// What svclint takes an object for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Kind {
    Service,
    Pod,
    Deployment,
    StatefulSet,
    DaemonSet,
    ReplicaSet,
    ReplicationController,
    Job,
    CronJob,
    /// `OpenShift`'s `DeploymentConfig`.
    DeploymentConfig,
    /// Argo's `Rollout`.
    Rollout,
    Ingress,
    NetworkPolicy,
    ConfigMap,
    PodDisruptionBudget,
    HorizontalPodAutoscaler,
    EndpointSlice,
    Endpoints,
    ValidatingWebhookConfiguration,
    MutatingWebhookConfiguration,
    /// `OpenShift`'s `Route`.
    OpenShiftRoute,
    /// Istio's.
    VirtualService,
    /// Istio's.
    DestinationRule,
    /// Istio's `Gateway`, not that of the Gateway API.
    IstioGateway,
    /// Istio's.
    ServiceEntry,
    /// The Prometheus operator's `ServiceMonitor`.
    ServiceMonitor,
    /// The Prometheus operator's `PodMonitor`.
    PodMonitor,
    APIService,
    CustomResourceDefinition,
    /// A route of the Gateway API, of any protocol.
    GatewayRoute,
    /// A Gateway or a `ListenerSet` of the Gateway API.
    Gateway,
    ReferenceGrant,
    /// An object of a group that is not Kubernetes' own: an operator's, a mesh's, ...
    Custom,
}

/// One line per kind that is read: group, versions whose shape is read, versions whose every field
/// is known, kind.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
    Kind,
);

const ROWS: &[Row] = &[
    ("", &["v1"], &["v1"], "Service", Kind::Service),
    ("", &["v1"], &["v1"], "Pod", Kind::Pod),
    (
        "",
        &["v1"],
        &["v1"],
        "ReplicationController",
        Kind::ReplicationController,
    ),
    ("", &["v1"], &["v1"], "Endpoints", Kind::Endpoints),
    ("", &["v1"], &["v1"], "ConfigMap", Kind::ConfigMap),
    (
        "apps",
        &["v1", "v1beta2", "v1beta1"],
        &["v1"],
        "Deployment",
        Kind::Deployment,
    ),
    (
        "apps",
        &["v1", "v1beta2", "v1beta1"],
        &["v1"],
        "StatefulSet",
        Kind::StatefulSet,
    ),
    (
        "apps",
        &["v1", "v1beta2"],
        &["v1"],
        "DaemonSet",
        Kind::DaemonSet,
    ),
    (
        "apps",
        &["v1", "v1beta2"],
        &["v1"],
        "ReplicaSet",
        Kind::ReplicaSet,
    ),
    (
        "extensions",
        &["v1beta1"],
        &[],
        "Deployment",
        Kind::Deployment,
    ),
    (
        "extensions",
        &["v1beta1"],
        &[],
        "DaemonSet",
        Kind::DaemonSet,
    ),
    (
        "extensions",
        &["v1beta1"],
        &[],
        "ReplicaSet",
        Kind::ReplicaSet,
    ),
    ("batch", &["v1"], &["v1"], "Job", Kind::Job),
    (
        "batch",
        &["v1", "v1beta1"],
        &["v1"],
        "CronJob",
        Kind::CronJob,
    ),
    (
        "apps.openshift.io",
        &["v1"],
        &[],
        "DeploymentConfig",
        Kind::DeploymentConfig,
    ),
    ("", &["v1"], &[], "DeploymentConfig", Kind::DeploymentConfig),
    ("argoproj.io", &["v1alpha1"], &[], "Rollout", Kind::Rollout),
    (
        "route.openshift.io",
        &["v1"],
        &[],
        "Route",
        Kind::OpenShiftRoute,
    ),
    ("", &["v1"], &[], "Route", Kind::OpenShiftRoute),
    (
        "networking.k8s.io",
        &["v1"],
        &["v1"],
        "Ingress",
        Kind::Ingress,
    ),
    (
        "networking.k8s.io",
        &["v1"],
        &["v1"],
        "NetworkPolicy",
        Kind::NetworkPolicy,
    ),
    (
        "policy",
        &["v1", "v1beta1"],
        &["v1"],
        "PodDisruptionBudget",
        Kind::PodDisruptionBudget,
    ),
    (
        "autoscaling",
        &["v2", "v1", "v2beta2", "v2beta1"],
        &["v2"],
        "HorizontalPodAutoscaler",
        Kind::HorizontalPodAutoscaler,
    ),
    (
        "discovery.k8s.io",
        &["v1"],
        &["v1"],
        "EndpointSlice",
        Kind::EndpointSlice,
    ),
    (
        "admissionregistration.k8s.io",
        &["v1", "v1beta1"],
        &["v1"],
        "ValidatingWebhookConfiguration",
        Kind::ValidatingWebhookConfiguration,
    ),
    (
        "admissionregistration.k8s.io",
        &["v1", "v1beta1"],
        &["v1"],
        "MutatingWebhookConfiguration",
        Kind::MutatingWebhookConfiguration,
    ),
    (
        ISTIO,
        ISTIO_VERSIONS,
        &[],
        "VirtualService",
        Kind::VirtualService,
    ),
    (
        ISTIO,
        ISTIO_VERSIONS,
        &[],
        "DestinationRule",
        Kind::DestinationRule,
    ),
    (ISTIO, ISTIO_VERSIONS, &[], "Gateway", Kind::IstioGateway),
    (
        ISTIO,
        ISTIO_VERSIONS,
        &[],
        "ServiceEntry",
        Kind::ServiceEntry,
    ),
    (
        MONITORING,
        &["v1"],
        &[],
        "ServiceMonitor",
        Kind::ServiceMonitor,
    ),
    (MONITORING, &["v1"], &[], "PodMonitor", Kind::PodMonitor),
    (
        "apiregistration.k8s.io",
        &["v1", "v1beta1"],
        &[],
        "APIService",
        Kind::APIService,
    ),
    (
        "apiextensions.k8s.io",
        &["v1"],
        &[],
        "CustomResourceDefinition",
        Kind::CustomResourceDefinition,
    ),
    (
        GATEWAY_API,
        SINCE_ALPHA,
        &[],
        "HTTPRoute",
        Kind::GatewayRoute,
    ),
    (
        GATEWAY_API,
        SINCE_ALPHA,
        &[],
        "GRPCRoute",
        Kind::GatewayRoute,
    ),
    (
        GATEWAY_API,
        SINCE_ALPHA,
        &[],
        "TLSRoute",
        Kind::GatewayRoute,
    ),
    (
        GATEWAY_API,
        SINCE_ALPHA,
        &[],
        "TCPRoute",
        Kind::GatewayRoute,
    ),
    (
        GATEWAY_API,
        SINCE_ALPHA,
        &[],
        "UDPRoute",
        Kind::GatewayRoute,
    ),
    (GATEWAY_API, SINCE_ALPHA, &[], "Gateway", Kind::Gateway),
    (GATEWAY_API, SINCE_ALPHA, &[], "ListenerSet", Kind::Gateway),
    (
        "gateway.networking.x-k8s.io",
        &["v1alpha1"],
        &[],
        "XListenerSet",
        Kind::Gateway,
    ),
    (
        GATEWAY_API,
        SINCE_ALPHA,
        &[],
        "ReferenceGrant",
        Kind::ReferenceGrant,
    ),
];

const ISTIO: &str = "networking.istio.io";

/// The versions that Istio has served, all of one shape.
const ISTIO_VERSIONS: &[&str] = &["v1", "v1beta1", "v1alpha3"];

const MONITORING: &str = "monitoring.coreos.com";

const GATEWAY_API: &str = super::gateway::GROUP;

/// The versions that some kind of the Gateway API is or was served in, all of one shape.
const SINCE_ALPHA: &[&str] = &["v1", "v1beta1", "v1alpha3", "v1alpha2"];

/// Kinds of Kubernetes' own groups that no rule reads, and that are never taken for a typo of one
/// that is read.
const UNREAD: &[&str] = &[
    "Binding",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "ControllerRevision",
    "DeviceClass",
    "Event",
    "FlowSchema",
    "GatewayClass",
    "IPAddress",
    "IngressClass",
    "Lease",
    "LimitRange",
    "LocalSubjectAccessReview",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodSecurityPolicy",
    "PodTemplate",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "ResourceQuota",
    "ResourceSlice",
    "Role",
    "RoleBinding",
    "RuntimeClass",
    "Scale",
    "Secret",
    "ServiceAccount",
    "ServiceCIDR",
    "StorageClass",
    "SubjectAccessReview",
    "TokenReview",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "VolumeAttachment",
    "VolumeAttributesClass",
    "VolumeSnapshot",
    "VolumeSnapshotClass",
    "VolumeSnapshotContent",
];

/// What an `apiVersion` and a `kind` name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognized {
    /// A kind that is read; `typed` when every field of this version is known.
    Read {
        /// Which one.
        kind: Kind,
        /// Whether the bundled API knows this version.
        typed: bool,
    },
    /// A kind, or a version of one, that no rule reads.
    Unread,
    /// No kind of its group, but close to one that is known.
    Typo(&'static str),
}

/// Group and version of an `apiVersion`.
pub fn group_version(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}

/// Whether a group is Kubernetes' own.
pub fn is_builtin_group(group: &str) -> bool {
    matches!(
        group,
        "" | "apps" | "batch" | "autoscaling" | "policy" | "extensions"
    ) || group.ends_with(".k8s.io")
}

/// Recognises a kind.
pub fn recognize(api_version: &str, kind: &str) -> Recognized {
    let (group, version) = group_version(api_version);
    let named = ROWS.iter().filter(|row| row.0 == group && row.3 == kind);
    if let Some(row) = named.clone().find(|row| row.1.contains(&version)) {
        return Recognized::Read {
            kind: row.4,
            typed: row.2.contains(&version),
        };
    }
    if named.count() > 0 || UNREAD.contains(&kind) {
        return Recognized::Unread;
    }
    if let Some(kind) = misplaced(api_version, kind) {
        return Recognized::Read { kind, typed: false };
    }
    match meant(group, kind) {
        Some(meant) => Recognized::Typo(meant),
        None if is_builtin_group(group) => Recognized::Unread,
        None => Recognized::Read {
            kind: Kind::Custom,
            typed: false,
        },
    }
}

/// In shorter words one letter makes another word: `Role`, `Rule`.
const LONG_KIND: usize = 6;

/// The kind that a slip of the finger was meant to be: one that is read in this group or, if all
/// kinds of the group are known, any of Kubernetes' own.
fn meant(group: &str, kind: &str) -> Option<&'static str> {
    let is_slip = |known: &&str| {
        let alike = similarity(known, kind);
        matches!(alike, Some(Similarity::Folded | Similarity::Edit))
    };
    let of_group = ROWS.iter().filter(|row| row.0 == group).map(|row| row.3);
    if let Some(known) = of_group.filter(is_slip).min() {
        return Some(known);
    }
    if !served::is_closed(group) {
        return None;
    }
    let own = ROWS.iter().filter(|row| is_builtin_group(row.0));
    let own = own.map(|row| row.3).chain(UNREAD.iter().copied());
    own.filter(|known| known.len() >= LONG_KIND)
        .filter(is_slip)
        .min()
}

/// A kind that never was in this group, or in a misspelt one: what it means is clear all the same.
fn misplaced(api_version: &str, kind: &str) -> Option<Kind> {
    let refusal = served::refusal(api_version, kind, KubeVersion::default())?;
    let row = ROWS.iter().find(|row| row.3 == kind)?;
    refusal.removed.is_none().then_some(row.4)
}

/// Whether an object of a kind of this name may make pods, whatever its version.
pub fn may_make_pods(kind: &str) -> bool {
    let known = ROWS.iter().find(|row| row.3 == kind);
    known.map_or(!UNREAD.contains(&kind), |row| row.4.has_pods())
}

/// Whether a document whose top-level `kind` is this one can be skipped before it is parsed.
/// Lists hold other kinds, and custom kinds may hold pod templates.
///
/// Definitions of custom resources are most of the bytes of some repositories. They name a Service
/// only where they convert between versions, which few do.
pub fn is_never_read(kind: &str, document: &str) -> bool {
    if kind == "CustomResourceDefinition" {
        let has = |word: &str| memmem::find(document.as_bytes(), word.as_bytes()).is_some();
        return !(has("conversion") && has("clientConfig"));
    }
    UNREAD.contains(&kind) && !matches!(kind, "Role" | "Event")
}

impl Kind {
    /// Whether the API server asks for a selector that matches the labels of its pods.
    pub fn needs_selector(self) -> bool {
        matches!(
            self,
            Self::Deployment
                | Self::StatefulSet
                | Self::DaemonSet
                | Self::ReplicaSet
                | Self::Rollout
        )
    }

    /// Whether its pods run until they are told to stop.
    pub fn is_long_running(self) -> bool {
        self.has_pods() && !matches!(self, Self::Job | Self::CronJob)
    }

    /// Whether it is, or makes, pods that its text describes.
    pub fn has_pods(self) -> bool {
        matches!(
            self,
            Self::Pod
                | Self::Deployment
                | Self::StatefulSet
                | Self::DaemonSet
                | Self::ReplicaSet
                | Self::ReplicationController
                | Self::Job
                | Self::CronJob
                | Self::DeploymentConfig
                | Self::Rollout
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_on_group_and_kind() {
        let service = Recognized::Read {
            kind: Kind::Service,
            typed: true,
        };
        assert_eq!(recognize("v1", "Service"), service);
        let knative = Recognized::Read {
            kind: Kind::Custom,
            typed: false,
        };
        assert_eq!(recognize("serving.knative.dev/v1", "Service"), knative);
        let old = Recognized::Read {
            kind: Kind::Deployment,
            typed: false,
        };
        assert_eq!(recognize("extensions/v1beta1", "Deployment"), old);
        assert_eq!(
            recognize("extensions/v1beta1", "Ingress"),
            Recognized::Unread
        );
        let misplaced = Recognized::Read {
            kind: Kind::Service,
            typed: false,
        };
        assert_eq!(recognize("apps/v1", "Service"), misplaced);
        assert_eq!(recognize("v1", "Servicezz"), Recognized::Typo("Service"));
        let slipped = Recognized::Read {
            kind: Kind::Deployment,
            typed: false,
        };
        assert_eq!(recognize("app/v1", "Deployment"), slipped);
        assert_eq!(recognize("v1", "Secret"), Recognized::Unread);
        assert_eq!(recognize("v1", "Frobnicator"), Recognized::Unread);
    }

    #[test]
    fn slips_are_told_from_other_kinds() {
        for (api_version, kind, meant) in [
            ("apps/v1", "Servcie", "Service"),
            ("v1", "Deploymnt", "Deployment"),
            ("v1", "deployment", "Deployment"),
            ("batch/v1", "Ingres", "Ingress"),
            ("v1", "Secrt", "Secret"),
            ("v1", "Pods", "Pod"),
            ("networking.istio.io/v1", "VirtualServce", "VirtualService"),
            (
                "monitoring.coreos.com/v1",
                "ServiceMonitr",
                "ServiceMonitor",
            ),
        ] {
            let found = recognize(api_version, kind);
            assert_eq!(found, Recognized::Typo(meant), "{api_version} {kind}");
        }
        for (api_version, kind) in [
            ("v1", "Note"),
            ("v1", "Rule"),
            ("v1", "Config"),
            ("v1", "Template"),
            ("v1", "${KIND}"),
            ("openslo/v1", "Service"),
            ("example.com/v1", "Deploymnt"),
            ("policy.networking.k8s.io/v1alpha1", "NetworkPolicie"),
            ("autoscaling.k8s.io/v1", "VerticalPodAutoscaler"),
            ("monitoring.coreos.com/v1", "Probe"),
            ("argoproj.io/v1alpha1", "Workflow"),
        ] {
            let found = recognize(api_version, kind);
            assert!(
                !matches!(found, Recognized::Typo(_)),
                "{api_version} {kind}: {found:?}"
            );
        }
    }
}
