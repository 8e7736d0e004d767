//! See `rules/route-conflict.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Kind, ParentRef, Requests};
use crate::link::{Attachment, Links, ParentLink, Unit};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{SourceId, Span};
use crate::unit::{Namespace, UnitKind};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    id: ids::ROUTE_CONFLICT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut claims: BTreeMap<String, Vec<Claim<'_>>> = BTreeMap::new();
    of_routes(links, unit, &mut claims);
    of_ingresses(links, unit, &mut claims);
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for mut all in claims.into_values() {
        all.sort_by_key(|own| (own.name(), own.requests.rule));
        for (at, own) in all.iter().enumerate() {
            let mut earlier = all[..at].iter().take(MOST_COMPARED);
            let other = earlier.find(|other| own.is_against(other, unit));
            if let Some(other) = other
                && told.insert(own.requests.place)
            {
                out.push(own.loses_to(other, severity(unit, own, other)));
            }
        }
    }
    other_protocol(links, unit, out);
}

/// With as many others are the same requests compared.
const MOST_COMPARED: usize = 100;

/// How sure it is that both are in one cluster. The files of a directory may be examples of which
/// only one is tried at a time, and those seldom name a namespace.
fn severity(unit: &Unit, own: &Claim<'_>, other: &Claim<'_>) -> Severity {
    let are_placed = own.namespace.is_explicit && other.namespace.is_explicit;
    if unit.kind != UnitKind::Directory || own.source == other.source || are_placed {
        Severity::Warning
    } else {
        Severity::Info
    }
}

/// Requests that a route or an Ingress has sent somewhere.
struct Claim<'i> {
    object: &'i Object,
    source: SourceId,
    namespace: &'i Namespace,
    /// What of a route's parent they come in by.
    parent: Option<&'i ParentRef>,
    host: String,
    requests: &'i Requests,
}

/// The requests of the `HTTPRoute`s of a unit, by their parents and hosts.
fn of_routes<'i>(links: &'i Links, unit: &'i Unit, claims: &mut BTreeMap<String, Vec<Claim<'i>>>) {
    for link in links.parents(unit) {
        let Some(route) = link.route() else {
            continue;
        };
        // What no listener takes is in nobody's way.
        if matches!(link.attachment(), Attachment::Refused(_)) {
            continue;
        }
        let hosts = route.hostnames.iter().map(|own| own.value.as_str());
        let hosts = hosts.filter(|own| !is_placeholder(own));
        let hosts: Vec<&str> = hosts.collect();
        for requests in &route.requests {
            for host in &hosts {
                let key = format!("{} {host} {}", parent_key(link), requests.key);
                claims.entry(key).or_default().push(Claim {
                    object: link.object(),
                    source: link.source(),
                    namespace: link.namespace(),
                    parent: Some(link.parent()),
                    host: (*host).to_owned(),
                    requests,
                });
            }
        }
    }
}

/// What a route attaches to, apart from the part of it.
fn parent_key(link: ParentLink<'_>) -> String {
    let own = link.parent();
    let namespace = link.parent_namespace();
    format!(
        "{} {} {} {}",
        own.group, own.kind, namespace.name, own.name.value
    )
}

/// The requests of the Ingresses of a unit, by their classes and hosts. Without a host each may
/// have an address of its own, and what is a canary shares them on purpose.
fn of_ingresses<'i>(
    links: &'i Links,
    unit: &'i Unit,
    claims: &mut BTreeMap<String, Vec<Claim<'i>>>,
) {
    for member in &unit.objects {
        let object = links.object(member.id);
        let Some(ingress) = object.ingress().filter(|own| !own.is_canary) else {
            continue;
        };
        let class = ingress.class.as_ref();
        let class = class.map_or("", |class| class.value.as_str());
        for (host, requests) in &ingress.requests {
            let whose = if host.is_empty() {
                format!("{} {}", member.namespace.name, object.identity.name)
            } else {
                String::new()
            };
            let key = format!("Ingress {class} {whose} {host} {}", requests.key);
            claims.entry(key).or_default().push(Claim {
                object,
                source: member.source,
                namespace: &member.namespace,
                parent: None,
                host: host.clone(),
                requests,
            });
        }
    }
}

impl<'i> Claim<'i> {
    /// By what one goes before another one of its age.
    fn name(&self) -> (&'i str, &'i str) {
        (&self.namespace.name, &self.object.identity.name)
    }

