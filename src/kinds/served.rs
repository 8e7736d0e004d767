//! In which versions the API server serves the kinds that rules read.

use super::kind::group_version;
use super::row::{Row, Version};
use super::rows::{named, rows};
use crate::kube::KubeVersion;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::{Similarity, similarity};

/// Why the API server answers `no matches for kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotServed {
    /// The `apiVersion` that the kind has.
    pub instead: &'static str,
    /// The version of Kubernetes that removed it where it is looked for; none if it never was
    /// there.
    pub removed: Option<KubeVersion>,
}

/// What is known of a kind of Kubernetes whose version is judged.
fn judged(kind: &str) -> Option<&'static Row> {
    let is_judged = |row: &&Row| row.reports_version && row.versions_served().next().is_some();
    named(kind).map(|(_, row)| row).find(is_judged)
}

/// Whether all kinds of a group are Kubernetes' own: none of them can come from elsewhere.
pub(super) fn is_closed(group: &str) -> bool {
    let judged = rows().filter(|(_, row)| row.reports_version);
    let mut served = judged.flat_map(|(_, row)| row.versions_served());
    group == "extensions" || served.any(|version| version.group() == group)
}

/// Says why a kind is not served, if it is one that rules read, in one of the groups whose kinds
/// are Kubernetes' own alone, or in what was probably meant to be its own.
pub fn refusal(api_version: &str, kind: &str, server: KubeVersion) -> Option<NotServed> {
    let row = judged(kind)?;
    let instead = row.versions_served().next()?;
    let is_it = |version: &&Version| version.name == api_version;
    if row.versions_served().any(|version| is_it(&version)) || is_placeholder(api_version) {
        return None;
    }
    let (group, _) = group_version(api_version);
    if !is_closed(group) && !is_slip(group, instead.group()) {
        return None;
    }
    let removed = row.versions.iter().find(is_it).and_then(Version::removed);
    let is_served = removed.is_some_and(|removed| server < removed);
    (!is_served).then_some(NotServed {
        instead: instead.name,
        removed,
    })
}

/// Whether there may be objects of a kind in a group. There are none in one of Kubernetes' own
/// groups that does not have the kind, in no matter which version.
pub fn may_be_in_group(kind: &str, group: &str, server: KubeVersion) -> bool {
    let mut rows = named(kind).peekable();
    !is_closed(group) || rows.peek().is_none() || rows.any(|(_, row)| row.serves_in(group, server))
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

/// The `apiVersion` of a kind whose version is judged.
pub fn api_version(kind: &str) -> Option<&'static str> {
    let version = judged(kind)?.versions_served().next()?;
    Some(version.name)
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
    fn a_kind_is_in_its_groups_in_whatever_version() {
        let may_be = |kind, group, minor| may_be_in_group(kind, group, in_version(minor));
        assert!(may_be("Deployment", "apps", 37));
        assert!(may_be("ReplicationController", "", 37));
        assert!(may_be("Deployment", "extensions", 15));
        assert!(!may_be("Deployment", "extensions", 16));
        assert!(!may_be("Deployment", "", 37));
        assert!(!may_be("ReplicationController", "apps", 37));
        assert!(may_be("Rollout", "argoproj.io", 37));
        assert!(!may_be("Rollout", "apps", 37));
        // What others serve is not known here.
        assert!(may_be("Deployment", "example.com", 37));
        assert!(may_be("ControllerRevision", "apps", 37));
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
