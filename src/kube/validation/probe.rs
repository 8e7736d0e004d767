//! Probes and lifecycle hooks: everything that has a handler.

use std::ops::RangeInclusive;

use k8s_openapi::api::core::v1::{
    Container, ExecAction, GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe,
    SleepAction, TCPSocketAction,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::errors::Errors;
use super::numbers::validate_nonnegative;
use super::ports::validate_port_num_or_name;
use super::{Concern, items, text};
use crate::yaml::field::Path;

const NOT_A_HEADER: &str = "a valid HTTP header must consist of alphanumeric characters or '-'";

/// The three probes of a container.
pub(super) fn validate_probes(container: &Container, path: &Path<'_>, errors: &mut Errors) {
    errors.about(Concern::Probe, |errors| {
        if let Some(probe) = &container.liveness_probe {
            validate_liveness_probe(probe, &path.child("livenessProbe"), errors);
        }
        if let Some(probe) = &container.readiness_probe {
            validate_readiness_probe(probe, &path.child("readinessProbe"), errors);
        }
        if let Some(probe) = &container.startup_probe {
            validate_startup_probe(probe, &path.child("startupProbe"), errors);
        }
    });
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateLivenessProbe`.
fn validate_liveness_probe(probe: &Probe, path: &Path<'_>, errors: &mut Errors) {
    validate_probe(probe, path, errors);
    if let Some(threshold) = probe.success_threshold
        && !matches!(threshold, 0 | 1)
    {
        errors.invalid(&path.child("successThreshold"), threshold, "must be 1");
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateStartupProbe`.
fn validate_startup_probe(probe: &Probe, path: &Path<'_>, errors: &mut Errors) {
    validate_liveness_probe(probe, path, errors);
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateReadinessProbe`.
fn validate_readiness_probe(probe: &Probe, path: &Path<'_>, errors: &mut Errors) {
    validate_probe(probe, path, errors);
    if let Some(seconds) = probe.termination_grace_period_seconds {
        let path = path.child("terminationGracePeriodSeconds");
        errors.invalid(&path, seconds, "must not be set for readinessProbes");
    }
}

/// Zeros are unset to the server and get its defaults.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateProbe`.
fn validate_probe(probe: &Probe, path: &Path<'_>, errors: &mut Errors) {
    validate_handler(&Handler::from(probe), path, errors);
    let numbers = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (field, number) in numbers {
        validate_nonnegative(number, &path.child(field), errors);
    }
    if let Some(seconds @ ..=0) = probe.termination_grace_period_seconds {
        let path = path.child("terminationGracePeriodSeconds");
        errors.invalid(&path, seconds, "must be greater than 0");
    }
}

/// The hooks of a container. One that only sets a stop signal has none: the server drops the signal
/// (feature gate `ContainerStopSignals`) and what is empty then.
///
/// Kubernetes, `pkg/api/pod/util.go`: `dropContainerStopSignals`.
pub(super) fn lifecycle(container: &Container) -> Option<&Lifecycle> {
    let lifecycle = container.lifecycle.as_ref()?;
    let hooks = lifecycle.post_start.is_some() || lifecycle.pre_stop.is_some();
    (hooks || lifecycle.stop_signal.is_none()).then_some(lifecycle)
}

/// `sleeps` are the seconds that a hook may sleep: at most the grace period of the pod.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateLifecycle`.
pub(super) fn validate_lifecycle(
    container: &Container,
    sleeps: &RangeInclusive<i64>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(lifecycle) = lifecycle(container) else {
        return;
    };
    let path = path.child("lifecycle");
    let hooks = [
        ("postStart", &lifecycle.post_start, Concern::Object),
        ("preStop", &lifecycle.pre_stop, Concern::PreStopSleep),
    ];
    for (field, hook, concern) in hooks {
        if let Some(hook) = hook {
            let handler = Handler::of_hook(hook, sleeps, concern);
            validate_handler(&handler, &path.child(field), errors);
        }
    }
}

/// What a probe or a hook may do (`commonHandler`).
struct Handler<'a> {
    exec: Option<&'a ExecAction>,
    http_get: Option<&'a HTTPGetAction>,
    tcp_socket: Option<&'a TCPSocketAction>,
    grpc: Option<&'a GRPCAction>,
    sleep: Option<Sleep<'a>>,
}

/// A sleep of a hook, which probes do not have.
struct Sleep<'a> {
    action: &'a SleepAction,
    /// The seconds that it may last.
    seconds: &'a RangeInclusive<i64>,
    /// What it is about that it is too long.
    concern: Concern,
}

impl<'a> From<&'a Probe> for Handler<'a> {
    fn from(probe: &'a Probe) -> Self {
        Self {
            exec: probe.exec.as_ref(),
            http_get: probe.http_get.as_ref(),
            tcp_socket: probe.tcp_socket.as_ref(),
            grpc: probe.grpc.as_ref(),
            sleep: None,
        }
    }
}

