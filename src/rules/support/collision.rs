//! Services of one cluster that ask for the same node port or address.

use crate::diagnostic::Severity;
use crate::link::{Links, ServiceLink, Unit};
use crate::text::hash::HashMap;
use crate::text::source::Span;
use crate::unit::UnitKind;
use std::hash::Hash;

/// Two Services of one cluster that ask for the same thing, of which there is only one.
pub(crate) struct Collision<'i, T> {
    /// What they ask for.
    pub(crate) wanted: T,
    /// Where each of them asks, the earlier one first.
    pub(crate) places: [(ServiceLink<'i>, Span); 2],
    /// How sure it is that both are applied to one cluster.
    pub(crate) severity: Severity,
}

/// The Services of a unit that ask for something that an earlier one asks for.
pub(crate) fn collisions<'i, T: Hash + Eq + Clone>(
    links: &'i Links,
    unit: &'i Unit,
    asks: impl Fn(ServiceLink<'i>) -> Vec<(T, Span)>,
) -> Vec<Collision<'i, T>> {
    let mut asked: HashMap<T, Vec<(ServiceLink<'i>, Span)>> = HashMap::default();
    let mut found = Vec::new();
    for service in links.services(unit) {
        for (wanted, span) in asks(service) {
            let earlier = asked.entry(wanted.clone()).or_default();
            let other = earlier
                .iter()
                .find_map(|first| Some((*first, severity(unit, first.0, service)?)));
            if let Some((first, severity)) = other {
                let places = [first, (service, span)];
                found.push(Collision {
                    wanted,
                    places,
                    severity,
                });
            }
            earlier.push((service, span));
        }
    }
    found
}

/// How sure it is that two Services exist side by side in one cluster. The files of a directory
/// may be for several clusters, or examples of which only one is tried at a time.
fn severity(unit: &Unit, left: ServiceLink<'_>, right: ServiceLink<'_>) -> Option<Severity> {
    let same_name = left.name() == right.name() && !left.name().is_empty();
    let same_namespace = left.namespace().name == right.namespace().name;
    if same_name && same_namespace || !unit.is_together(left.source(), right.source()) {
        return None;
    }
    let is_one = unit.kind != UnitKind::Directory || left.source() == right.source();
    match (is_one, same_namespace) {
        (true, _) => Some(Severity::Error),
        (false, true) => Some(Severity::Warning),
        (false, false) => None,
    }
}
