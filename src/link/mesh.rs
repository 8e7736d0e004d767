//! Where the hosts lead that Istio's routing names.
//!
//! A host without a dot is a Service of the namespace of the object that names it; any other is
//! taken as it is (istio `pilot/pkg/model/config.go`, `ResolveShortnameToFQDN`), and a Service is known
//! as `<name>.<namespace>.svc.cluster.local`.

use super::names::{Lookup, Named};
use super::selection::{Fit, fits};
use super::unit::{Member, Unit};
use super::{Backend, Index, ServiceLink};
use crate::kinds::parts::istio::Host;
use crate::kinds::{DestinationRule, Labels, Routing};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::source::SourceId;
use crate::unit::Namespace;
use std::borrow::Cow;

/// A part of Istio's routing, in a unit.
#[derive(Clone, Copy, Debug)]
pub struct RoutingLink<'i> {
    pub(super) index: &'i Index,
    unit: &'i Unit,
    member: &'i Member,
    routing: Routing<'i>,
}

impl Index {
    /// Istio's routing in a unit.
    pub fn routing<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = RoutingLink<'i>> + 'i {
        let members = unit.objects.iter();
        members.filter_map(move |member| self.routing_of(unit, member))
    }

    fn routing_of<'i>(&'i self, unit: &'i Unit, member: &'i Member) -> Option<RoutingLink<'i>> {
        Some(RoutingLink {
            index: self,
            unit,
            member,
            routing: self.object(member.id).routing()?,
        })
    }
}

impl<'i> RoutingLink<'i> {
    /// The object.
    pub fn object(self) -> &'i Object {
        self.index.object(self.member.id)
    }

    /// The text it is in.
    pub fn source(self) -> SourceId {
        self.index.source_of(self.member.id)
    }

    /// What it says.
    pub fn routing(self) -> Routing<'i> {
        self.routing
    }

    /// The namespace that it goes to.
    pub fn namespace(self) -> &'i Namespace {
        &self.member.namespace
    }

    /// The rest of the routing that is applied with it.
    pub fn beside(self) -> impl Iterator<Item = Self> {
        let all = self.index.routing(self.unit);
        all.filter(move |other| self.unit.is_together(self.source(), other.source()))
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

    /// The look-up of the Service that a host means. None where the host is no Service, or may be
    /// something else besides.
    pub(super) fn lookup(self, host: &'i str) -> Option<Lookup<'i>> {
        let (name, namespace) = self.service_of(host)?;
        (!self.has_entry(host)).then(|| Lookup {
            index: self.index,
            unit: self.unit,
            source: self.source(),
            namespace,
            name: Cow::Borrowed(name),
        })
    }

    /// What the Service that a host means leads to. None where there is no such look-up.
    pub fn named(self, host: &'i str) -> Option<Named<'i>> {
        Some(self.lookup(host)?.named())
    }

    /// Whether a `ServiceEntry` is about this host.
    fn has_entry(self, host: &str) -> bool {
        let is_it = |other: &RoutingLink<'_>| match other.routing() {
            Routing::ServiceEntry(entry) => entry.hosts.iter().any(|own| {
                own.value == host
                    || is_placeholder(&own.value)
                    || self.is_same_host(host, *other, &own.value)
                    || own
                        .value
                        .strip_prefix('*')
                        .is_some_and(|rest| host.ends_with(rest))
            }),
            _ => false,
        };
        let entries = self.unit.service_entries.iter();
        let mut entries = entries.map(|&at| &self.unit.objects[at]);
        entries.any(|member| {
            let other = self.index.routing_of(self.unit, member);
            other.is_some_and(|other| is_it(&other))
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
        let named = self.unit.rules_by_host.get(name).into_iter().flatten();
        let members = named.map(|&at| &self.unit.objects[at]);
        let rules = members.filter_map(|member| {
            let other = self.index.routing_of(self.unit, member)?;
            let Routing::DestinationRule(rule) = other.routing() else {
                return None;
            };
            let theirs = rule.host.as_ref()?;
            let is_beside = self.unit.is_together(self.source(), other.source());
            let is_it = is_beside && self.is_same_host(host, other, &theirs.value);
            is_it.then_some((other, rule))
        });
        rules.collect()
    }

    /// The pods that labels select, in whatever namespace: those of a gateway.
    pub fn pods(self, selector: &Labels) -> Vec<(Backend<'i>, Fit)> {
        let candidates = self.unit.templates_by_label.having(selector).into_iter();
        let all = candidates.map(|at| self.index.backend(self.unit, at));
        let together = all.filter(|own| self.unit.is_together(self.source(), own.source()));
        together
            .filter_map(|backend| {
                let fit = fits(selector, &backend.workload().template.labels)?;
                Some((backend, fit))
            })
            .collect()
    }
}
