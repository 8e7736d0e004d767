//! See `rules/route-parent-not-found.md`.

use super::support::listing::some;
use super::support::mesh_parent::{in_other_namespace, not_one_port, other_group};
use super::support::missing_port::{MissingPort, write_number};
use super::support::reference::with_role;
use super::support::service_not_found::service_not_found;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::{Listener, PortRef, Role};
use crate::link::{
    Attachment, Candidate, GatewayLink, Links, ListenerLink, ParentLink, Question, Reference, Unit,
    nearest_name,
};
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::{Span, Spanned};
use crate::yaml::scalar::as_yaml;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_PARENT_NOT_FOUND,
    check: Check::Unit(check),
};

/// A similar name is looked for among this many: comparing thousands of names with thousands of
/// others would take minutes.
const MOST_COMPARED: usize = 500;

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut gateways: BTreeMap<&str, Vec<GatewayLink<'_>>> = BTreeMap::new();
    for gateway in links.gateways(unit) {
        gateways.entry(gateway.name()).or_default().push(gateway);
    }
    for parent in links.parents(unit) {
        let found = other_group(RULE.id, parent)
            .or_else(|| in_other_namespace(RULE.id, parent))
            .or_else(|| match parent.attachment() {
                Attachment::Elsewhere => similar(links, unit, parent, &gateways),
                Attachment::Refused(refusal) => no_listener(unit, parent, refusal.question),
                Attachment::Accepted | Attachment::Unverified(_) => None,
            });
        out.extend(found);
    }
    for parent in with_role(links, unit, &[Role::Parent]) {
        let lost = service_not_found(RULE.id, Severity::Warning, parent);
        let lost = lost.or_else(|| no_service_port(parent));
        out.extend(lost.or_else(|| not_one_port(RULE.id, parent)));
    }
}

/// A Service that a route of a mesh attaches to, without the port that it is about.
fn no_service_port(parent: Reference<'_>) -> Option<Diagnostic> {
    let missing = MissingPort::of(parent)?;
    let found = missing.finding(RULE.id, Severity::Error);
    let name = missing.meant.and_then(|meant| meant.port().name.as_ref());
    Some(match (&missing.wanted().value, name) {
        (PortRef::Name(_), Some(name)) => {
            found.help(format!("write `sectionName: {}`", name.value))
        }
        (PortRef::Name(_), None) => found
            .help("name a port of the Service, or remove `sectionName` to attach to all of them"),
        _ => write_number(found, &missing, "a route attaches to"),
    })
}

/// What a route attaches to is here, and has no listener that the route means.
fn no_listener(unit: &Unit, parent: ParentLink<'_>, question: Question) -> Option<Diagnostic> {
    let gateways = parent.gateways();
    let listeners = gateways.iter().filter_map(|own| own.listeners()).flatten();
    let listeners: Vec<&Listener> = listeners.map(ListenerLink::listener).collect();
    if question != Question::Relevant {
        return None;
    }
    let is_called = |own: &&Listener, section: &Spanned<String>| {
        let name = own.name.as_ref();
        name.is_some_and(|name| name.value == section.value)
    };
    let section = parent.parent().section.as_ref();
    let in_section = listeners
        .iter()
        .filter(|own| section.is_none_or(|section| is_called(own, section)));
    let in_section: Vec<&Listener> = in_section.copied().collect();
    if let Some(section) = section.filter(|_| in_section.is_empty()) {
        // A patch of the Gateway may bring the listener.
        let listener = PortRef::Name(section.value.clone());
        let is_patched = unit.has_patched_service_port(&listener);
        let first = gateways.first().filter(|_| !is_patched)?;
        return Some(no_section(parent, section, &listeners, *first));
    }
    let port = parent.parent().port.as_ref()?;
    let is_patched = unit.has_patched_service_port(&port.value);
    (!is_patched).then(|| no_port(parent, port, &in_section))
}

fn finding(parent: ParentLink<'_>, severity: Severity, span: Span, message: String) -> Diagnostic {
    Diagnostic::new(RULE.id, severity, span, message)
        .object(&parent.object().identity)
        .given([Premise::Absent])
}

