//! Fields of the API types that came or went with a version of Kubernetes.
//!
//! The compiled types are those of [`KubeVersion::NEWEST`]. A server of another version knows a few
//! fields less, which it refuses, and a few that are gone since.

use super::KubeVersion;
use crate::yaml::decode::Fields;

/// A field that not every version has: type, field, the minor version of Kubernetes 1 that brought
/// it, and the one that removed it.
type Row = (&'static str, &'static str, u32, u32);

/// The field is still there.
const NOW: u32 = u32::MAX;

/// What changed after 1.23 in the types of the kinds that are read; sorted. Of a type that came
/// whole, the field that leads to it is enough. `.ci/kubernetes.go` writes these lines from the
/// sources of `k8s.io/api` and `k8s.io/apimachinery`.
const ROWS: &[Row] = &[
    ("ClusterTrustBundleProjection", "user", 37, NOW),
    ("ConfigMapVolumeSource", "defaultUser", 37, NOW),
    ("Container", "resizePolicy", 27, NOW),
    ("Container", "restartPolicy", 28, NOW),
    ("Container", "restartPolicyRules", 34, NOW),
    ("ContainerStatus", "allocatedResources", 27, NOW),
    ("ContainerStatus", "allocatedResourcesStatus", 31, NOW),
    ("ContainerStatus", "resources", 27, NOW),
    ("ContainerStatus", "stopSignal", 33, NOW),
    ("ContainerStatus", "user", 31, NOW),
    ("ContainerStatus", "volumeMounts", 30, NOW),
    ("CronJobSpec", "timeZone", 24, NOW),
    ("DeploymentStatus", "terminatingReplicas", 33, NOW),
    ("DownwardAPIVolumeFile", "user", 37, NOW),
    ("DownwardAPIVolumeSource", "defaultUser", 37, NOW),
    ("EmptyDirVolumeSource", "mode", 37, NOW),
    ("EndpointHints", "forNodes", 33, NOW),
    ("EnvVarSource", "fileKeyRef", 34, NOW),
    ("EphemeralContainer", "resizePolicy", 27, NOW),
    ("EphemeralContainer", "restartPolicy", 28, NOW),
    ("EphemeralContainer", "restartPolicyRules", 34, NOW),
    ("GRPCAction", "mode", 37, NOW),
    ("HPAScalingRules", "tolerance", 33, NOW),
    ("HTTPGetAction", "protocol", 37, NOW),
    (
        "HorizontalPodAutoscalerCondition",
        "observedGeneration",
        37,
        NOW,
    ),
    ("JobSpec", "backoffLimitPerIndex", 28, NOW),
    ("JobSpec", "managedBy", 30, NOW),
    ("JobSpec", "maxFailedIndexes", 28, NOW),
    ("JobSpec", "podFailurePolicy", 25, NOW),
    ("JobSpec", "podReplacementPolicy", 28, NOW),
    ("JobSpec", "scheduling", 37, NOW),
    ("JobSpec", "successPolicy", 30, NOW),
    ("JobStatus", "failedIndexes", 28, NOW),
    ("JobStatus", "terminating", 28, NOW),
    ("KeyToPath", "user", 37, NOW),
    ("Lifecycle", "stopSignal", 33, NOW),
    ("LifecycleHandler", "sleep", 29, NOW),
    ("LoadBalancerIngress", "ipMode", 29, NOW),
    ("MutatingWebhook", "matchConditions", 27, NOW),
    ("NetworkPolicy", "status", 24, 28),
    ("NodeAllocatableResourceClaimStatus", "mapping", 37, NOW),
    ("NodeAllocatableResourceClaimStatus", "overhead", 37, NOW),
    ("NodeAllocatableResourceClaimStatus", "resources", 0, 37),
    ("ObjectMeta", "clusterName", 0, 25),
    (
        "PersistentVolumeClaimSpec",
        "volumeAttributesClassName",
        29,
        NOW,
    ),
    (
        "PersistentVolumeClaimStatus",
        "allocatedResourceStatuses",
        28,
        NOW,
    ),
    (
        "PersistentVolumeClaimStatus",
        "currentVolumeAttributesClassName",
        29,
        NOW,
    ),
    ("PersistentVolumeClaimStatus", "healthStatus", 37, NOW),
    ("PersistentVolumeClaimStatus", "modifyVolumeStatus", 29, NOW),
    ("PersistentVolumeClaimStatus", "resizeStatus", 0, 28),
    ("PodAffinityTerm", "matchLabelKeys", 29, NOW),
    ("PodAffinityTerm", "mismatchLabelKeys", 29, NOW),
    ("PodCertificateProjection", "user", 37, NOW),
    ("PodCertificateProjection", "userAnnotations", 35, NOW),
    ("PodCondition", "observedGeneration", 33, NOW),
    (
        "PodDisruptionBudgetSpec",
        "unhealthyPodEvictionPolicy",
        26,
        NOW,
    ),
    ("PodResourceClaim", "resourceClaimName", 31, NOW),
    ("PodResourceClaim", "resourceClaimTemplateName", 31, NOW),
    ("PodResourceClaim", "source", 0, 31),
    ("PodSecurityContext", "appArmorProfile", 30, NOW),
    ("PodSecurityContext", "seLinuxChangePolicy", 32, NOW),
    ("PodSecurityContext", "supplementalGroupsPolicy", 31, NOW),
    ("PodSpec", "evictionResponders", 37, NOW),
    ("PodSpec", "hostUsers", 25, NOW),
    ("PodSpec", "hostnameOverride", 34, NOW),
    ("PodSpec", "resourceClaims", 26, NOW),
    ("PodSpec", "resources", 32, NOW),
    ("PodSpec", "schedulingGates", 26, NOW),
    ("PodSpec", "schedulingGroup", 36, NOW),
    ("PodSpec", "workloadRef", 35, 36),
    ("PodStatus", "allocatedResources", 35, NOW),
    ("PodStatus", "extendedResourceClaimStatus", 34, NOW),
    ("PodStatus", "hostIPs", 28, NOW),
    ("PodStatus", "nodeAllocatableResourceClaimStatuses", 36, NOW),
    ("PodStatus", "observedGeneration", 33, NOW),
    ("PodStatus", "resize", 27, NOW),
    ("PodStatus", "resourceClaimStatuses", 28, NOW),
    ("PodStatus", "resources", 35, NOW),
    ("PodStatus", "volumeHealth", 37, NOW),
    ("ProjectedVolumeSource", "defaultUser", 37, NOW),
    ("ReplicaSetStatus", "terminatingReplicas", 33, NOW),
    ("ResourceClaim", "request", 31, NOW),
    ("ResourceHealth", "message", 36, NOW),
    ("ResourceRequirements", "claims", 26, NOW),
    (
        "RollingUpdateStatefulSetStrategy",
        "maxUnavailable",
        24,
        NOW,
    ),
    ("SecretVolumeSource", "defaultUser", 37, NOW),
    ("SecurityContext", "appArmorProfile", 30, NOW),
    ("ServiceAccountTokenProjection", "user", 37, NOW),
    ("ServiceSpec", "trafficDistribution", 30, NOW),
    ("StatefulSetSpec", "ordinals", 26, NOW),
    ("TopologySpreadConstraint", "matchLabelKeys", 25, NOW),
    ("TopologySpreadConstraint", "minDomains", 24, NOW),
    ("TopologySpreadConstraint", "nodeAffinityPolicy", 25, NOW),
    ("TopologySpreadConstraint", "nodeTaintsPolicy", 25, NOW),
    ("ValidatingWebhook", "matchConditions", 27, NOW),
    ("Volume", "image", 31, NOW),
    ("VolumeMount", "bindMountOptions", 37, NOW),
    ("VolumeMount", "recursiveReadOnly", 30, NOW),
    ("VolumeMountStatus", "volumeStatus", 36, NOW),
    ("VolumeProjection", "clusterTrustBundle", 29, NOW),
    ("VolumeProjection", "podCertificate", 34, NOW),
];

