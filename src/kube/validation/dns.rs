//! How the names that a pod asks for are resolved.

use k8s_openapi::api::core::v1::{PodDNSConfig, PodSpec};

use super::errors::{Errors, Scalar};
use super::ip::is_valid_ip_for_legacy_field;
use super::names::{is_dns1123_subdomain, is_dns1123_subdomain_with_underscore};
use super::{Options, items, text};
use crate::kube::gates::RELAXED_DNS_SEARCH_VALIDATION;
use crate::yaml::field::Path;

const MAX_NAMESERVERS: usize = 3;
const MAX_SEARCH_PATHS: usize = 32;
const MAX_SEARCH_LENGTH: usize = 2048;

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateDNSPolicy`.
pub(super) fn validate_dns_policy(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let known = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    let policy = text(spec.dns_policy.as_ref());
    if !policy.is_empty() && !known.contains(&policy) {
        errors.not_supported(&path.child("dnsPolicy"), policy, &known);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodDNSConfig`.
pub(super) fn validate_pod_dns_config(
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let own_servers = spec.dns_policy.as_deref() == Some("None");
    let Some(config) = &spec.dns_config else {
        if own_servers {
            errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        return;
    };
    let servers = items(config.nameservers.as_ref());
    let list = path.child("nameservers");
    if own_servers && servers.is_empty() {
        let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
        errors.required(&list, detail);
        return;
    }
    if servers.len() > MAX_NAMESERVERS {
        let detail = format!("must not have more than {MAX_NAMESERVERS} nameservers");
        errors.invalid(&list, Scalar::Other, &detail);
    }
    for (index, server) in servers.iter().enumerate() {
        is_valid_ip_for_legacy_field(server, options, &list.index(index), errors);
    }
    validate_search_paths(config, options, &path.child("searches"), errors);
    let list = path.child("options");
    for (index, option) in items(config.options.as_ref()).iter().enumerate() {
        if text(option.name.as_ref()).is_empty() {
            errors.required(&list.index(index), "must not be empty");
        }
    }
}

/// The part of `validatePodDNSConfig` about `searches`; underscores and a lone dot are allowed
/// since 1.33.
fn validate_search_paths(
    config: &PodDNSConfig,
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let searches = items(config.searches.as_ref());
    if searches.len() > MAX_SEARCH_PATHS {
        let detail = format!("must not have more than {MAX_SEARCH_PATHS} search paths");
        errors.invalid(list, Scalar::Other, &detail);
    }
    let length = searches
        .iter()
        .map(|search| search.len() + 1)
        .sum::<usize>();
    if length > MAX_SEARCH_LENGTH + 1 {
        let detail = format!(
            "must not have more than {MAX_SEARCH_LENGTH} characters (including spaces) in the \
             search list"
        );
        errors.invalid(list, Scalar::Other, &detail);
    }
    let is_relaxed = options.has(RELAXED_DNS_SEARCH_VALIDATION);
    for (index, search) in searches.iter().enumerate() {
        let bare = search.strip_suffix('.').unwrap_or(search);
        let messages = match search.as_str() {
            "." if is_relaxed => continue,
            _ if is_relaxed => is_dns1123_subdomain_with_underscore(bare),
            _ => is_dns1123_subdomain(bare),
        };
        errors.invalid_each(&list.index(index), bare, messages);
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::KubeVersion;
    use crate::kube::validation::Options;
    use crate::kube::validation::testing::refused_by;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    /// What is refused of a pod that brings its own configuration.
    fn dns(config: &Value, minor: u32) -> Vec<String> {
        let options = Options {
            kube_version: KubeVersion { major: 1, minor },
            ..Options::default()
        };
        let pod = json!({"metadata": {"name": "web"}, "spec": {
            "containers": [{"name": "web", "image": "web"}],
            "dnsPolicy": "None", "dnsConfig": config,
        }});
        refused_by::<Pod>(&pod, &options)
    }

    #[test]
    fn own_name_servers_have_to_be_named() {
        assert_eq!(dns(&json!(null), 37), ["spec.dnsConfig Required"]);
        assert_eq!(dns(&json!({}), 37), ["spec.dnsConfig.nameservers Required"]);
    }

    #[test]
    fn search_paths_may_have_underscores_since_1_33() {
        let config = json!({"nameservers": ["10.0.0.1"], "searches": ["_a.b_c.", "."]});
        assert_eq!(dns(&config, 33), NOTHING);
        let fields = [
            "spec.dnsConfig.searches[0] Invalid",
            "spec.dnsConfig.searches[1] Invalid",
        ];
        let found = dns(&config, 32);
        assert!(
            fields
                .iter()
                .all(|field| found.iter().any(|own| own == field)),
            "{found:?}"
        );
    }
}