/// What a route attaches to is not here, and something that is has almost the name.
fn similar(
    links: &Links,
    unit: &Unit,
    parent: ParentLink<'_>,
    gateways: &BTreeMap<&str, Vec<GatewayLink<'_>>>,
) -> Option<Diagnostic> {
    let (own, kind) = (&parent.parent().name, &parent.parent().kind);
    let is_elsewhere = || {
        let units = links.units.iter();
        let mut named = units.flat_map(|unit| links.called(unit, &own.value));
        named.any(|other| links.object(other.id).identity.kind == *kind)
    };
    if !parent.is_of_listeners() || is_elsewhere() {
        return None;
    }
    let namespace = parent.parent_namespace();
    let may_be = |other: &&GatewayLink<'_>| {
        other.object().identity.kind == *kind
            && namespace.may_be(other.namespace())
            && unit.is_together(other.source(), parent.source())
    };
    let compared = gateways.iter().take(MOST_COMPARED);
    let candidates = compared.filter_map(|(name, list)| {
        let other = list.iter().find(may_be)?;
        Some(Candidate {
            name,
            source: other.source(),
            is_called_otherwise: false,
            what: (*name, other.object().name),
        })
    });
    let near = nearest_name(&own.value, parent.source(), candidates);
    let Some((evidence, (name, place))) = near else {
        return absence(links, parent);
    };
    let message = format!(
        "{} attaches to {kind} `{}`, which does not exist here, but `{name}` does",
        parent.display(),
        own.value
    );
    Some(
        finding(parent, Severity::Warning, own.span, message)
            .label(format!("did you mean `{name}`?"))
            .related(place, format!("this {kind} is called almost so"))
            .help(format!("write `{}`", as_yaml(name)))
            .evidence(evidence)
            .given([Premise::Complete]),
    )
}

/// Nothing has the name, and the user says that everything is here. A rendered chart does not say
/// so: who runs the cluster brings the Gateways.
fn absence(links: &Links, parent: ParentLink<'_>) -> Option<Diagnostic> {
    let own = &parent.parent().name;
    let is_known = !is_placeholder(&own.value) && parent.parent_namespace().is_known;
    if !links.options.closed_world || !is_known {
        return None;
    }
    let message = format!(
        "{} attaches to {}, which does not exist here",
        parent.display(),
        parent.display_parent()
    );
    Some(
        finding(parent, Severity::Warning, own.span, message)
            .label(format!("no {} has this name", parent.parent().kind))
            .help("add it, or attach to one that is here")
            .evidence(Evidence::ClosedWorld)
            .given([Premise::Complete]),
    )
}

fn no_section(
    parent: ParentLink<'_>,
    section: &Spanned<String>,
    listeners: &[&Listener],
    gateway: GatewayLink<'_>,
) -> Diagnostic {
    let names = listeners.iter().filter_map(|own| own.name.as_ref());
    let names = names.map(|name| name.value.as_str());
    let message = format!(
        "{} attaches to listener `{}` of {}, which has {}",
        parent.display(),
        section.value,
        parent.display_parent(),
        some(names.clone().map(|name| format!("`{name}`")), "listeners")
    );
    let found = finding(parent, Severity::Error, section.span, message);
    let found = found.related(gateway.gateway().key, "its listeners");
    match nearest(&section.value, names) {
        Some(near) => found
            .label(format!("did you mean `{near}`?"))
            .help(format!("write `{}`", as_yaml(near))),
        None => found
            .label("no listener has this name")
            .help("name a listener, or remove `sectionName` to attach to all of them"),
    }
}

fn no_port(parent: ParentLink<'_>, port: &Spanned<PortRef>, listeners: &[&Listener]) -> Diagnostic {
    let message = format!(
        "{} attaches to port {} of {}, which has no listener there",
        parent.display(),
        port.value,
        parent.display_parent()
    );
    let found = finding(parent, Severity::Error, port.span, message)
        .label("no listener has this port")
        .help("name the port of a listener, or remove `port` to attach to all of them");
    let mut ports = listeners.iter().filter_map(|own| own.port.as_ref());
    match ports.next() {
        Some(own) => found.related(own.span, format!("a listener on {}", own.value)),
        None => found,
    }
}
