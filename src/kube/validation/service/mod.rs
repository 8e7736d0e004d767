//! Services.

mod allocation;
mod cluster_ips;
mod defaulted;
mod ports;

use k8s_openapi::api::core::v1::{Service, ServiceSpec, SessionAffinityConfig};

use super::errors::Errors;
use super::ip::{
    is_valid_cidr_for_legacy_field, is_valid_ip_for_legacy_field, validate_endpoint_ip,
};
use super::labels::{validate_label_name, validate_labels};
use super::metadata::{Scope, validate_generation, validate_object_meta};
use super::names::{NameShape, is_dns1123_subdomain};
use super::{Concern, Options, Validate, Violation, Written, items, text};
use crate::kube::gates::{PREFER_SAME_TRAFFIC_DISTRIBUTION, RELAXED_SERVICE_NAME_VALIDATION};
use crate::yaml::field::Path;

use allocation::allocate_create;
use defaulted::{Defaulted, HEADLESS};
use ports::validate_service_ports;

const ONLY_LOAD_BALANCER: &str = "may only be used when `type` is 'LoadBalancer'";
const NOT_EXTERNAL_NAME: &str = "may not be set for ExternalName services";
const SOURCE_RANGES_ANNOTATION: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const TOPOLOGY_HINTS_ANNOTATION: &str = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY_MODE_ANNOTATION: &str = "service.kubernetes.io/topology-mode";
impl Validate for Service {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        validate_service_create(self, options)
    }
}

/// The server allocates addresses and node ports first. What fails there is its whole answer, and
/// the rest is what it says once that is mended: both are told at once.
///
/// Kubernetes, `pkg/registry/core/service/storage/storage.go`: `beginCreate`; then
/// `pkg/apis/core/validation/validation.go`: `ValidateServiceCreate`.
fn validate_service_create(service: &Service, options: &Options) -> Vec<Violation> {
    let empty = ServiceSpec::default();
    let spec = Defaulted::new(service.spec.as_ref().unwrap_or(&empty));
    let mut errors = Errors::default();
    let ports = errors.about(Concern::ServiceSpec, |errors| {
        allocate_create(&spec, options, errors)
    });
    let mut violations = errors.into_violations();
    let mut errors = Errors::default();
    validate_name(service, options, &mut errors);
    validate_topology_annotations(service, &mut errors);
    errors.about(Concern::ServiceSpec, |errors| {
        validate_service(service, &spec, &ports, options, errors);
    });
    let allocated = violations.len();
    for violation in errors.into_violations() {
        let is_same = |other: &Violation| other.field == violation.field;
        if !violations[..allocated].iter().any(is_same) {
            violations.push(violation);
        }
    }
    violations
}

/// A name that starts with a digit is as good as any with the gate.
fn validate_name(service: &Service, options: &Options, errors: &mut Errors) {
    let shape = service_name_shape(options);
    validate_object_meta(&service.metadata, Scope::Namespace, shape, errors);
    validate_generation(&service.metadata, errors);
    let name = text(service.metadata.name.as_ref());
    if !name.is_empty() && NameShape::Label.check(name).is_empty() {
        let path = Path::new("metadata").child("name").to_field_path();
        for violation in errors.since(0) {
            if violation.field == path {
                violation.gate = options.without(RELAXED_SERVICE_NAME_VALIDATION);
            }
        }
    }
}

/// What the name of a Service has to look like.
pub(super) fn service_name_shape(options: &Options) -> NameShape {
    if options.has(RELAXED_SERVICE_NAME_VALIDATION) {
        NameShape::Label
    } else {
        NameShape::Rfc1035Label
    }
}

/// All but what is said of annotations.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateService`.
fn validate_service(
    service: &Service,
    spec: &Defaulted<'_>,
    node_ports: &[i64],
    options: &Options,
    errors: &mut Errors,
) {
    let path = Path::new("spec");
    if spec.ports.is_empty() && !spec.is_headless() && !spec.is_type("ExternalName") {
        errors.required(&path.child("ports"), "").concern = Concern::ServicePort;
    }
    validate_service_type(spec, &path, errors);
    errors.about(Concern::ServicePort, |errors| {
        validate_service_ports(spec, node_ports, &path.child("ports"), errors);
    });
    validate_labels(spec.spec.selector.as_ref(), &path.child("selector"), errors);
    validate_session_affinity(spec, &path, errors);
    for (index, address) in spec.external_ips.iter().enumerate() {
        let list = path.child("externalIPs");
        let place = list.index(index);
        let before = errors.len();
        is_valid_ip_for_legacy_field(address, options, &place, errors);
        if errors.len() == before {
            validate_endpoint_ip(address, &place, errors);
        }
    }
    validate_source_ranges(service, spec, options, &path, errors);
    validate_load_balancer_fields(spec, &path, errors);
    validate_service_external_traffic_policy(spec, &path, errors);
    if let Some(policy) = &spec.spec.internal_traffic_policy
        && !matches!(policy.as_str(), "Cluster" | "Local")
    {
        let path = path.child("internalTrafficPolicy");
        errors.not_supported(&path, policy, &["Cluster", "Local"]);
    }
    validate_service_traffic_distribution(spec, options, &path, errors);
}

