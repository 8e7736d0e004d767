//! In which versions the API server serves the kinds that rules read
//! (`k8s.io/api`, `zz_generated.prerelease-lifecycle.go` of each version, `APILifecycleRemoved`).

use super::kind::group_version;
use crate::kube::KubeVersion;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::{Similarity, similarity};

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

/// Whether all kinds of a group are Kubernetes' own: none of them can come from elsewhere.
pub fn is_closed(group: &str) -> bool {
    let mut own = ROWS.iter().flat_map(|row| row.1);
    group == "extensions" || own.any(|own| group_version(own).0 == group)
}

/// Says why a kind is not served, if it is one that rules read, in one of the groups whose kinds
/// are Kubernetes' own alone, or in what was probably meant to be its own.
pub fn refusal(api_version: &str, kind: &str, server: KubeVersion) -> Option<NotServed> {
    if is_placeholder(api_version) {
        return None;
    }
    let (_, now, before) = ROWS.iter().find(|row| row.0 == kind)?;
    let (group, _) = group_version(api_version);
    if !is_closed(group) && !is_slip(group, group_version(now[0]).0) {
        return None;
    }
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

/// Whether one group was probably meant to be another, built-in one. The groups of custom resources
/// have a dot (apiextensions `validation.go`, `ValidateCustomResourceDefinitionSpec`); other tools'
/// files need not (`openslo/v1 Service`).
fn is_slip(group: &str, meant: &str) -> bool {
    if meant.is_empty() {
        return group == "core";
    }
    let first = meant.split('.').next();
    let is_part = Some(group) == first || group.strip_suffix(".k8s.io") == Some(meant);
    is_part
        || match similarity(group, meant) {
            Some(Similarity::Folded) => true,
            Some(Similarity::Edit) => {
                !group.contains('.') || strsim::damerau_levenshtein(group, meant) == 1
            }
            _ => false,
        }
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
        for (slip, kind, instead) in [
            ("core/v1", "Service", "v1"),
            ("app/v1", "Deployment", "apps/v1"),
            ("Apps/v1", "Deployment", "apps/v1"),
            ("bacth/v1", "CronJob", "batch/v1"),
            ("networking/v1", "Ingress", "networking.k8s.io/v1"),
            ("netwroking.k8s.io/v1", "Ingress", "networking.k8s.io/v1"),
            ("apps.k8s.io/v1", "StatefulSet", "apps/v1"),
        ] {
            assert_eq!(answer(slip, kind, 36), Some((instead, None)), "{slip}");
        }
    }

    #[test]
    fn nothing_is_said_of_other_groups_other_kinds_and_placeholders() {
        for (api_version, kind) in [
            ("serving.knative.dev/v1", "Service"),
            ("openslo/v1", "Service"),
            ("n9/v1alpha", "Service"),
            ("apps.kruise.io/v1alpha1", "StatefulSet"),
            ("networking.x-k8s.io/v1", "NetworkPolicy"),
            ("networking.aks.io/v1", "Ingress"),
            ("config.openshift.io/v1", "Ingress"),
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
