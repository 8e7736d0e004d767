//! Horizontal pod autoscalers.

use k8s_openapi::api::autoscaling::v1::HorizontalPodAutoscaler as HorizontalPodAutoscalerV1;
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec, MetricIdentifier, MetricSpec, MetricTarget,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::errors::{Errors, Scalar};
use super::metadata::{Scope, validate_object_meta};
use super::names::{NameShape, is_dns1123_label, is_path_segment_name};
use super::quantity::is_negative;
use super::{Options, Validate, Violation, Written, items, text};
use crate::kube::gates::{HPA_CONFIGURABLE_TOLERANCE, HPA_SCALE_TO_ZERO};
use crate::yaml::field::Path;

/// From this version on `apiVersion` of the target has to name a group.
const API_VERSION_SINCE: u32 = 34;
/// Where autoscaling/v1 keeps the metrics that it has no field for, as JSON.
const METRICS_ANNOTATION: &str = "autoscaling.alpha.kubernetes.io/metrics";
const MOST_STABILIZATION: i32 = 3600;
const MOST_PERIOD: i32 = 1800;
const NOT_POSITIVE: &str = "must be greater than 0";
const METRIC_TYPES: &[&str] = &[
    "ContainerResource",
    "External",
    "Object",
    "Pods",
    "Resource",
];

