//! `ListenerSet`: listeners that a Gateway has besides its own
//! (gateway-api `apis/v1/listenerset_types.go`).

use super::gateway::KNOWN;
use super::parts::gateway_api::VERSIONS;
use super::row::Row;

pub(super) use super::gateway::read;

pub(super) static ROW: Row = Row {
    known: KNOWN,
    ..Row::new("ListenerSet", VERSIONS)
};
