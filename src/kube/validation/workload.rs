//! Workloads that keep pods running: `Deployment`, `ReplicaSet`, `StatefulSet`, `DaemonSet` and
//! `ReplicationController`.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{
    DaemonSet, DaemonSetSpec, Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec, StatefulSet,
    StatefulSetSpec,
};
use k8s_openapi::api::core::v1::{
    PodTemplateSpec, ReplicationController, ReplicationControllerSpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::claims::validate_claims;
use super::errors::{Errors, Scalar};
use super::labels::{first_unmet, is_empty_selector, validate_label_selector, validate_labels};
use super::metadata::{Scope, validate_object_meta};
use super::names::{NameShape, is_dns1123_label};
use super::numbers::validate_nonnegative;
use super::pod::{Owner, validate_pod_template_spec};
use super::update_strategy::{
    validate_daemon_set_update_strategy, validate_deployment_strategy,
    validate_stateful_set_update_strategy,
};
use super::{Concern, Options, Validate, Violation, Written, items, text};
use crate::yaml::field::Path;

/// From this version on a `StatefulSet`'s `serviceName` has to be a label.
const SERVICE_NAME_SINCE: u32 = 33;
const MISMATCH: &str = "`selector` does not match template `labels`";

impl Validate for Deployment {
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_deployment(self, written, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for ReplicaSet {
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_replica_set(self, written, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for StatefulSet {
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_stateful_set(self, written, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for DaemonSet {
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_daemon_set(self, written, options, &mut errors);
        errors.into_violations()
    }
}

impl Validate for ReplicationController {
    fn validate(&self, _: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_replication_controller(self, options, &mut errors);
        errors.into_violations()
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateDeployment`.
fn validate_deployment(
    deployment: &Deployment,
    written: Written<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    validate_object_meta(
        &deployment.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let spec = &deployment.spec;
    validate_deployment_spec(spec, written, options, &Path::new("spec"), errors);
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateDeploymentSpec`.
fn validate_deployment_spec(
    spec: &DeploymentSpec,
    written: Written<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_nonnegative(spec.replicas, &path.child("replicas"), errors);
    let selector = Selector::new(&spec.selector, written);
    if selector.validate("deployment", "invalid label selector", path, errors) {
        let template = &spec.template;
        validate_pod_template_spec_for_replica_set(template, &selector, path, options, errors);
    }
    if let Some(strategy) = &spec.strategy {
        validate_deployment_strategy(strategy, &path.child("strategy"), errors);
    }
    validate_nonnegative(
        spec.min_ready_seconds,
        &path.child("minReadySeconds"),
        errors,
    );
    validate_nonnegative(
        spec.revision_history_limit,
        &path.child("revisionHistoryLimit"),
        errors,
    );
    let deadline = spec.progress_deadline_seconds.unwrap_or(600);
    let deadline_path = path.child("progressDeadlineSeconds");
    validate_nonnegative(Some(deadline), &deadline_path, errors);
    let ready = spec.min_ready_seconds.unwrap_or(0);
    if deadline <= ready {
        let detail = "must be greater than minReadySeconds";
        let other = path.child("minReadySeconds").to_field_path();
        errors.invalid(&deadline_path, deadline, detail).other =
            Some((other, format!("`{ready}`")));
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateReplicaSet`.
fn validate_replica_set(
    set: &ReplicaSet,
    written: Written<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    validate_object_meta(
        &set.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let spec = &set.spec;
    validate_replica_set_spec(spec, written, options, &Path::new("spec"), errors);
}

/// The server calls it a deployment too.
///
/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateReplicaSetSpec`.
fn validate_replica_set_spec(
    spec: &ReplicaSetSpec,
    written: Written<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_nonnegative(spec.replicas, &path.child("replicas"), errors);
    validate_nonnegative(
        spec.min_ready_seconds,
        &path.child("minReadySeconds"),
        errors,
    );
    let selector = Selector::new(&spec.selector, written);
    if selector.validate("deployment", "invalid label selector", path, errors) {
        let empty = PodTemplateSpec::default();
        let template = spec.template.as_ref().unwrap_or(&empty);
        validate_pod_template_spec_for_replica_set(template, &selector, path, options, errors);
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidatePodTemplateSpecForReplicaSet`.
fn validate_pod_template_spec_for_replica_set(
    template: &PodTemplateSpec,
    selector: &Selector<'_>,
    spec: &Path<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    let path = spec.child("template");
    selector.validate_template_labels(template, spec, errors);
    validate_pod_template_spec(template, Owner::Template, &path, options, errors);
    require_long_running_pods(template, "ReplicaSet", &path, errors);
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateStatefulSet`.
fn validate_stateful_set(
    set: &StatefulSet,
    written: Written<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    validate_object_meta(&set.metadata, Scope::Namespace, NameShape::Label, errors);
    let spec = &set.spec;
    validate_stateful_set_spec(spec, written, options, &Path::new("spec"), errors);
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateStatefulSetSpec`.
fn validate_stateful_set_spec(
    spec: &StatefulSetSpec,
    written: Written<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(strategy) = &spec.update_strategy {
        let path = path.child("updateStrategy");
        validate_stateful_set_update_strategy(strategy, options, &path, errors);
    }
    let management = text(spec.pod_management_policy.as_ref());
    if !matches!(management, "" | "OrderedReady" | "Parallel") {
        let detail = "must be 'OrderedReady' or 'Parallel'";
        errors.invalid(&path.child("podManagementPolicy"), management, detail);
    }
    validate_claims(spec, path, errors);
    validate_nonnegative(spec.replicas, &path.child("replicas"), errors);
    validate_nonnegative(
        spec.min_ready_seconds,
        &path.child("minReadySeconds"),
        errors,
    );
    if let Some(ordinals) = &spec.ordinals {
        let path = path.child("ordinals");
        validate_nonnegative(ordinals.start, &path.child("start"), errors);
    }
    let service = text(spec.service_name.as_ref());
    if !service.is_empty() && options.since(SERVICE_NAME_SINCE) {
        let messages = is_dns1123_label(service);
        errors.invalid_each(&path.child("serviceName"), service, messages);
    }
    let template = &spec.template;
    let template_path = path.child("template");
    let selector = Selector::new(&spec.selector, written);
    if selector.validate("statefulset", "", path, errors) {
        selector.validate_template_labels(template, path, errors);
        let claims = items(spec.volume_claim_templates.as_ref());
        let owner = Owner::StatefulSetTemplate { claims };
        validate_pod_template_spec(template, owner, &template_path, options, errors);
    }
    require_long_running_pods(template, "StatefulSet", &template_path, errors);
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateDaemonSet`.
fn validate_daemon_set(
    set: &DaemonSet,
    written: Written<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    validate_object_meta(
        &set.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let spec = &set.spec;
    validate_daemon_set_spec(spec, written, options, &Path::new("spec"), errors);
}

/// A missing selector is only noticed as one that matches nothing.
///
/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateDaemonSetSpec`.
fn validate_daemon_set_spec(
    spec: &DaemonSetSpec,
    written: Written<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let template = &spec.template;
    let template_path = path.child("template");
    let selector_path = path.child("selector");
    let selector = Selector::new(&spec.selector, written);
    let before = errors.len();
    validate_label_selector(selector.selector, &selector_path, errors);
    if errors.len() == before {
        selector.validate_template_labels(template, path, errors);
    }
    if selector.present && is_empty_selector(selector.selector) {
        let detail = "empty selector is invalid for daemonset";
        errors
            .invalid(&selector_path, Scalar::Other, detail)
            .concern = Concern::OwnPods;
    }
    validate_pod_template_spec(template, Owner::Template, &template_path, options, errors);
    require_long_running_pods(template, "DaemonSet", &template_path, errors);
    validate_nonnegative(
        spec.min_ready_seconds,
        &path.child("minReadySeconds"),
        errors,
    );
    if let Some(strategy) = &spec.update_strategy {
        validate_daemon_set_update_strategy(strategy, &path.child("updateStrategy"), errors);
    }
    validate_nonnegative(
        spec.revision_history_limit,
        &path.child("revisionHistoryLimit"),
        errors,
    );
}

/// A workload's label selector, which the server requires.
struct Selector<'a> {
    selector: &'a LabelSelector,
    present: bool,
}

impl<'a> Selector<'a> {
    fn new(selector: &'a LabelSelector, written: Written<'_>) -> Self {
        let path = Path::new("spec");
        let path = path.child("selector");
        let present = !is_empty_selector(selector) || written(&path.to_field_path());
        Self { selector, present }
    }

    /// Whether the selector can be used; the server looks no further at a workload if it cannot.
    ///
    /// The part that `ValidateDeploymentSpec`, `ValidateReplicaSetSpec` and
    /// `ValidateStatefulSetSpec` have in common.
    fn validate(&self, kind: &str, invalid: &str, spec: &Path<'_>, errors: &mut Errors) -> bool {
        let path = spec.child("selector");
        if !self.present {
            errors.required(&path, "").concern = Concern::OwnPods;
            return true;
        }
        let before = errors.len();
        validate_label_selector(self.selector, &path, errors);
        let valid = errors.len() == before;
        if is_empty_selector(self.selector) {
            let detail = format!("empty selector is invalid for {kind}");
            errors.invalid(&path, Scalar::Other, &detail).concern = Concern::OwnPods;
        }
        if !valid {
            errors.invalid(&path, Scalar::Other, invalid).concern = Concern::SelectorAsWhole;
        }
        valid
    }

    /// A missing selector matches nothing, an empty one everything.
    fn validate_template_labels(
        &self,
        template: &PodTemplateSpec,
        spec: &Path<'_>,
        errors: &mut Errors,
    ) {
        let metadata = template.metadata.as_ref();
        let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
        let label = |key: &str| labels?.get(key).map(String::as_str);
        let unmet = first_unmet(self.selector, label, &spec.child("selector"));
        if self.present && unmet.is_none() {
            return;
        }
        let path = spec.child("template");
        let path = path.child("metadata");
        let path = path.child("labels");
        let violation = errors.invalid(&path, Scalar::Other, MISMATCH);
        violation.concern = Concern::OwnPods;
        if let Some(unmet) = unmet {
            if label(&unmet.key).is_some() {
                violation.place = Some(path.key(&unmet.key).to_field_path());
            }
            violation.other = Some((unmet.path, unmet.text));
        }
    }
}

/// The pods of these workloads are restarted for ever.
fn require_long_running_pods(
    template: &PodTemplateSpec,
    kind: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(spec) = &template.spec else { return };
    let path = path.child("spec");
    let policy = text(spec.restart_policy.as_ref());
    if !matches!(policy, "" | "Always") {
        errors.not_supported(&path.child("restartPolicy"), policy, &["Always"]);
    }
    if spec.active_deadline_seconds.is_some() {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.forbidden(&path.child("activeDeadlineSeconds"), &detail);
    }
}

/// The labels of the template are the default of the selector and of the labels.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateReplicationController`,
/// `ValidateReplicationControllerSpec` and `ValidatePodTemplateSpecForRC`.
fn validate_replication_controller(
    controller: &ReplicationController,
    options: &Options,
    errors: &mut Errors,
) {
    let empty = ReplicationControllerSpec::default();
    let spec = controller.spec.as_ref().unwrap_or(&empty);
    let template = spec.template.as_ref();
    let metadata = template.and_then(|template| template.metadata.as_ref());
    let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
    validate_object_meta(
        &controller.metadata,
        Scope::Namespace,
        NameShape::DeclaredSubdomain,
        errors,
    );
    if controller
        .metadata
        .labels
        .as_ref()
        .is_none_or(BTreeMap::is_empty)
    {
        validate_labels(labels, &Path::new("metadata").child("labels"), errors);
    }

    let path = Path::new("spec");
    validate_nonnegative(
        spec.min_ready_seconds,
        &path.child("minReadySeconds"),
        errors,
    );
    let written = spec
        .selector
        .as_ref()
        .filter(|selector| !selector.is_empty());
    if written.or(labels).is_none_or(BTreeMap::is_empty) {
        errors.required(&path.child("selector"), "").concern = Concern::OwnPods;
    }
    validate_nonnegative(spec.replicas, &path.child("replicas"), errors);
    let path_to = path.child("template");
    let Some(template) = template else {
        errors.required(&path_to, "");
        return;
    };
    if let Some(selector) = written {
        let unmet = selector
            .iter()
            .find(|(key, value)| labels.and_then(|labels| labels.get(*key)) != Some(value));
        if let Some((key, value)) = unmet {
            let path_to = path_to.child("metadata");
            let other = path.child("selector").key(key).to_field_path();
            let violation = errors.invalid(&path_to.child("labels"), Scalar::Other, MISMATCH);
            violation.other = Some((other, format!("`{key}: {value}`")));
            violation.concern = Concern::OwnPods;
        }
    }
    validate_pod_template_spec(template, Owner::Template, &path_to, options, errors);
    require_long_running_pods(template, "ReplicationController", &path_to, errors);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn workload(selector: &Value, extra: &Value) -> Value {
        let mut object = json!({"metadata": {"name": "web"}, "spec": {
            "selector": selector,
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "web"}]},
            },
        }});
        for (key, value) in extra.as_object().expect("an object") {
            object["spec"][key] = value.clone();
        }
        object
    }

    fn selected() -> Value {
        json!({"matchLabels": {"app": "web"}})
    }

    #[test]
    fn a_missing_selector_is_not_an_empty_one() {
        let mismatch = "spec.template.metadata.labels Invalid";
        let missing = workload(&json!(null), &json!({}));
        let fields = ["spec.selector Required", mismatch];
        assert_eq!(refused::<Deployment>(&missing), fields);
        assert_eq!(refused::<StatefulSet>(&missing), fields);
        assert_eq!(refused::<ReplicaSet>(&missing), fields);
        assert_eq!(refused::<DaemonSet>(&missing), [mismatch]);
        let empty = workload(&json!({}), &json!({}));
        assert_eq!(refused::<Deployment>(&empty), ["spec.selector Invalid"]);
        assert_eq!(refused::<DaemonSet>(&empty), ["spec.selector Invalid"]);
    }

    #[test]
    fn the_template_is_not_looked_at_behind_a_bad_selector() {
        let mut object = workload(&json!({"matchLabels": {"app": "a b"}}), &json!({}));
        object["spec"]["template"]["spec"]["containers"] = json!([]);
        let fields = ["spec.selector.matchLabels Invalid", "spec.selector Invalid"];
        assert_eq!(refused::<Deployment>(&object), fields);
        let fields = [
            "spec.selector.matchLabels Invalid",
            "spec.template.spec.containers Required",
        ];
        assert_eq!(refused::<DaemonSet>(&object), fields);
    }

    #[test]
    fn the_unmet_requirement_is_the_other_side() {
        let selector = json!({"matchExpressions": [
            {"key": "app", "operator": "In", "values": ["web", "api"]},
            {"key": "app", "operator": "NotIn", "values": ["web"]},
        ]});
        let object = workload(&selector, &json!({}));
        let typed: Deployment = serde_json::from_value(object).expect("a Deployment");
        let found = typed.validate(&|_| true, &Options::default());
        assert_eq!(found.len(), 1);
        let place = "spec.template.metadata.labels[app]";
        assert_eq!(found[0].place().to_string(), place);
        let (other, text) = found[0].other.as_ref().expect("another side");
        assert_eq!(other.to_string(), "spec.selector.matchExpressions[1]");
        assert_eq!(text, "`app NotIn`");
    }

    #[test]
    fn restart_policy_is_always() {
        let mut object = workload(&selected(), &json!({}));
        object["spec"]["template"]["spec"]["restartPolicy"] = json!("Never");
        let field = "spec.template.spec.restartPolicy NotSupported";
        assert_eq!(refused::<Deployment>(&object), [field]);
        assert_eq!(refused::<DaemonSet>(&object), [field]);
        assert_eq!(refused::<StatefulSet>(&object), [field]);
    }

    #[test]
    fn a_deployment_has_to_make_progress_after_it_is_ready() {
        let seconds = |ready: i32, deadline: Value| {
            let extra = json!({"minReadySeconds": ready, "progressDeadlineSeconds": deadline});
            refused::<Deployment>(&workload(&selected(), &extra))
        };
        assert_eq!(seconds(599, json!(null)), NOTHING);
        let field = "spec.progressDeadlineSeconds Invalid";
        assert_eq!(seconds(600, json!(null)), [field]);
        assert_eq!(seconds(10, json!(10)), [field]);
    }

    #[test]
    fn names_of_stateful_sets_and_their_services_are_labels() {
        let mut object = workload(&selected(), &json!({"serviceName": "web.prod"}));
        object["metadata"]["name"] = json!("web.svc");
        let fields = ["metadata.name Invalid", "spec.serviceName Invalid"];
        assert_eq!(refused::<StatefulSet>(&object), fields);
        // Their pods get other names than the template's.
        let mut object = workload(&selected(), &json!({}));
        object["spec"]["template"]["spec"]["subdomain"] = json!("a.b");
        assert_eq!(refused::<StatefulSet>(&object), NOTHING);
    }

    #[test]
    fn replication_controllers_select_their_template_by_default() {
        let controller = workload(&json!(null), &json!({}));
        assert_eq!(refused::<ReplicationController>(&controller), NOTHING);
        let controller = workload(&json!({"app": "api"}), &json!({}));
        let field = "spec.template.metadata.labels Invalid";
        assert_eq!(refused::<ReplicationController>(&controller), [field]);
        let nothing = json!({"metadata": {"name": "web"}});
        let fields = ["spec.selector Required", "spec.template Required"];
        assert_eq!(refused::<ReplicationController>(&nothing), fields);
    }
}
