//! What an `apiVersion` and a `kind` name, or were meant to name.

use super::described::has_page;
use super::kind::{Kind, group_version, is_builtin_group};
use super::row::Version;
use super::rows::{named, rows};
use super::served;
use crate::kube::KubeVersion;
use crate::text::similar::is_slip;
use memchr::memmem;

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
    "Lease",
    "LimitRange",
    "LocalSubjectAccessReview",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
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

/// Recognises a kind.
pub fn recognize(api_version: &str, kind: &str) -> Recognized {
    let (group, version) = group_version(api_version);
    let mut is_known = UNREAD.contains(&kind);
    for (own, row) in named(kind) {
        for read in row.versions_read().filter(|read| read.group() == group) {
            if group_version(read.name).1 == version {
                return Recognized::Read {
                    kind: own,
                    typed: row.api_type(api_version).is_some(),
                };
            }
            is_known = true;
        }
    }
    if is_known {
        return Recognized::Unread;
    }
    if let Some(kind) = misplaced(api_version, kind) {
        return Recognized::Read { kind, typed: false };
    }
    match meant(group, kind) {
        Some(meant) => Recognized::Typo(meant),
        None if is_builtin_group(group) && !has_page(group, kind) => Recognized::Unread,
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
    let is_meant = |known: &&str| is_slip(known, kind);
    if let Some(known) = kinds_in(|own| own == group).filter(is_meant).min() {
        return Some(known);
    }
    if !served::is_closed(group) {
        return None;
    }
    let own = kinds_in(is_builtin_group).chain(UNREAD.iter().copied());
    own.filter(|known| known.len() >= LONG_KIND)
        .filter(is_meant)
        .min()
}

/// The kinds that are read in some groups.
fn kinds_in(is_group: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
    let is_in = move |version: &Version| is_group(version.group());
    let found = rows().filter(move |(_, row)| row.versions_read().any(&is_in));
    found.map(|(_, row)| row.kind)
}

/// A kind that never was in this group, or in a misspelt one: what it means is clear all the same.
fn misplaced(api_version: &str, kind: &str) -> Option<Kind> {
    let refusal = served::refusal(api_version, kind, KubeVersion::default())?;
    let (kind, _) = named(kind).next()?;
    refusal.removed.is_none().then_some(kind)
}

/// Whether an object of a kind of this name may make pods, whatever its version.
pub fn may_make_pods(kind: &str) -> bool {
    let known = named(kind).next();
    known.map_or(!UNREAD.contains(&kind), |(own, _)| own.has_pods())
}

/// Whether objects of a kind of this name are workloads that an autoscaler can scale.
pub fn can_scale(kind: &str) -> bool {
    let mut pods = named(kind).filter_map(|(_, row)| row.pods);
    pods.any(|pods| pods.can_scale)
}

/// Whether nothing in a document of this kind is looked at but whether it can be read.
/// Lists hold other kinds, and custom kinds may hold pod templates.
pub fn is_never_read(kind: &str, document: &str) -> bool {
    if let Some((_, row)) = named(kind).next() {
        let has = |word: &&str| memmem::find(document.as_bytes(), word.as_bytes()).is_some();
        return !row.words.iter().all(has);
    }
    UNREAD.contains(&kind) && !matches!(kind, "Role" | "Event")
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
        assert_eq!(recognize("v1", "Role"), Recognized::Unread);
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
