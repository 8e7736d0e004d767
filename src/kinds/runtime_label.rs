//! Labels that controllers put on the pods they make, so that no manifest shows them.

use super::kind::Kind;
use super::row::Runtime;
use super::rows::rows;
use crate::text::placeholder::is_placeholder;

/// Whether a controller puts labels with this key on pods.
pub fn is_runtime_label(key: &str) -> bool {
    let pods = rows().filter_map(|(_, row)| row.pods.as_ref());
    let mut labels = pods.flat_map(|pods| pods.labels);
    labels.any(|(own, _)| *own == key)
}

/// Whether some pod of a workload gets this label when it is made. Hashes and the like count as
/// whatever is asked for.
pub fn is_put_on(kind: Kind, name: &str, key: &str, value: &str) -> bool {
    // What makes the pods of a custom resource is not known.
    if kind == Kind::Custom {
        return is_runtime_label(key);
    }
    let pods = kind.row().pods.as_ref();
    let mut labels = pods.into_iter().flat_map(|pods| pods.labels);
    let label = labels.find(|(own, _)| *own == key);
    label.is_some_and(|(_, runtime)| match runtime {
        Runtime::Unknown => true,
        Runtime::Name => is_name(name, value),
        Runtime::NumberedName => is_numbered(name, value),
        Runtime::Number => is_ordinal(value),
    })
}

/// A name that is generated or filled in later may be any.
fn is_name(name: &str, value: &str) -> bool {
    name.is_empty() || is_placeholder(name) || value == name
}

/// `web-0` of `web`.
fn is_numbered(name: &str, value: &str) -> bool {
    value
        .rsplit_once('-')
        .is_some_and(|(own, ordinal)| is_name(name, own) && is_ordinal(ordinal))
}

fn is_ordinal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_controller_puts_its_own_labels() {
        let pod_name = "statefulset.kubernetes.io/pod-name";
        for (kind, key, value, expected) in [
            (Kind::StatefulSet, pod_name, "web-0", true),
            (Kind::StatefulSet, pod_name, "api-0", false),
            (Kind::StatefulSet, pod_name, "web-x", false),
            (Kind::Deployment, pod_name, "web-0", false),
            (Kind::Custom, pod_name, "api-0", true),
            (Kind::Job, "job-name", "web", true),
            (Kind::Job, "job-name", "web-1", false),
            (Kind::CronJob, "job-name", "web-29101", true),
            (Kind::Deployment, "pod-template-hash", "55d7f", true),
            (Kind::Job, "pod-template-hash", "55d7f", false),
            (Kind::DeploymentConfig, "deploymentconfig", "web", true),
            (Kind::Custom, "app", "web", false),
        ] {
            assert_eq!(
                is_put_on(kind, "web", key, value),
                expected,
                "{kind:?} {key}: {value}"
            );
        }
    }
}
