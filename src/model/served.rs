//! In which versions the API server serves the kinds that rules read
//! (`k8s.io/api`, `zz_generated.prerelease-lifecycle.go` of each version, `APILifecycleRemoved`).

use super::kind::group_version;
use super::placeholder::is_placeholder;
use crate::validation::KubeVersion;

/// One line per kind: where it is, and where it was, with the minor version of Kubernetes 1 that
/// removed it there.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, u32)],
);

const ROWS: &[Row] = &[
    ("Service", &["v1"], &[]),
    ("Pod", &["v1"], &[]),
    ("ReplicationController", &["v1"], &[]),
    ("Endpoints", &["v1"], &[]),
    (
        "Deployment",
        &["apps/v1"],
        &[
            ("apps/v1beta2", 16),
            ("apps/v1beta1", 16),
            ("extensions/v1beta1", 16),
        ],
    ),
    (
        "StatefulSet",
        &["apps/v1"],
        &[("apps/v1beta2", 16), ("apps/v1beta1", 16)],
    ),
    (
        "DaemonSet",
        &["apps/v1"],
        &[("apps/v1beta2", 16), ("extensions/v1beta1", 16)],
    ),
    (
        "ReplicaSet",
        &["apps/v1"],
        &[("apps/v1beta2", 16), ("extensions/v1beta1", 16)],
    ),
    ("Job", &["batch/v1"], &[]),
    (
        "CronJob",
        &["batch/v1"],
        &[("batch/v1beta1", 25), ("batch/v2alpha1", 21)],
    ),
    (
        "Ingress",
        &["networking.k8s.io/v1"],
        &[
            ("networking.k8s.io/v1beta1", 22),
            ("extensions/v1beta1", 22),
        ],
    ),
    (
        "NetworkPolicy",
        &["networking.k8s.io/v1"],
        &[("extensions/v1beta1", 16)],
    ),
    (
        "PodDisruptionBudget",
        &["policy/v1"],
        &[("policy/v1beta1", 25)],
    ),
    (
        "HorizontalPodAutoscaler",
        &["autoscaling/v2", "autoscaling/v1"],
        &[("autoscaling/v2beta2", 26), ("autoscaling/v2beta1", 25)],
    ),
    (
        "EndpointSlice",
        &["discovery.k8s.io/v1"],
        &[("discovery.k8s.io/v1beta1", 25)],
    ),
    (
        "ValidatingWebhookConfiguration",
        &["admissionregistration.k8s.io/v1"],
        &[("admissionregistration.k8s.io/v1beta1", 22)],
    ),
    (
        "MutatingWebhookConfiguration",
        &["admissionregistration.k8s.io/v1"],
        &[("admissionregistration.k8s.io/v1beta1", 22)],
    ),
];

/// Why the API server answers `no matches for kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotServed {
    /// The `apiVersion` that the kind has.
    pub instead: &'static str,
    /// The version of Kubernetes that removed it where it is looked for; none if it never was
    /// there.
    pub removed: Option<KubeVersion>,
}

/// Says why a kind is not served, if it is one that rules read, in one of the groups whose kinds
/// are Kubernetes' own alone.
pub fn refusal(api_version: &str, kind: &str, server: KubeVersion) -> Option<NotServed> {
    let (group, _) = group_version(api_version);
    let is_own = ROWS
        .iter()
        .any(|row| row.1.iter().any(|own| group_version(own).0 == group))
        || group == "extensions";
    if !is_own || is_placeholder(api_version) {
        return None;
    }
    let (_, now, before) = ROWS.iter().find(|row| row.0 == kind)?;
    if now.contains(&api_version) {
        return None;
    }
    let removed = before.iter().find(|(old, _)| *old == api_version);
    let removed = removed.map(|(_, minor)| KubeVersion {
        major: 1,
        minor: *minor,
    });
    let is_served = removed.is_some_and(|removed| server < removed);
    (!is_served).then(|| NotServed {
        instead: now[0],
        removed,
    })
}

/// The `apiVersion` of a kind that rules read.
pub fn api_version(kind: &str) -> Option<&'static str> {
    let (_, now, _) = ROWS.iter().find(|row| row.0 == kind)?;
    now.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_version(minor: u32) -> KubeVersion {
        KubeVersion { major: 1, minor }
    }

    #[test]
    fn a_kind_is_served_in_its_versions_until_they_are_removed() {
        let answer = |api_version, kind, minor| {
            let refusal = refusal(api_version, kind, in_version(minor))?;
            Some((refusal.instead, refusal.removed.map(|own| own.minor)))
        };
        assert_eq!(answer("apps/v1", "Deployment", 36), None);
        assert_eq!(
            answer("apps/v1beta1", "Deployment", 16),
            Some(("apps/v1", Some(16)))
        );
        assert_eq!(answer("apps/v1beta1", "Deployment", 15), None);
        assert_eq!(
            answer("autoscaling/v1", "HorizontalPodAutoscaler", 36),
            None
        );
        assert_eq!(answer("v1", "Deployment", 36), Some(("apps/v1", None)));
        assert_eq!(answer("apps/v1", "Service", 36), Some(("v1", None)));
        assert_eq!(answer("v2", "Service", 36), Some(("v1", None)));
    }

    #[test]
    fn nothing_is_said_of_other_groups_other_kinds_and_placeholders() {
        for (api_version, kind) in [
            ("serving.knative.dev/v1", "Service"),
            ("gateway.networking.k8s.io/v1", "Service"),
            ("v1", "DeploymentConfig"),
            ("apps/v1", "ConfigMap"),
            ("${API_VERSION}", "Service"),
            ("{{ .api }}/v1", "Deployment"),
        ] {
            let found = refusal(api_version, kind, in_version(36));
            assert_eq!(found, None, "{api_version} {kind}");
        }
    }
}