impl<'a> Handler<'a> {
    fn of_hook(
        hook: &'a LifecycleHandler,
        seconds: &'a RangeInclusive<i64>,
        concern: Concern,
    ) -> Self {
        let sleep = |action| Sleep {
            action,
            seconds,
            concern,
        };
        Self {
            exec: hook.exec.as_ref(),
            http_get: hook.http_get.as_ref(),
            tcp_socket: hook.tcp_socket.as_ref(),
            grpc: None,
            sleep: hook.sleep.as_ref().map(sleep),
        }
    }
}

/// Only the first handler is looked at, the others are one too many.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateHandler`.
fn validate_handler(handler: &Handler<'_>, path: &Path<'_>, errors: &mut Errors) {
    let given = [
        ("exec", handler.exec.is_some()),
        ("httpGet", handler.http_get.is_some()),
        ("tcpSocket", handler.tcp_socket.is_some()),
        ("grpc", handler.grpc.is_some()),
        ("sleep", handler.sleep.is_some()),
    ];
    let mut given = given.into_iter().filter(|(_, given)| *given);
    let Some((first, _)) = given.next() else {
        errors.required(path, "must specify a handler type");
        return;
    };
    let first = path.child(first);
    if let Some(action) = handler.exec {
        validate_exec_action(action, &first, errors);
    } else if let Some(action) = handler.http_get {
        validate_http_get_action(action, &first, errors);
    } else if let Some(action) = handler.tcp_socket {
        validate_port_num_or_name(&action.port, &first.child("port"), errors);
    } else if let Some(action) = handler.grpc {
        let port = IntOrString::Int(action.port);
        validate_port_num_or_name(&port, &first.child("port"), errors);
    } else if let Some(sleep) = &handler.sleep {
        validate_sleep_action(sleep, &first, errors);
    }
    for (another, _) in given {
        let detail = "may not specify more than 1 handler type";
        let violation = errors.forbidden(&path.child(another), detail);
        violation.other = Some((first.to_field_path(), "the first handler".into()));
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateExecAction`.
fn validate_exec_action(action: &ExecAction, path: &Path<'_>, errors: &mut Errors) {
    if items(action.command.as_ref()).is_empty() {
        errors.required(&path.child("command"), "");
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateHTTPGetAction`.
fn validate_http_get_action(action: &HTTPGetAction, path: &Path<'_>, errors: &mut Errors) {
    validate_port_num_or_name(&action.port, &path.child("port"), errors);
    let scheme = text(action.scheme.as_ref());
    if !matches!(scheme, "" | "HTTP" | "HTTPS") {
        errors.not_supported(&path.child("scheme"), scheme, &["HTTP", "HTTPS"]);
    }
    let path = path.child("httpHeaders");
    for (index, header) in items(action.http_headers.as_ref()).iter().enumerate() {
        let in_charset = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if header.name.is_empty() || !header.name.bytes().all(in_charset) {
            let place = path.index(index).child("name").to_field_path();
            errors.invalid(&path, &header.name, NOT_A_HEADER).place = Some(place);
        }
    }
}

/// The text says less than, the server means at most.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateSleepAction`.
fn validate_sleep_action(sleep: &Sleep<'_>, path: &Path<'_>, errors: &mut Errors) {
    let (seconds, grace_period) = (sleep.action.seconds, sleep.seconds.end());
    if !sleep.seconds.contains(&seconds) {
        let lowest = match sleep.seconds.start() {
            0 => "non-negative",
            _ => "greater than 0",
        };
        let detail = format!(
            "must be {lowest} and less than terminationGracePeriodSeconds ({grace_period})"
        );
        let violation = errors.invalid(path, seconds, &detail);
        violation.place = Some(path.child("seconds").to_field_path());
        violation.concern = sleep.concern;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::{Value, json};

    fn check<T: serde::de::DeserializeOwned>(
        value: Value,
        validate: impl Fn(&T, &Path<'_>, &mut Errors),
    ) -> Vec<String> {
        let value: T = serde_json::from_value(value).unwrap();
        let mut errors = Errors::default();
        validate(&value, &Path::new("x"), &mut errors);
        let found = errors.into_violations();
        found
            .iter()
            .map(|found| format!("{} {:?}", found.field, found.reason))
            .collect()
    }

    #[test]
    fn exactly_one_handler() {
        let liveness = |value| check(value, validate_liveness_probe);
        assert!(liveness(json!({"httpGet": {"port": "http"}})).is_empty());
        assert_eq!(liveness(json!({})), ["x Required"]);
        assert_eq!(liveness(json!({"httpGet": null})), ["x Required"]);
        // Only the first one is looked at.
        assert_eq!(
            liveness(json!({"httpGet": {"port": 0}, "exec": {"command": ["a"]}})),
            ["x.httpGet Forbidden"]
        );
        assert_eq!(
            liveness(json!({"httpGet": {"port": 80}, "tcpSocket": {"port": 80}})),
            ["x.tcpSocket Forbidden"]
        );
    }

    #[test]
    fn zeros_are_unset() {
        let probe = json!({
            "exec": {"command": ["a"]}, "successThreshold": 0, "periodSeconds": 0,
            "timeoutSeconds": 0, "failureThreshold": 0,
        });
        assert!(check(probe.clone(), validate_liveness_probe).is_empty());
        assert!(check(probe, validate_readiness_probe).is_empty());
    }

    #[test]
    fn thresholds_differ_between_probes() {
        let probe = json!({"exec": {"command": ["a"]}, "successThreshold": 2});
        assert_eq!(
            check(probe.clone(), validate_startup_probe),
            ["x.successThreshold Invalid"]
        );
        assert!(check(probe, validate_readiness_probe).is_empty());
        let probe = json!({"exec": {"command": ["a"]}, "terminationGracePeriodSeconds": 1});
        assert!(check(probe.clone(), validate_liveness_probe).is_empty());
        assert_eq!(
            check(probe, validate_readiness_probe),
            ["x.terminationGracePeriodSeconds Invalid"]
        );
    }

    #[test]
    fn quoted_numbers_are_names_without_a_letter() {
        assert_eq!(
            check(
                json!({"tcpSocket": {"port": "8080"}}),
                validate_readiness_probe
            ),
            ["x.tcpSocket.port Invalid"]
        );
        assert_eq!(
            check(json!({"grpc": {}}), validate_readiness_probe),
            ["x.grpc.port Invalid"]
        );
    }

    #[test]
    fn sleep_may_last_the_whole_grace_period() {
        let hook = |seconds: i64| {
            check(
                json!({"name": "a", "lifecycle": {"preStop": {"sleep": {"seconds": seconds}}}}),
                |container, path, errors| validate_lifecycle(container, &(0..=30), path, errors),
            )
        };
        assert!(hook(0).is_empty());
        assert!(hook(30).is_empty());
        assert_eq!(hook(31), ["x.lifecycle.preStop.sleep Invalid"]);
        assert_eq!(hook(-1), ["x.lifecycle.preStop.sleep Invalid"]);
    }
}