impl Fields for KubeVersion {
    fn differ(&self, of_type: &str) -> bool {
        *self < Self::NEWEST && !rows(of_type).is_empty()
    }

    fn knows(&self, of_type: &str, field: &str) -> Option<bool> {
        let (.., since, until) = row(of_type, field)?;
        Some((*since..*until).contains(&self.minor))
    }
}

/// Why a server does not know a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No version of Kubernetes has it.
    Never,
    /// The server is older than the version that brought it.
    NotYet(KubeVersion),
    /// This version removed it.
    NoLonger(KubeVersion),
    /// The server is newer than all that is known here, and may know it.
    Perhaps,
}

/// Says why a server does not know a field of a type.
pub fn unknown(server: KubeVersion, of_type: &str, field: &str) -> Unknown {
    let version = |minor| KubeVersion { major: 1, minor };
    match row(of_type, field) {
        _ if server > KubeVersion::NEWEST => Unknown::Perhaps,
        Some((.., since, _)) if server.minor < *since => Unknown::NotYet(version(*since)),
        Some((.., until)) if *until <= server.minor => Unknown::NoLonger(version(*until)),
        _ => Unknown::Never,
    }
}

fn row(of_type: &str, field: &str) -> Option<&'static Row> {
    rows(of_type).iter().find(|row| row.1 == field)
}

