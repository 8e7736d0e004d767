//! Where the hosts lead that Istio's routing names.
//!
//! A host without a dot is a Service of the namespace of the object that names it; any other is
//! taken as it is (istio `pilot/pkg/model/config.go`, `ResolveShortnameToFQDN`), and a Service is
//! known as `<name>.<namespace>.svc.cluster.local`.

use super::fit::{Fit, fits};
use super::links::{Link, Links};
use super::lookup::{Lookup, Named};
use super::orphans::Purpose;
use super::selected::{Selected, SelectorMiss};
use super::{Backend, ServiceLink};
use crate::kinds::parts::istio::Host;
use crate::kinds::{DestinationRule, LabelSelector, Labels, Routing, ServiceEntry};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::unit::{Namespace, Unit};
use std::borrow::Cow;

/// A part of Istio's routing, in a unit.
pub type RoutingLink<'i> = Link<'i, Routing<'i>>;

impl Links {
    /// Istio's routing in a unit.
    pub fn routing<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = RoutingLink<'i>> + 'i {
        self.members(unit, Object::routing)
    }
}

impl<'i> RoutingLink<'i> {
    /// What it says.
    pub fn routing(self) -> Routing<'i> {
        self.node.what
    }

    /// The rest of the routing that is applied with it.
    pub fn beside(self) -> impl Iterator<Item = Self> {
        let all = self.links.routing(self.unit());
        all.filter(move |other| self.is_beside(*other))
    }

    /// Those of some members of the unit.
    fn among(self, members: Option<&'i Vec<usize>>) -> impl Iterator<Item = Self> {
        let (links, view) = (self.links, self.links.view(self.unit()));
        let members = members.into_iter().flatten();
        let nodes = members.filter_map(move |&at| view.member(at, Object::routing));
        nodes.map(move |node| Link { links, node })
    }

    /// The name and the namespace of the Service that a host means here.
    fn service_of<'h>(self, host: &'h str) -> Option<(&'h str, Cow<'i, Namespace>)> {
        match Host::of(host) {
            _ if is_placeholder(host) => None,
            Host::Short(name) => Some((name, Cow::Borrowed(self.namespace()))),
            Host::Qualified(name, namespace) | Host::Incomplete(name, namespace) => {
                Some((name, Cow::Owned(Namespace::explicit(namespace))))
            }
            Host::Other => None,
        }
    }

    /// Whether two hosts, in this object and in another one, are the same for certain.
    pub fn is_same_host(self, own: &str, other: RoutingLink<'_>, theirs: &str) -> bool {
        let is_full = |host: &str| !matches!(Host::of(host), Host::Incomplete(..));
        match (self.service_of(own), other.service_of(theirs)) {
            (Some((own_name, place)), Some((name, other_place))) => {
                is_full(own)
                    && is_full(theirs)
                    && own_name == name
                    && place.name == other_place.name
                    && place.is_known
            }
            _ => false,
        }
    }

    /// The look-up of the Service that a host means. None where the host is no Service, or is
    /// something else besides.
    pub(super) fn lookup(self, host: &'i str) -> Option<Lookup<'i>> {
        let (name, namespace) = self.service_of(host)?;
        let has_entry = self.has_entry(|other, own| {
            own == host || is_placeholder(own) || self.is_same_host(host, other, own)
        });
        (!has_entry).then(|| Lookup {
            links: self.links,
            unit: self.unit(),
            source: self.source(),
            namespace,
            name: Cow::Borrowed(name),
            is_of_own_file: false,
        })
    }

    /// What the Service that a host means leads to. None where there is no such look-up, and where
    /// the host may be another one, which it is not if the Service is there.
    pub fn named(self, host: &'i str) -> Option<Named<'i>> {
        let named = self.lookup(host)?.named();
        let is_found = matches!(named, Named::Found(_));
        let may_be_other = || {
            self.has_entry(|_, own| {
                own.strip_prefix('*')
                    .is_some_and(|rest| host.ends_with(rest))
            })
        };
        (is_found || !may_be_other()).then_some(named)
    }

    /// Whether nothing exists but what is here.
    pub fn is_closed(self) -> bool {
        self.links.is_closed(self.unit())
    }

    /// Whether a `ServiceEntry` that this namespace sees has a host for which something holds.
    fn has_entry(self, is_it: impl Fn(Self, &str) -> bool) -> bool {
        let symbols = self.links.view(self.unit()).symbols;
        let mut entries = self.among(Some(&symbols.service_entries));
        entries.any(|other| match other.routing() {
            Routing::ServiceEntry(entry) if self.sees(other, entry) => {
                entry.hosts.iter().any(|own| is_it(other, &own.value))
            }
            _ => false,
        })
    }

    /// Whether an entry is exported to the namespace of this object (istio
    /// `networking/v1alpha3/service_entry.proto`, `exportTo`).
    fn sees(self, other: Self, entry: &ServiceEntry) -> bool {
        let here = self.namespace();
        let mut exported = entry.export_to.iter().flatten();
        entry.export_to.as_ref().is_none_or(Vec::is_empty)
            || exported.any(|name| match name.value.as_str() {
                "*" => true,
                "." => other.namespace().may_be(here),
                name => is_placeholder(name) || Namespace::explicit(name).may_be(here),
            })
    }

    /// The Services that a host is, if it is known what ports they have.
    pub fn services(self, host: &'i str) -> Vec<ServiceLink<'i>> {
        let found = match self.named(host) {
            Some(Named::Found(services)) if !matches!(Host::of(host), Host::Incomplete(..)) => {
                services
            }
            _ => return Vec::new(),
        };
        if found.iter().all(|service| service.are_ports_known()) {
            found
        } else {
            Vec::new()
        }
    }

    /// The destination rules that are about a host for certain.
    pub fn rules_of(self, host: &str) -> Vec<(Self, &'i DestinationRule)> {
        let Some((name, _)) = self.service_of(host) else {
            return Vec::new();
        };
        let symbols = self.links.view(self.unit()).symbols;
        let rules = self.among(symbols.rules_by_host.get(name));
        let rules = rules.filter_map(|other| {
            let Routing::DestinationRule(rule) = other.routing() else {
                return None;
            };
            let theirs = rule.host.as_ref()?;
            let is_it = self.is_beside(other) && self.is_same_host(host, other, &theirs.value);
            is_it.then_some((other, rule))
        });
        rules.collect()
    }

    /// What becomes of the selector of a gateway, which selects in all namespaces.
    pub fn selected_proxies(self, selector: &'i LabelSelector) -> Selected<SelectorMiss<'i>> {
        self.selected_where(selector, Purpose::Gateway, |_| true)
    }

    /// The pods that labels select, in whatever namespace: those of a gateway.
    pub fn pods(self, selector: &Labels) -> Vec<(Backend<'i>, Fit)> {
        let links = self.links;
        let candidates = links.view(self.unit()).templates_having(selector);
        let candidates = candidates.map(|node| Link { links, node });
        let selected = candidates
            .filter(|backend| self.is_beside(*backend))
            .filter_map(|backend| {
                let fit = fits(selector, &backend.workload().template.labels)?;
                Some((backend, fit))
            });
        selected.collect()
    }
}
