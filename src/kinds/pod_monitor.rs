//! The Prometheus operator's `PodMonitor`, which selects pods.

use super::parts::known_fields::{LABEL_SELECTOR, OBJECT};
use super::parts::monitor::{ENDPOINT, Monitor, monitor_fields};
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

/// Fields: prometheus-operator `pkg/apis/monitoring/v1/podmonitor_types.go`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        ("spec", monitor_fields!("podMetricsEndpoints")),
        ("spec.podMetricsEndpoints[]", ENDPOINT),
        ("spec.selector", LABEL_SELECTOR),
        ("spec.namespaceSelector", "any matchNames"),
    ],
    ..Row::new(
        "PodMonitor",
        &[Version::extension("monitoring.coreos.com/v1")],
    )
};

pub(super) fn read(object: Cursor<'_>) -> Monitor {
    Monitor::read(object)
}
