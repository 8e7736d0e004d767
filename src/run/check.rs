//! What the rules find.

use super::Unverified;
use super::premise::{Judged, Premises};
use crate::catalogue::Selection;
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::findings::Wanted;
use crate::findings::baseline;
use crate::findings::baseline::Outcome;
use crate::findings::invalid_ignore;
use crate::findings::suppress;
use crate::findings::suppressed::Sorted;
use crate::link::Links;
use crate::object;
use crate::rules::ALL;
use crate::rules::{Check, Rule};
use crate::text::hash::HashSet;
use crate::text::source::{Sources, Span};
use crate::trace::{self, Found};
use crate::unit::Unit;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the rules find, without what the user does not want to hear of.
pub(super) fn findings(
    links: &Links,
    wanted: Wanted<'_>,
    require_reason: bool,
) -> (Sorted, Option<Outcome>, Vec<Unverified>) {
    let selection = wanted.selection;
    let shows = |found: &Diagnostic| selection.shows(found.rule, found.severity);
    // An ignore of what is not shown is of use all the same.
    let (mut found, open) = run_rules(links, selection);
    if selection.runs(ids::INVALID_IGNORE) {
        let ignores = invalid_ignore::find(&links.documents, require_reason);
        found.extend(reported(links, ignores));
        put_in_order(&links.sources, &mut found);
    }
    let mut sorted = suppress::sort_out(links, wanted, found);
    put_in_order(&links.sources, &mut sorted.reported);
    let outcome = baseline::apply(links, wanted, &mut sorted);
    sorted.reported.retain(shows);
    sorted
        .suppressed
        .retain(|suppressed| shows(&suppressed.diagnostic));
    let suppressed = sorted.suppressed.iter_mut();
    let suppressed = suppressed.map(|suppressed| &mut suppressed.diagnostic);
    for found in sorted.reported.iter_mut().chain(suppressed) {
        if let Some(severity) = selection.levels.get(found.rule) {
            found.severity = *severity;
        }
    }
    put_in_order(&links.sources, &mut sorted.reported);
    let open = account(links, open, &sorted, shows);
    (sorted, outcome, open)
}

/// What is not said because a patch may make it pointless.
fn account(
    links: &Links,
    open: Vec<Diagnostic>,
    sorted: &Sorted,
    shows: impl Fn(&Diagnostic) -> bool,
) -> Vec<Unverified> {
    let place = |found: &Diagnostic| (found.rule, found.primary.span);
    let suppressed = sorted.suppressed.iter().map(|own| &own.diagnostic);
    let said: HashSet<_> = sorted
        .reported
        .iter()
        .chain(suppressed)
        .map(place)
        .collect();
    let mut counted = HashSet::default();
    let would_be_shown = |found: &Diagnostic| found.severity == Severity::Info || shows(found);
    let open = reported(links, open)
        .filter(would_be_shown)
        .filter(|found| !said.contains(&place(found)) && counted.insert(place(found)));
    let premises = Premises::of(links);
    open.filter_map(|found| premises.account(&found)).collect()
}

/// Runs every rule that is wanted. What is left open comes second.
fn run_rules(links: &Links, selection: &Selection) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let rules = ALL.iter().filter(|rule| selection.runs(rule.id));
    let rules: Vec<&Rule> = rules.collect();
    let premises = Premises::of(links);
    let by_rule = rules.par_iter().map(|rule| run(links, &premises, rule));
    let by_rule: Vec<_> = by_rule.collect();
    let (found, open): (Vec<_>, Vec<_>) = by_rule.into_iter().unzip();
    let mut found: Vec<Diagnostic> = reported(links, found.concat()).collect();
    put_in_order(&links.sources, &mut found);
    (found, open.concat())
}

/// The findings in texts that were asked for.
fn reported(links: &Links, found: Vec<Diagnostic>) -> impl Iterator<Item = Diagnostic> {
    let found = found.into_iter();
    found.filter(|found| links.is_reported(found.primary.span.source))
}