impl Validate for HorizontalPodAutoscaler {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_horizontal_pod_autoscaler(&self.metadata, &self.spec, false, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for HorizontalPodAutoscalerV1 {
    /// The server turns the one number about the processor into a metric and judges that.
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let target = &self.spec.scale_target_ref;
        let spec = HorizontalPodAutoscalerSpec {
            min_replicas: self.spec.min_replicas,
            max_replicas: self.spec.max_replicas,
            scale_target_ref: CrossVersionObjectReference {
                api_version: target.api_version.clone(),
                kind: target.kind.clone(),
                name: target.name.clone(),
            },
            ..HorizontalPodAutoscalerSpec::default()
        };
        let mut errors = Errors::default();
        let annotations = self.metadata.annotations.as_ref();
        let has_more_metrics = annotations.is_some_and(|own| own.contains_key(METRICS_ANNOTATION));
        validate_horizontal_pod_autoscaler(
            &self.metadata,
            &spec,
            has_more_metrics,
            options,
            &mut errors,
        );
        if let Some(percent @ ..=0) = self.spec.target_cpu_utilization_percentage {
            let spec = Path::new("spec");
            let metrics = spec.child("metrics");
            let metric = metrics.index(0);
            let resource = metric.child("resource");
            let target = resource.child("target");
            let path = target.child("averageUtilization");
            let written = spec.child("targetCPUUtilizationPercentage").to_field_path();
            errors.invalid(&path, percent, NOT_POSITIVE).place = Some(written);
        }
        errors.into_violations()
    }
}

/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`: `ValidateHorizontalPodAutoscaler`.
fn validate_horizontal_pod_autoscaler(
    metadata: &ObjectMeta,
    spec: &HorizontalPodAutoscalerSpec,
    has_more_metrics: bool,
    options: &Options,
    errors: &mut Errors,
) {
    validate_object_meta(metadata, Scope::Namespace, NameShape::Subdomain, errors);
    let path = Path::new("spec");
    validate_horizontal_pod_autoscaler_spec(spec, has_more_metrics, options, &path, errors);
}

/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`:
/// `validateHorizontalPodAutoscalerSpec`; `has_more_metrics` says that there are some that are not
/// looked at.
fn validate_horizontal_pod_autoscaler_spec(
    spec: &HorizontalPodAutoscalerSpec,
    has_more_metrics: bool,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let min = spec.min_replicas.unwrap_or(1);
    let max = spec.max_replicas;
    let max_path = path.child("maxReplicas");
    let min_path = path.child("minReplicas");
    let metrics = items(spec.metrics.as_ref());
    let scales_from_zero = |metric: &MetricSpec| matches!(&*metric.type_, "Object" | "External");
    let may_be_zero = has_more_metrics || metrics.iter().any(scales_from_zero);
    let lowest = i32::from(!options.has(HPA_SCALE_TO_ZERO));
    if min < lowest {
        let detail = format!("must be greater than or equal to {lowest}");
        errors.invalid(&min_path, min, &detail).gate = options
            .without(HPA_SCALE_TO_ZERO)
            .filter(|_| min == 0 && may_be_zero);
    }
    match max {
        0 => {
            errors.required(&max_path, "must be set and greater than 0");
        }
        ..0 => {
            errors.invalid(&max_path, max, "must be greater than or equal to 1");
        }
        _ => {}
    }
    if max < min {
        let detail = "must be greater than or equal to `minReplicas`";
        errors.invalid(&max_path, max, detail).other =
            Some((min_path.to_field_path(), format!("`{min}`")));
    }
    let target = &spec.scale_target_ref;
    let target_path = path.child("scaleTargetRef");
    let needs_group = target.kind != "ReplicationController";
    validate_cross_version_object_reference(target, needs_group, options, &target_path, errors);

    if let Some(behavior) = &spec.behavior {
        let path = path.child("behavior");
        for (field, rules) in [
            ("scaleUp", &behavior.scale_up),
            ("scaleDown", &behavior.scale_down),
        ] {
            if let Some(rules) = rules {
                validate_scaling_rules(rules, options, &path.child(field), errors);
            }
        }
    }
    let list = path.child("metrics");
    for (index, metric) in metrics.iter().enumerate() {
        validate_metric_spec(metric, options, &list.index(index), errors);
    }
    if min == 0 && !may_be_zero {
        let detail = "must specify at least one Object or External metric to support scaling to \
                      zero replicas";
        let violation = errors.forbidden(&list, detail);
        if spec.metrics.is_none() {
            violation.place = Some(min_path.to_field_path());
        }
    }
}

/// Rules without policies have the server's own.
///
/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`: `validateScalingRules`, and
/// `pkg/apis/autoscaling/v2/defaults.go`: `SetDefaults_HorizontalPodAutoscalerBehavior`.
fn validate_scaling_rules(
    rules: &HPAScalingRules,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let seconds = rules.stabilization_window_seconds;
    let window = path.child("stabilizationWindowSeconds");
    match seconds {
        Some(seconds @ ..=-1) => {
            errors.invalid(&window, seconds, "must be greater than or equal to zero");
        }
        Some(seconds) if seconds > MOST_STABILIZATION => {
            let detail = format!("must be less than or equal to {MOST_STABILIZATION}");
            errors.invalid(&window, seconds, &detail);
        }
        _ => {}
    }
    let known = ["Disabled", "Max", "Min"];
    if let Some(policy) = &rules.select_policy
        && !known.contains(&policy.as_str())
    {
        errors.not_supported(&path.child("selectPolicy"), policy, &known);
    }
    let list = path.child("policies");
    let policies = rules.policies.as_ref();
    if policies.is_some_and(Vec::is_empty) {
        errors.required(&list, "must specify at least one Policy");
    }
    for (index, policy) in items(policies).iter().enumerate() {
        validate_scaling_policy(policy, &list.index(index), errors);
    }
    if let Some(tolerance @ Quantity(text)) = &rules.tolerance
        && options.has(HPA_CONFIGURABLE_TOLERANCE)
        && is_negative(tolerance)
    {
        let detail = "must be greater than or equal to 0";
        errors.invalid(&path.child("tolerance"), text, detail);
    }
}

/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`: `validateScalingPolicy`.
fn validate_scaling_policy(policy: &HPAScalingPolicy, path: &Path<'_>, errors: &mut Errors) {
    let known = ["Percent", "Pods"];
    if !known.contains(&policy.type_.as_str()) {
        errors.not_supported(&path.child("type"), &policy.type_, &known);
    }
    for (field, number) in [
        ("value", policy.value),
        ("periodSeconds", policy.period_seconds),
    ] {
        if number <= 0 {
            errors.invalid(&path.child(field), number, "must be greater than zero");
        }
    }
    if policy.period_seconds > MOST_PERIOD {
        let detail = format!("must be less than or equal to {MOST_PERIOD}");
        errors.invalid(&path.child("periodSeconds"), policy.period_seconds, &detail);
    }
}

/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`:
/// `ValidateCrossVersionObjectReference`.
fn validate_cross_version_object_reference(
    reference: &CrossVersionObjectReference,
    needs_group: bool,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (field, value) in [("kind", &reference.kind), ("name", &reference.name)] {
        if value.is_empty() {
            errors.required(&path.child(field), "");
        } else {
            errors.invalid_each(&path.child(field), value, is_path_segment_name(value));
        }
    }
    let version = text(reference.api_version.as_ref());
    if !options.since(API_VERSION_SINCE) {
        return;
    }
    let slashes = version.bytes().filter(|byte| *byte == b'/').count();
    let path = path.child("apiVersion");
    if slashes > 1 {
        let detail = format!("unexpected GroupVersion string: {version}");
        errors.invalid(&path, version, &detail);
    } else if needs_group && (slashes == 0 || version.starts_with('/')) {
        errors.invalid(&path, version, "apiVersion must specify API group");
    }
}

/// Only the first source is looked at, in this order, and only the one that `type` names may be
/// set.
///
/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`: `validateMetricSpec`.
fn validate_metric_spec(
    metric: &MetricSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let type_path = path.child("type");
    if metric.type_.is_empty() {
        errors.required(&type_path, "must specify a metric source type");
    }
    if !METRIC_TYPES.contains(&metric.type_.as_str()) {
        errors.not_supported(&type_path, &metric.type_, METRIC_TYPES);
    }
    let sources = [
        ("object", "Object", metric.object.is_some()),
        ("external", "External", metric.external.is_some()),
        ("pods", "Pods", metric.pods.is_some()),
        ("resource", "Resource", metric.resource.is_some()),
        (
            "containerResource",
            "ContainerResource",
            metric.container_resource.is_some(),
        ),
    ];
    validate_first_source(metric, options, path, errors);
    let given = sources.iter().filter(|(_, _, given)| *given).count();
    for (field, type_, given_here) in sources {
        let path = path.child(field);
        if type_ == metric.type_ && !given_here {
            let detail = "must populate information for the given metric source";
            errors.required(&path, detail);
        } else if type_ != metric.type_ && given_here && given > 1 {
            let detail = "must populate the given metric source only";
            errors.forbidden(&path, detail).other =
                Some((type_path.to_field_path(), format!("`{}`", metric.type_)));
        }
    }
}

/// Which of the two numbers of a target a source needs.
#[derive(Clone, Copy)]
enum Target {
    /// `validateObjectSource`: one of them, or both.
    Object,
    /// `validateExternalSource`: one of them.
    External,
    /// `validatePodsSource`: the average.
    Pods,
    /// `validateResourceSource` and `validateContainerResourceSource`: a percentage or an average.
    Resource,
}

fn validate_first_source(
    metric: &MetricSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(source) = &metric.object {
        let path = path.child("object");
        let object = &source.described_object;
        let object_path = path.child("describedObject");
        validate_cross_version_object_reference(object, false, options, &object_path, errors);
        validate_metric_identifier(&source.metric, &path, errors);
        validate_metric_target(&source.target, Target::Object, &path, errors);
    } else if let Some(source) = &metric.external {
        let path = path.child("external");
        validate_metric_identifier(&source.metric, &path, errors);
        validate_metric_target(&source.target, Target::External, &path, errors);
    } else if let Some(source) = &metric.pods {
        let path = path.child("pods");
        validate_metric_identifier(&source.metric, &path, errors);
        validate_metric_target(&source.target, Target::Pods, &path, errors);
    } else if let Some(source) = &metric.resource {
        let path = path.child("resource");
        require_resource_name(&source.name, &path, errors);
        validate_metric_target(&source.target, Target::Resource, &path, errors);
    } else if let Some(source) = &metric.container_resource {
        let path = path.child("containerResource");
        require_resource_name(&source.name, &path, errors);
        if source.container.is_empty() {
            errors.required(&path.child("container"), "must specify a container");
        } else {
            let messages = is_dns1123_label(&source.container);
            errors.invalid_each(&path.child("container"), &source.container, messages);
        }
        validate_metric_target(&source.target, Target::Resource, &path, errors);
    }
}

fn require_resource_name(name: &str, source: &Path<'_>, errors: &mut Errors) {
    if name.is_empty() {
        errors.required(&source.child("name"), "must specify a resource name");
    }
}

/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`: `validateMetricIdentifier`.
fn validate_metric_identifier(metric: &MetricIdentifier, source: &Path<'_>, errors: &mut Errors) {
    let path = source.child("metric");
    let path = path.child("name");
    if metric.name.is_empty() {
        errors.required(&path, "must specify a metric name");
    } else {
        errors.invalid_each(&path, &metric.name, is_path_segment_name(&metric.name));
    }
}

/// Kubernetes, `pkg/apis/autoscaling/validation/validation.go`: `validateMetricTarget`, and what
/// each source asks of it.
fn validate_metric_target(
    target: &MetricTarget,
    kind: Target,
    source: &Path<'_>,
    errors: &mut Errors,
) {
    let path = source.child("target");
    let type_path = path.child("type");
    if target.type_.is_empty() {
        errors.required(&type_path, "must specify a metric target type");
    }
    if !matches!(&*target.type_, "Utilization" | "Value" | "AverageValue") {
        let detail = "must be either Utilization, Value, or AverageValue";
        errors.invalid(&type_path, &target.type_, detail);
    }
    let amounts = [
        ("value", &target.value),
        ("averageValue", &target.average_value),
    ];
    for (field, amount) in amounts {
        if amount.as_ref().is_some_and(|amount| !is_positive(amount)) {
            errors.invalid(&path.child(field), Scalar::Other, "must be positive");
        }
    }
    if let Some(percent @ ..=0) = target.average_utilization {
        errors.invalid(&path.child("averageUtilization"), percent, NOT_POSITIVE);
    }

    let value = target.value.is_some();
    let average = target.average_value.is_some();
    let percent = target.average_utilization.is_some();
    let average_path = path.child("averageValue");
    match kind {
        Target::Object if !value && !average => {
            let detail = "must set either a target value or averageValue";
            errors.required(&average_path, detail);
        }
        Target::External if !value && !average => {
            let detail = "must set either a target value for metric or a per-pod target";
            errors.required(&average_path, detail);
        }
        Target::External if value && average => {
            let detail = "may not set both a target value for metric and a per-pod target";
            errors.forbidden(&path.child("value"), detail);
        }
        Target::Pods if !average => {
            let detail = "must specify a positive target averageValue";
            errors.required(&average_path, detail);
        }
        Target::Resource if !percent && !average => {
            let detail = "must set either a target raw value or a target utilization";
            errors.required(&path.child("averageUtilization"), detail);
        }
        Target::Resource if percent && average => {
            let detail = "may not set both a target raw value and a target utilization";
            errors.forbidden(&average_path, detail);
        }
        _ => {}
    }
}

/// Whether the number before the unit is more than 0.
fn is_positive(Quantity(text): &Quantity) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    number
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .any(|byte| matches!(byte, b'1'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::KubeVersion;
    use crate::kube::validation::testing::{refused, refused_by};
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn autoscaler(extra: &Value) -> Value {
        let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "Web_x"});
        let mut object = json!({"metadata": {"name": "web"}, "spec": {
            "maxReplicas": 3, "scaleTargetRef": target,
        }});
        for (key, value) in extra.as_object().expect("an object") {
            object["spec"][key] = value.clone();
        }
        object
    }

    fn with(extra: &Value) -> Vec<String> {
        refused::<HorizontalPodAutoscaler>(&autoscaler(extra))
    }

    #[test]
    fn replicas() {
        assert_eq!(with(&json!({})), NOTHING);
        let fields = ["spec.maxReplicas Required", "spec.maxReplicas Invalid"];
        assert_eq!(with(&json!({"maxReplicas": 0})), fields);
        assert_eq!(
            with(&json!({"minReplicas": 4})),
            ["spec.maxReplicas Invalid"]
        );
    }

    #[test]
    fn no_replicas_are_allowed_while_a_queue_is_empty() {
        let found = |minor, min: i32, metrics: Value| {
            let object = autoscaler(&json!({"minReplicas": min, "metrics": metrics}));
            let typed: HorizontalPodAutoscaler = serde_json::from_value(object).expect("one");
            let options = Options {
                kube_version: KubeVersion { major: 1, minor },
                ..Options::default()
            };
            let found = typed.validate(&|_| true, &options).into_iter();
            let line = |own: Violation| (own.field.to_string(), own.gate.map(|gate| gate.name));
            found.map(line).collect::<Vec<_>>()
        };
        let queue = json!([{"type": "External", "external": {
            "metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "30"},
        }}]);
        let min = "spec.minReplicas".to_owned();
        assert_eq!(found(37, 0, queue.clone()), []);
        assert_eq!(found(37, -1, queue.clone()), [(min.clone(), None)]);
        let gate = Some("HPAScaleToZero");
        assert_eq!(found(36, 0, queue.clone()), [(min.clone(), gate)]);
        assert_eq!(found(36, -1, queue), [(min.clone(), None)]);
        let metrics = ("spec.metrics".to_owned(), None);
        assert_eq!(found(36, 0, json!([])), [(min, None), metrics.clone()]);
        assert_eq!(found(37, 0, json!([])), [metrics]);
    }

    #[test]
    fn targets_have_a_group() {
        let target = |version: &str, kind: &str| {
            let target = json!({"apiVersion": version, "kind": kind, "name": "web"});
            autoscaler(&json!({"scaleTargetRef": target}))
        };
        let field = "spec.scaleTargetRef.apiVersion Invalid";
        for bad in ["", "v1", "/v1", "a/b/c"] {
            let object = target(bad, "Deployment");
            assert_eq!(
                refused::<HorizontalPodAutoscaler>(&object),
                [field],
                "{bad}"
            );
        }
        let object = target("", "ReplicationController");
        assert_eq!(refused::<HorizontalPodAutoscaler>(&object), NOTHING);
        let options = Options {
            kube_version: KubeVersion {
                major: 1,
                minor: 33,
            },
            ..Options::default()
        };
        let object = target("", "Deployment");
        assert_eq!(
            refused_by::<HorizontalPodAutoscaler>(&object, &options),
            NOTHING
        );
    }

    #[test]
    fn metrics_have_the_source_of_their_type() {
        let metric = |metric: Value| with(&json!({"metrics": [metric]}));
        let cpu = |target: Value| {
            json!({"type": "Resource", "resource": {
                "name": "cpu", "target": target,
            }})
        };
        let percent = json!({"type": "Utilization", "averageUtilization": 50});
        assert_eq!(metric(cpu(percent)), NOTHING);
        let amount = json!({"type": "AverageValue", "averageValue": "0.0k"});
        let field = "spec.metrics[0].resource.target.averageValue Invalid";
        assert_eq!(metric(cpu(amount)), [field]);
        let missing = metric(json!({"type": "Pods"}));
        assert_eq!(missing, ["spec.metrics[0].pods Required"]);
        let unknown = metric(json!({"type": "cpu"}));
        assert_eq!(unknown, ["spec.metrics[0].type NotSupported"]);
    }

    #[test]
    fn scaling_has_a_speed() {
        let rules = |rules: Value| with(&json!({"behavior": {"scaleUp": rules}}));
        let path = "spec.behavior.scaleUp";
        assert_eq!(rules(json!({})), NOTHING);
        let policy = json!({"type": "Pods", "value": 1, "periodSeconds": 1800});
        assert_eq!(
            rules(json!({"policies": [policy], "tolerance": "0.1"})),
            NOTHING
        );
        let found = rules(json!({"policies": []}));
        assert_eq!(found, [format!("{path}.policies Required")]);
        let policy = json!({"type": "pods", "value": 0, "periodSeconds": 1801});
        let fields = [
            "type NotSupported",
            "value Invalid",
            "periodSeconds Invalid",
        ];
        let fields = fields.map(|field| format!("{path}.policies[0].{field}"));
        assert_eq!(rules(json!({"policies": [policy]})), fields);
        let found = rules(json!({
            "stabilizationWindowSeconds": 3601, "selectPolicy": "max", "tolerance": "-0.1",
        }));
        let fields = [
            "stabilizationWindowSeconds Invalid",
            "selectPolicy NotSupported",
            "tolerance Invalid",
        ];
        assert_eq!(found, fields.map(|field| format!("{path}.{field}")));
    }

    #[test]
    fn one_percentage_is_a_metric_too() {
        let object = autoscaler(&json!({"targetCPUUtilizationPercentage": 0}));
        let typed: HorizontalPodAutoscalerV1 =
            serde_json::from_value(object).expect("an autoscaler");
        let found = typed.validate(&|_| true, &Options::default());
        let place = "spec.targetCPUUtilizationPercentage";
        assert_eq!(found[0].place().to_string(), place);
    }
}
