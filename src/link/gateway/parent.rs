//! What a route names as its parent, and a `ListenerSet` as its Gateway.

use crate::kinds::parts::gateway_api::GROUP;
use crate::kinds::{Gateway, GatewayRoute, ParentRef};
use crate::link::links::{Link, Links};
use crate::object::Object;
use crate::unit::{Namespace, Unit};
use std::borrow::Cow;

/// A Gateway or a `ListenerSet` in a unit.
pub type GatewayLink<'i> = Link<'i, &'i Gateway>;

/// What an object attaches to, in a unit.
pub type ParentLink<'i> = Link<'i, &'i ParentRef>;

impl Links {
    /// The Gateways and `ListenerSet`s of a unit.
    pub fn gateways<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = GatewayLink<'i>> {
        self.members(unit, Object::gateway)
    }

    /// What the routes of a unit attach to.
    pub fn parents<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = ParentLink<'i>> {
        let routes = self.members(unit, Object::gateway_route);
        routes.flat_map(|route| {
            let parents = route.node.what.parents.iter();
            parents.map(move |parent| route.reading(parent))
        })
    }
}

impl<'i> GatewayLink<'i> {
    /// What it says.
    pub fn gateway(self) -> &'i Gateway {
        self.node.what
    }
}

impl<'i> ParentLink<'i> {
    /// What it says.
    pub fn parent(self) -> &'i ParentRef {
        self.node.what
    }

    /// The route that it stands in, if it is one's.
    pub fn route(self) -> Option<&'i GatewayRoute> {
        self.object().gateway_route()
    }

    /// What else the route attaches to.
    pub fn siblings(self) -> impl Iterator<Item = Self> {
        let parents = self.route().map(|route| route.parents.as_slice());
        let parents = parents.unwrap_or_default().iter();
        let others = parents.filter(move |own| !std::ptr::eq(*own, self.parent()));
        others.map(move |parent| self.reading(parent))
    }

    /// The namespace that the parent is looked up in.
    pub fn parent_namespace(self) -> Cow<'i, Namespace> {
        match &self.parent().namespace {
            Some(named) => Cow::Owned(Namespace::explicit(&named.value)),
            None => Cow::Borrowed(self.namespace()),
        }
    }

    /// Whether it names something that has listeners.
    pub fn is_of_listeners(self) -> bool {
        let ParentRef { group, kind, .. } = self.parent();
        matches!(kind.as_str(), "Gateway" | "ListenerSet" | "XListenerSet")
            && (group == GROUP || group == "gateway.networking.x-k8s.io")
    }

    /// The Gateways or `ListenerSet`s of the unit that it means: one, or several where files define
    /// it twice.
    pub fn gateways(self) -> Vec<GatewayLink<'i>> {
        let namespace = self.parent_namespace();
        let all = self.namesakes();
        all.filter(|own| own.namespace().may_be(&namespace))
            .collect()
    }

    /// What has the kind and the name that it names, in whatever namespace.
    pub fn namesakes(self) -> impl Iterator<Item = GatewayLink<'i>> {
        let parent = self.parent();
        let named = self.called(&parent.name.value, Object::gateway);
        let is_meant = self.is_of_listeners();
        named.filter(move |own| is_meant && own.object().identity.kind == parent.kind)
    }

    /// ``Gateway `edge` ``
    pub fn display_parent(self) -> String {
        let parent = self.parent();
        format!("{} `{}`", parent.kind, parent.name.value)
    }
}
