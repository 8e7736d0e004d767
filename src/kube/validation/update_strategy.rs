//! How workloads replace their pods.

use k8s_openapi::api::apps::v1::{
    DaemonSetUpdateStrategy, DeploymentStrategy, RollingUpdateDaemonSet, RollingUpdateDeployment,
    RollingUpdateStatefulSetStrategy, StatefulSetUpdateStrategy,
};

use super::errors::{Errors, Scalar};
use super::numbers::{
    int_or_percent_value, is_not_more_than_100_percent, validate_nonnegative,
    validate_positive_int_or_percent,
};
use super::{Options, text};
use crate::kube::gates::MAX_UNAVAILABLE_STATEFUL_SET;
use crate::yaml::field::Path;

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateDeploymentStrategy`.
pub(super) fn validate_deployment_strategy(
    strategy: &DeploymentStrategy,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    match text(strategy.type_.as_ref()) {
        "" | "RollingUpdate" => {
            if let Some(update) = &strategy.rolling_update {
                let path = path.child("rollingUpdate");
                validate_rolling_update_deployment(update, &path, errors);
            }
        }
        "Recreate" => {
            if strategy.rolling_update.is_some() {
                let detail = "may not be specified when strategy `type` is 'Recreate'";
                let other = path.child("type").to_field_path();
                errors.forbidden(&path.child("rollingUpdate"), detail).other =
                    Some((other, "`Recreate`".into()));
            }
        }
        _ => {
            let known = ["Recreate", "RollingUpdate"];
            errors.not_supported(path, Scalar::Other, &known).place =
                Some(path.child("type").to_field_path());
        }
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateRollingUpdateDeployment`.
fn validate_rolling_update_deployment(
    update: &RollingUpdateDeployment,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let unavailable = update.max_unavailable.as_ref();
    let surge = update.max_surge.as_ref();
    let unavailable_path = path.child("maxUnavailable");
    validate_positive_int_or_percent(unavailable, &unavailable_path, errors);
    validate_positive_int_or_percent(surge, &path.child("maxSurge"), errors);
    if let (Some(unavailable), Some(surge)) = (unavailable, surge)
        && int_or_percent_value(unavailable) == 0
        && int_or_percent_value(surge) == 0
    {
        let detail = "may not be 0 when `maxSurge` is 0";
        let other = path.child("maxSurge").to_field_path();
        errors.invalid(&unavailable_path, unavailable, detail).other =
            Some((other, "also 0".into()));
    }
    is_not_more_than_100_percent(unavailable, &unavailable_path, errors);
}

