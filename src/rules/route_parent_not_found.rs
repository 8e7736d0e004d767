//! See `rules/route-parent-not-found.md`.

use super::support::listing::some;
use super::support::lost_service::lost_service;
use super::support::mesh_parent::{in_other_namespace, not_one_port, other_group};
use super::support::missing_port::{MissingPort, write_number};
use super::support::reference::with_role;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::{Gateway, ParentRef, PortRef, Role};
use crate::link::{Candidate, Links, Member, Reference, Unit, nearest_name};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::{Span, Spanned};
use crate::unit::Namespace;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_PARENT_NOT_FOUND,
    check: Check::Unit(check),
};

/// A similar name is looked for among this many: comparing thousands of names with thousands of
/// others would take minutes.
const MOST_COMPARED: usize = 500;

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut gateways: BTreeMap<&str, Vec<(&Member, &Gateway)>> = BTreeMap::new();
    for member in &unit.objects {
        let object = links.object(member.id);
        if let Some(gateway) = object.gateway() {
            let own = gateways.entry(&object.identity.name).or_default();
            own.push((member, gateway));
        }
    }
    for member in &unit.objects {
        let object = links.object(member.id);
        for parent in object.parents().unwrap_or_default() {
            let link = Link {
                links,
                unit,
                member,
                object,
                parent,
            };
            out.extend(link.judge(&gateways));
        }
    }
    for parent in links.parents(unit) {
        let other_group = other_group(RULE.id, parent);
        out.extend(other_group.or_else(|| in_other_namespace(RULE.id, parent)));
    }
    for parent in with_role(links, unit, &[Role::Parent]) {
        let lost = lost_service(RULE.id, Severity::Warning, parent);
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

/// What a route attaches to, in a unit.
struct Link<'i> {
    links: &'i Links,
    unit: &'i Unit,
    member: &'i Member,
    object: &'i Object,
    parent: &'i ParentRef,
}

impl<'i> Link<'i> {
    fn judge(
        &self,
        gateways: &BTreeMap<&str, Vec<(&'i Member, &'i Gateway)>>,
    ) -> Option<Diagnostic> {
        if !matches!(
            self.parent.kind.as_str(),
            "Gateway" | "ListenerSet" | "XListenerSet"
        ) || !self.parent.group.starts_with("gateway.networking.")
        {
            return None;
        }
        let own = &self.parent.name.value;
        let found: Vec<&Gateway> = gateways
            .get(own.as_str())
            .into_iter()
            .flatten()
            .filter(|(member, _)| self.may_be(member))
            .map(|(_, gateway)| *gateway)
            .collect();
        if found.is_empty() {
            return self.similar(gateways);
        }
        let all: Option<Vec<_>> = found.iter().map(|own| own.listeners.as_ref()).collect();
        let listeners: Vec<_> = all?.into_iter().flatten().collect();
        let are_known = listeners
            .iter()
            .all(|own| own.name.is_some() && own.port.is_some());
        if !are_known {
            return None;
        }
        let sections = listeners.iter().filter_map(|own| own.name.as_ref());
        if let Some(section) = &self.parent.section
            && !is_placeholder(&section.value)
            && !sections.clone().any(|name| name.value == section.value)
        {
            // A patch of the Gateway may bring the listener.
            let listener = PortRef::Name(section.value.clone());
            if self.unit.has_patched_service_port(&listener) {
                return None;
            }
            let names: Vec<&str> = sections.map(|name| name.value.as_str()).collect();
            return Some(self.no_section(section, &names, found[0]));
        }
        let port = self.parent.port.as_ref()?;
        let in_section = listeners.iter().filter(|own| {
            let section = self.parent.section.as_ref();
            let name = own.name.as_ref();
            section.is_none_or(|section| name.is_some_and(|name| section.value == name.value))
        });
        let ports: Vec<_> = in_section.filter_map(|own| own.port.as_ref()).collect();
        let PortRef::Number(number) = port.value else {
            return None;
        };
        let is_there = ports.iter().any(|own| own.value == number)
            || self.unit.has_patched_service_port(&port.value);
        (!is_there).then(|| self.no_port(port.span, number, &ports))
    }

    /// Whether an object has the kind and the namespace that the route names.
    fn may_be(&self, member: &Member) -> bool {
        let object = self.links.object(member.id);
        let (source, other) = (self.source(), self.links.source_of(member.id));
        object.identity.kind == self.parent.kind
            && self.namespace().may_be(&member.namespace)
            && self.unit.is_together(source, other)
    }

