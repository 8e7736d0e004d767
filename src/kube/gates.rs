//! Feature gates that decide what the API server makes of a field, with their defaults in each
//! version (Kubernetes, `pkg/features/kube_features.go`).
//!
//! A field comes with its gate switched off. Until it is on, the server drops the field before it
//! validates (`dropDisabledFields` of each kind), so that any value of the right type passes.

use super::KubeVersion;

/// A gate, and the minor versions of Kubernetes 1 that decide about its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name, as `--feature-gates` of the API server takes it.
    pub name: &'static str,
    /// The version that brought it, switched off.
    since: u32,
    /// The version that switched it on; [`NEVER`] if none has yet.
    on_since: u32,
}

/// No version has switched the gate on yet.
const NEVER: u32 = u32::MAX;

/// A container may carry a stop signal.
pub const CONTAINER_STOP_SIGNALS: Gate = Gate::new("ContainerStopSignals", 33, NEVER);
/// Every container may have a restart policy of its own, and rules for it.
pub const CONTAINER_RESTART_RULES: Gate = Gate::new("ContainerRestartRules", 34, 35);
/// How far a metric may be off before an autoscaler acts.
pub const HPA_CONFIGURABLE_TOLERANCE: Gate = Gate::new("HPAConfigurableTolerance", 33, 35);
/// An image as a volume.
pub const IMAGE_VOLUME: Gate = Gate::new("ImageVolume", 31, 35);
/// Resources of containers that run.
pub const IN_PLACE_POD_VERTICAL_SCALING: Gate = Gate::new("InPlacePodVerticalScaling", 27, 33);
/// Which part of `/proc` a container sees.
pub const PROC_MOUNT_TYPE: Gate = Gate::new("ProcMountType", 12, 33);
/// How the files of a pod get their `SELinux` labels.
pub const SELINUX_CHANGE_POLICY: Gate = Gate::new("SELinuxChangePolicy", 32, 33);
/// Whose groups the processes of a pod have.
pub const SUPPLEMENTAL_GROUPS_POLICY: Gate = Gate::new("SupplementalGroupsPolicy", 31, 33);
/// When a Job with indexes has succeeded.
pub const JOB_SUCCESS_POLICY: Gate = Gate::new("JobSuccessPolicy", 30, 31);
/// Resources of a pod as a whole.
pub const POD_LEVEL_RESOURCES: Gate = Gate::new("PodLevelResources", 32, 34);
/// A hook may sleep for no time at all.
pub const POD_LIFECYCLE_SLEEP_ACTION_ALLOW_ZERO: Gate =
    Gate::new("PodLifecycleSleepActionAllowZero", 32, 33);
/// A search path of DNS may have underscores, or be a lone dot.
pub const RELAXED_DNS_SEARCH_VALIDATION: Gate = Gate::new("RelaxedDNSSearchValidation", 32, 33);
/// Users of a pod that are none of its node.
pub const USER_NAMESPACES_SUPPORT: Gate = Gate::new("UserNamespacesSupport", 25, 33);
/// Variables of containers from files.
pub const ENV_FILES: Gate = Gate::new("EnvFiles", 34, 35);
/// Any name as the host name of a pod.
pub const HOSTNAME_OVERRIDE: Gate = Gate::new("HostnameOverride", 34, 35);
/// No replicas at all while there is nothing to do.
pub const HPA_SCALE_TO_ZERO: Gate = Gate::new("HPAScaleToZero", 16, 37);
/// A Job that another controller than Kubernetes' own runs.
pub const JOB_MANAGED_BY: Gate = Gate::new("JobManagedBy", 30, 32);
/// Several pods of a `StatefulSet` may be replaced at a time.
pub const MAX_UNAVAILABLE_STATEFUL_SET: Gate = Gate::new("MaxUnavailableStatefulSet", 24, 37);
/// `trafficDistribution` names zones and nodes.
pub const PREFER_SAME_TRAFFIC_DISTRIBUTION: Gate =
    Gate::new("PreferSameTrafficDistribution", 33, 34);
/// Names of variables may have nearly every character.
pub const RELAXED_ENVIRONMENT_VARIABLE_VALIDATION: Gate =
    Gate::new("RelaxedEnvironmentVariableValidation", 30, 32);
/// A rule of one container may restart all.
pub const RESTART_ALL_CONTAINERS_ON_CONTAINER_EXITS: Gate =
    Gate::new("RestartAllContainersOnContainerExits", 35, 36);
/// The name of a Service may start with a digit.
pub const RELAXED_SERVICE_NAME_VALIDATION: Gate = Gate::new("RelaxedServiceNameValidation", 34, 36);
/// Leading zeros, host bits and IPv4-mapped addresses are refused.
pub const STRICT_IP_CIDR_VALIDATION: Gate = Gate::new("StrictIPCIDRValidation", 33, 36);

/// What a server does with what a gate guards, unless it is told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has no such gate: the field is unknown, or used as it was before.
    Absent,
    /// It has it, switched off.
    Off,
    /// It has it, switched on, or can no longer do without.
    On,
}

impl Gate {
    const fn new(name: &'static str, since: u32, on_since: u32) -> Self {
        Self {
            name,
            since,
            on_since,
        }
    }

    /// Its default on a server.
    pub fn on(self, server: KubeVersion) -> State {
        let reached = |minor| server >= KubeVersion { major: 1, minor };
        if reached(self.on_since) {
            State::On
        } else if reached(self.since) {
            State::Off
        } else {
            State::Absent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_comes_switched_off() {
        let state = |gate: Gate, minor| gate.on(KubeVersion { major: 1, minor });
        let states = [33, 34, 35, 99].map(|minor| state(CONTAINER_RESTART_RULES, minor));
        assert_eq!(states, [State::Absent, State::Off, State::On, State::On]);
        assert_eq!(state(CONTAINER_STOP_SIGNALS, 99), State::Off);
    }
}
