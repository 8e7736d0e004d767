//! Whether what a finding takes for granted holds: rules state it, and it is looked up here once.

use super::{Subject, Unverified};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{Links, Unit};
use crate::object::Object;
use crate::text::hash::HashSet;
use crate::text::source::Span;
use crate::unit::UnitKind;
use std::cell::LazyCell;
use std::sync::Arc;

/// What premises are held against.
pub(super) struct Premises<'i> {
    links: &'i Links,
    /// What the API server refuses, or cannot read.
    refused: HashSet<Span>,
}

/// What becomes of a finding.
#[derive(Debug)]
pub(super) enum Judged {
    /// It is said, perhaps in a milder form.
    Stands(Diagnostic),
    /// A patch may make it pointless: it is said only where such findings are asked for, and
    /// counted elsewhere.
    Hardly(Diagnostic),
    /// A patch may make it pointless: it is only counted.
    Open(Diagnostic),
    /// There is nothing to it.
    Void,
}

impl Judged {
    /// What is said.
    pub(super) fn said(self) -> Option<Diagnostic> {
        match self {
            Self::Stands(found) | Self::Hardly(found) => Some(found),
            Self::Open(_) | Self::Void => None,
        }
    }

    /// What a patch may make pointless.
    pub(super) fn open(&self) -> Option<&Diagnostic> {
        match self {
            Self::Open(found) | Self::Hardly(found) => Some(found),
            Self::Stands(_) | Self::Void => None,
        }
    }
}

/// What a premise means for its finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It holds.
    Holds,
    /// It may not hold: the finding is one level milder.
    Doubtful,
    /// It does not hold, or nobody can know: there is nothing to be said.
    Fails,
}

impl<'i> Premises<'i> {
    pub(super) fn of(links: &'i Links) -> Self {
        let objects = links.documents.iter().flat_map(|own| &own.objects);
        let problems = objects.flat_map(|object| &object.problems);
        Self {
            links,
            refused: problems.map(|problem| problem.span).collect(),
        }
    }

    /// What becomes of a finding about a unit. Without one it is about a document alone, which
    /// nothing completes or changes.
    pub(super) fn judge(&self, unit: Option<&Unit>, found: Diagnostic) -> Judged {
        let source = found.primary.span.source;
        let is_patched =
            LazyCell::new(|| unit.is_some_and(|unit| self.may_be_patched(unit, &found)));
        let mut severity = found.severity;
        for premise in &found.premises {
            let verdict = match premise {
                Premise::Accepted(place) => fails_if(self.refused.contains(place)),
                Premise::Unpatched => fails_if(*is_patched),
                Premise::Complete => fails_if(unit.is_some_and(Unit::is_incomplete)),
                Premise::Absent => {
                    let doubts = |unit: &Unit| {
                        self.links.doubts_absence(unit, source)
                            || unit.kind != UnitKind::Directory && *is_patched
                    };
                    doubtful_if(unit.is_some_and(doubts))
                }
            };
            match verdict {
                Verdict::Holds => {}
                Verdict::Doubtful => severity = milder(severity),
                Verdict::Fails if *premise == Premise::Unpatched => return Judged::Open(found),
                Verdict::Fails => return Judged::Void,
            }
        }
        let is_softened = severity < found.severity && *is_patched;
        let found = Diagnostic { severity, ..found };
        match severity {
            Severity::Info if is_softened => Judged::Hardly(found),
            _ => Judged::Stands(found),
        }
    }

    /// A finding that nobody can be sure of, for the account of what was not judged.
    pub(super) fn account(&self, open: &Diagnostic) -> Option<Unverified> {
        let place = open.primary.span;
        let at_place = || Some(Arc::clone(&self.objects_at(place).first()?.identity));
        let object = open.object.clone().or_else(at_place)?;
        let detail = format!("a patch may change what `{}` would be about", open.rule);
        let reason = "kustomize";
        Some(Unverified::new(
            Subject::Finding,
            object,
            place,
            reason,
            detail,
        ))
    }

    /// Whether a patch may change what a finding rests on: the objects that it shows, or what
    /// others are found by.
    fn may_be_patched(&self, unit: &Unit, found: &Diagnostic) -> bool {
        let places = found.related.iter().map(|label| label.span);
        let places = places.chain([found.primary.span]);
        let mut objects = places.flat_map(|place| self.objects_at(place));
        let is_about_pods_alone = ABOUT_PODS_ALONE.contains(&found.rule);
        unit.may_be_relabelled()
            || objects.any(|object| unit.may_patch(&object.identity, is_about_pods_alone))
    }

    /// The objects of the document that a place is in.
    fn objects_at(&self, place: Span) -> &'i [Object] {
        let documents = &self.links.documents;
        let after = documents.partition_point(|own| {
            (own.span.source, own.span.start) <= (place.source, place.start)
        });
        let document = after.checked_sub(1).map(|at| &documents[at]);
        let document = document.filter(|own| own.span.source == place.source);
        document.map_or(&[], |own| &own.objects)
    }
}

