//! What the rules found, by the places and the objects that a trace passes. A trace calls wrong
//! what a rule does, and nothing else.

use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Identity};
use crate::object::Object;
use crate::text::hash::HashMap;
use crate::text::source::Span;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What the rules found, whatever the user wants to hear of: which files are named, which rules
/// run and how grave they are has no part in where the traffic goes.
#[derive(Debug, Default)]
pub struct Found {
    /// Why the API server refuses objects.
    pub refusals: Vec<Diagnostic>,
    /// What [`RULES`] find in each unit.
    pub by_unit: Vec<Vec<Diagnostic>>,
}

/// The rules about units of which a trace tells.
pub const RULES: [&str; 20] = [
    ids::DUPLICATE_CONTAINER_PORT_NAME,
    ids::INGRESS_PORT_NOT_FOUND,
    ids::INGRESS_SERVICE_NOT_FOUND,
    ids::ISTIO_PORT_NOT_FOUND,
    ids::ISTIO_SUBSET_NOT_DEFINED,
    ids::OPENSHIFT_ROUTE_PORT_NOT_FOUND,
    ids::PROBE_PORT_NOT_FOUND,
    ids::REFERENCE_PORT_NOT_FOUND,
    ids::ROUTE_BACKEND_NOT_FOUND,
    ids::ROUTE_NOT_ACCEPTED,
    ids::ROUTE_PORT_NOT_FOUND,
    ids::SELECTORLESS_SERVICE_WITHOUT_ENDPOINTS,
    ids::SERVICE_BACKEND_ZERO_REPLICAS,
    ids::SERVICE_SELECTOR_NAMESPACE_MISMATCH,
    ids::SERVICE_SELECTOR_NO_MATCH,
    ids::TARGET_PORT_IN_INIT_CONTAINER,
    ids::TARGET_PORT_NAME_NOT_FOUND,
    ids::TARGET_PORT_NOT_EXPOSED,
    ids::TARGET_PORT_PROTOCOL_MISMATCH,
    ids::WEBHOOK_SERVICE_PORT,
];

/// The findings about one unit.
#[derive(Debug, Default)]
pub(super) struct Findings<'f> {
    by_place: HashMap<Span, Vec<&'f Diagnostic>>,
    by_object: HashMap<Whose<'f>, Vec<&'f Diagnostic>>,
}

/// The object that a finding is about: that one, whatever others are called.
#[derive(Debug)]
struct Whose<'f>(&'f Arc<Identity>);

impl PartialEq for Whose<'_> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.0, other.0)
    }
}

impl Eq for Whose<'_> {}

impl Hash for Whose<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(self.0).hash(state);
    }
}

impl<'f> Findings<'f> {
    /// Those about the unit at a position.
    pub(super) fn of(found: &'f Found, unit: usize) -> Self {
        let mut findings = Self::default();
        let of_unit = found.by_unit.get(unit).into_iter().flatten();
        for found in found.refusals.iter().chain(of_unit) {
            let place = found.primary.span;
            findings.by_place.entry(place).or_default().push(found);
            if let Some(object) = &found.object {
                let own = findings.by_object.entry(Whose(object)).or_default();
                own.push(found);
            }
        }
        findings
    }

    /// What a rule says of a place.
    pub(super) fn at(&self, place: Span, rule: &str) -> Option<&'f Diagnostic> {
        let mut found = self.by_place.get(&place).into_iter().flatten();
        found.find(|found| found.rule == rule).copied()
    }

    /// What any rule says of one of some places, the gravest first.
    pub(super) fn gravest(&self, places: impl IntoIterator<Item = Span>) -> Option<&'f Diagnostic> {
        let places = places.into_iter();
        let found = places.filter_map(|place| self.by_place.get(&place));
        found.flatten().copied().max_by_key(|found| found.severity)
    }

    /// What a rule says of an object.
    pub(super) fn of_object(&self, object: &'f Object, rule: &str) -> Option<&'f Diagnostic> {
        self.about(object).find(|found| found.rule == rule)
    }

    /// Why the API server refuses an object, if it does.
    pub(super) fn refusal(&self, object: &'f Object) -> Option<&'f Diagnostic> {
        self.about(object).find(|found| found.refuses)
    }

    fn about(&self, object: &'f Object) -> impl Iterator<Item = &'f Diagnostic> {
        let own = self.by_object.get(&Whose(&object.identity));
        own.into_iter().flatten().copied()
    }
}
