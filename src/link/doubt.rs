//! Labels that give reason to doubt that nothing matches.

use crate::kinds::runtime_label::is_runtime_label;
use crate::kinds::{Pair, Workload};
use crate::unit::Doubt;

/// Domains of operators that label the pods they make.
const OPERATOR_DOMAINS: &[&str] = &[
    "cnpg.io",
    "k8s.elastic.co",
    "strimzi.io",
    "leaderworkerset.sigs.k8s.io",
    "postgres-operator.crunchydata.com",
    "kubevirt.io",
    "ray.io",
    "mongodb.com",
    "percona.com",
    "serving.knative.dev",
    "eventing.knative.dev",
    "gateway.networking.k8s.io",
    "rook.io",
    "training.kubeflow.org",
    "jobset.sigs.k8s.io",
];

/// Keys by which operators without a domain label pods.
const OPERATOR_KEYS: &[&str] = &[
    "spilo-role",
    "redisfailovers-role",
    "prometheus",
    "alertmanager",
    "thanos-ruler",
    "cluster-name",
    "rook_cluster",
    "rook_object_store",
    "ceph_daemon_type",
    "ceph_daemon_id",
    "vault-active",
    "vault-sealed",
    "vault-initialized",
];

/// Why what has these labels may well exist although nothing in the unit shows them: somebody else
/// makes it, or labels it.
pub(super) fn of_labels<'w>(
    pairs: &[Pair],
    mut beside: impl Iterator<Item = &'w Workload>,
) -> Option<Doubt> {
    let runtime = pairs.iter().find(|pair| is_runtime_label(&pair.key.value));
    runtime
        .map(|pair| Doubt::RuntimeLabel(pair.key.value.clone()))
        .or_else(|| operator_label(pairs))
        .or_else(|| control_plane(pairs))
        .or_else(|| beside.find_map(|workload| leader_label(pairs, workload)))
}

/// A selector key that an operator, or the program in the pod, puts there.
fn operator_label(pairs: &[Pair]) -> Option<Doubt> {
    let found = pairs.iter().find(|pair| is_operators(&pair.key.value))?;
    Some(Doubt::OperatorLabel(found.key.value.clone()))
}

fn is_operators(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else {
        return OPERATOR_KEYS.contains(&key);
    };
    let is_of = |known: &str| {
        domain
            .strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    OPERATOR_DOMAINS.iter().any(|known| is_of(known))
}

/// A label by which a program marks the pod that leads, when everything else matches a template.
fn leader_label(pairs: &[Pair], workload: &Workload) -> Option<Doubt> {
    let labels = &workload.template.labels;
    let mut missing = pairs.iter().filter(|pair| {
        labels
            .get(&pair.key.value)
            .is_none_or(|own| own.value.value != pair.value.value)
    });
    let (odd, None) = (missing.next()?, missing.next()) else {
        return None;
    };
    let last = odd
        .key
        .value
        .rsplit(['/', '-', '.', '_'])
        .next()
        .unwrap_or_default();
    let leads = matches!(
        last,
        "role" | "leader" | "master" | "primary" | "active" | "elected"
    );
    // `operator: leader`
    let value = odd.value.value.as_str();
    let leads = leads || matches!(value, "leader" | "master" | "primary" | "active");
    (leads && pairs.len() > 1 && labels.get(&odd.key.value).is_none())
        .then(|| Doubt::RuntimeLabel(odd.key.value.clone()))
}

/// Pods that the installer of a cluster makes.
fn control_plane(pairs: &[Pair]) -> Option<Doubt> {
    let is_component = |pair: &Pair| {
        let value = pair.value.value.as_str();
        match pair.key.value.as_str() {
            "component" | "k8s-app" | "app.kubernetes.io/component" => matches!(
                value,
                "kube-apiserver"
                    | "kube-controller-manager"
                    | "kube-scheduler"
                    | "kube-proxy"
                    | "kube-dns"
                    | "etcd"
                    | "etcd-manager-main"
                    | "kubelet"
            ),
            _ => false,
        }
    };
    pairs
        .iter()
        .any(is_component)
        .then_some(Doubt::ControlPlane)
}
