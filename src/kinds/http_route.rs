//! The Gateway API's `HTTPRoute`.

use super::parts::gateway_route::{self, row};
use super::parts::requests::Requests;
use super::row::Row;
use crate::yaml::cursor::Cursor;

pub(super) use super::parts::gateway_route::GatewayRoute;

pub(super) fn read(object: Cursor<'_>) -> GatewayRoute {
    GatewayRoute {
        requests: Requests::of_route(object),
        ..gateway_route::read(object)
    }
}

pub(super) static ROW: Row = row("HTTPRoute");
