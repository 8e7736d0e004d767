//! What sends to the Services of a unit.

use super::code;
use super::model::{Hop, HopKind, Named, Step};
use crate::kinds::Service;
use crate::link::{Links, Named as Lookup, Reference, ServiceLink};
use crate::unit::Unit;
use std::collections::HashMap;

/// The references of a unit, by the Services that they lead to.
#[derive(Debug, Default)]
pub(super) struct Entries<'i> {
    by_service: HashMap<*const Service, Vec<Reference<'i>>>,
}

impl<'i> Entries<'i> {
    pub(super) fn of(links: &'i Links, unit: &'i Unit) -> Self {
        let mut by_service: HashMap<_, Vec<_>> = HashMap::new();
        for reference in links.references(unit) {
            if let Lookup::Found(services) = reference.named() {
                for service in services {
                    let own = std::ptr::from_ref(service.service());
                    by_service.entry(own).or_default().push(reference);
                }
            }
        }
        Self { by_service }
    }

    /// What sends to a Service, in the order of the unit.
    pub(super) fn to(&self, service: ServiceLink<'_>) -> Vec<Hop> {
        let own = std::ptr::from_ref(service.service());
        let found = self.by_service.get(&own).into_iter().flatten();
        let mut hops: Vec<Hop> = found.map(|own| hop(*own)).collect();
        hops.dedup_by(|own, before| {
            let place = |hop: &Hop| hop.object.as_ref().map(|own| own.place);
            place(own) == place(before) && own.step.value == before.step.value
        });
        hops
    }
}

fn hop(reference: Reference<'_>) -> Hop {
    let target = reference.target();
    let port = target.port.as_ref().map(|port| match &port.value {
        crate::kinds::PortRef::Number(number) => format!("port {number}"),
        crate::kinds::PortRef::Name(name) => format!("port {name}"),
        crate::kinds::PortRef::Unknown => "a port that is filled in later".to_owned(),
    });
    Hop {
        kind: HopKind::Entry,
        step: Step {
            code: code::SENDS,
            value: port.unwrap_or_default(),
            place: Some(target.name.span),
            fault: None,
        },
        object: Some(Named {
            identity: reference.object().identity.clone(),
            namespace: reference.home().name.clone(),
            place: reference.object().name,
        }),
    }
}