    fn is_of(&self, other: &Claim<'_>) -> bool {
        self.object.name == other.object.name && self.name() == other.name()
    }

    /// Whether both have the same requests sent, each to something else.
    fn is_against(&self, other: &Claim<'_>, unit: &Unit) -> bool {
        let (own, theirs) = (self.requests, other.requests);
        let is_same_rule = self.is_of(other) && own.rule == theirs.rule && self.parent.is_some();
        let is_sent = !own.backends.is_empty() && !theirs.backends.is_empty();
        let is_same =
            own.backends == theirs.backends && self.namespace.name == other.namespace.name;
        // Two objects of one name are reported for that.
        let is_twice = !self.is_of(other) && self.name() == other.name();
        !is_same_rule
            && !is_twice
            && is_sent
            && !is_same
            && self.meets(other)
            && unit.is_together(self.source, other.source)
            && self.namespace.is_known
            && other.namespace.is_known
    }

    /// Whether both come in by one part of the parent.
    fn meets(&self, other: &Claim<'_>) -> bool {
        let (Some(own), Some(theirs)) = (self.parent, other.parent) else {
            return true;
        };
        let section = match (&own.section, &theirs.section) {
            (Some(own), Some(theirs)) => own.value == theirs.value,
            _ => true,
        };
        let port = match (&own.port, &theirs.port) {
            (Some(own), Some(theirs)) => own.value == theirs.value,
            _ => true,
        };
        section && port
    }

    fn loses_to(&self, other: &Self, severity: Severity) -> Diagnostic {
        let (own, theirs) = (&self.object.identity, &other.object.identity);
        let what = match (self.host.as_str(), self.requests.path.as_str()) {
            ("", path) => format!("path `{path}`"),
            (host, path) => format!("path `{path}` of host `{host}`"),
        };
        let message = if self.is_of(other) {
            format!("{own} sends {what} to two different backends: the first rule wins")
        } else {
            format!("{own} and {theirs} send {what} to different backends: the older one wins")
        };
        Diagnostic::new(RULE.id, severity, self.requests.place, message)
            .label("no request comes here while the other is there")
            .related(other.requests.place, "the same requests")
            .help("give one of them another host or path, or put both backends into one rule")
            .object(own)
            .given([Premise::Absent])
    }
}

/// Routes of several kinds that attach to one port of a Service: those of `GRPCRoute` go before
/// those of `HTTPRoute`, and these before `TLSRoute` and `TCPRoute` (GEP-1294, "Route types").
fn other_protocol(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut routes: BTreeMap<String, Vec<(usize, ParentLink<'_>)>> = BTreeMap::new();
    let of_services = links.parents(unit).filter(|link| {
        let own = link.parent();
        own.group.is_empty() && own.kind == "Service" && !is_placeholder(&own.name.value)
    });
    for link in of_services {
        let order = [
            Kind::GRPCRoute,
            Kind::HTTPRoute,
            Kind::TLSRoute,
            Kind::TCPRoute,
        ];
        let Some(rank) = order.iter().position(|kind| *kind == link.object().kind) else {
            continue;
        };
        let own = link.parent();
        let port = own.port.as_ref().map(|port| port.value.to_string());
        let section = own.section.as_ref().map(|section| section.value.as_str());
        let key = format!("{} {port:?} {section:?}", parent_key(link));
        routes.entry(key).or_default().push((rank, link));
    }
    for mut all in routes.into_values() {
        all.sort_by_key(|(rank, _)| *rank);
        let Some((first, winner)) = all.first().copied() else {
            continue;
        };
        let losers = all.iter().filter(|(rank, _)| *rank != first);
        let losers = losers.filter(|(_, own)| unit.is_together(own.source(), winner.source()));
        out.extend(losers.map(|(_, own)| beaten(*own, winner)));
    }
}

fn beaten(own: ParentLink<'_>, winner: ParentLink<'_>) -> Diagnostic {
    let (route, kind) = (&own.object().identity, &winner.object().identity.kind);
    let message = format!(
        "{route} attaches to a port of Service `{}` that {} attaches to: the {kind} wins",
        own.parent().name.value,
        winner.display()
    );
    Diagnostic::new(RULE.id, Severity::Error, own.parent().name.span, message)
        .label("this route has no effect here")
        .related(winner.parent().name.span, "the other route")
        .help(format!("make both one {kind}, or attach to another port"))
        .object(route)
        .given([Premise::Absent])
}
