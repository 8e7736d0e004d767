//! Which rule reports what the API server refuses. Each refusal has one owner, so that nothing is
//! said twice.

use crate::catalogue::ids;
use crate::kube::validation::Concern;

/// The rule that reports refusals with this concern; none where others say it already.
pub(super) fn of_refusal(concern: Concern) -> Option<&'static str> {
    Some(match concern {
        Concern::Object => ids::INVALID_OBJECT,
        Concern::Labels => ids::INVALID_LABEL,
        Concern::SelectorAsWhole => return None,
        Concern::OwnPods => ids::WORKLOAD_SELECTOR_MISMATCH,
        Concern::ContainerPort => ids::INVALID_CONTAINER_PORT,
        Concern::ContainerPortName => ids::DUPLICATE_CONTAINER_PORT_NAME,
        Concern::QuotedPort => ids::NUMERIC_STRING_PORT,
        Concern::Probe => ids::INVALID_PROBE,
        Concern::PreStopSleep => ids::GRACE_PERIOD_TOO_SHORT,
        Concern::ServicePort => ids::INVALID_SERVICE_PORT,
        Concern::ServiceSpec => ids::INVALID_SERVICE_SPEC,
        Concern::IngressBackend => ids::INVALID_INGRESS_BACKEND,
    })
}
