//! Objects whose kind is not known: custom resources of operators, meshes, other tools.

use super::described;
use super::kind::group_version;
use super::parts::scale_target::scale_target;
use super::parts::workload::Workload;
use super::row::Row;
use crate::yaml::cursor::Cursor;
use crate::yaml::tree::NodeId;

/// It has no name and no version of its own: it is what no other kind is.
pub(super) static ROW: Row = Row {
    target: scale_target,
    is_free_form: true,
    ..Row::new("", &[])
};

/// The pod templates anywhere inside.
pub(super) fn read(object: Cursor<'_>) -> Vec<Workload> {
    let templates = pod_templates(object).into_iter();
    templates
        .map(|template| Workload::custom(object, template))
        .collect()
}

/// Kinds without a page that configure traffic, scraping or scaling, and never make pods, by
/// whatever group.
const WITHOUT_PODS: &[&str] = &[
    "Certificate",
    "DestinationRule",
    "EnvoyFilter",
    "ExternalSecret",
    "FrontendConfig",
    "KongConsumer",
    "KongPlugin",
    "ManagedCertificate",
    "PodMonitor",
    "PrometheusRule",
    "Route",
    "SealedSecret",
    "SecurityContextConstraints",
    "ServiceEntry",
    "ServiceMonitor",
    "VirtualService",
];

/// Kinds by which a controller makes manifests from a chart or a repository: what they bring is not
/// in the input.
const RENDERED_IN_CLUSTER: &[(&str, &str)] = &[
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("fleet.cattle.io", "GitRepo"),
    ("helm.cattle.io", "HelmChart"),
    ("helm.fluxcd.io", "HelmRelease"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
];

/// Whether an object stands for manifests that a controller makes in the cluster.
pub fn is_rendered_in_cluster(api_version: &str, kind: &str) -> bool {
    let (group, _) = group_version(api_version);
    RENDERED_IN_CLUSTER.contains(&(group, kind))
}

/// Whether an operator may make pods for an object of this kind.
pub fn may_make_pods(kind: &str) -> bool {
    described::may_make_pods(kind).unwrap_or(!WITHOUT_PODS.contains(&kind))
}

/// Mappings with `spec.containers`, outermost first. Aliases are not followed: what they stand
/// for is found where it is written.
fn pod_templates(object: Cursor<'_>) -> Vec<Cursor<'_>> {
    let reader = object.reader();
    let mut found = Vec::new();
    let mut open: Vec<NodeId> = vec![object.node()];
    while let Some(node) = open.pop() {
        let cursor = Cursor::at(reader, node);
        let spec = cursor.get("spec").filter(|spec| spec.is_map());
        if spec
            .and_then(|spec| spec.get("containers"))
            .is_some_and(Cursor::is_list)
        {
            found.push(cursor);
        } else {
            open.extend(reader.tree.children(node).iter().rev());
        }
    }
    found
}
