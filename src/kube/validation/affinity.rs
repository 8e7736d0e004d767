//! Which nodes a pod wants, which other pods it wants to be near to, and how pods are spread.

use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, PodSpec,
    TopologySpreadConstraint, WeightedPodAffinityTerm,
};

use super::errors::Errors;
use super::labels::{validate_label_name, validate_label_selector, validate_label_value};
use super::names::{is_dns1123_label, is_dns1123_subdomain};
use super::{Concern, Options, items, text};
use crate::yaml::field::Path;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
/// From this version on the values that nodes must have are labels' values.
const NODE_VALUES_SINCE: u32 = 32;

/// The part of `ValidatePodSpec` about `affinity` and `topologySpreadConstraints`.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateAffinity`.
pub(super) fn validate_placement(
    spec: &PodSpec,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    // What it selects are nodes, and pods for which nothing is made to serve.
    errors.only_about(Concern::Object, |errors| {
        if let Some(affinity) = &spec.affinity {
            validate_affinity(affinity, options, &path.child("affinity"), errors);
        }
        let constraints = items(spec.topology_spread_constraints.as_ref());
        let list = path.child("topologySpreadConstraints");
        validate_topology_spread_constraints(constraints, &list, errors);
    });
}

fn validate_affinity(affinity: &Affinity, options: &Options, path: &Path<'_>, errors: &mut Errors) {
    if let Some(nodes) = &affinity.node_affinity {
        validate_node_affinity(nodes, options, &path.child("nodeAffinity"), errors);
    }
    if let Some(pods) = &affinity.pod_affinity {
        let path = path.child("podAffinity");
        let required = items(
            pods.required_during_scheduling_ignored_during_execution
                .as_ref(),
        );
        validate_pod_affinity_terms(required, &path.child(REQUIRED), errors);
        let preferred = items(
            pods.preferred_during_scheduling_ignored_during_execution
                .as_ref(),
        );
        validate_weighted_pod_affinity_terms(preferred, &path.child(PREFERRED), errors);
    }
    if let Some(pods) = &affinity.pod_anti_affinity {
        let path = path.child("podAntiAffinity");
        let required = items(
            pods.required_during_scheduling_ignored_during_execution
                .as_ref(),
        );
        validate_pod_affinity_terms(required, &path.child(REQUIRED), errors);
        let preferred = items(
            pods.preferred_during_scheduling_ignored_during_execution
                .as_ref(),
        );
        validate_weighted_pod_affinity_terms(preferred, &path.child(PREFERRED), errors);
    }
}

