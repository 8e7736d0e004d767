//! What containers and pods ask for and are limited to.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, ContainerResizePolicy, PodSpec, ResourceClaim, ResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::errors::Errors;
use super::labels::validate_label_key;
use super::quantity::{billionths, differ, is_more, is_negative, is_whole};
use super::{Options, items, text};
use crate::kube::gates::{IN_PLACE_POD_VERTICAL_SCALING, POD_LEVEL_RESOURCES};
use crate::yaml::field::Path;

type Amounts = BTreeMap<String, Quantity>;

/// Names without a domain that some object may count (`standardResources`); a container may use
/// three of them.
const OF_CONTAINERS: [&str; 3] = ["cpu", "ephemeral-storage", "memory"];
const OF_PODS: [&str; 3] = ["cpu", "hugepages-", "memory"];
/// From this version on a container that runs once cannot ask to be restarted for its resources.
const RESTART_TO_RESIZE_SINCE: u32 = 36;
const HUGE_PAGES: &str = "hugepages-";

/// Whose resources these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Container,
    Pod,
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateContainerResourceRequirements`.
pub(super) fn validate_container_resource_requirements(
    resources: &ResourceRequirements,
    claims: &[&str],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_resource_requirements(resources, Owner::Container, path, errors);
    let own = items(resources.claims.as_ref());
    validate_resource_claim_names(own, claims, &path.child("claims"), errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateResourceRequirements`.
fn validate_resource_requirements(
    resources: &ResourceRequirements,
    owner: Owner,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let limits = given(resources.limits.as_ref());
    let requests = given(resources.requests.as_ref());
    let limits_path = path.child("limits");
    let requests_path = path.child("requests");
    for (name, amount) in &limits {
        validate_amount(name, amount, owner, &limits_path.key(name), errors);
    }
    for (name, amount) in &requests {
        let place = requests_path.key(name);
        validate_amount(name, amount, owner, &place, errors);
        let Quantity(value) = amount;
        let detail = match limits.get(name) {
            Some(limit @ Quantity(text)) => {
                if !may_be_overcommitted(name) && differ(amount, limit) {
                    format!("must be equal to {name} limit of {text}")
                } else if is_more(amount, limit) {
                    format!("must be less than or equal to {name} limit of {text}")
                } else {
                    continue;
                }
            }
            None if may_be_overcommitted(name) => continue,
            None => {
                let detail = "Limit must be set for non overcommitable resources";
                errors.required(&limits_path, detail).place = Some(place.to_field_path());
                continue;
            }
        };
        // The server names the mapping.
        let violation = errors.invalid(&requests_path, value, &detail);
        violation.place = Some(place.to_field_path());
        violation.other = Some((limits_path.key(name).to_field_path(), "the limit".into()));
    }
    let names = || limits.keys().chain(requests.keys()).copied();
    let has_huge_pages = names().any(|name| name.starts_with(HUGE_PAGES));
    if has_huge_pages && !names().any(|name| matches!(name, "cpu" | "memory")) {
        errors.forbidden(path, "HugePages require cpu or memory");
    }
}

/// The amounts that are there: null is as good as nothing.
fn given(amounts: Option<&Amounts>) -> BTreeMap<&str, &Quantity> {
    let amounts = amounts.into_iter().flatten();
    let given = amounts.filter(|(_, Quantity(text))| !text.is_empty());
    given
        .map(|(name, amount)| (name.as_str(), amount))
        .collect()
}

