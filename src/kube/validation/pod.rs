//! Pods and pod templates, as far as they take part in traffic: containers, ports, environment,
//! probes, DNS and names. Volumes, resources, security and scheduling are not looked at.

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, Pod, PodDNSConfig, PodSpec, PodTemplateSpec,
};

use super::env::{validate_env, validate_env_from};
use super::errors::{Errors, Scalar};
use super::ip::is_valid_ip_for_legacy_field;
use super::labels::{validate_label_name, validate_labels, validate_labels_at};
use super::metadata::{Scope, validate_annotations, validate_object_meta};
use super::names::{
    NameShape, is_dns1123_label, is_dns1123_subdomain, is_dns1123_subdomain_with_underscore,
    is_valid_port_name, is_valid_port_num,
};
use super::ports::{protocol, validate_protocol};
use super::probe::{lifecycle, validate_lifecycle, validate_probes};
use super::restart_policy::{
    validate_container_restart_policy, validate_init_container_restart_policy,
};
use super::{Concern, Options, Validate, Violation, Written, items, text};
use crate::kube::gates::{ENV_FILES, HOSTNAME_OVERRIDE};
use crate::yaml::field::Path;

const DEFAULT_GRACE_PERIOD: i64 = 30;
const MAX_HOSTNAME_OVERRIDE: usize = 64;
const MAX_NAMESERVERS: usize = 3;
const MAX_SEARCH_PATHS: usize = 32;
const MAX_SEARCH_LENGTH: usize = 2048;
const ONLY_SIDECARS: &str = "may not be set for init containers without restartPolicy=Always";

impl Validate for Pod {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_pod_create(self, options, &mut errors);
        errors.into_violations()
    }
}

/// What a pod spec is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A Pod.
    Pod,
    /// The template of a workload.
    Template,
    /// The template of a `StatefulSet`, whose pods get host name and subdomain from their
    /// controller.
    StatefulSetTemplate,
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
    owner: Owner,
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
    owner: Owner,
    path: &Path<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    let pod = PodContext {
        grace_period: spec
            .termination_grace_period_seconds
            .unwrap_or(DEFAULT_GRACE_PERIOD),
        // The ports of a pod, not of a template, on the network of its node are its host ports.
        ports_are_host_ports: owner == Owner::Pod && spec.host_network == Some(true),
        options,
    };
    validate_containers(&spec.containers, &pod, &path.child("containers"), errors);
    validate_init_containers(spec, &pod, path, errors);
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
    let account = text(spec.service_account_name.as_ref());
    if !account.is_empty() {
        let messages = is_dns1123_subdomain(account);
        errors.invalid_each(&path.child("serviceAccountName"), account, messages);
    }
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
            && owner != Owner::StatefulSetTemplate
        {
            errors.invalid_each(&path.child(field), name, is_dns1123_label(name));
        }
    }
    validate_file_key_ref_volumes(spec, options, path, errors);
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

/// What the validation of a container has to know of its pod.
struct PodContext<'a> {
    grace_period: i64,
    ports_are_host_ports: bool,
    options: &'a Options,
}