/// Sorts findings by path, place and rule, and drops what is said twice.
fn put_in_order(sources: &Sources, found: &mut Vec<Diagnostic>) {
    found.par_sort_by(|left, right| {
        let key = |found: &Diagnostic| {
            let span = found.primary.span;
            (span.start, span.end, found.rule)
        };
        let name = |found: &Diagnostic| &sources.get(found.primary.span.source).name;
        name(left)
            .cmp(name(right))
            .then_with(|| key(left).cmp(&key(right)))
            .then_with(|| left.message.cmp(&right.message))
    });
    found.dedup_by(|left, right| {
        left.rule == right.rule
            && left.primary.span == right.primary.span
            && left.message == right.message
    });
}

/// What a trace has to know, whatever is named, ignored or switched off: a trace is about a unit as
/// it is.
pub(super) fn for_trace(links: &Links) -> Found {
    let premises = Premises::of(links);
    let mut refusals: Vec<Diagnostic> = ALL
        .par_iter()
        .flat_map_iter(|rule| in_documents(links, &premises, rule))
        .collect();
    refusals.retain(|found| found.refuses);
    let rules = ALL.iter().filter(|rule| trace::RULES.contains(&rule.id));
    let rules: Vec<&Rule> = rules.collect();
    let by_unit = links.units.par_iter().map(|unit| {
        let found = rules.iter().flat_map(|rule| match rule.check {
            Check::Unit(check) => in_unit(links, &premises, check, unit),
            _ => Vec::new(),
        });
        found.filter_map(Judged::said).collect()
    });
    Found {
        refusals,
        by_unit: by_unit.collect(),
    }
}

fn run(links: &Links, premises: &Premises<'_>, rule: &Rule) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    match rule.check {
        Check::Problems | Check::Document(_) => (in_documents(links, premises, rule), Vec::new()),
        Check::Unit(check) => {
            let units = links.units.par_iter();
            let judged = units.map(|unit| in_unit(links, premises, check, unit));
            let judged: Vec<Vec<Judged>> = judged.collect();
            let open = judged.iter().flatten().filter_map(Judged::open).cloned();
            let open = open.collect();
            let said = judged.into_iter();
            let said = said.map(|own| own.into_iter().filter_map(Judged::said).collect());
            (in_every_unit(links, said.collect()), open)
        }
        Check::Run => (Vec::new(), Vec::new()),
    }
}

/// What a rule about single documents finds.
fn in_documents(links: &Links, premises: &Premises<'_>, rule: &Rule) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for document in &links.documents {
        match rule.check {
            Check::Problems => object::report(document, rule.id, &mut found),
            Check::Document(check) => check(links, document, &mut found),
            Check::Unit(_) | Check::Run => {}
        }
    }
    if let Check::Document(_) = rule.check {
        let found = found.into_iter();
        return found
            .filter_map(|found| premises.judge(None, found).said())
            .collect();
    }
    found
}

/// What a rule about units finds in one of them.
fn in_unit(
    links: &Links,
    premises: &Premises<'_>,
    check: fn(&Links, &Unit, &mut Vec<Diagnostic>),
    unit: &Unit,
) -> Vec<Judged> {
    let mut found = Vec::new();
    check(links, unit, &mut found);
    let found = found.into_iter();
    found
        .map(|found| premises.judge(Some(unit), found))
        .collect()
}

/// Keeps the findings that every unit with the text has, each in its mildest form: a base that is
/// right in one of the environments it is made for is right. A kustomization is in no unit itself.
fn in_every_unit(links: &Links, found: Vec<Vec<Diagnostic>>) -> Vec<Diagnostic> {
    let mut by_place: BTreeMap<Span, Vec<Vec<Diagnostic>>> = BTreeMap::new();
    for unit in found {
        let mut own: BTreeMap<Span, Vec<Diagnostic>> = BTreeMap::new();
        for found in unit {
            own.entry(found.primary.span).or_default().push(found);
        }
        for (span, list) in own {
            by_place.entry(span).or_default().push(list);
        }
    }
    let everywhere = by_place
        .into_iter()
        .filter(|(span, units)| units.len() >= links.units_with(span.source));
    let mildest = everywhere.filter_map(|(_, units)| {
        let gravest = |list: &Vec<Diagnostic>| list.iter().map(|found| found.severity).max();
        units.into_iter().min_by_key(gravest)
    });
    mildest.flatten().collect()
}
