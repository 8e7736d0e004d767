//! The versions in the rows, held against Kubernetes' own lists.

use super::row::{Row, Server, Version};
use super::rows::rows;
use k8s_openapi::Resource;
use k8s_openapi::api::admissionregistration::v1 as admission;
use k8s_openapi::api::{apps, autoscaling, batch, core, discovery, networking, policy};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration;
use std::collections::BTreeSet;

/// Kinds of Kubernetes by `apiVersion`, with the versions of Kubernetes that introduced and that
/// removed them: `APILifecycleIntroduced` and `APILifecycleRemoved` in
/// `zz_generated.prerelease-lifecycle.go` of each version of a group, in `k8s.io/api` and
/// `k8s.io/apiextensions-apiserver` v0.37.2, in `k8s.io/kube-aggregator`
/// (`pkg/apis/apiregistration`) and, for `autoscaling/v2beta1` and `v2beta2`, in `k8s.io/api`
/// v0.22.5, which still has them. `batch/v2alpha1` never had these functions: it is in the API
/// reference of Kubernetes 1.5, and in `k8s.io/api` up to v0.20.
const LIFECYCLE: &str = "
    admissionregistration.k8s.io/v1 MutatingWebhookConfiguration 1.16
    admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration 1.16
    admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration 1.9 1.22
    admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration 1.9 1.22
    apiextensions.k8s.io/v1 CustomResourceDefinition 1.16
    apiextensions.k8s.io/v1beta1 CustomResourceDefinition 1.7 1.22
    apiregistration.k8s.io/v1 APIService 1.10
    apiregistration.k8s.io/v1beta1 APIService 1.7 1.22
    apps/v1 DaemonSet 1.9
    apps/v1 Deployment 1.9
    apps/v1 ReplicaSet 1.9
    apps/v1 StatefulSet 1.9
    apps/v1beta1 Deployment 1.6 1.16
    apps/v1beta1 StatefulSet 1.5 1.16
    apps/v1beta2 DaemonSet 1.8 1.16
    apps/v1beta2 Deployment 1.8 1.16
    apps/v1beta2 ReplicaSet 1.8 1.16
    apps/v1beta2 StatefulSet 1.8 1.16
    autoscaling/v1 HorizontalPodAutoscaler 1.2
    autoscaling/v2 HorizontalPodAutoscaler 1.23
    autoscaling/v2beta1 HorizontalPodAutoscaler 1.8 1.25
    autoscaling/v2beta2 HorizontalPodAutoscaler 1.12 1.26
    batch/v1 CronJob 1.21
    batch/v1 Job 1.2
    batch/v1beta1 CronJob 1.8 1.25
    batch/v2alpha1 CronJob 1.5 1.21
    discovery.k8s.io/v1 EndpointSlice 1.21
    discovery.k8s.io/v1beta1 EndpointSlice 1.16 1.25
    extensions/v1beta1 DaemonSet 1.1 1.16
    extensions/v1beta1 Deployment 1.1 1.16
    extensions/v1beta1 Ingress 1.1 1.22
    extensions/v1beta1 NetworkPolicy 1.3 1.16
    extensions/v1beta1 ReplicaSet 1.2 1.16
    networking.k8s.io/v1 Ingress 1.19
    networking.k8s.io/v1 IngressClass 1.19
    networking.k8s.io/v1 NetworkPolicy 1.7
    networking.k8s.io/v1beta1 Ingress 1.14 1.22
    networking.k8s.io/v1beta1 IngressClass 1.18 1.22
    policy/v1 PodDisruptionBudget 1.21
    policy/v1beta1 PodDisruptionBudget 1.5 1.25
    v1 ConfigMap 1.2
    v1 Endpoints 1.0
    v1 Namespace 1.0
    v1 Pod 1.0
    v1 ReplicationController 1.0
    v1 Secret 1.0
    v1 Service 1.0
";

/// All versions of all kinds that Kubernetes serves, or served.
fn versions() -> impl Iterator<Item = (&'static Row, &'static Version, u32, Option<u32>)> {
    let all = rows().flat_map(|(_, row)| row.versions.iter().map(move |version| (row, version)));
    all.filter_map(|(row, version)| match version.server {
        Server::Kubernetes { since, until } => Some((row, version, since, until)),
        Server::Extension => None,
    })
}

#[test]
fn versions_come_and_go_as_kubernetes_says() {
    let own: BTreeSet<String> = versions()
        .map(|(row, version, since, until)| {
            let until = until.map_or(String::new(), |minor| format!(" 1.{minor}"));
            format!("{} {} 1.{since}{until}", version.name, row.kind)
        })
        .collect();
    let lines = LIFECYCLE.lines().map(|line| line.trim().to_owned());
    let upstream: BTreeSet<String> = lines.filter(|line| !line.is_empty()).collect();
    let only_here: Vec<_> = own.difference(&upstream).collect();
    let only_upstream: Vec<_> = upstream.difference(&own).collect();
    assert!(
        only_here.is_empty() && only_upstream.is_empty(),
        "only here: {only_here:?}, only there: {only_upstream:?}"
    );
}

#[test]
fn what_is_served_is_in_the_api() {
    fn of<T: Resource>() -> (&'static str, &'static str) {
        (T::API_VERSION, T::KIND)
    }
    let api = BTreeSet::from([
        of::<admission::MutatingWebhookConfiguration>(),
        of::<admission::ValidatingWebhookConfiguration>(),
        of::<apiextensions::v1::CustomResourceDefinition>(),
        of::<apiregistration::v1::APIService>(),
        of::<apps::v1::DaemonSet>(),
        of::<apps::v1::Deployment>(),
        of::<apps::v1::ReplicaSet>(),
        of::<apps::v1::StatefulSet>(),
        of::<autoscaling::v1::HorizontalPodAutoscaler>(),
        of::<autoscaling::v2::HorizontalPodAutoscaler>(),
        of::<batch::v1::CronJob>(),
        of::<batch::v1::Job>(),
        of::<core::v1::ConfigMap>(),
        of::<core::v1::Endpoints>(),
        of::<core::v1::Namespace>(),
        of::<core::v1::Pod>(),
        of::<core::v1::ReplicationController>(),
        of::<core::v1::Secret>(),
        of::<core::v1::Service>(),
        of::<discovery::v1::EndpointSlice>(),
        of::<networking::v1::Ingress>(),
        of::<networking::v1::IngressClass>(),
        of::<networking::v1::NetworkPolicy>(),
        of::<policy::v1::PodDisruptionBudget>(),
    ]);
    let served = versions().filter(|(.., until)| until.is_none());
    let served: BTreeSet<_> = served
        .map(|(row, version, ..)| (version.name, row.kind))
        .collect();
    assert_eq!(served, api);
}

#[test]
fn objects_are_judged_in_the_version_to_write() {
    for (kind, row) in rows() {
        if row.api_types.iter().any(Option::is_some) {
            let first = row.versions_served().next().unwrap();
            assert!(first.is_read, "{kind:?}");
            assert!(row.api_type(first.name).is_some(), "{kind:?}");
        }
    }
}

#[test]
fn every_kind_has_its_versions_for_itself() {
    let all = rows().flat_map(|(kind, row)| row.versions.iter().map(move |own| (kind, row, own)));
    let mut seen = BTreeSet::new();
    for (kind, row, version) in all {
        let is_new = seen.insert((version.name, row.kind));
        assert!(is_new, "{kind:?}: {} {}", version.name, row.kind);
    }
    for (kind, row) in rows() {
        assert!(row.versions_read().next().is_some(), "{kind:?}");
    }
}