fn validate_topology_annotations(service: &Service, errors: &mut Errors) {
    let Some(annotations) = &service.metadata.annotations else {
        return;
    };
    let mode = annotations.get(TOPOLOGY_MODE_ANNOTATION);
    let hints = annotations.get(TOPOLOGY_HINTS_ANNOTATION);
    if let (Some(mode), Some(hints)) = (mode, hints)
        && mode != hints
    {
        let path = Path::new("metadata");
        let path = path.child("annotations");
        let detail =
            format!("must match annotations[{TOPOLOGY_HINTS_ANNOTATION}] when both are specified");
        let other = path.key(TOPOLOGY_HINTS_ANNOTATION).to_field_path();
        errors
            .invalid(&path.key(TOPOLOGY_MODE_ANNOTATION), mode, &detail)
            .other = Some((other, "the other one".into()));
    }
}

/// What each type forbids and requires.
fn validate_service_type(spec: &Defaulted<'_>, path: &Path<'_>, errors: &mut Errors) {
    let cluster_ips = path.child("clusterIPs");
    match spec.type_ {
        "ClusterIP" => {}
        "LoadBalancer" | "NodePort" => {
            if spec.is_headless() {
                let detail = format!("may not be set to 'None' for {} services", spec.type_);
                let violation = errors.invalid(&cluster_ips.index(0), HEADLESS, &detail);
                spec.place_cluster_ips(violation);
                spec.name_type_as_other(path, violation);
            }
        }
        "ExternalName" => {
            if !spec.cluster_ips.is_empty() {
                let violation = errors.forbidden(&cluster_ips, NOT_EXTERNAL_NAME);
                spec.place_cluster_ips(violation);
                spec.name_type_as_other(path, violation);
            }
            if !items(spec.spec.ip_families.as_ref()).is_empty() {
                let violation = errors.forbidden(&path.child("ipFamilies"), NOT_EXTERNAL_NAME);
                spec.name_type_as_other(path, violation);
            }
            if spec.spec.ip_family_policy.is_some() {
                let violation = errors.forbidden(&path.child("ipFamilyPolicy"), NOT_EXTERNAL_NAME);
                spec.name_type_as_other(path, violation);
            }
            // A trailing dot marks the name as fully qualified.
            let written = text(spec.spec.external_name.as_ref());
            let name = written.strip_suffix('.').unwrap_or(written);
            if name.is_empty() {
                let violation = errors.required(&path.child("externalName"), "");
                spec.name_type_as_other(path, violation);
            } else {
                let messages = is_dns1123_subdomain(name);
                errors.invalid_each(&path.child("externalName"), name, messages);
            }
        }
        unknown => {
            let known = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
            errors.not_supported(&path.child("type"), unknown, &known);
        }
    }
}

impl Defaulted<'_> {
    /// The conflict is with the type, written or not.
    fn name_type_as_other(&self, path: &Path<'_>, violation: &mut Violation) {
        let label = match &self.spec.type_ {
            Some(type_) if !type_.is_empty() => format!("the type is `{type_}`"),
            _ => format!("without `type` it is `{}`", self.type_),
        };
        violation.other = Some((path.child("type").to_field_path(), label));
    }
}

