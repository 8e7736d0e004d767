//! Istio's routing: which hosts traffic is sent to, and which pods of theirs.

use super::parts::collect::collect;
use super::parts::labels::Labels;
use super::parts::port::PortRef;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// A networking.istio.io `VirtualService`.
#[derive(Clone, Debug)]
pub struct VirtualService {
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
    /// Whether `port` stands there, in whatever form.
    pub has_port: bool,
}

/// A networking.istio.io `DestinationRule`.
#[derive(Clone, Debug)]
pub struct DestinationRule {
    /// `spec.host`
    pub host: Option<Spanned<String>>,
    /// `spec.subsets`
    pub subsets: Vec<Subset>,
    /// Whether there may be other subsets than can be read.
    pub is_unreadable: bool,
}

/// A subset of the pods behind a host.
#[derive(Clone, Debug)]
pub struct Subset {
    /// `name`
    pub name: Spanned<String>,
    /// `labels`, which the pods have besides those that the Service selects by.
    pub labels: Labels,
}

/// A networking.istio.io `Gateway`.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// `spec.selector`, over the pods of all namespaces.
    pub selector: Labels,
    /// `port.number` of each server.
    pub ports: Vec<Spanned<i64>>,
}

/// A networking.istio.io `ServiceEntry`.
#[derive(Clone, Debug)]
pub struct ServiceEntry {
    /// `spec.hosts`
    pub hosts: Vec<Spanned<String>>,
}

/// What a host means to Istio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'h> {
    /// A Service of the namespace of the object that names it.
    Short(&'h str),
    /// A Service of a namespace: `web.shop.svc.cluster.local`.
    Qualified(&'h str, &'h str),
    /// A host outside, though a Service of a namespace was probably meant: a name with a dot is
    /// taken as it is (istio `pilot/pkg/model/config.go`, `ResolveShortnameToFQDN`).
    Incomplete(&'h str, &'h str),
    /// Another host, a pattern, or nobody knows what.
    Other,
}

impl<'h> Host<'h> {
    /// Takes a host apart.
    pub fn of(host: &'h str) -> Self {
        if host.is_empty() || host.contains('*') {
            return Self::Other;
        }
        let labels: Vec<&str> = host.split('.').collect();
        match labels[..] {
            [name] => Self::Short(name),
            [name, namespace, "svc", "cluster", "local"] => Self::Qualified(name, namespace),
            [name, namespace] | [name, namespace, "svc"] => Self::Incomplete(name, namespace),
            _ => Self::Other,
        }
    }

    /// The name of the Service.
    pub fn name(self) -> Option<&'h str> {
        match self {
            Self::Short(name) | Self::Qualified(name, _) | Self::Incomplete(name, _) => Some(name),
            Self::Other => None,
        }
    }
}

fn list<'r>(parent: Cursor<'r>, name: &str) -> impl Iterator<Item = Cursor<'r>> + use<'r> {
    parent.get(name).into_iter().flat_map(Cursor::items)
}

fn texts(parent: Option<Cursor<'_>>, name: &str) -> Vec<Spanned<String>> {
    let items = parent.into_iter().flat_map(|parent| list(parent, name));
    collect(items.filter_map(Cursor::string))
}

impl VirtualService {
    /// Reads a `VirtualService`.
    pub fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let rules =
            |protocol: &'static str| spec.into_iter().flat_map(move |spec| list(spec, protocol));
        let all = ["http", "tls", "tcp"].into_iter().flat_map(rules);
        let routes = all
            .flat_map(|rule| list(rule, "route"))
            .filter_map(|route| route.get("destination"));
        let mirror = rules("http").filter_map(|rule| rule.get("mirror"));
        let mirrors = rules("http").flat_map(|rule| list(rule, "mirrors"));
        let mirrors = mirrors.filter_map(|mirror| mirror.get("destination"));
        Self {
            gateways: texts(spec, "gateways"),
            destinations: collect(
                routes
                    .chain(mirror)
                    .chain(mirrors)
                    .filter_map(Destination::read),
            ),
        }
    }
}

impl Destination {
    fn read(destination: Cursor<'_>) -> Option<Self> {
        let port = destination.field("port");
        let number = port.and_then(|port| port.get("number"));
        let subset = destination.get("subset").and_then(Cursor::string);
        Some(Self {
            host: destination.get("host")?.string()?,
            subset: subset.filter(|subset| !subset.value.is_empty()),
            port: number.and_then(PortRef::read),
            has_port: port.is_some_and(|port| port.is_masked() || !port.is_null()),
        })
    }
}

impl DestinationRule {
    /// Reads a `DestinationRule`.
    pub fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let written = spec.and_then(|spec| spec.field("subsets"));
        let items: Vec<Cursor<'_>> = written.into_iter().flat_map(Cursor::items).collect();
        let subsets = collect(items.iter().filter_map(|item| Subset::read(*item)));
        let is_list =
            written.is_none_or(|list| list.is_list() || list.is_null() && !list.is_masked());
        Self {
            host: spec
                .and_then(|spec| spec.get("host"))
                .and_then(Cursor::string),
            is_unreadable: !is_list || subsets.len() < items.len(),
            subsets,
        }
    }
}

impl Subset {
    fn read(item: Cursor<'_>) -> Option<Self> {
        Some(Self {
            name: item.get("name")?.string()?,
            labels: Labels::read(item.field("labels")),
        })
    }
}

impl Gateway {
    /// Reads a `Gateway`.
    pub fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let servers = spec.into_iter().flat_map(|spec| list(spec, "servers"));
        let ports = servers.filter_map(|server| server.get("port")?.get("number")?.integer());
        Self {
            selector: Labels::read(spec.and_then(|spec| spec.field("selector"))),
            ports: collect(ports),
        }
    }
}

impl ServiceEntry {
    /// Reads a `ServiceEntry`.
    pub fn read(object: Cursor<'_>) -> Self {
        Self {
            hosts: texts(object.get("spec"), "hosts"),
        }
    }
}

/// A part of Istio's routing.
#[derive(Clone, Debug)]
pub enum Routing {
    /// Where requests for a host are sent.
    VirtualService(VirtualService),
    /// Which pods a host has.
    DestinationRule(DestinationRule),
    /// Where requests come in.
    Gateway(Gateway),
    /// A host that is no Service.
    ServiceEntry(ServiceEntry),
}

impl Routing {
    /// The hosts that must exist.
    pub fn hosts(&self) -> Vec<&Spanned<String>> {
        match self {
            Self::VirtualService(service) => {
                let destinations = service.destinations.iter();
                destinations.map(|destination| &destination.host).collect()
            }
            Self::DestinationRule(rule) => rule.host.iter().collect(),
            Self::Gateway(_) | Self::ServiceEntry(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_mean_what_istio_takes_them_for() {
        for (text, host) in [
            ("web", Host::Short("web")),
            ("web.shop.svc.cluster.local", Host::Qualified("web", "shop")),
            ("web.shop", Host::Incomplete("web", "shop")),
            ("web.shop.svc", Host::Incomplete("web", "shop")),
            ("*.shop.svc.cluster.local", Host::Other),
            ("www.example.com", Host::Other),
            ("", Host::Other),
        ] {
            assert_eq!(Host::of(text), host, "{text}");
        }
    }
}
