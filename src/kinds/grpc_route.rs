//! The Gateway API's `GRPCRoute`.

use super::parts::gateway_route::row;
use super::row::Row;

pub(super) use super::parts::gateway_route::read;

pub(super) static ROW: Row = row("GRPCRoute");
