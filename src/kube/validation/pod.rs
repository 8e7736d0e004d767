//! Pods and pod templates.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, PodSpec, PodTemplateSpec};

use super::container::{PodContext, validate_containers, validate_init_containers};
use super::dns::{validate_dns_policy, validate_pod_dns_config};
use super::errors::Errors;
use super::labels::{validate_label_name, validate_labels, validate_labels_at};
use super::metadata::{Scope, validate_annotations, validate_object_meta};
use super::names::{NameShape, is_dns1123_label, is_dns1123_subdomain};
use super::resources::{claim_names, validate_pod_resources};
use super::scheduling::validate_scheduling;
use super::security::validate_pod_security_context;
use super::volumes::validate_volumes;
use super::{Concern, Options, Validate, Violation, Written, items, text};
use crate::kube::gates::{ENV_FILES, HOSTNAME_OVERRIDE, POD_LIFECYCLE_SLEEP_ACTION_ALLOW_ZERO};
use crate::yaml::field::Path;

const DEFAULT_GRACE_PERIOD: i64 = 30;
const MAX_HOSTNAME_OVERRIDE: usize = 64;

impl Validate for Pod {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_pod_create(self, options, &mut errors);
        errors.into_violations()
    }
}

/// What a pod spec is part of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'a> {
    /// A Pod.
    Pod,
    /// The template of a workload.
    Template,
    /// The template of a `StatefulSet`, whose pods get host name and subdomain from their
    /// controller, and a volume for each of its claims. Before 1.34 the server took it unseen, and
    /// refused the pods.
    StatefulSetTemplate {
        /// `volumeClaimTemplates`
        claims: &'a [PersistentVolumeClaim],
    },
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidatePodCreate`.
fn validate_pod_create(pod: &Pod, options: &Options, errors: &mut Errors) {
    validate_object_meta(
        &pod.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let empty = PodSpec::default();
    let spec = pod.spec.as_ref().unwrap_or(&empty);
    let path = Path::new("spec");
    validate_pod_spec(spec, Owner::Pod, &path, options, errors);
    for (list, containers) in [
        ("containers", &spec.containers[..]),
        ("initContainers", items(spec.init_containers.as_ref())),
    ] {
        for (index, container) in containers.iter().enumerate() {
            let image = text(container.image.as_ref());
            if image.trim() != image {
                let path = path.child(list);
                let path = path.index(index);
                let detail = "must not have leading or trailing whitespace";
                errors.invalid(&path.child("image"), image, detail);
            }
        }
    }
    if !items(spec.ephemeral_containers.as_ref()).is_empty() {
        let path = path.child("ephemeralContainers");
        errors.forbidden(&path, "cannot be set on create");
    }
}

/// The server leaves `metadata` out of the names of labels and annotations.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidatePodTemplateSpec`.
pub(super) fn validate_pod_template_spec(
    template: &PodTemplateSpec,
    owner: Owner<'_>,
    path: &Path<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    let written = path.child("metadata");
    if let Some(metadata) = &template.metadata {
        validate_labels_at(
            metadata.labels.as_ref(),
            &path.child("labels"),
            &written.child("labels"),
            errors,
        );
        validate_annotations(
            metadata.annotations.as_ref(),
            &path.child("annotations"),
            &written.child("annotations"),
            errors,
        );
    }
    let empty = PodSpec::default();
    let spec = template.spec.as_ref().unwrap_or(&empty);
    let path = path.child("spec");
    validate_pod_spec(spec, owner, &path, options, errors);
    if !items(spec.ephemeral_containers.as_ref()).is_empty() {
        let path = path.child("ephemeralContainers");
        errors.forbidden(&path, "ephemeral containers not allowed in pod template");
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidatePodSpec`.
fn validate_pod_spec(
    spec: &PodSpec,
    owner: Owner<'_>,
    path: &Path<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    let claims = match owner {
        Owner::StatefulSetTemplate { claims } => claims,
        Owner::Pod | Owner::Template => &[],
    };
    let volumes = items(spec.volumes.as_ref());
    let volumes = validate_volumes(volumes, claims, options, &path.child("volumes"), errors);
    let shortest_sleep = i64::from(!options.has(POD_LIFECYCLE_SLEEP_ACTION_ALLOW_ZERO));
    let grace_period = spec.termination_grace_period_seconds;
    let grace_period = grace_period.unwrap_or(DEFAULT_GRACE_PERIOD);
    let pod = PodContext {
        spec,
        volumes,
        claims: claim_names(spec),
        sleeps: shortest_sleep..=grace_period,
        // The ports of a pod, not of a template, on the network of its node are its host ports.
        ports_are_host_ports: matches!(owner, Owner::Pod) && spec.host_network == Some(true),
        options,
    };
    validate_containers(&spec.containers, &pod, &path.child("containers"), errors);
    validate_init_containers(spec, &pod, path, errors);
    validate_pod_resources(spec, options, path, errors);
    validate_pod_host_network_deps(spec, &pod, path, errors);
    let restart_policy = text(spec.restart_policy.as_ref());
    if !matches!(restart_policy, "" | "Always" | "OnFailure" | "Never") {
        let known = ["Always", "OnFailure", "Never"];
        errors.not_supported(&path.child("restartPolicy"), restart_policy, &known);
    }
    validate_dns_policy(spec, path, errors);
    // What it selects are nodes.
    errors.only_about(Concern::Object, |errors| {
        let path = path.child("nodeSelector");
        validate_labels(spec.node_selector.as_ref(), &path, errors);
    });
    validate_pod_dns_config(spec, options, &path.child("dnsConfig"), errors);
    validate_pod_host_name(spec, options, path, errors);
    validate_scheduling(spec, options, path, errors);
    validate_pod_security_context(spec, options, path, errors);
    validate_service_account(spec, path, errors);
    let gates = path.child("readinessGates");
    for (index, gate) in items(spec.readiness_gates.as_ref()).iter().enumerate() {
        let path = gates.index(index);
        validate_label_name(&gate.condition_type, &path.child("conditionType"), errors);
    }
    if let Some(seconds) = spec.active_deadline_seconds
        && !(1..=i64::from(i32::MAX)).contains(&seconds)
    {
        let detail = "must be between 1 and 2147483647, inclusive";
        errors.invalid(&path.child("activeDeadlineSeconds"), seconds, detail);
    }
    for (field, name) in [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)] {
        if let Some(name) = name
            && !name.is_empty()
            && !matches!(owner, Owner::StatefulSetTemplate { .. })
        {
            errors.invalid_each(&path.child(field), name, is_dns1123_label(name));
        }
    }
    validate_file_key_ref_volumes(spec, options, path, errors);
}

/// The old field stands for the new one where that is not set.
///
/// The part of `ValidatePodSpec` about `serviceAccountName`.
fn validate_service_account(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let name_path = path.child("serviceAccountName");
    let (name, written) = match text(spec.service_account_name.as_ref()) {
        "" => (text(spec.service_account.as_ref()), "serviceAccount"),
        name => (name, "serviceAccountName"),
    };
    if name.is_empty() {
        return;
    }
    for message in is_dns1123_subdomain(name) {
        errors.invalid(&name_path, name, &message).place =
            Some(path.child(written).to_field_path());
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodHostName`.
fn validate_pod_host_name(spec: &PodSpec, options: &Options, path: &Path<'_>, errors: &mut Errors) {
    let Some(name) = &spec.hostname_override else {
        return;
    };
    if !options.has(HOSTNAME_OVERRIDE) {
        return;
    }
    let name_path = path.child("hostnameOverride");
    for (field, is_set) in [
        ("setHostnameAsFQDN", spec.set_hostname_as_fqdn),
        ("hostNetwork", spec.host_network),
    ] {
        if is_set == Some(true) {
            let detail = format!("may not be specified when {field} is true");
            errors.forbidden(&name_path, &detail).other =
                Some((path.child(field).to_field_path(), "`true`".into()));
        }
    }
    if name.len() > MAX_HOSTNAME_OVERRIDE {
        errors.too_long(&name_path, MAX_HOSTNAME_OVERRIDE);
    }
    errors.invalid_each(&name_path, name, is_dns1123_subdomain(name));
}

/// Variables come from files of volumes that the pod shares while it runs.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateFileKeyRefVolumes`.
fn validate_file_key_ref_volumes(
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if !options.has(ENV_FILES) {
        return;
    }
    let volumes = items(spec.volumes.as_ref());
    for (list, containers) in [
        ("initContainers", items(spec.init_containers.as_ref())),
        ("containers", &spec.containers[..]),
    ] {
        let list = path.child(list);
        for (index, container) in containers.iter().enumerate() {
            let container_path = list.index(index);
            let env_path = container_path.child("env");
            for (index, variable) in items(container.env.as_ref()).iter().enumerate() {
                let source = variable.value_from.as_ref();
                let Some(file) = source.and_then(|source| source.file_key_ref.as_ref()) else {
                    continue;
                };
                let path = env_path.index(index);
                let path = path.child("valueFrom");
                let path = path.child("fileKeyRef");
                let path = path.child("volumeName");
                match volumes.iter().find(|own| own.name == file.volume_name) {
                    None => {
                        let detail = "the pod has no volume of this name";
                        errors.not_found(&path, &file.volume_name, detail);
                    }
                    Some(volume) if volume.empty_dir.is_none() => {
                        let detail = "referenced volume must be of type emptyDir";
                        errors.invalid(&path, &file.volume_name, detail);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodHostNetworkDeps`.
fn validate_pod_host_network_deps(
    spec: &PodSpec,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if spec.host_network != Some(true) {
        return;
    }
    let list = path.child("containers");
    for (index, container) in spec.containers.iter().enumerate() {
        let path_to = list.index(index);
        let ports = path_to.child("ports");
        for (index, port) in items(container.ports.as_ref()).iter().enumerate() {
            let host_port = pod.host_port(port);
            if host_port != 0 && host_port != port.container_port {
                let path_to = ports.index(index);
                let detail = "must match `containerPort` when `hostNetwork` is true";
                let violation = errors.invalid(&path_to.child("hostPort"), host_port, detail);
                violation.concern = Concern::ContainerPort;
                let other = path.child("hostNetwork").to_field_path();
                violation.other = Some((other, "on the network of the node".into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::KubeVersion;
    use crate::kube::validation::testing::refused_by;
    use k8s_openapi::api::apps::v1::Deployment;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    /// What a server of this version refuses of a pod with these fields.
    fn pod(fields: &Value, minor: u32) -> Vec<String> {
        let mut pod = json!({"metadata": {"name": "web"}, "spec": {
            "containers": [{"name": "web", "image": "web"}],
        }});
        for (key, value) in fields.as_object().expect("an object") {
            pod["spec"][key] = value.clone();
        }
        let options = Options {
            kube_version: KubeVersion { major: 1, minor },
            ..Options::default()
        };
        refused_by::<Pod>(&pod, &options)
    }

    #[test]
    fn the_labels_of_a_template_have_two_names() {
        let object = json!({"metadata": {"name": "web"}, "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web", "a b": "c"}}, "spec": {
                "containers": [{"name": "web", "image": "web"}],
            }},
        }});
        let typed: Deployment = serde_json::from_value(object).expect("a Deployment");
        let found = typed.validate(&|_| true, &Options::default());
        assert_eq!(found[0].field.to_string(), "spec.template.labels");
        let place = "spec.template.metadata.labels[a b]";
        assert_eq!(found[0].place().to_string(), place);
    }

    #[test]
    fn another_host_name_is_a_dns_name_of_64_characters() {
        let with = |name: &str, minor| pod(&json!({"hostnameOverride": name}), minor);
        assert_eq!(with("a.example.org", 37), NOTHING);
        let field = "spec.hostnameOverride";
        assert_eq!(with("A", 37), [format!("{field} Invalid")]);
        assert_eq!(with(&"a".repeat(65), 37), [format!("{field} TooLong")]);
        // Its gate is off: the server drops it.
        assert_eq!(with("A", 34), NOTHING);
        let on_node = json!({"hostnameOverride": "a", "hostNetwork": true});
        assert_eq!(pod(&on_node, 37), [format!("{field} Forbidden")]);
    }

    #[test]
    fn files_of_variables_are_in_empty_directories() {
        let with = |volume: Value| {
            let file = json!({"volumeName": "env", "path": "a.env", "key": "A"});
            let variable = json!({"name": "A", "valueFrom": {"fileKeyRef": file}});
            pod(
                &json!({"volumes": [volume], "initContainers": [
                    {"name": "init", "image": "init", "env": [variable]},
                ]}),
                37,
            )
        };
        assert_eq!(with(json!({"name": "env", "emptyDir": {}})), NOTHING);
        let field = "spec.initContainers[0].env[0].valueFrom.fileKeyRef.volumeName";
        let found = with(json!({"name": "other", "emptyDir": {}}));
        assert_eq!(found, [format!("{field} NotFound")]);
        let found = with(json!({"name": "env", "configMap": {"name": "env"}}));
        assert_eq!(found, [format!("{field} Invalid")]);
    }

    #[test]
    fn the_old_name_of_a_service_account_counts_too() {
        let field = "spec.serviceAccountName Invalid";
        assert_eq!(pod(&json!({"serviceAccount": "Web"}), 37), [field]);
        let both = json!({"serviceAccount": "Web", "serviceAccountName": "web"});
        assert_eq!(pod(&both, 37), NOTHING);
    }
}