fn rows(of_type: &str) -> &'static [Row] {
    let start = ROWS.partition_point(|row| row.0 < of_type);
    let end = ROWS.partition_point(|row| row.0 <= of_type);
    &ROWS[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_version(minor: u32) -> KubeVersion {
        KubeVersion { major: 1, minor }
    }

    #[test]
    fn rows_are_found() {
        assert!(ROWS.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
        for (of_type, field, since, until) in ROWS {
            assert!(since < until, "{of_type}.{field}");
            assert!(row(of_type, field).is_some(), "{of_type}.{field}");
            assert!(*until == NOW || *until <= KubeVersion::NEWEST.minor);
            assert!(*since <= KubeVersion::NEWEST.minor, "{of_type}.{field}");
        }
    }

    #[test]
    fn a_field_is_known_from_the_version_that_brought_it_to_the_one_that_removed_it() {
        let knows = |minor| in_version(minor).knows("PodSpec", "hostnameOverride");
        assert_eq!((knows(33), knows(34)), (Some(false), Some(true)));
        let knows = |minor| in_version(minor).knows("NetworkPolicy", "status");
        let answers = [23, 24, 27, 28].map(knows);
        assert_eq!(answers, [Some(false), Some(true), Some(true), Some(false)]);
        assert_eq!(in_version(33).knows("PodSpec", "containers"), None);
    }

    #[test]
    fn it_is_said_why_a_field_is_unknown() {
        let why = |minor, field| unknown(in_version(minor), "PodSpec", field);
        assert_eq!(why(33, "hostnameOverride"), Unknown::NotYet(in_version(34)));
        assert_eq!(why(34, "workloadRef"), Unknown::NotYet(in_version(35)));
        assert_eq!(why(37, "workloadRef"), Unknown::NoLonger(in_version(36)));
        assert_eq!(why(37, "contaniers"), Unknown::Never);
        assert_eq!(why(38, "contaniers"), Unknown::Perhaps);
    }

    #[test]
    fn the_newest_version_knows_what_the_compiled_types_know() {
        assert!(!KubeVersion::NEWEST.differ("PodSpec"));
        assert!(!in_version(99).differ("PodSpec"));
        assert!(in_version(36).differ("PodSpec"));
        assert!(!in_version(30).differ("IntOrString"));
    }
}