fn validate_amount(
    name: &str,
    amount: &Quantity,
    owner: Owner,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_resource_name(name, owner, path, errors);
    let Quantity(value) = amount;
    if is_negative(amount) {
        errors.invalid(path, value, "must be greater than or equal to 0");
    }
    if is_extended(name) && !is_whole(amount) {
        errors.invalid(path, value, "must be an integer");
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateResourceName`,
/// `ValidateContainerResourceName` and `validatePodResourceName`.
fn validate_resource_name(name: &str, owner: Owner, path: &Path<'_>, errors: &mut Errors) {
    let messages = validate_label_key(name);
    if !messages.is_empty() {
        errors.invalid_each(path, name, messages);
        return;
    }
    let is_huge_page = name.starts_with(HUGE_PAGES);
    match owner {
        Owner::Pod => {
            if !is_huge_page && !OF_PODS.contains(&name) {
                errors.not_supported(path, name, &OF_PODS);
            }
        }
        Owner::Container if !name.contains('/') => {
            if !is_huge_page && !OF_CONTAINERS.contains(&name) {
                errors.invalid(path, name, "must be a standard resource for containers");
            }
        }
        Owner::Container if is_native(name) || is_extended(name) => {}
        Owner::Container => {
            let detail = "doesn't follow extended resource name standard";
            errors.invalid(path, name, detail);
        }
    }
}

/// Kubernetes, `pkg/apis/core/helper/helpers.go`: `IsNativeResource`.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Kubernetes, `pkg/apis/core/helper/helpers.go`: `IsExtendedResourceName`.
fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && validate_label_key(&format!("requests.{name}")).is_empty()
}

/// Kubernetes, `pkg/apis/core/helper/helpers.go`: `IsOvercommitAllowed`.
fn may_be_overcommitted(name: &str) -> bool {
    is_native(name) && !name.starts_with(HUGE_PAGES)
}

/// That two entries name the same request is not looked at.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateResourceClaimNames`.
fn validate_resource_claim_names(
    claims: &[ResourceClaim],
    of_pod: &[&str],
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, claim) in claims.iter().enumerate() {
        let path = list.index(index);
        if claim.name.is_empty() {
            errors.required(&path, "");
        } else if !of_pod.contains(&claim.name.as_str()) {
            let detail = "must be one of the names in pod.spec.resourceClaims";
            errors.not_found(&path, &claim.name, detail);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodResources`.
pub(super) fn validate_pod_resources(
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(resources) = spec.resources.as_ref() else {
        return;
    };
    if !options.has(POD_LEVEL_RESOURCES) {
        return;
    }
    let spec_path = path;
    let path = path.child("resources");
    if spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        errors.forbidden(&path, "may not be set for a windows pod");
        return;
    }
    if resources.claims.is_some() {
        let detail = "claims may not be set for Resources at pod-level";
        errors.forbidden(&path.child("claims"), detail);
    }
    validate_resource_requirements(resources, Owner::Pod, &path, errors);
    validate_pod_resource_consistency(spec, resources, spec_path, errors);
}

/// What sidecars and init containers ask for besides is not looked at.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodResourceConsistency`.
fn validate_pod_resource_consistency(
    spec: &PodSpec,
    resources: &ResourceRequirements,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let resources_path = path.child("resources");
    let list = resources_path.child("requests");
    for (name, request) in resources.requests.iter().flatten() {
        let of = |container: &Container| {
            let own = container.resources.as_ref()?.requests.as_ref()?;
            own.get(name).and_then(billionths)
        };
        let all: i128 = spec.containers.iter().filter_map(of).sum();
        if billionths(request).is_some_and(|request| all > request) {
            let Quantity(text) = request;
            let detail = "must be greater than or equal to aggregate container requests";
            errors.invalid(&list.key(name), text, detail);
        }
    }
    let list = path.child("containers");
    let limits = resources.limits.as_ref();
    for (index, container) in spec.containers.iter().enumerate() {
        let own = container.resources.as_ref();
        let own = own.and_then(|resources| resources.limits.as_ref());
        for (name, limit) in own.into_iter().flatten() {
            let Some(of_pod) = limits.and_then(|limits| limits.get(name)) else {
                continue;
            };
            if is_more(limit, of_pod) {
                let (Quantity(text), Quantity(most)) = (limit, of_pod);
                let detail = format!("must be less than or equal to pod limits of {most}");
                let place = list.index(index);
                let place = place.child("resources");
                let place = place.child("limits");
                errors.invalid(&place.key(name), text, &detail);
            }
        }
    }
}

/// The server names the list, whichever item it means.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateResizePolicy`.
pub(super) fn validate_resize_policy(
    policies: &[ContainerResizePolicy],
    pod: &PodSpec,
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    if !options.has(IN_PLACE_POD_VERTICAL_SCALING) {
        return;
    }
    let never = text(pod.restart_policy.as_ref()) == "Never";
    for (index, policy) in policies.iter().enumerate() {
        let path = list.index(index);
        let resource = policy.resource_name.as_str();
        let same = |own: &ContainerResizePolicy| own.resource_name == resource;
        if let Some(first) = policies[..index].iter().position(same) {
            errors.duplicate(&path, resource, &list.index(first), "first here");
        }
        let restart = policy.restart_policy.as_str();
        for (field, value, known) in [
            ("resourceName", resource, ["cpu", "memory"]),
            (
                "restartPolicy",
                restart,
                ["NotRequired", "RestartContainer"],
            ),
        ] {
            let violation = if value.is_empty() {
                errors.required(list, "")
            } else if known.contains(&value) {
                continue;
            } else {
                errors.not_supported(list, value, &known)
            };
            violation.place = Some(path.child(field).to_field_path());
        }
        if never && restart != "NotRequired" {
            let detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.invalid(list, restart, detail).place =
                Some(path.child("restartPolicy").to_field_path());
        }
    }
}

/// A container that runs once cannot be restarted to be resized.
///
/// The part of `validateInitContainers` about `resizePolicy`.
pub(super) fn refuse_restart_to_resize(
    container: &Container,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if !options.since(RESTART_TO_RESIZE_SINCE) {
        return;
    }
    let list = path.child("resizePolicy");
    for (index, policy) in items(container.resize_policy.as_ref()).iter().enumerate() {
        if policy.restart_policy == "RestartContainer" {
            let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
            let path = list.index(index);
            errors.invalid(&path.child("restartPolicy"), &policy.restart_policy, detail);
        }
    }
}

/// The names of the claims that a pod's containers may use.
pub(super) fn claim_names(spec: &PodSpec) -> Vec<&str> {
    let claims = items(spec.resource_claims.as_ref()).iter();
    claims.map(|claim| claim.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use crate::kube::KubeVersion;
    use crate::kube::validation::Options;
    use crate::kube::validation::testing::{refused, refused_by};
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn pod(container: &Value, spec: &Value) -> Value {
        let mut own = json!({"name": "web", "image": "web"});
        for (key, value) in container.as_object().expect("an object") {
            own[key] = value.clone();
        }
        let mut pod = json!({"metadata": {"name": "web"}, "spec": {"containers": [own]}});
        for (key, value) in spec.as_object().expect("an object") {
            pod["spec"][key] = value.clone();
        }
        pod
    }

    fn with(resources: &Value) -> Vec<String> {
        refused::<Pod>(&pod(&json!({"resources": resources}), &json!({})))
    }

    #[test]
    fn requests_are_within_limits() {
        let path = "spec.containers[0].resources";
        let cpu = |request: &str, limit: &str| {
            with(&json!({"requests": {"cpu": request}, "limits": {"cpu": limit}}))
        };
        assert_eq!(cpu("500m", "0.5"), NOTHING);
        // What null reads as.
        assert_eq!(cpu("500m", ""), NOTHING);
        assert_eq!(cpu("501m", "0.5"), [format!("{path}.requests Invalid")]);
        let gpu = json!({"requests": {"nvidia.com/gpu": 1}});
        assert_eq!(with(&gpu), [format!("{path}.limits Required")]);
        let gpu = json!({"limits": {"nvidia.com/gpu": "1500m"}});
        let field = format!("{path}.limits[nvidia.com/gpu] Invalid");
        assert_eq!(with(&gpu), [field]);
        let negative = json!({"limits": {"memory": "-1"}});
        assert_eq!(with(&negative), [format!("{path}.limits[memory] Invalid")]);
        let unknown = json!({"limits": {"cpus": "1"}});
        assert_eq!(with(&unknown), [format!("{path}.limits[cpus] Invalid")]);
        let claims = json!({"claims": [{"name": "gpu"}]});
        assert_eq!(with(&claims), [format!("{path}.claims[0] NotFound")]);
    }

    #[test]
    fn a_pod_asks_for_as_much_as_its_containers() {
        let container = json!({"resources": {"requests": {"cpu": "500m"}}});
        let of_pod = |resources: Value, minor| {
            let options = Options {
                kube_version: KubeVersion { major: 1, minor },
                ..Options::default()
            };
            refused_by::<Pod>(&pod(&container, &json!({"resources": resources})), &options)
        };
        assert_eq!(of_pod(json!({"requests": {"cpu": "1"}}), 37), NOTHING);
        let little = json!({"requests": {"cpu": "100m"}});
        let field = "spec.resources.requests[cpu] Invalid";
        assert_eq!(of_pod(little.clone(), 34), [field]);
        assert_eq!(of_pod(little, 33), NOTHING);
        let storage = json!({"requests": {"ephemeral-storage": "1Gi"}});
        let field = "spec.resources.requests[ephemeral-storage] NotSupported";
        assert_eq!(of_pod(storage, 37), [field]);
    }

    #[test]
    fn resources_are_resized_with_or_without_restart() {
        let policy = |policies: Value, spec: Value| {
            refused::<Pod>(&pod(&json!({"resizePolicy": policies}), &spec))
        };
        let cpu = json!({"resourceName": "cpu", "restartPolicy": "RestartContainer"});
        assert_eq!(policy(json!([cpu]), json!({})), NOTHING);
        let list = "spec.containers[0].resizePolicy";
        let found = policy(json!([cpu, cpu]), json!({}));
        assert_eq!(found, [format!("{list}[1] Duplicate")]);
        let found = policy(json!([cpu]), json!({"restartPolicy": "Never"}));
        assert_eq!(found, [format!("{list} Invalid")]);
        let found = policy(
            json!([{"resourceName": "disk", "restartPolicy": ""}]),
            json!({}),
        );
        let fields = [format!("{list} NotSupported"), format!("{list} Required")];
        assert_eq!(found, fields);
    }
}
