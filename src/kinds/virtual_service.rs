//! Istio's `VirtualService`: where requests for a host are sent.

use super::parts::collect::collect;
use super::parts::istio::NETWORKING;
use super::parts::known_fields::OBJECT;
use super::parts::port::PortRef;
use super::parts::requests::Requests;
use super::parts::service_ref::weight;
use super::row::Row;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// Fields: istio `networking/v1alpha3/virtual_service.proto`; of its HTTP routes also those that
/// are gone since.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        ("spec", "hosts gateways http tls tcp exportTo"),
        (
            "spec.http[]",
            "name match route redirect directResponse delegate rewrite timeout retries fault \
             mirror mirrorPercent mirror_percent mirrorPercentage mirrors corsPolicy headers \
             appendHeaders appendRequestHeaders appendResponseHeaders removeRequestHeaders \
             removeResponseHeaders websocketUpgrade",
        ),
        (
            "spec.http[].route[]",
            "destination weight headers appendRequestHeaders appendResponseHeaders \
             removeRequestHeaders removeResponseHeaders",
        ),
        ("spec.http[].route[].destination", DESTINATION),
        ("spec.http[].route[].destination.port", "number name"),
        ("spec.http[].mirror", DESTINATION),
        ("spec.http[].mirrors[]", "destination percentage"),
        ("spec.http[].mirrors[].destination", DESTINATION),
        ("spec.tls[]", "match route"),
        ("spec.tls[].route[]", "destination weight"),
        ("spec.tls[].route[].destination", DESTINATION),
        ("spec.tcp[]", "match route"),
        ("spec.tcp[].route[]", "destination weight"),
        ("spec.tcp[].route[].destination", DESTINATION),
    ],
    ..Row::new("VirtualService", NETWORKING)
};

const DESTINATION: &str = "host subset port";

pub(super) fn read(object: Cursor<'_>) -> VirtualService {
    let spec = object.get("spec");
    let rules = |protocol: &'static str| spec.into_iter().flat_map(move |spec| spec.list(protocol));
    let all = ["http", "tls", "tcp"].into_iter().flat_map(rules);
    let routes = all.flat_map(|rule| rule.list("route"));
    let routes = routes.filter_map(|route| Some((route.get("destination")?, weight(route))));
    let mirror = rules("http").filter_map(|rule| rule.get("mirror"));
    let mirrors = rules("http").flat_map(|rule| rule.list("mirrors"));
    let mirrors = mirrors.filter_map(|mirror| mirror.get("destination"));
    let gateways = spec.into_iter().flat_map(|spec| spec.list("gateways"));
    let hosts = spec.into_iter().flat_map(|spec| spec.list("hosts"));
    VirtualService {
        hosts: collect(hosts.filter_map(Cursor::string)),
        requests: Requests::of_virtual_service(object),
        gateways: collect(gateways.filter_map(Cursor::string)),
        destinations: collect(
            routes
                .chain(mirror.chain(mirrors).map(|mirror| (mirror, None)))
                .filter_map(|(destination, weight)| Destination::read(destination, weight)),
        ),
    }
}

/// A networking.istio.io `VirtualService`.
#[derive(Clone, Debug)]
pub struct VirtualService {
    /// `spec.hosts`
    pub hosts: Vec<Spanned<String>>,
    /// Which requests its rules for HTTP are about: the first that takes them counts.
    pub requests: Vec<Requests>,
    /// `spec.gateways`, by which traffic comes in; none means from the mesh.
    pub gateways: Vec<Spanned<String>>,
    /// Where its routes and mirrors lead.
    pub destinations: Vec<Destination>,
}

/// Where a route of a `VirtualService` leads.
#[derive(Clone, Debug)]
pub struct Destination {
    /// `host`
    pub host: Spanned<String>,
    /// `subset`
    pub subset: Option<Spanned<String>>,
    /// `port.number`
    pub port: Option<Spanned<PortRef>>,
    /// `weight` of the route: the part of its traffic that goes there.
    pub weight: Option<i64>,
    /// Whether `port` stands there, in whatever form.
    pub has_port: bool,
    /// What stands in `port` where `number` should.
    pub instead_of_number: Option<Span>,
}

impl Destination {
    fn read(destination: Cursor<'_>, weight: Option<i64>) -> Option<Self> {
        let port = destination.field("port");
        let number = port.and_then(|port| port.get("number"));
        let subset = destination.get("subset").and_then(Cursor::string);
        Some(Self {
            host: destination.get("host")?.string()?,
            subset: subset.filter(|subset| !subset.value.is_empty()),
            port: number.and_then(PortRef::read),
            weight,
            instead_of_number: port.and_then(instead_of_number),
            has_port: port.is_some_and(|port| port.is_masked() || !port.is_null()),
        })
    }
}

/// The first key of a port that has others, but no `number`.
fn instead_of_number(port: Cursor<'_>) -> Option<Span> {
    let keys = port.keys();
    let is_number = |key: &Cursor<'_>| key.text() == "number";
    (!port.is_masked() && !keys.iter().any(is_number)).then(|| Some(keys.first()?.span()))?
}
