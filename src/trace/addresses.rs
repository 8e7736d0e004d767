//! The addresses by which traffic comes to what sends it on: the hosts and paths of Ingresses and
//! routes.

use super::model::Hop;
use crate::kinds::{GatewayRoute, PortRef, Requests, ServiceRef};
use crate::link::{Links, Reference};
use crate::object::Object;
use crate::text::hash::HashMap;
use crate::text::source::Span;
use crate::unit::Unit;

/// The addresses of a unit, by the references to Services that serve them.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    by_place: HashMap<Span, usize>,
    groups: Vec<Vec<String>>,
}

/// References of one object to one port of a Service: one step of a way, whatever address each is
/// for.
type Group<'i> = (Span, Option<&'i str>, &'i str, Option<&'i PortRef>);

impl Addresses {
    pub(super) fn of(links: &Links, unit: &Unit) -> Self {
        let mut addresses = Self::default();
        let mut known: HashMap<Group<'_>, usize> = HashMap::default();
        let mut written: HashMap<Span, HashMap<Span, Vec<String>>> = HashMap::default();
        for reference in links.references(unit) {
            let object = reference.object();
            let own = written
                .entry(object.name)
                .or_insert_with(|| of_object(object));
            let place = reference.target().name.span;
            let at = *known.entry(group(reference)).or_insert_with(|| {
                addresses.groups.push(Vec::new());
                addresses.groups.len() - 1
            });
            addresses.by_place.insert(place, at);
            let group = &mut addresses.groups[at];
            for address in own.remove(&place).unwrap_or_default() {
                if !group.contains(&address) {
                    group.push(address);
                }
            }
        }
        addresses
    }

    /// Those by which traffic comes to an entry, as far as they are written in it.
    pub(super) fn of_entry(&self, entry: &Hop) -> &[String] {
        let at = entry.step.place.and_then(|place| self.by_place.get(&place));
        at.map_or(&[], |at| &self.groups[*at])
    }
}

fn group(reference: Reference<'_>) -> Group<'_> {
    let ServiceRef {
        name,
        namespace,
        port,
        ..
    } = reference.target();
    (
        reference.object().name,
        namespace.as_ref().map(|own| own.value.as_str()),
        &name.value,
        port.as_ref().map(|own| &own.value),
    )
}

/// The addresses of an object, by the places of the Services' names that they lead to.
fn of_object(object: &Object) -> HashMap<Span, Vec<String>> {
    let mut all: HashMap<Span, Vec<String>> = HashMap::default();
    for (host, requests) in requests(object) {
        for service in &requests.services {
            let address = written(host, &requests.path);
            all.entry(*service).or_default().push(address);
        }
    }
    if all.is_empty() {
        let hosts = hosts_of_all(object);
        let sending = object.references.iter().filter(|own| own.role.sends());
        all.extend(sending.map(|own| (own.name.span, hosts.clone())));
    }
    all
}

/// The requests that the rules of an Ingress or an `HTTPRoute` are about, each with a host.
fn requests(object: &Object) -> Vec<(&str, &Requests)> {
    if let Some(ingress) = object.ingress() {
        let all = ingress.requests.iter();
        return all.map(|(host, own)| (host.as_str(), own)).collect();
    }
    let Some(route) = object.gateway_route() else {
        return Vec::new();
    };
    let hosts = hostnames(route);
    let of_host = |host| route.requests.iter().map(move |own| (host, own));
    hosts.into_iter().flat_map(of_host).collect()
}

/// The hosts of a route of the Gateway API; any, where it names none.
fn hostnames(route: &GatewayRoute) -> Vec<&str> {
    match route.hostnames.as_slice() {
        [] => vec![""],
        hosts => hosts.iter().map(|host| host.value.as_str()).collect(),
    }
}

/// What is sent to all Services of an object alike.
fn hosts_of_all(object: &Object) -> Vec<String> {
    if let Some(route) = object.gateway_route() {
        let hosts = route.hostnames.iter();
        return hosts.map(|host| host.value.clone()).collect();
    }
    let route = object.openshift_route();
    let host = route.and_then(|route| route.host.as_deref().map(|host| (host, route)));
    let address = host.map(|(host, route)| written(host, route.path.as_deref().unwrap_or("")));
    address.into_iter().collect()
}

/// `shop.example.com/cart`; `*` is any host.
fn written(host: &str, path: &str) -> String {
    let host = if host.is_empty() { "*" } else { host };
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{host}{slash}{path}")
}