/// The rules about how many pods there are, and how they come and go.
const ABOUT_PODS_ALONE: [&str; 4] = [
    ids::GRACE_PERIOD_TOO_SHORT,
    ids::NO_PRESTOP_DELAY,
    ids::ROLLOUT_ZERO_AVAILABLE,
    ids::SERVICE_BACKEND_ZERO_REPLICAS,
];

fn fails_if(is_false: bool) -> Verdict {
    if is_false {
        Verdict::Fails
    } else {
        Verdict::Holds
    }
}

fn doubtful_if(may_be_false: bool) -> Verdict {
    if may_be_false {
        Verdict::Doubtful
    } else {
        Verdict::Holds
    }
}

fn milder(severity: Severity) -> Severity {
    match severity {
        Severity::Error => Severity::Warning,
        Severity::Warning | Severity::Info => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kustomize::Changes;
    use crate::object::Text;
    use crate::run::{Options, link};
    use crate::text::source::SourceId;
    use crate::unit::{Gap, Plan, Reason, UnitFile, UnitKind};

    /// A Service with a refused port in a unit, which is a kustomization.
    fn kustomized(is_fixture: bool, values: bool, gaps: Vec<Gap>) -> Links {
        let service =
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 0}]}\n";
        let mut text = Text::new("web.yaml", service);
        text.facts.is_fixture = is_fixture;
        let changes = Changes {
            values,
            ..Changes::default()
        };
        let plan = Plan {
            files: vec![UnitFile {
                changes,
                ..UnitFile::plain(SourceId(0))
            }],
            gaps,
            ..Plan::new(".".to_owned(), UnitKind::Kustomization)
        };
        link(vec![text], vec![plan], &Options::default())
    }

    /// A base that is not here.
    fn a_base() -> Gap {
        let source = SourceId(0);
        Gap {
            reason: Reason::Missing,
            span: Span {
                source,
                start: 0,
                end: 0,
            },
            detail: "a base".to_owned(),
        }
    }

    /// How grave a finding is that would be an error, if anything is left of it.
    fn judged(links: &Links, premise: Premise) -> Option<Severity> {
        let place = links.documents[0].objects[0].name;
        let found = Diagnostic::new("a-rule", Severity::Error, place, "wrong").given([premise]);
        let judged = Premises::of(links).judge(links.units.first(), found);
        judged.said().map(|found| found.severity)
    }

    #[test]
    fn what_is_missed_is_milder_where_it_may_exist() {
        let judged = |links| judged(&links, Premise::Absent);
        let whole = kustomized(false, false, vec![a_base()]);
        assert_eq!(judged(whole), Some(Severity::Error));
        let fixture = kustomized(true, false, Vec::new());
        assert_eq!(judged(fixture), Some(Severity::Warning));
        let patched = kustomized(false, true, Vec::new());
        assert_eq!(judged(patched), Some(Severity::Warning));
        assert_eq!(milder(Severity::Warning), Severity::Info);
        assert_eq!(milder(Severity::Info), Severity::Info);
    }

    #[test]
    fn what_a_patch_may_make_pointless_is_counted() {
        let links = kustomized(false, true, Vec::new());
        let premises = Premises::of(&links);
        let place = links.documents[0].objects[0].name;
        let judged = |severity, premise| {
            let found = Diagnostic::new("a-rule", severity, place, "wrong").given([premise]);
            premises.judge(links.units.first(), found)
        };
        let open = judged(Severity::Error, Premise::Unpatched);
        let account = open
            .open()
            .and_then(|found| premises.account(found))
            .unwrap();
        assert_eq!(
            (account.subject, account.reason),
            (Subject::Finding, "kustomize")
        );
        assert_eq!(account.object.name, "web");
        assert!(account.detail.contains("`a-rule`"), "{}", account.detail);
        let hardly = judged(Severity::Warning, Premise::Absent);
        assert!(hardly.open().is_some() && hardly.said().is_some());
        let milder = judged(Severity::Error, Premise::Absent);
        assert!(milder.open().is_none() && milder.said().is_some());
        let void = judged(Severity::Error, Premise::Complete);
        assert!(void.open().is_none());
    }

    #[test]
    fn nothing_is_said_of_what_a_patch_may_change_or_what_may_not_be_here() {
        let whole = || kustomized(true, false, Vec::new());
        for premise in [Premise::Unpatched, Premise::Complete] {
            assert_eq!(judged(&whole(), premise), Some(Severity::Error));
        }
        let patched = kustomized(false, true, Vec::new());
        assert_eq!(judged(&patched, Premise::Unpatched), None);
        let incomplete = kustomized(false, false, vec![a_base()]);
        assert_eq!(judged(&incomplete, Premise::Complete), None);
    }

    #[test]
    fn what_the_api_server_refuses_is_reported_for_that_alone() {
        let links = kustomized(false, false, Vec::new());
        let object = &links.documents[0].objects[0];
        let refused = object.problems[0].span;
        assert_eq!(judged(&links, Premise::Accepted(refused)), None);
        let name = Premise::Accepted(object.name);
        assert_eq!(judged(&links, name), Some(Severity::Error));
    }
}