    fn source(&self) -> crate::text::source::SourceId {
        self.links.source_of(self.member.id)
    }

    fn namespace(&self) -> Namespace {
        let named = self.parent.namespace.as_ref();
        named.map_or_else(
            || self.member.namespace.clone(),
            |named| Namespace::explicit(&named.value),
        )
    }

    fn finding(&self, severity: Severity, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(RULE.id, severity, span, message)
            .object(&self.object.identity)
            .given([Premise::Absent])
    }

    /// Who is meant, for messages.
    fn parent(&self) -> String {
        format!("{} `{}`", self.parent.kind, self.parent.name.value)
    }

    fn similar(
        &self,
        gateways: &BTreeMap<&str, Vec<(&'i Member, &'i Gateway)>>,
    ) -> Option<Diagnostic> {
        let own = &self.parent.name;
        let kind = &self.parent.kind;
        let is_elsewhere = || {
            let units = self.links.units.iter();
            let mut named = units.flat_map(|unit| self.links.called(unit, &own.value));
            named.any(|other| self.links.object(other.id).identity.kind == *kind)
        };
        if is_elsewhere() {
            return None;
        }
        let compared = gateways.iter().take(MOST_COMPARED);
        let candidates = compared.filter_map(|(name, list)| {
            let (member, _) = list.iter().find(|(member, _)| self.may_be(member))?;
            Some(Candidate {
                name,
                source: member.source,
                is_called_otherwise: false,
                what: (*name, *member),
            })
        });
        let near = nearest_name(&own.value, self.source(), candidates);
        let Some((evidence, (name, member))) = near else {
            return self.absence();
        };
        let message = format!(
            "{} attaches to {kind} `{}`, which does not exist here, but `{name}` does",
            self.object.identity, own.value
        );
        let label = format!("did you mean `{name}`?");
        Some(
            self.finding(Severity::Warning, own.span, message)
                .label(label)
                .related(
                    self.links.object(member.id).name,
                    format!("this {kind} is called almost so"),
                )
                .help(format!("write `{name}`"))
                .evidence(evidence)
                .given([Premise::Complete]),
        )
    }

    /// Nothing has the name, and the user says that everything is here. A rendered chart does not
    /// say so: who runs the cluster brings the Gateways.
    fn absence(&self) -> Option<Diagnostic> {
        let own = &self.parent.name;
        let is_known = !is_placeholder(&own.value) && self.namespace().is_known;
        if !self.links.options.closed_world || !is_known {
            return None;
        }
        let message = format!(
            "{} attaches to {}, which does not exist here",
            self.object.identity,
            self.parent()
        );
        Some(
            self.finding(Severity::Warning, own.span, message)
                .label(format!("no {} has this name", self.parent.kind))
                .help("add it, or attach to one that is here")
                .evidence(Evidence::ClosedWorld)
                .given([Premise::Complete]),
        )
    }

    fn no_section(
        &self,
        section: &Spanned<String>,
        names: &[&str],
        gateway: &Gateway,
    ) -> Diagnostic {
        let message = format!(
            "{} attaches to listener `{}` of {}, which has {}",
            self.object.identity,
            section.value,
            self.parent(),
            some(names.iter().map(|name| format!("`{name}`")), "listeners")
        );
        let found = self.finding(Severity::Error, section.span, message);
        let found = found.related(gateway.key, "its listeners");
        match nearest(&section.value, names.iter().copied()) {
            Some(near) => found
                .label(format!("did you mean `{near}`?"))
                .help(format!("write `{near}`")),
            None => found
                .label("no listener has this name")
                .help("name a listener, or remove `sectionName` to attach to all of them"),
        }
    }

    fn no_port(&self, span: Span, number: i64, ports: &[&Spanned<i64>]) -> Diagnostic {
        let message = format!(
            "{} attaches to port {number} of {}, which has no listener there",
            self.object.identity,
            self.parent()
        );
        let found = self
            .finding(Severity::Error, span, message)
            .label("no listener has this port")
            .help("name the port of a listener, or remove `port` to attach to all of them");
        match ports.first() {
            Some(port) => found.related(port.span, format!("a listener on {}", port.value)),
            None => found,
        }
    }
}
