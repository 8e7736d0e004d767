//! What the rules found, by the places that a trace passes.

use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Identity, Severity};
use crate::object::Object;
use crate::text::source::Span;
use std::collections::HashMap;

/// The findings of a run, by place and by object.
#[derive(Debug, Default)]
pub(super) struct Remarks<'f> {
    by_place: HashMap<Span, Vec<&'f Diagnostic>>,
    by_object: HashMap<*const Identity, Vec<&'f Diagnostic>>,
}

impl<'f> Remarks<'f> {
    pub(super) fn of(findings: impl IntoIterator<Item = &'f Diagnostic>) -> Self {
        let mut remarks = Self::default();
        for found in findings {
            let place = found.primary.span;
            remarks.by_place.entry(place).or_default().push(found);
            if let Some(object) = &found.object {
                let object = std::ptr::from_ref(&**object);
                remarks.by_object.entry(object).or_default().push(found);
            }
        }
        remarks
    }

    /// What a rule says of a place, the gravest first.
    pub(super) fn at(&self, place: Span) -> Option<&'f Diagnostic> {
        let found = self.by_place.get(&place).into_iter().flatten().copied();
        found.max_by_key(|found| found.severity)
    }

    /// What a rule finds wrong about a place, for certain.
    pub(super) fn error_at(&self, place: Span) -> Option<&'f Diagnostic> {
        self.at(place)
            .filter(|found| found.severity == Severity::Error)
    }

    /// What a rule says of an object.
    pub(super) fn of_object(&self, object: &Object, rule: &str) -> Option<&'f Diagnostic> {
        let own = std::ptr::from_ref(&*object.identity);
        let mut found = self.by_object.get(&own).into_iter().flatten();
        found.find(|found| found.rule == rule).copied()
    }

    /// Why the API server refuses an object, if it does: the rule that says so, and its words.
    pub(super) fn refusal(&self, object: &Object) -> Option<(&'static str, String)> {
        let said = |found: &Diagnostic| (found.rule, found.message.clone());
        if let Some(problem) = object.refusal() {
            let found = self.error_at(problem.span).map(said);
            let refused = || format!("the API server refuses {}", object.identity);
            return Some(found.unwrap_or_else(|| (problem.rule, refused())));
        }
        self.of_object(object, ids::WORKLOAD_SELECTOR_MISMATCH)
            .map(said)
    }
}
