//! The Gateway API's `HTTPRoute`.

use super::parts::gateway_route::row;
use super::row::Row;

pub(super) use super::parts::gateway_route::{GatewayRoute, read};

pub(super) static ROW: Row = row("HTTPRoute");
