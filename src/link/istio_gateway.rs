//! Which Gateways of Istio a `VirtualService` means by the names in `spec.gateways`.

use super::links::Links;
use super::mesh::RoutingLink;
use super::name_evidence::{Candidate, nearest_name};
use crate::diagnostic::Evidence;
use crate::kinds::{IstioGateway, Routing};
use crate::text::placeholder::is_placeholder;
use crate::unit::{Namespace, Unit};
use std::borrow::Cow;

/// What a name in `spec.gateways` leads to.
#[derive(Clone, Debug)]
pub enum NamedGateway<'i> {
    /// To something that is here, or may be elsewhere: who runs the cluster brings the Gateways.
    Fine,
    /// To nothing; this one is called almost so, or has the name in another namespace that is
    /// explicit as this one is.
    Meant(RoutingLink<'i>, Evidence),
    /// To nothing, and the user says that everything is here.
    Missing,
}

impl<'i> RoutingLink<'i> {
    /// The namespace and the name that are meant: `<name>`, `<namespace>/<name>`, `./<name>`, or
    /// `<name>.<namespace>.svc.cluster.local` as of old (istio `pilot/pkg/model`,
    /// `resolveGatewayName`). None for `mesh`, which is all proxies.
    fn gateway_name<'n>(self, named: &'n str) -> Option<(Cow<'i, Namespace>, &'n str)> {
        let home = || Cow::Borrowed(self.namespace());
        let of = |namespace: &str| Cow::Owned(Namespace::explicit(namespace));
        if named == "mesh" || is_placeholder(named) {
            return None;
        }
        Some(match (named.split_once('/'), named.split_once('.')) {
            (Some((".", name)), _) => (home(), name),
            (Some((namespace, name)), _) => (of(namespace), name),
            (None, Some((name, rest))) => (of(rest.split('.').next().unwrap_or(rest)), name),
            (None, None) => (home(), named),
        })
    }

    /// The Gateways that are applied with it.
    fn gateways_beside(self) -> impl Iterator<Item = (Self, &'i IstioGateway)> {
        self.beside().filter_map(|other| match other.routing() {
            Routing::Gateway(gateway) => Some((other, gateway)),
            _ => None,
        })
    }

    /// The Gateways of the unit that a `VirtualService` means by a name of `spec.gateways`.
    pub fn istio_gateways(self, named: &str) -> Vec<(Self, &'i IstioGateway)> {
        let Some((namespace, name)) = self.gateway_name(named) else {
            return Vec::new();
        };
        let is_meant = |(other, _): &(Self, &IstioGateway)| {
            other.name() == name && other.namespace().may_be(&namespace)
        };
        self.gateways_beside().filter(is_meant).collect()
    }

    /// What a name of `spec.gateways` leads to.
    pub fn named_gateway(self, named: &str) -> NamedGateway<'i> {
        let Some((namespace, name)) = self.gateway_name(named) else {
            return NamedGateway::Fine;
        };
        let is_here = !self.istio_gateways(named).is_empty();
        if is_here || !namespace.is_known || self.unit().doubt().is_some() {
            return NamedGateway::Fine;
        }
        let mut others = self.gateways_beside().map(|(other, _)| other);
        let is_apart = |other: &Self| {
            other.name() == name && other.namespace().is_explicit && namespace.is_explicit
        };
        if let Some(other) = others.find(is_apart) {
            return NamedGateway::Meant(other, Evidence::OtherNamespace);
        }
        let mut units = self.links.units.iter();
        if units.any(|unit| self.links.has_istio_gateway(unit, name)) {
            return NamedGateway::Fine;
        }
        let beside = self.gateways_beside().map(|(other, _)| other);
        let candidates = beside.filter(|other| other.namespace().may_be(&namespace));
        let candidates = candidates.take(MOST_COMPARED).map(|other| Candidate {
            name: other.name(),
            source: other.source(),
            is_called_otherwise: false,
            what: other,
        });
        match nearest_name(name, self.source(), candidates) {
            Some((evidence, other)) => NamedGateway::Meant(other, evidence),
            None if self.links.options.closed_world => NamedGateway::Missing,
            None => NamedGateway::Fine,
        }
    }
}

/// A similar name is looked for among this many: comparing thousands of names with thousands of
/// others would take minutes.
const MOST_COMPARED: usize = 500;

impl Links {
    /// Whether a unit has a Gateway of Istio with this name, in whatever namespace.
    fn has_istio_gateway(&self, unit: &Unit, name: &str) -> bool {
        let mut called = self.called(unit, name);
        called.any(|own| matches!(self.object(own.id).routing(), Some(Routing::Gateway(_))))
    }
}
