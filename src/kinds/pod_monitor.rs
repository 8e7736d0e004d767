//! The Prometheus operator's `PodMonitor`, which selects pods.

use super::parts::monitor::Monitor;
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row::new(
    "PodMonitor",
    &[Version::extension("monitoring.coreos.com/v1")],
);

pub(super) fn read(object: Cursor<'_>) -> Monitor {
    Monitor::read(object)
}
