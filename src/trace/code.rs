//! The words for what links one thing with the next. Besides them a trace uses the ids of rules,
//! for what is broken, and the codes of doubts, for what cannot be known.

/// Everything of it, for the schema.
pub const CODES: [&str; 24] = [
    TAKES,
    ATTACHED,
    SENDS,
    POINTS,
    TOLD,
    SELECTS,
    EXTERNAL_NAME,
    ENDPOINTS,
    NO_PORT,
    BY_NUMBER,
    BY_NAME,
    BY_DEFAULT,
    OF_SIDECAR,
    NOT_TRANSLATED,
    PROBE,
    NO_PROBE,
    NOT_AWAITED,
    NO_POLICY,
    ADMITTED,
    DENIED,
    LOOPBACK,
    DOUBTFUL,
    NO_PODS,
    NOT_SERVED,
];

/// A rule takes the requests for the address.
pub(super) const TAKES: &str = "takes";
/// A listener of the Gateway takes the route.
pub(super) const ATTACHED: &str = "attached";
/// An object sends to the Service.
pub(super) const SENDS: &str = "sends";
/// A Rollout points the Service at one of its versions.
pub(super) const POINTS: &str = "points-at-version";
/// Pods are told of the Service by a name.
pub(super) const TOLD: &str = "told";
/// The selector of the Service selects the pods.
pub(super) const SELECTS: &str = "selects";
/// The Service is a name for a host outside.
pub const EXTERNAL_NAME: &str = "external-name";
/// Addresses that are written down, in place of a selector.
pub const ENDPOINTS: &str = "endpoints";
/// The Service has no such port.
pub const NO_PORT: &str = "no-port";
/// `targetPort` is a number.
pub(super) const BY_NUMBER: &str = "port-by-number";
/// `targetPort` is the name of a container's port.
pub(super) const BY_NAME: &str = "port-by-name";
/// There is no `targetPort`: it is `port`.
pub(super) const BY_DEFAULT: &str = "port-by-default";
/// An init container that keeps running has the port.
pub(super) const OF_SIDECAR: &str = "port-of-sidecar";
/// The Service is headless: clients connect to the pods themselves.
pub(super) const NOT_TRANSLATED: &str = "port-not-translated";
/// A readiness probe says when the pods get traffic.
pub(super) const PROBE: &str = "ready-probe";
/// Nothing says when the pods are ready: they get traffic as soon as they run.
pub(super) const NO_PROBE: &str = "ready-none";
/// The Service publishes pods that are not ready.
pub(super) const NOT_AWAITED: &str = "publish-not-ready";
/// No network policy is about the pods.
pub(super) const NO_POLICY: &str = "no-policy";
/// A network policy lets the traffic through.
pub(super) const ADMITTED: &str = "admitted";
/// Network policies are about the pods, and none lets the traffic through.
pub(super) const DENIED: &str = "denied";
/// A pod connects to itself.
pub(super) const LOOPBACK: &str = "loopback";
/// What network policies say cannot be known.
pub(super) const DOUBTFUL: &str = "doubtful";
/// The workload has no pods.
pub(super) const NO_PODS: &str = "no-pods";
/// The pods have no such port, and others behind the Service may have: endpoints leave them out.
pub(super) const NOT_SERVED: &str = "port-not-served";
