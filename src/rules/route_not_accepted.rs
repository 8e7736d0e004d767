//! See `rules/route-not-accepted.md`.

use super::support::allowed_namespaces::{gravest, labels_of, limited_to};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::FromNamespaces;
use crate::link::{
    Attachment, GatewayLink, Link, Links, ListenerLink, ParentLink, Question, Refusal, Unit,
};
use crate::text::similar::is_slip;
use crate::text::source::Span;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_NOT_ACCEPTED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for parent in links.parents(unit) {
        if let Attachment::Refused(refusal) = parent.attachment()
            && !is_of_refused_set(parent)
        {
            out.extend(finding(parent, &refusal));
        }
    }
}

/// Whether the route attaches to a `ListenerSet` that its Gateway does not take: that is reported
/// for itself.
fn is_of_refused_set(parent: ParentLink<'_>) -> bool {
    let sets = parent.gateways().into_iter();
    let mut sets = sets.filter_map(GatewayLink::attaches_to);
    sets.any(|set| set.refused_by().is_some())
}

fn finding(parent: ParentLink<'_>, refusal: &Refusal<'_>) -> Option<Diagnostic> {
    let is_else_accepted = parent
        .siblings()
        .take(MOST_PARENTS)
        .any(|other| matches!(other.attachment(), Attachment::Accepted));
    let found = match refusal.question {
        // It names no listener: `route-parent-not-found`.
        Question::Relevant => return None,
        Question::Kind => other_kind(parent, refusal),
        Question::Namespace => other_namespace(parent, refusal),
        Question::Hostname => other_hostname(parent, refusal, is_else_accepted),
    };
    let severity = match found.severity {
        Severity::Error if is_else_accepted => Severity::Warning,
        _ if is_else_accepted => Severity::Info,
        severity => severity,
    };
    Some(Diagnostic { severity, ..found }.given([Premise::Absent]))
}

/// Who refuses, for messages: one listener by its name, or all of the Gateway.
fn nobody(parent: ParentLink<'_>, listeners: &[ListenerLink<'_>]) -> String {
    match listeners {
        [only] if parent.parent().section.is_some() => {
            format!(
                "{} of {}",
                only.listener().display(),
                parent.display_parent()
            )
        }
        _ => parent.display_parent(),
    }
}

/// The place of `sectionName`, or else that of `name`.
fn place(parent: ParentLink<'_>) -> Span {
    let own = parent.parent();
    own.section.as_ref().unwrap_or(&own.name).span
}

fn other_kind(parent: ParentLink<'_>, refusal: &Refusal<'_>) -> Diagnostic {
    let route = &parent.object().identity;
    let message = format!(
        "{} takes no {}, so {route} is not accepted",
        nobody(parent, &refusal.listeners),
        route.kind
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, place(parent), message)
        .label(format!("no listener takes a {}", route.kind))
        .object(route);
    let found = refusal
        .listeners
        .iter()
        .take(MOST_SHOWN)
        .fold(found, |found, own| {
            let own = own.listener();
            match (own.kinds.first(), &own.protocol) {
                (Some(kind), _) => {
                    found.related(kind.kind.span, format!("{} takes this kind", own.display()))
                }
                (None, Some(protocol)) => found.related(
                    protocol.span,
                    format!("{} speaks {}", own.display(), protocol.value),
                ),
                (None, None) => found,
            }
        });
    match takers(parent).first() {
        Some(name) => found.help(format!(
            "write `sectionName: {}`, which takes them",
            as_yaml(name)
        )),
        None => found.help(format!(
            "attach to a Gateway with a listener for {}s",
            route.kind
        )),
    }
}

/// The definitions of the Gateway API allow 32 parents of a route.
const MOST_PARENTS: usize = 64;

/// How many listeners are shown.
const MOST_SHOWN: usize = 3;

/// The names of the Gateway's listeners that take the route, whatever the reference says of them.
fn takers(parent: ParentLink<'_>) -> Vec<&str> {
    let gateways = parent.gateways().into_iter();
    let listeners = gateways.filter_map(Link::listeners).flatten();
    let taking = listeners.filter(|listener| parent.would_be_taken_by(*listener));
    let names = taking.filter_map(|own| own.listener().name.as_ref());
    names.map(|name| name.value.as_str()).collect()
}

fn other_namespace(parent: ParentLink<'_>, refusal: &Refusal<'_>) -> Diagnostic {
    let (route, home) = (&parent.object().identity, &parent.namespace().name);
    let listeners = &refusal.listeners;
    let severity = listeners
        .iter()
        .map(|own| gravest(&own.listener().namespaces));
    let severity = severity.min().unwrap_or(Severity::Error);
    let message = format!(
        "{} takes no routes of namespace `{home}`, so {route} is not accepted",
        nobody(parent, listeners)
    );
    let found = Diagnostic::new(RULE.id, severity, place(parent), message)
        .label(format!("the route is in namespace `{home}`"))
        .object(route);
    let found = listeners.iter().take(MOST_SHOWN).fold(found, |found, own| {
        let there = &own.namespace().name;
        limited_to(found, &own.listener().namespaces, ("routes", there))
    });
    let Some(first) = listeners.first() else {
        return found;
    };
    let allowed = &first.listener().namespaces;
    let found = labels_of(found, allowed, parent);
    let whose = first.listener().display();
    if allowed.from == FromNamespaces::Selector {
        return found.given([Premise::Unpatched]).help(format!(
            "add the labels to namespace `{home}`, or change the selector of {whose}"
        ));
    }
    found.help(format!(
        "add `allowedRoutes: {{namespaces: {{from: All}}}}`, or a selector, to {whose}, or move \
         the route"
    ))
}

fn other_hostname(
    parent: ParentLink<'_>,
    refusal: &Refusal<'_>,
    is_else_accepted: bool,
) -> Diagnostic {
    let route = &parent.object().identity;
    let hostnames = parent.route().map(|route| route.hostnames.as_slice());
    let hostnames = hostnames.unwrap_or_default();
    let listeners = refusal.listeners.iter().map(|own| own.listener());
    let taken: Vec<&str> = listeners
        .clone()
        .filter_map(|own| Some(own.hostname.as_ref()?.value.as_str()))
        .collect();
    let first = hostnames.first().filter(|_| !is_else_accepted);
    let span = first.map_or_else(|| place(parent), |first| first.span);
    let message = format!(
        "{} takes no host of {route}, which serves {}",
        nobody(parent, &refusal.listeners),
        listed(hostnames.iter().map(|own| own.value.as_str()))
    );
    let found = Diagnostic::new(RULE.id, Severity::Error, span, message).object(route);
    let near = hostnames
        .first()
        .and_then(|own| taken.iter().find(|near| is_slip(&own.value, near)));
    let found = match near {
        Some(near) => found.label(format!("did you mean `{near}`?")),
        None => found.label("no listener has such a hostname"),
    };
    let found = listeners.take(MOST_SHOWN).fold(found, |found, own| {
        let Some(hostname) = &own.hostname else {
            return found;
        };
        let text = format!("{} takes `{}`", own.display(), hostname.value);
        found.related(hostname.span, text)
    });
    found.help(match near {
        Some(near) => format!("write `{}`", as_yaml(near)),
        None => format!(
            "name a host of {}, or add a listener for it",
            listed(taken.into_iter())
        ),
    })
}

/// The first few names, in backticks.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "any".to_owned(),
        [only] => only.clone(),
        [before @ .., last] if before.len() < 3 => format!("{} and {last}", before.join(", ")),
        [first, second, rest @ ..] => format!("{first}, {second} and {} others", rest.len()),
    }
}