/// The part of `ValidateStatefulSetSpec` about `updateStrategy`.
pub(super) fn validate_stateful_set_update_strategy(
    strategy: &StatefulSetUpdateStrategy,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let update = strategy.rolling_update.as_ref();
    match text(strategy.type_.as_ref()) {
        "" | "RollingUpdate" => {
            if let Some(update) = update {
                let path = path.child("rollingUpdate");
                validate_rolling_update_stateful_set(update, options, &path, errors);
            }
        }
        "OnDelete" => {
            if update.is_some() {
                let detail = "only allowed for updateStrategy 'RollingUpdate'";
                let other = path.child("type").to_field_path();
                errors
                    .invalid(&path.child("rollingUpdate"), Scalar::Other, detail)
                    .other = Some((other, "`OnDelete`".into()));
            }
        }
        _ => {
            let detail = "must be 'RollingUpdate' or 'OnDelete'";
            errors.invalid(path, Scalar::Other, detail).place =
                Some(path.child("type").to_field_path());
        }
    }
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `validateRollingUpdateStatefulSet`.
fn validate_rolling_update_stateful_set(
    update: &RollingUpdateStatefulSetStrategy,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_nonnegative(update.partition, &path.child("partition"), errors);
    let Some(unavailable) = &update.max_unavailable else {
        return;
    };
    if !options.has(MAX_UNAVAILABLE_STATEFUL_SET) {
        return;
    }
    let path = path.child("maxUnavailable");
    validate_positive_int_or_percent(Some(unavailable), &path, errors);
    if int_or_percent_value(unavailable) == 0 {
        errors.invalid(&path, unavailable, "cannot be 0");
    }
    is_not_more_than_100_percent(Some(unavailable), &path, errors);
}

/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateDaemonSetUpdateStrategy`.
pub(super) fn validate_daemon_set_update_strategy(
    strategy: &DaemonSetUpdateStrategy,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    match text(strategy.type_.as_ref()) {
        "" | "RollingUpdate" => {
            if let Some(update) = &strategy.rolling_update {
                let path = path.child("rollingUpdate");
                validate_rolling_update_daemon_set(update, &path, errors);
            }
        }
        "OnDelete" => {}
        _ => {
            let known = ["RollingUpdate", "OnDelete"];
            errors.not_supported(path, Scalar::Other, &known).place =
                Some(path.child("type").to_field_path());
        }
    }
}

/// By default one pod may be unavailable and there is no surge.
///
/// Kubernetes, `pkg/apis/apps/validation/validation.go`: `ValidateRollingUpdateDaemonSet`.
fn validate_rolling_update_daemon_set(
    update: &RollingUpdateDaemonSet,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let unavailable = update.max_unavailable.as_ref();
    let surge = update.max_surge.as_ref();
    let unavailable_path = path.child("maxUnavailable");
    let surge_path = path.child("maxSurge");
    validate_positive_int_or_percent(unavailable, &unavailable_path, errors);
    validate_positive_int_or_percent(surge, &surge_path, errors);
    is_not_more_than_100_percent(unavailable, &unavailable_path, errors);
    is_not_more_than_100_percent(surge, &surge_path, errors);
    let has_unavailable = unavailable.is_none_or(|value| int_or_percent_value(value) != 0);
    match surge {
        Some(surge) if int_or_percent_value(surge) != 0 => {
            if has_unavailable {
                let detail = "may not be set when maxUnavailable is non-zero";
                let other = unavailable_path.to_field_path();
                let label = match unavailable {
                    Some(_) => "not 0",
                    None => "1 where it is not written",
                };
                errors.invalid(&surge_path, surge, detail).other = Some((other, label.into()));
            }
        }
        _ => {
            if !has_unavailable {
                errors.required(&unavailable_path, "cannot be 0 when maxSurge is 0");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::KubeVersion;
    use crate::kube::validation::Options;
    use crate::kube::validation::testing::{refused, refused_by};
    use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn workload(extra: &Value) -> Value {
        let mut object = json!({"metadata": {"name": "web"}, "spec": {
            "selector": {"matchLabels": {"app": "web"}},
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

    #[test]
    fn pods_of_a_stateful_set_may_be_unavailable_since_1_37() {
        let stateful_set = |minor, unavailable: Value| {
            let update =
                json!({"updateStrategy": {"rollingUpdate": {"maxUnavailable": unavailable}}});
            let options = Options {
                kube_version: KubeVersion { major: 1, minor },
                ..Options::default()
            };
            refused_by::<StatefulSet>(&workload(&update), &options)
        };
        let field = "spec.updateStrategy.rollingUpdate.maxUnavailable Invalid";
        for good in [json!(1), json!("50%"), json!("100%"), json!(null)] {
            assert_eq!(stateful_set(37, good.clone()), NOTHING, "{good}");
        }
        for bad in [json!(0), json!("0%"), json!(-1), json!("1"), json!("110%")] {
            assert_eq!(stateful_set(37, bad.clone()), [field], "{bad}");
            // The field is dropped before anybody looks at it.
            assert_eq!(stateful_set(36, bad.clone()), NOTHING, "{bad}");
        }
        assert_eq!(stateful_set(37, json!("abc")), [field, field]);
    }

    #[test]
    fn rolling_updates() {
        let deployment = |update: Value| {
            let strategy = json!({"strategy": {"rollingUpdate": update}});
            refused::<Deployment>(&workload(&strategy))
        };
        let unavailable = "spec.strategy.rollingUpdate.maxUnavailable Invalid";
        assert_eq!(deployment(json!({"maxSurge": "110%"})), NOTHING);
        assert_eq!(deployment(json!({"maxUnavailable": 0})), NOTHING);
        assert_eq!(deployment(json!({"maxUnavailable": "110%"})), [unavailable]);
        assert_eq!(deployment(json!({"maxUnavailable": "25"})), [unavailable]);
        let zero = json!({"maxUnavailable": "0%", "maxSurge": 0});
        assert_eq!(deployment(zero), [unavailable]);

        let daemon_set = |update: Value| {
            let strategy = json!({"updateStrategy": {"rollingUpdate": update}});
            refused::<DaemonSet>(&workload(&strategy))
        };
        let path = "spec.updateStrategy.rollingUpdate";
        assert_eq!(
            daemon_set(json!({"maxSurge": 1, "maxUnavailable": 0})),
            NOTHING
        );
        let surge = format!("{path}.maxSurge Invalid");
        assert_eq!(daemon_set(json!({"maxSurge": 1})), [surge]);
        let unavailable = format!("{path}.maxUnavailable Required");
        assert_eq!(daemon_set(json!({"maxUnavailable": 0})), [unavailable]);

        let rolling = json!({"strategy": {"type": "Recreate", "rollingUpdate": {}}});
        let field = "spec.strategy.rollingUpdate Forbidden";
        assert_eq!(refused::<Deployment>(&workload(&rolling)), [field]);
    }
}
