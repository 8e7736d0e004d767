//! `XListenerSet`: `ListenerSet` as it was tried out (gateway-api `apisx/v1alpha1`).

use super::gateway::KNOWN;
use super::row::{Row, Version};

pub(super) use super::gateway::read;

pub(super) static ROW: Row = Row {
    known: KNOWN,
    ..Row::new(
        "XListenerSet",
        &[Version::extension("gateway.networking.x-k8s.io/v1alpha1")],
    )
};
