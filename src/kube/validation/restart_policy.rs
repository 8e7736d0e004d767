//! The restart policies of single containers.

use k8s_openapi::api::core::v1::{Container, ContainerRestartRule};

use super::errors::Errors;
use super::{Options, items};
use crate::kube::gates::{
    CONTAINER_RESTART_RULES, RESTART_ALL_CONTAINERS_ON_CONTAINER_EXITS, State,
};
use crate::yaml::field::Path;

const POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];
const MOST_RULES: usize = 20;
const MOST_EXIT_CODES: usize = 255;
const NEEDED: &str = "must specify restartPolicy when restart rules are used";

/// The policy of a regular container. Before its gate came it was for init containers only; while
/// the gate is off it is dropped, whatever it says.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainers`, and
/// `pkg/api/pod/util.go`: `dropContainerRestartRules`.
pub(super) fn validate_container_restart_policy(
    container: &Container,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    match options.gate(CONTAINER_RESTART_RULES) {
        State::Absent if container.restart_policy.is_some() => {
            let path = path.child("restartPolicy");
            errors.forbidden(&path, "may not be set for non-init containers");
        }
        State::Absent | State::Off => {}
        State::On => validate_restart_policy_and_rules(container, options, path, errors),
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateInitContainerRestartPolicy`.
pub(super) fn validate_init_container_restart_policy(
    container: &Container,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let policy = container.restart_policy.as_deref();
    let rules = items(container.restart_policy_rules.as_ref());
    match options.gate(CONTAINER_RESTART_RULES) {
        State::Absent => {
            if let Some(policy) = policy.filter(|policy| *policy != "Always") {
                errors.not_supported(&path.child("restartPolicy"), policy, &["Always"]);
            }
        }
        State::Off => {}
        State::On => {
            let is_sidecar = policy == Some("Always");
            let may_have_rules = options.has(RESTART_ALL_CONTAINERS_ON_CONTAINER_EXITS);
            if !is_sidecar || may_have_rules {
                validate_restart_policy_and_rules(container, options, path, errors);
            } else if !rules.is_empty() {
                let detail = "restartPolicyRules are not allowed for init containers with restart \
                              policy Always";
                errors.forbidden(&path.child("restartPolicyRules"), detail);
            }
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateContainerRestartPolicy`.
fn validate_restart_policy_and_rules(
    container: &Container,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let rules = items(container.restart_policy_rules.as_ref());
    let policy_path = path.child("restartPolicy");
    match &container.restart_policy {
        None if rules.is_empty() => return,
        None => {
            errors.required(&policy_path, NEEDED);
        }
        Some(policy) if !POLICIES.contains(&policy.as_str()) => {
            errors.not_supported(&policy_path, policy, &POLICIES);
        }
        Some(_) => {}
    }
    let list = path.child("restartPolicyRules");
    if rules.len() > MOST_RULES {
        errors.too_many(&list, MOST_RULES);
    }
    let actions: &[&str] = if options.has(RESTART_ALL_CONTAINERS_ON_CONTAINER_EXITS) {
        &["Restart", "RestartAllContainers"]
    } else {
        &["Restart"]
    };
    for (index, rule) in rules.iter().enumerate() {
        validate_rule(rule, actions, &list.index(index), errors);
    }
}

fn validate_rule(
    rule: &ContainerRestartRule,
    actions: &[&str],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if !actions.contains(&rule.action.as_str()) {
        errors.not_supported(&path.child("action"), &rule.action, actions);
    }
    let path = path.child("exitCodes");
    let Some(codes) = &rule.exit_codes else {
        errors.required(&path, "must be specified");
        return;
    };
    let operators = ["In", "NotIn"];
    if !operators.contains(&codes.operator.as_str()) {
        errors.not_supported(&path.child("operator"), &codes.operator, &operators);
    }
    if items(codes.values.as_ref()).len() > MOST_EXIT_CODES {
        errors.too_many(&path.child("values"), MOST_EXIT_CODES);
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

    /// What is refused of a container, and of an init container, with these fields.
    fn refused(fields: &Value, minor: u32) -> [Vec<String>; 2] {
        let container = |name: &str, fields: &Value| {
            let mut container = json!({"name": name, "image": "web"});
            for (key, value) in fields.as_object().expect("an object") {
                container[key] = value.clone();
            }
            container
        };
        let options = Options {
            kube_version: KubeVersion { major: 1, minor },
            ..Options::default()
        };
        let nothing = json!({});
        [(fields, &nothing), (&nothing, fields)].map(|(own, init)| {
            let pod = json!({"metadata": {"name": "web"}, "spec": {
                "containers": [container("web", own)],
                "initContainers": [container("init", init)],
            }});
            refused_by::<Pod>(&pod, &options)
        })
    }

    #[test]
    fn the_policy_of_one_container_came_with_1_34_and_is_used_since_1_35() {
        let policy = json!({"restartPolicy": "Never"});
        let refusals = [
            vec!["spec.containers[0].restartPolicy Forbidden".to_owned()],
            vec!["spec.initContainers[0].restartPolicy NotSupported".to_owned()],
        ];
        assert_eq!(refused(&policy, 33), refusals);
        assert_eq!(refused(&policy, 34), [NOTHING; 2]);
        assert_eq!(refused(&policy, 35), [NOTHING; 2]);
        let policy = json!({"restartPolicy": ""});
        assert_eq!(refused(&policy, 34), [NOTHING; 2]);
        let field = "spec.containers[0].restartPolicy NotSupported";
        assert_eq!(refused(&policy, 35)[0], [field]);
    }

    #[test]
    fn rules_name_exit_codes() {
        let rules = |policy: Value, rule: Value| {
            refused(
                &json!({"restartPolicy": policy, "restartPolicyRules": [rule]}),
                37,
            )
        };
        let codes = json!({"operator": "In", "values": [1]});
        let good = json!({"action": "Restart", "exitCodes": codes});
        assert_eq!(rules(json!("Always"), good.clone()), [NOTHING; 2]);
        let fields = [
            vec!["spec.containers[0].restartPolicy Required".to_owned()],
            vec!["spec.initContainers[0].restartPolicy Required".to_owned()],
        ];
        assert_eq!(rules(json!(null), good.clone()), fields);
        let path = "spec.containers[0].restartPolicyRules[0]";
        let fields = [
            format!("{path}.action NotSupported"),
            format!("{path}.exitCodes Required"),
        ];
        assert_eq!(rules(json!("Always"), json!({"action": "Stop"}))[0], fields);
        let all = json!({"action": "RestartAllContainers", "exitCodes": codes});
        let policy = json!({"restartPolicy": "Always", "restartPolicyRules": [all]});
        assert_eq!(refused(&policy, 36), [NOTHING; 2]);
        let fields = [
            vec![format!("{path}.action NotSupported")],
            vec!["spec.initContainers[0].restartPolicyRules Forbidden".to_owned()],
        ];
        assert_eq!(refused(&policy, 35), fields);
    }
}