/// A configuration beside `None` is dropped, an incomplete one is replaced by the default.
fn validate_session_affinity(spec: &Defaulted<'_>, path: &Path<'_>, errors: &mut Errors) {
    match spec.session_affinity {
        "None" => {}
        "ClientIP" => {
            if let Some(config) = &spec.spec.session_affinity_config {
                validate_client_ip_affinity_config(config, path, errors);
            }
        }
        unknown => {
            let path = path.child("sessionAffinity");
            errors.not_supported(&path, unknown, &["ClientIP", "None"]);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateClientIPAffinityConfig`.
fn validate_client_ip_affinity_config(
    config: &SessionAffinityConfig,
    spec: &Path<'_>,
    errors: &mut Errors,
) {
    let timeout = config
        .client_ip
        .as_ref()
        .and_then(|config| config.timeout_seconds);
    if let Some(timeout) = timeout
        && !(1..=86400).contains(&timeout)
    {
        let path = spec.child("sessionAffinityConfig");
        let path = path.child("clientIP");
        let detail = "must be greater than 0 and less than 86400";
        errors.invalid(&path.child("timeoutSeconds"), timeout, detail);
    }
}

/// The server writes the field with a capital `L`; each range may be padded with spaces.
fn validate_source_ranges(
    service: &Service,
    spec: &Defaulted<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let ranges = items(spec.spec.load_balancer_source_ranges.as_ref());
    let annotations = service.metadata.annotations.as_ref();
    if !ranges.is_empty() {
        let server = path.child("LoadBalancerSourceRanges");
        let written = path.child("loadBalancerSourceRanges");
        if !spec.is_type("LoadBalancer") {
            let violation = errors.forbidden(&server, ONLY_LOAD_BALANCER);
            violation.place = Some(written.to_field_path());
            spec.name_type_as_other(path, violation);
        }
        for (index, range) in ranges.iter().enumerate() {
            let place = written.index(index);
            let placed = |violation: &mut Violation| violation.place = Some(place.to_field_path());
            let before = errors.len();
            is_valid_cidr_for_legacy_field(range.trim(), options, &server.index(index), errors);
            errors.since(before).iter_mut().for_each(placed);
        }
    } else if let Some(ranges) = annotations.and_then(|map| map.get(SOURCE_RANGES_ANNOTATION)) {
        let path = Path::new("metadata");
        let path = path.child("annotations");
        let path = path.key(SOURCE_RANGES_ANNOTATION);
        if !spec.is_type("LoadBalancer") {
            let violation = errors.forbidden(&path, ONLY_LOAD_BALANCER);
            violation.concern = Concern::Object;
            spec.name_type_as_other(&Path::new("spec"), violation);
        }
        if !ranges.trim().is_empty() {
            errors.about(Concern::Object, |errors| {
                for range in ranges.trim().split(',') {
                    is_valid_cidr_for_legacy_field(range.trim(), options, &path, errors);
                }
            });
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateLoadBalancerClassField`, and the
/// check of `allocateLoadBalancerNodePorts` before it.
fn validate_load_balancer_fields(spec: &Defaulted<'_>, path: &Path<'_>, errors: &mut Errors) {
    let load_balancer = spec.is_type("LoadBalancer");
    if spec.spec.allocate_load_balancer_node_ports.is_some() && !load_balancer {
        let path_to = path.child("allocateLoadBalancerNodePorts");
        let violation = errors.forbidden(&path_to, ONLY_LOAD_BALANCER);
        spec.name_type_as_other(path, violation);
    }
    if let Some(class) = &spec.spec.load_balancer_class {
        let class_path = path.child("loadBalancerClass");
        if load_balancer {
            validate_label_name(class, &class_path, errors);
        } else {
            let violation = errors.forbidden(&class_path, ONLY_LOAD_BALANCER);
            spec.name_type_as_other(path, violation);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateServiceExternalTrafficPolicy`.
fn validate_service_external_traffic_policy(
    spec: &Defaulted<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let policy = spec.external_traffic_policy;
    let policy_path = path.child("externalTrafficPolicy");
    if !spec.is_externally_accessible() {
        if !policy.is_empty() {
            let detail = "may only be set for externally-accessible services";
            let violation = errors.invalid(&policy_path, policy, detail);
            spec.name_type_as_other(path, violation);
        }
    } else if !matches!(policy, "Cluster" | "Local") {
        errors.not_supported(&policy_path, policy, &["Cluster", "Local"]);
    }
    let port = spec.spec.health_check_node_port.unwrap_or(0);
    if port != 0 && !spec.needs_health_check() {
        let detail =
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        let violation = errors.invalid(&path.child("healthCheckNodePort"), port, detail);
        if spec.is_type("LoadBalancer") {
            let label = format!("the policy is `{policy}`");
            violation.other = Some((policy_path.to_field_path(), label));
        } else {
            spec.name_type_as_other(path, violation);
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateServiceTrafficDistribution`.
fn validate_service_traffic_distribution(
    spec: &Defaulted<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let all = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    let known = if options.has(PREFER_SAME_TRAFFIC_DISTRIBUTION) {
        &all[..]
    } else {
        &all[..1]
    };
    if let Some(distribution) = &spec.spec.traffic_distribution
        && !known.contains(&distribution.as_str())
    {
        errors.not_supported(&path.child("trafficDistribution"), distribution, known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::KubeVersion;
    use crate::kube::validation::testing::{refused, refused_by};
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn service(spec: &Value) -> Vec<String> {
        refused::<Service>(&json!({"metadata": {"name": "web"}, "spec": spec}))
    }

    #[test]
    fn ports_are_required_but_for_headless_and_external_name() {
        assert_eq!(service(&json!({})), ["spec.ports Required"]);
        assert_eq!(service(&json!({"ports": []})), ["spec.ports Required"]);
        assert_eq!(service(&json!({"clusterIP": "None"})), NOTHING);
        let spec = json!({"type": "ExternalName", "externalName": "10.0.0.300."});
        assert_eq!(service(&spec), NOTHING);
    }

    #[test]
    fn several_ports_need_names() {
        let spec = json!({"ports": [{"name": "a", "port": 80}, {"port": 81}]});
        assert_eq!(service(&spec), ["spec.ports[1].name Required"]);
        let spec = json!({"ports": [
            {"name": "a", "port": 80}, {"name": "a", "port": 80, "protocol": "UDP"},
        ]});
        assert_eq!(service(&spec), ["spec.ports[1].name Duplicate"]);
        let spec = json!({"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]});
        assert_eq!(service(&spec), ["spec.ports[1] Duplicate"]);
    }

    #[test]
    fn the_first_of_two_is_the_other_side() {
        let ports = json!([{"name": "a", "port": 80}, {"name": "a", "port": 81}]);
        let service = json!({"metadata": {"name": "web"}, "spec": {"ports": ports}});
        let service: Service = serde_json::from_value(service).expect("a Service");
        let found = service.validate(&|_| true, &Options::default());
        let (other, _) = found[0].other.as_ref().expect("another side");
        assert_eq!(other.to_string(), "spec.ports[0].name");
        assert_eq!(found[0].value.as_deref(), Some("\"a\""));
    }

    #[test]
    fn an_empty_target_port_is_the_port() {
        for target in [json!(null), json!(0), json!("")] {
            let port = json!({"port": 80, "targetPort": target, "protocol": ""});
            assert_eq!(service(&json!({"ports": [port]})), NOTHING);
        }
        let fields = [
            "spec.ports[0].port Invalid",
            "spec.ports[0].targetPort Invalid",
        ];
        assert_eq!(service(&json!({"ports": [{"targetPort": 0}]})), fields);
        let port = json!({"port": 80, "targetPort": "8080"});
        assert_eq!(
            service(&json!({"ports": [port]})),
            ["spec.ports[0].targetPort Invalid"]
        );
    }

    #[test]
    fn what_cannot_be_allocated_does_not_hide_the_rest() {
        let node_port = |number: i32| {
            let port = json!({"port": 80, "nodePort": number, "targetPort": "-"});
            service(&json!({"type": "NodePort", "ports": [port]}))
        };
        let target_port = "spec.ports[0].targetPort Invalid";
        let fields = ["spec.ports[0].nodePort Invalid", target_port, target_port];
        assert_eq!(node_port(80), fields);
        assert_eq!(node_port(30000), [target_port; 2]);
        let port = json!({"port": 80, "nodePort": 30000});
        let on_cluster_ip = service(&json!({"ports": [port]}));
        assert_eq!(on_cluster_ip, ["spec.ports[0].nodePort Forbidden"]);
    }

    #[test]
    fn two_protocols_of_one_port_share_a_node_port() {
        let shared = |second: i32| {
            service(&json!({"type": "NodePort", "ports": [
                {"name": "a", "port": 53, "nodePort": 30053},
                {"name": "b", "port": second, "nodePort": 30053, "protocol": "UDP"},
            ]}))
        };
        assert_eq!(shared(53), NOTHING);
        assert_eq!(shared(54), ["spec.ports[1].nodePort Invalid"]);
    }

    #[test]
    fn the_node_port_range_is_the_servers() {
        let service = json!({"metadata": {"name": "web"}, "spec": {
            "type": "NodePort", "ports": [{"port": 80, "nodePort": 80}],
        }});
        let options = Options {
            node_port_range: 1..=1000,
            ..Options::default()
        };
        assert_eq!(refused_by::<Service>(&service, &options), NOTHING);
    }

    #[test]
    fn names_may_start_with_a_digit_from_1_36_on() {
        let service = json!({"metadata": {"name": "1web"}, "spec": {"ports": [{"port": 80}]}});
        assert_eq!(refused::<Service>(&service), NOTHING);
        let options = Options {
            kube_version: KubeVersion {
                major: 1,
                minor: 35,
            },
            ..Options::default()
        };
        let fields = refused_by::<Service>(&service, &options);
        assert_eq!(fields, ["metadata.name Invalid"]);
    }

    #[test]
    fn a_written_cluster_ip_is_the_place() {
        let service = json!({"metadata": {"name": "web"}, "spec": {
            "clusterIP": "none", "ports": [{"port": 80}],
        }});
        let service: Service = serde_json::from_value(service).expect("a Service");
        let found = service.validate(&|_| true, &Options::default());
        assert_eq!(found[0].field.to_string(), "spec.clusterIPs[0]");
        assert_eq!(found[0].place().to_string(), "spec.clusterIP");
    }

    #[test]
    fn two_families_need_a_policy_unless_nothing_is_selected() {
        let families = |spec: Value| {
            let mut spec = spec;
            spec["ipFamilies"] = json!(["IPv4", "IPv6"]);
            spec["ports"] = json!([{"port": 80}]);
            service(&spec)
        };
        assert_eq!(families(json!({})), ["spec.ipFamilyPolicy Invalid"]);
        assert_eq!(
            families(json!({"ipFamilyPolicy": "PreferDualStack"})),
            NOTHING
        );
        assert_eq!(families(json!({"clusterIP": "None"})), NOTHING);
        let headless = json!({"clusterIP": "None", "selector": {"app": "web"}});
        assert_eq!(families(headless), ["spec.ipFamilyPolicy Invalid"]);
    }

    #[test]
    fn empty_is_unset_for_some_fields_only() {
        let with = |field: &str| {
            let mut spec = json!({"ports": [{"port": 80}]});
            spec[field] = json!("");
            service(&spec)
        };
        for field in [
            "externalTrafficPolicy",
            "sessionAffinity",
            "type",
            "clusterIP",
        ] {
            assert_eq!(with(field), NOTHING, "{field}");
        }
        for field in [
            "internalTrafficPolicy",
            "trafficDistribution",
            "ipFamilyPolicy",
        ] {
            assert_eq!(with(field), [format!("spec.{field} NotSupported")]);
        }
        assert_eq!(
            with("loadBalancerClass"),
            ["spec.loadBalancerClass Forbidden"]
        );
    }

    #[test]
    fn session_affinity_is_completed() {
        let with = |affinity: &str, config: Value| {
            service(&json!({
                "ports": [{"port": 80}], "sessionAffinity": affinity,
                "sessionAffinityConfig": config,
            }))
        };
        let timeout = |seconds: i32| json!({"clientIP": {"timeoutSeconds": seconds}});
        assert_eq!(with("None", timeout(0)), NOTHING);
        assert_eq!(with("ClientIP", json!({})), NOTHING);
        assert_eq!(with("ClientIP", timeout(86400)), NOTHING);
        let field = "spec.sessionAffinityConfig.clientIP.timeoutSeconds Invalid";
        assert_eq!(with("ClientIP", timeout(0)), [field]);
    }

    #[test]
    fn external_traffic_needs_a_way_in() {
        let with = |extra: Value| {
            let mut spec = json!({"ports": [{"port": 80}], "externalTrafficPolicy": "Local"});
            for (key, value) in extra.as_object().expect("an object") {
                spec[key] = value.clone();
            }
            service(&spec)
        };
        assert_eq!(with(json!({})), ["spec.externalTrafficPolicy Invalid"]);
        assert_eq!(with(json!({"externalIPs": ["1.2.3.4"]})), NOTHING);
        let balancer = json!({"type": "LoadBalancer", "healthCheckNodePort": 31000});
        assert_eq!(with(balancer), NOTHING);
        let balancer = json!({"type": "LoadBalancer", "healthCheckNodePort": 80});
        assert_eq!(with(balancer), ["spec.healthCheckNodePort Invalid"]);
        let node_port = json!({"type": "NodePort", "healthCheckNodePort": 31000});
        assert_eq!(with(node_port), ["spec.healthCheckNodePort Invalid"]);
    }
}
