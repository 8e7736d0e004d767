//! Which `ListenerSet`s a Gateway takes.

use super::namespaces::lets_in;
use super::parent::{GatewayLink, ParentLink};
use crate::kinds::FromNamespaces;
use crate::link::answer::Answer;
use crate::link::links::Link;

/// What a `ListenerSet` names as its Gateway, in a unit.
pub type ListenerSetLink<'i> = ParentLink<'i>;

impl<'i> GatewayLink<'i> {
    /// What it names as its Gateway, if it is a `ListenerSet`.
    pub fn attaches_to(self) -> Option<ListenerSetLink<'i>> {
        let parent = self.gateway().parent.as_ref()?;
        let is_set = self.object().identity.kind != "Gateway";
        is_set.then(|| self.reading(parent))
    }

    /// Whether a Gateway takes a `ListenerSet`, which it does not unless it says so (gateway-api
    /// `apis/v1/gateway_types.go`, `ListenerNamespaces.From`).
    pub fn takes<T: Copy>(self, set: Link<'i, T>) -> Answer {
        let allowed = &self.gateway().allowed_listeners;
        lets_in(self, allowed, FromNamespaces::None, set)
    }
}

impl<'i> ListenerSetLink<'i> {
    /// The Gateway of the unit that it names, and that does not take it.
    pub fn refused_by(self) -> Option<GatewayLink<'i>> {
        let gateways = self.gateways();
        let is_refused = gateways.iter().all(|own| own.takes(self) == Answer::No);
        gateways.into_iter().next().filter(|_| is_refused)
    }

    /// The one Gateway of the unit that it names, and that takes it for certain.
    pub fn taken_by(self) -> Option<GatewayLink<'i>> {
        match self.gateways().as_slice() {
            [only] if only.takes(self) == Answer::Yes => Some(*only),
            _ => None,
        }
    }
}