/// Of the nodes that are merely preferred any value passes.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateNodeAffinity`,
/// `ValidateNodeSelector` and `ValidatePreferredSchedulingTerms`.
fn validate_node_affinity(
    nodes: &NodeAffinity,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(selector) = &nodes.required_during_scheduling_ignored_during_execution {
        let path = path.child(REQUIRED);
        let list = path.child("nodeSelectorTerms");
        if selector.node_selector_terms.is_empty() {
            errors.required(&list, "must have at least one node selector term");
        }
        let needs_values = options.since(NODE_VALUES_SINCE);
        for (index, term) in selector.node_selector_terms.iter().enumerate() {
            validate_node_selector_term(term, needs_values, &list.index(index), errors);
        }
    }
    let preferred = items(
        nodes
            .preferred_during_scheduling_ignored_during_execution
            .as_ref(),
    );
    let list = path.child(PREFERRED);
    for (index, term) in preferred.iter().enumerate() {
        let path = list.index(index);
        validate_weight(term.weight, &path, errors);
        validate_node_selector_term(&term.preference, false, &path.child("preference"), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateNodeSelectorTerm`.
fn validate_node_selector_term(
    term: &NodeSelectorTerm,
    needs_values: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("matchExpressions");
    for (index, own) in items(term.match_expressions.as_ref()).iter().enumerate() {
        validate_node_selector_requirement(own, needs_values, &list.index(index), errors);
    }
    let list = path.child("matchFields");
    for (index, own) in items(term.match_fields.as_ref()).iter().enumerate() {
        validate_node_field_selector_requirement(own, &list.index(index), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateNodeSelectorRequirement`.
fn validate_node_selector_requirement(
    requirement: &NodeSelectorRequirement,
    needs_values: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let values = items(requirement.values.as_ref());
    let list = path.child("values");
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.is_empty() => {
            let detail = "must be specified when `operator` is 'In' or 'NotIn'";
            errors.required(&list, detail);
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.forbidden(&list, detail);
        }
        "Gt" | "Lt" if values.len() != 1 => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            errors.required(&list, detail);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => {
            let detail = "not a valid selector operator";
            errors.invalid(&path.child("operator"), other, detail);
        }
    }
    validate_label_name(&requirement.key, &path.child("key"), errors);
    if needs_values {
        for (index, value) in values.iter().enumerate() {
            errors.invalid_each(&list.index(index), value, validate_label_value(value));
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateNodeFieldSelectorRequirement`.
fn validate_node_field_selector_requirement(
    requirement: &NodeSelectorRequirement,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let values = items(requirement.values.as_ref());
    let list = path.child("values");
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.len() != 1 => {
            let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node \
                          field selector";
            errors.required(&list, detail);
        }
        "In" | "NotIn" => {}
        other => {
            let detail = "not a valid selector operator";
            errors.invalid(&path.child("operator"), other, detail);
        }
    }
    if requirement.key != "metadata.name" {
        let detail = "not a valid field selector key";
        errors.invalid(&path.child("key"), &requirement.key, detail);
        return;
    }
    for (index, value) in values.iter().enumerate() {
        errors.invalid_each(&list.index(index), value, is_dns1123_subdomain(value));
    }
}

fn validate_weight(weight: i32, path: &Path<'_>, errors: &mut Errors) {
    if !(1..=100).contains(&weight) {
        let detail = "must be in the range 1-100";
        errors.invalid(&path.child("weight"), weight, detail);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodAffinityTerms`.
fn validate_pod_affinity_terms(terms: &[PodAffinityTerm], list: &Path<'_>, errors: &mut Errors) {
    for (index, term) in terms.iter().enumerate() {
        validate_pod_affinity_term(term, &list.index(index), errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateWeightedPodAffinityTerms`.
fn validate_weighted_pod_affinity_terms(
    terms: &[WeightedPodAffinityTerm],
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, term) in terms.iter().enumerate() {
        let path = list.index(index);
        validate_weight(term.weight, &path, errors);
        let path = path.child("podAffinityTerm");
        validate_pod_affinity_term(&term.pod_affinity_term, &path, errors);
    }
}

/// The server calls the list of namespaces `namespace`.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validatePodAffinityTerm`.
fn validate_pod_affinity_term(term: &PodAffinityTerm, path: &Path<'_>, errors: &mut Errors) {
    for (field, selector) in [
        ("labelSelector", &term.label_selector),
        ("namespaceSelector", &term.namespace_selector),
    ] {
        if let Some(selector) = selector {
            validate_label_selector(selector, &path.child(field), errors);
        }
    }
    let list = path.child("namespaces");
    for (index, name) in items(term.namespaces.as_ref()).iter().enumerate() {
        for message in is_dns1123_label(name) {
            errors
                .invalid(&path.child("namespace"), name, &message)
                .place = Some(list.index(index).to_field_path());
        }
    }
    let key_path = path.child("topologyKey");
    if term.topology_key.is_empty() {
        errors.required(&key_path, "can not be empty");
    } else {
        validate_label_name(&term.topology_key, &key_path, errors);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateTopologySpreadConstraints`.
fn validate_topology_spread_constraints(
    constraints: &[TopologySpreadConstraint],
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, constraint) in constraints.iter().enumerate() {
        let path = list.index(index);
        validate_topology_spread_constraint(constraint, &path, errors);
        let is_same = |other: &TopologySpreadConstraint| {
            other.topology_key == constraint.topology_key
                && other.when_unsatisfiable == constraint.when_unsatisfiable
        };
        if let Some(next) = constraints[index + 1..].iter().position(is_same) {
            let value = format!(
                "{{{}, {}}}",
                constraint.topology_key, constraint.when_unsatisfiable
            );
            let next = list.index(index + 1 + next);
            errors.duplicate(&path, &value, &next, "the same again");
        }
    }
}

fn validate_topology_spread_constraint(
    constraint: &TopologySpreadConstraint,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    const POSITIVE: &str = "must be greater than zero";
    let action = &constraint.when_unsatisfiable;
    if constraint.max_skew <= 0 {
        errors.invalid(&path.child("maxSkew"), constraint.max_skew, POSITIVE);
    }
    if constraint.topology_key.is_empty() {
        errors.required(&path.child("topologyKey"), "can not be empty");
    }
    let actions = ["DoNotSchedule", "ScheduleAnyway"];
    if !actions.contains(&action.as_str()) {
        errors.not_supported(&path.child("whenUnsatisfiable"), action, &actions);
    }
    if let Some(domains) = constraint.min_domains {
        let path = path.child("minDomains");
        if domains <= 0 {
            errors.invalid(&path, domains, POSITIVE);
        }
        if action != "DoNotSchedule" {
            let detail =
                format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
            errors.invalid(&path, domains, &detail);
        }
    }
    for (field, policy) in [
        ("nodeAffinityPolicy", &constraint.node_affinity_policy),
        ("nodeTaintsPolicy", &constraint.node_taints_policy),
    ] {
        let known = ["Honor", "Ignore"];
        if policy.is_some() && !known.contains(&text(policy.as_ref())) {
            errors.not_supported(&path.child(field), text(policy.as_ref()), &known);
        }
    }
    if let Some(selector) = &constraint.label_selector {
        validate_label_selector(selector, &path.child("labelSelector"), errors);
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::validation::testing::refused;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    /// What is refused of a pod with these fields, without the beginning of each path.
    fn with(fields: &Value) -> Vec<String> {
        let mut pod = json!({"metadata": {"name": "web"}, "spec": {
            "containers": [{"name": "web", "image": "web"}],
        }});
        pod["spec"]["affinity"] = fields["affinity"].clone();
        pod["spec"]["topologySpreadConstraints"] = fields["topologySpreadConstraints"].clone();
        let found = refused::<Pod>(&pod);
        let short = |own: &String| {
            own.replace("DuringSchedulingIgnoredDuringExecution", "")
                .replace("spec.affinity.", "")
        };
        found.iter().map(short).collect()
    }

    fn required(term: &Value) -> Vec<String> {
        with(&json!({"affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]},
        }}}))
    }

    #[test]
    fn a_node_has_labels_and_one_field() {
        let term = json!({"matchExpressions": [
            {"key": "disk", "operator": "In", "values": ["ssd"]},
            {"key": "cores", "operator": "Gt", "values": ["4"]},
        ], "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["one"]}]});
        assert_eq!(required(&term), NOTHING);
        let term = json!({"matchExpressions": [
            {"key": "", "operator": "Is", "values": ["a/b"]},
            {"key": "a", "operator": "Exists", "values": ["b"]},
            {"key": "a", "operator": "Lt"},
            {"key": "a", "operator": "In"},
        ], "matchFields": [{"key": "metadata.uid", "operator": "Exists"}]});
        let terms = "nodeAffinity.required.nodeSelectorTerms[0]";
        let found = [
            format!("{terms}.matchExpressions[0].operator Invalid"),
            format!("{terms}.matchExpressions[0].key Invalid"),
            format!("{terms}.matchExpressions[0].key Invalid"),
            format!("{terms}.matchExpressions[0].values[0] Invalid"),
            format!("{terms}.matchExpressions[1].values Forbidden"),
            format!("{terms}.matchExpressions[2].values Required"),
            format!("{terms}.matchExpressions[3].values Required"),
            format!("{terms}.matchFields[0].operator Invalid"),
            format!("{terms}.matchFields[0].key Invalid"),
        ];
        assert_eq!(required(&term), found);
    }

    #[test]
    fn any_value_may_be_preferred() {
        let preferred = |weight: i32| {
            with(&json!({"affinity": {"nodeAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{
                    "weight": weight,
                    "preference": {"matchExpressions": [
                        {"key": "a", "operator": "In", "values": ["a/b"]},
                    ]},
                }],
            }}}))
        };
        assert_eq!(preferred(100), NOTHING);
        let field = "nodeAffinity.preferred[0].weight Invalid";
        assert_eq!(preferred(101), [field]);
    }

    #[test]
    fn pods_are_near_to_others_by_a_key() {
        let near = |term: Value| {
            with(&json!({"affinity": {"podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [term],
            }}}))
        };
        let selector = json!({"matchLabels": {"app": "web"}});
        let term = json!({"topologyKey": "kubernetes.io/hostname", "labelSelector": selector});
        assert_eq!(near(term), NOTHING);
        let selector = json!({"matchLabels": {"app": "a b"}});
        let term = json!({"labelSelector": selector, "namespaces": ["A"]});
        let path = "podAntiAffinity.required[0]";
        let fields = [
            format!("{path}.labelSelector.matchLabels Invalid"),
            format!("{path}.namespace Invalid"),
            format!("{path}.topologyKey Required"),
        ];
        assert_eq!(near(term), fields);
    }

    #[test]
    fn pods_are_spread_over_each_key_once() {
        let spread = |constraints: Value| with(&json!({"topologySpreadConstraints": constraints}));
        let one = json!({
            "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule",
            "minDomains": 2,
        });
        assert_eq!(spread(json!([one])), NOTHING);
        let list = "spec.topologySpreadConstraints";
        assert_eq!(spread(json!([one, one])), [format!("{list}[0] Duplicate")]);
        let wrong = json!({
            "maxSkew": 0, "whenUnsatisfiable": "Never", "minDomains": 1,
            "nodeTaintsPolicy": "honor",
        });
        let fields = [
            format!("{list}[0].maxSkew Invalid"),
            format!("{list}[0].topologyKey Required"),
            format!("{list}[0].whenUnsatisfiable NotSupported"),
            format!("{list}[0].minDomains Invalid"),
            format!("{list}[0].nodeTaintsPolicy NotSupported"),
        ];
        assert_eq!(spread(json!([wrong])), fields);
    }
}
