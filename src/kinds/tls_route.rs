//! The Gateway API's `TLSRoute`.

use super::parts::gateway_route::row;
use super::row::Row;

pub(super) use super::parts::gateway_route::read;

pub(super) static ROW: Row = row("TLSRoute");
