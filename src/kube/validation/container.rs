//! Containers and init containers: names, images, ports, and what else makes them up.

use std::ops::RangeInclusive;

use k8s_openapi::api::core::v1::{Container, ContainerPort, PodSpec};

use super::env::{validate_env, validate_env_from};
use super::errors::Errors;
use super::names::{is_dns1123_label, is_valid_port_name, is_valid_port_num};
use super::ports::{protocol, validate_protocol};
use super::probe::{lifecycle, validate_lifecycle, validate_probes};
use super::resources::{
    refuse_restart_to_resize, validate_container_resource_requirements, validate_resize_policy,
};
use super::restart_policy::{
    validate_container_restart_policy, validate_init_container_restart_policy,
};
use super::security::validate_security_context;
use super::volumes::{Volumes, validate_mounts};
use super::{Concern, Options, items, text};
use crate::yaml::field::Path;

const ONLY_SIDECARS: &str = "may not be set for init containers without restartPolicy=Always";

/// What the validation of a container has to know of its pod.
pub(super) struct PodContext<'a> {
    pub(super) spec: &'a PodSpec,
    pub(super) volumes: Volumes<'a>,
    /// The names of its `resourceClaims`.
    pub(super) claims: Vec<&'a str>,
    /// The seconds that a hook may sleep.
    pub(super) sleeps: RangeInclusive<i64>,
    pub(super) ports_are_host_ports: bool,
    pub(super) options: &'a Options,
}

impl PodContext<'_> {
    /// The host port of a container port, defaulted; 0 is none.
    ///
    /// Kubernetes, `pkg/apis/core/v1/defaults.go`: `defaultHostNetworkPorts`.
    pub(super) fn host_port(&self, port: &ContainerPort) -> i32 {
        match port.host_port.unwrap_or(0) {
            0 if self.ports_are_host_ports => port.container_port,
            written => written,
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainers`.
pub(super) fn validate_containers(
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
        validate_lifecycle(container, &pod.sleeps, &path, errors);
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
pub(super) fn validate_init_containers(
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
            validate_lifecycle(container, &pod.sleeps, &path_to, errors);
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
            refuse_restart_to_resize(container, pod.options, &path_to, errors);
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
    let policy = text(container.termination_message_policy.as_ref());
    if !matches!(policy, "" | "File" | "FallbackToLogsOnError") {
        let known = ["File", "FallbackToLogsOnError"];
        errors.not_supported(&path.child("terminationMessagePolicy"), policy, &known);
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
    validate_mounts(container, &pod.volumes, path, errors);
    if let Some(resources) = &container.resources {
        let path = path.child("resources");
        validate_container_resource_requirements(resources, &pod.claims, &path, errors);
    }
    if let Some(context) = &container.security_context {
        let path = path.child("securityContext");
        validate_security_context(context, pod.spec, pod.options, &path, errors);
    }
    let policies = items(container.resize_policy.as_ref());
    let list = path.child("resizePolicy");
    validate_resize_policy(policies, pod.spec, pod.options, &list, errors);
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

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::apps::v1::Deployment;
    use k8s_openapi::api::core::v1::Pod;
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
}
