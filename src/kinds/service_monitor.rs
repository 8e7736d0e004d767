//! The Prometheus operator's `ServiceMonitor`, which selects Services by their own labels.

use super::parts::known_fields::{LABEL_SELECTOR, OBJECT};
pub(super) use super::parts::monitor::Monitor;
use super::parts::monitor::{ENDPOINT, monitor_fields};
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

/// Fields: prometheus-operator `pkg/apis/monitoring/v1/servicemonitor_types.go`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        (
            "spec",
            monitor_fields!("endpoints targetLabels serviceDiscoveryRole"),
        ),
        ("spec.endpoints[]", ENDPOINT),
        ("spec.selector", LABEL_SELECTOR),
        ("spec.namespaceSelector", "any matchNames"),
    ],
    ..Row::new(
        "ServiceMonitor",
        &[Version::extension("monitoring.coreos.com/v1")],
    )
};

pub(super) fn read(object: Cursor<'_>) -> Monitor {
    Monitor::read(object)
}
