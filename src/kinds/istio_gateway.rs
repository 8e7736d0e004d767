//! Istio's `Gateway`: where requests come in.

use super::parts::collect::collect;
use super::parts::istio::NETWORKING;
use super::parts::known_fields::OBJECT;
use super::parts::label_selector::LabelSelector;
use super::row::Row;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// Fields: istio `networking/v1alpha3/gateway.proto`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        ("spec", "servers selector"),
        ("spec.servers[]", "port bind hosts tls defaultEndpoint name"),
        ("spec.servers[].port", "number protocol name targetPort"),
    ],
    ..Row::new("Gateway", NETWORKING)
};

pub(super) fn read(object: Cursor<'_>) -> IstioGateway {
    let spec = object.get("spec");
    let servers = spec.into_iter().flat_map(|spec| spec.list("servers"));
    let servers: Vec<Cursor<'_>> = servers.collect();
    let own = servers.iter();
    let ports = own.filter_map(|server| server.path(["port", "number"])?.integer());
    let hosts = servers.iter().flat_map(|server| server.list("hosts"));
    let hosts: Vec<Option<Spanned<String>>> = hosts.map(Cursor::string).collect();
    IstioGateway {
        selector: spec
            .and_then(|spec| spec.field("selector"))
            .map(LabelSelector::read_flat),
        ports: collect(ports),
        has_unknown_hosts: hosts.is_empty() || hosts.iter().any(Option::is_none),
        hosts: collect(hosts.into_iter().flatten()),
    }
}

/// A networking.istio.io `Gateway`.
#[derive(Clone, Debug)]
pub struct IstioGateway {
    /// `spec.selector`, over the pods of all namespaces; without one it is about all proxies.
    pub selector: Option<LabelSelector>,
    /// `port.number` of each server.
    pub ports: Vec<Spanned<i64>>,
    /// `hosts` of each server, with the namespaces before them.
    pub hosts: Vec<Spanned<String>>,
    /// Whether there may be other hosts.
    pub has_unknown_hosts: bool,
}