impl PodContext<'_> {
    /// The host port of a container port, defaulted; 0 is none.
    ///
    /// Kubernetes, `pkg/apis/core/v1/defaults.go`: `defaultHostNetworkPorts`.
    fn host_port(&self, port: &ContainerPort) -> i32 {
        match port.host_port.unwrap_or(0) {
            0 if self.ports_are_host_ports => port.container_port,
            written => written,
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainers`.
fn validate_containers(
    containers: &[Container],
    pod: &PodContext<'_>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    if containers.is_empty() {
        errors.required(list, "");
    }
    for (index, container) in containers.iter().enumerate() {
        let path = list.index(index);
        validate_container_common(container, pod, &path, errors);
        let same = |earlier: &Container| earlier.name == container.name;
        if let Some(first) = containers[..index].iter().position(same) {
            refuse_container_name(container, &path, &list.index(first), errors);
        }
        validate_lifecycle(container, pod.grace_period, &path, errors);
        validate_probes(container, &path, errors);
        validate_container_restart_policy(container, pod.options, &path, errors);
    }
    check_host_port_conflicts(containers, 0, pod, list, errors);
}

fn refuse_container_name(
    container: &Container,
    path: &Path<'_>,
    first: &Path<'_>,
    errors: &mut Errors,
) {
    let first = first.child("name");
    errors.duplicate(&path.child("name"), &container.name, &first, "first here");
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateInitContainers`.
fn validate_init_containers(
    spec: &PodSpec,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("initContainers");
    let containers = items(spec.init_containers.as_ref());
    for (index, container) in containers.iter().enumerate() {
        let path_to = list.index(index);
        validate_container_common(container, pod, &path_to, errors);
        validate_init_container_restart_policy(container, pod.options, &path_to, errors);

        let same = |other: &Container| other.name == container.name;
        if let Some(first) = spec.containers.iter().position(same) {
            let first_list = path.child("containers");
            refuse_container_name(container, &path_to, &first_list.index(first), errors);
        } else if !container.name.is_empty()
            && let Some(first) = containers[..index].iter().position(same)
        {
            refuse_container_name(container, &path_to, &list.index(first), errors);
        }
        let alone = std::slice::from_ref(container);
        check_host_port_conflicts(alone, index, pod, &list, errors);

        if container.restart_policy.as_deref() == Some("Always") {
            validate_lifecycle(container, pod.grace_period, &path_to, errors);
            validate_probes(container, &path_to, errors);
        } else {
            let fields = [
                ("lifecycle", lifecycle(container).is_some()),
                ("livenessProbe", container.liveness_probe.is_some()),
                ("readinessProbe", container.readiness_probe.is_some()),
                ("startupProbe", container.startup_probe.is_some()),
            ];
            for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
                let violation = errors.forbidden(&path_to.child(field), ONLY_SIDECARS);
                if field != "lifecycle" {
                    violation.concern = Concern::Probe;
                }
            }
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainerCommon`.
fn validate_container_common(
    container: &Container,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let name = &container.name;
    if name.is_empty() {
        errors.required(&path.child("name"), "");
    } else {
        errors.invalid_each(&path.child("name"), name, is_dns1123_label(name));
    }
    if text(container.image.as_ref()).is_empty() {
        errors.required(&path.child("image"), "");
    }
    let pull_policy = text(container.image_pull_policy.as_ref());
    let known = ["Always", "IfNotPresent", "Never"];
    if !pull_policy.is_empty() && !known.contains(&pull_policy) {
        errors.not_supported(&path.child("imagePullPolicy"), pull_policy, &known);
    }
    let ports = items(container.ports.as_ref());
    errors.about(Concern::ContainerPort, |errors| {
        validate_container_ports(ports, pod, &path.child("ports"), errors);
    });
    let variables = items(container.env.as_ref());
    validate_env(variables, pod.options, &path.child("env"), errors);
    let sources = items(container.env_from.as_ref());
    validate_env_from(sources, pod.options, &path.child("envFrom"), errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainerPorts`.
fn validate_container_ports(
    ports: &[ContainerPort],
    pod: &PodContext<'_>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = text(port.name.as_ref());
        if !name.is_empty() {
            let messages = is_valid_port_name(name);
            let same = |earlier: &ContainerPort| earlier.name.as_deref() == Some(name);
            if !messages.is_empty() {
                errors.invalid_each(&path.child("name"), name, messages);
            } else if let Some(first) = ports[..index].iter().position(same) {
                let first = list.index(first);
                let first = first.child("name");
                errors
                    .duplicate(&path.child("name"), name, &first, "first here")
                    .concern = Concern::ContainerPortName;
            }
        }
        if port.container_port == 0 {
            errors.required(&path.child("containerPort"), "");
        } else if let Some(detail) = is_valid_port_num(port.container_port) {
            errors.invalid(&path.child("containerPort"), port.container_port, detail);
        }
        let host_port = pod.host_port(port);
        if host_port != 0
            && let Some(detail) = is_valid_port_num(host_port)
        {
            errors.invalid(&path.child("hostPort"), host_port, detail);
        }
        validate_protocol(port.protocol.as_ref(), &path, errors);
    }
}

/// The server names the first init container, whichever it is.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `checkHostPortConflicts`.
fn check_host_port_conflicts(
    containers: &[Container],
    offset: usize,
    pod: &PodContext<'_>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let mut taken: Vec<(&ContainerPort, usize, usize)> = Vec::new();
    for (container, index) in containers.iter().zip(0..) {
        for (port, port_index) in items(container.ports.as_ref()).iter().zip(0..) {
            let number = pod.host_port(port);
            if number == 0 {
                continue;
            }
            let host = text(port.host_ip.as_ref());
            let same = |(other, _, _): &&(&ContainerPort, usize, usize)| {
                pod.host_port(other) == number
                    && protocol(other.protocol.as_ref()) == protocol(port.protocol.as_ref())
                    && text(other.host_ip.as_ref()) == host
            };
            let Some((_, first, first_port)) = taken.iter().find(same) else {
                taken.push((port, index, port_index));
                continue;
            };
            let path_to = |list: &Path<'_>, container: usize, port: usize| {
                let container = list.index(container);
                let ports = container.child("ports");
                ports.index(port).child("hostPort").to_field_path()
            };
            let value = format!("{}/{host}/{number}", protocol(port.protocol.as_ref()));
            let violation = errors.duplicate(list, &value, list, "taken here");
            violation.concern = Concern::ContainerPort;
            violation.field = path_to(list, index, port_index);
            if offset > 0 {
                violation.place = Some(path_to(list, index + offset, port_index));
            }
            if let Some((other, _)) = &mut violation.other {
                *other = path_to(list, first + offset, *first_port);
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

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateDNSPolicy`.
fn validate_dns_policy(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let known = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    let policy = text(spec.dns_policy.as_ref());
    if !policy.is_empty() && !known.contains(&policy) {
        errors.not_supported(&path.child("dnsPolicy"), policy, &known);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodDNSConfig`.
fn validate_pod_dns_config(
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
    validate_search_paths(config, &path.child("searches"), errors);
    let list = path.child("options");
    for (index, option) in items(config.options.as_ref()).iter().enumerate() {
        if text(option.name.as_ref()).is_empty() {
            errors.required(&list.index(index), "must not be empty");
        }
    }
}

/// The part of `validatePodDNSConfig` about `searches`; underscores and a lone dot are allowed.
fn validate_search_paths(config: &PodDNSConfig, list: &Path<'_>, errors: &mut Errors) {
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
    for (index, search) in searches.iter().enumerate() {
        if search != "." {
            let search = search.strip_suffix('.').unwrap_or(search);
            let messages = is_dns1123_subdomain_with_underscore(search);
            errors.invalid_each(&list.index(index), search, messages);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::apps::v1::Deployment;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn pod(spec: &Value) -> Value {
        json!({"metadata": {"name": "web"}, "spec": spec})
    }

    fn container(extra: &Value) -> Value {
        let mut container = json!({"name": "web", "image": "web"});
        for (key, value) in extra.as_object().expect("an object") {
            container[key] = value.clone();
        }
        container
    }

    fn with(extra: &Value) -> Vec<String> {
        refused::<Pod>(&pod(&json!({"containers": [container(extra)]})))
    }

    fn deployment(spec: &Value) -> Value {
        json!({"metadata": {"name": "web"}, "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": spec},
        }})
    }

    #[test]
    fn port_names_are_unique_in_their_container_whatever_the_protocol() {
        let ports = json!([
            {"name": "dns", "containerPort": 53},
            {"name": "dns", "containerPort": 53, "protocol": "UDP"},
        ]);
        let fields = with(&json!({"ports": ports}));
        assert_eq!(fields, ["spec.containers[0].ports[1].name Duplicate"]);
        let one = json!([{"name": "dns", "containerPort": 53}]);
        let mut second = container(&json!({"ports": one}));
        second["name"] = json!("other");
        let spec = json!({"containers": [container(&json!({"ports": one})), second]});
        assert_eq!(refused::<Pod>(&pod(&spec)), NOTHING);
    }

    #[test]
    fn a_port_without_number_is_missing_not_out_of_range() {
        let ports = json!([{"name": "http"}, {"containerPort": 0}, {"containerPort": 70000}]);
        let fields = [
            "spec.containers[0].ports[0].containerPort Required",
            "spec.containers[0].ports[1].containerPort Required",
            "spec.containers[0].ports[2].containerPort Invalid",
        ];
        assert_eq!(with(&json!({"ports": ports})), fields);
    }

    #[test]
    fn on_the_host_network_a_pods_ports_are_host_ports() {
        let ports = json!([{"containerPort": 80}, {"containerPort": 80}]);
        let spec = json!({
            "hostNetwork": true, "containers": [container(&json!({"ports": ports}))],
        });
        let fields = refused::<Pod>(&pod(&spec.clone()));
        assert_eq!(fields, ["spec.containers[0].ports[1].hostPort Duplicate"]);
        assert_eq!(refused::<Deployment>(&deployment(&spec)), NOTHING);
        let ports = json!([{"containerPort": 80, "hostPort": 81}]);
        let spec = json!({
            "hostNetwork": true, "containers": [container(&json!({"ports": ports}))],
        });
        let field = "spec.template.spec.containers[0].ports[0].hostPort Invalid";
        assert_eq!(refused::<Deployment>(&deployment(&spec)), [field]);
    }

    #[test]
    fn host_ports_collide_on_one_address_and_protocol() {
        let ports = |second: Value| {
            with(&json!({"ports": [
                {"containerPort": 80, "hostPort": 80}, second,
            ]}))
        };
        let udp = json!({"containerPort": 80, "hostPort": 80, "protocol": "UDP"});
        assert_eq!(ports(udp), NOTHING);
        let address = json!({"containerPort": 80, "hostPort": 80, "hostIP": "127.0.0.1"});
        assert_eq!(ports(address), NOTHING);
        let same = json!({"containerPort": 81, "hostPort": 80});
        assert_eq!(
            ports(same),
            ["spec.containers[0].ports[1].hostPort Duplicate"]
        );
    }

    #[test]
    fn only_sidecars_have_probes_among_init_containers() {
        let init = |extra: Value| {
            let mut init = container(&extra);
            init["name"] = json!("init");
            let containers = [container(&json!({}))];
            refused::<Pod>(&pod(
                &json!({"containers": containers, "initContainers": [init]}),
            ))
        };
        let probe = json!({"tcpSocket": {"port": 80}});
        let field = "spec.initContainers[0].readinessProbe Forbidden";
        assert_eq!(init(json!({"readinessProbe": probe})), [field]);
        let sidecar = json!({"readinessProbe": probe, "restartPolicy": "Always"});
        assert_eq!(init(sidecar), NOTHING);
        let once = json!({"readinessProbe": probe, "restartPolicy": "OnFailure"});
        assert_eq!(init(once), [field]);
        let lifecycle = "spec.initContainers[0].lifecycle Forbidden";
        assert_eq!(init(json!({"lifecycle": {}})), [lifecycle]);
        assert_eq!(
            init(json!({"lifecycle": {"stopSignal": "SIGTERM"}})),
            NOTHING
        );
    }

    #[test]
    fn the_labels_of_a_template_have_two_names() {
        let mut object = deployment(&json!({"containers": [container(&json!({}))]}));
        object["spec"]["template"]["metadata"]["labels"]["a b"] = json!("c");
        let typed: Deployment = serde_json::from_value(object).expect("a Deployment");
        let found = typed.validate(&|_| true, &Options::default());
        assert_eq!(found[0].field.to_string(), "spec.template.labels");
        let place = "spec.template.metadata.labels[a b]";
        assert_eq!(found[0].place().to_string(), place);
    }

    #[test]
    fn own_name_servers_have_to_be_named() {
        let dns = |config: Value| {
            refused::<Pod>(&pod(&json!({
                "containers": [container(&json!({}))], "dnsPolicy": "None", "dnsConfig": config,
            })))
        };
        assert_eq!(dns(json!(null)), ["spec.dnsConfig Required"]);
        assert_eq!(dns(json!({})), ["spec.dnsConfig.nameservers Required"]);
        let config = json!({"nameservers": ["10.0.0.1"], "searches": ["_a.b_c.", "."]});
        assert_eq!(dns(config), NOTHING);
    }
}
