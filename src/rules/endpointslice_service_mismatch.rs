//! See `rules/endpointslice-service-mismatch.md`.

use super::support::endpoints::AllEndpoints;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::{EndpointPort, Endpoints, Kind, Protocol, SERVICE_LABEL, ServicePort, Writer};
use crate::link::{Links, Member, NamedPort, Reference, ServiceLink, Unit};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::Span;
use crate::yaml::scalar::as_yaml;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    id: ids::ENDPOINTSLICE_SERVICE_MISMATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut by_name: BTreeMap<&str, Vec<ServiceLink<'_>>> = BTreeMap::new();
    for service in links.services(unit) {
        by_name.entry(service.name()).or_default().push(service);
    }
    for member in &unit.objects {
        let object = links.object(member.id);
        let slice = object.endpoints().filter(|slice| {
            object.kind == Kind::EndpointSlice && slice.writer == Writer::User && !slice.unreadable
        });
        if let Some(slice) = slice {
            let found = owner(&by_name, member, object, slice);
            let absent = || absence(links, unit, &by_name, member);
            out.extend(found.or_else(absent));
        }
        let is_users = |own: &Endpoints| own.writer == Writer::User && !own.unreadable;
        if object.kind == Kind::Endpoints && object.endpoints().is_some_and(is_users) {
            out.extend(absence(links, unit, &by_name, member));
        }
    }
    let all = AllEndpoints::of(links, unit);
    let routed = LazyCell::new(|| routed_ports(links, unit));
    for service in links.services(unit) {
        let own = service.service();
        let has_no_selector = own.selector.is_none() && !own.selector_unreadable;
        if !has_no_selector || !service.routes() {
            continue;
        }
        let found = ports(&all, service).into_iter();
        if !own.may_be_headless() {
            out.extend(found.map(|(_, found)| found));
        } else if own.headless.is_some() {
            // Clients of a headless Service get the addresses, and choose the port themselves; but
            // what routes to it looks the port up in its slices.
            let routed = found.filter(|(port, _)| routed.contains(&port.span));
            out.extend(routed.map(|(_, found)| Diagnostic {
                severity: Severity::Warning,
                ..found
            }));
        }
    }
}

/// The ports of headless Services that Ingresses, routes and the like send to.
fn routed_ports(links: &Links, unit: &Unit) -> BTreeSet<Span> {
    let named = links.references(unit).filter_map(Reference::port);
    let found = named.filter_map(|port| match port {
        NamedPort::Found(service, port) => service.service().headless.map(|_| port.span),
        NamedPort::Missing(..) | NamedPort::Unfit(..) => None,
    });
    found.collect()
}

/// A slice that belongs to no Service: without the label, or with one of a similar name.
fn owner(
    by_name: &BTreeMap<&str, Vec<ServiceLink<'_>>>,
    member: &Member,
    object: &Object,
    slice: &Endpoints,
) -> Option<Diagnostic> {
    let new = |span, message: String| {
        Diagnostic::new(RULE.id, Severity::Warning, span, message)
            .object(&object.identity)
            .given([Premise::Unpatched])
    };
    let Some(service) = &slice.service else {
        let message = format!(
            "{} belongs to no Service: it has no label `{SERVICE_LABEL}`",
            object.identity
        );
        return Some(
            new(slice.labels_key, message)
                .label("kube-proxy skips a slice without the label")
                .help(format!(
                    "add the label `{SERVICE_LABEL}` with the name of the Service"
                )),
        );
    };
    let is_here = |other: &&ServiceLink<'_>| other.namespace().may_be(&member.namespace);
    let named = |name: &str| by_name.get(name)?.iter().find(is_here);
    if named(&service.value).is_some() {
        return None;
    }
    let known = by_name.keys().copied();
    let near = nearest(&service.value, known.filter(|name| named(name).is_some()))?;
    let other = named(near)?;
    let message = format!(
        "{} belongs to Service `{}`, which is not here, though `{near}` is",
        object.identity, service.value
    );
    Some(
        new(service.span, message)
            .label(format!("did you mean `{near}`?"))
            .related(other.object().name, format!("Service `{near}`"))
            .help(format!("write `{SERVICE_LABEL}: {near}`")),
    )
}

/// A slice of a Service that does not exist, where everything that exists is here.
fn absence(
    links: &Links,
    unit: &Unit,
    by_name: &BTreeMap<&str, Vec<ServiceLink<'_>>>,
    member: &Member,
) -> Option<Diagnostic> {
    let object = links.object(member.id);
    let service = object.endpoints()?.service.as_ref()?;
    let is_known = !is_placeholder(&service.value);
    if !is_known || by_name.contains_key(&*service.value) || !links.is_closed(unit) {
        return None;
    }
    let (own, name) = (&object.identity, &service.value);
    let message = format!("{own} belongs to Service `{name}`, which is not here");
    Some(
        Diagnostic::new(RULE.id, Severity::Warning, service.span, message)
            .label("no Service has this name")
            .object(own)
            .evidence(Evidence::ClosedWorld)
            .given([Premise::Unpatched, Premise::Complete])
            .help(format!("add Service `{name}`, or name one that is here")),
    )
}

/// The ports of a Service that no slice of it has, by name and protocol.
fn ports<'i>(
    all: &AllEndpoints<'i>,
    service: ServiceLink<'i>,
) -> Vec<(&'i ServicePort, Diagnostic)> {
    let mut lost = Vec::new();
    let own: Vec<(&Object, &Endpoints)> = all.of_service(service).collect();
    let is_unknown = |endpoints: &Endpoints| {
        // Whoever writes the addresses later may write ports, too.
        endpoints.unreadable
            || !endpoints.has_addresses
            || endpoints.writer != Writer::User
            || endpoints.ports.iter().any(|port| port.unreadable)
    };
    if own.is_empty() || own.iter().any(|(_, endpoints)| is_unknown(endpoints)) {
        return lost;
    }
    let all: Vec<(&Object, &EndpointPort)> = own
        .iter()
        .filter(|(_, endpoints)| endpoints.fqdn.is_none())
        .flat_map(|(object, endpoints)| endpoints.ports.iter().map(|port| (*object, port)))
        .collect();
    for port in &service.service().ports {
        let is_known = !port.unreadable && port.protocol != Protocol::Unknown;
        let is_served = all.iter().any(|(_, own)| leads_to(own, port));
        if is_known && !is_served {
            let by_name = own
                .iter()
                .find_map(|(own, slice)| Some((*own, slice.fqdn?)));
            let found = match by_name {
                Some((object, place)) => named(service, port, object, place),
                None => missing(service, port, &own, &all),
            };
            let place = port.name.as_ref().map_or(port.span, |name| name.span);
            let found = found.given([Premise::Accepted(place), Premise::Unpatched]);
            lost.push((port, found));
        }
    }
    lost
}

/// Whether kube-proxy joins them (`pkg/proxy/endpointslicecache.go`).
fn leads_to(own: &EndpointPort, port: &ServicePort) -> bool {
    own.number.is_some() && own.name == name(port) && own.protocol == port.protocol
}

fn name(port: &ServicePort) -> &str {
    port.name.as_ref().map_or("", |name| name.value.as_str())
}

fn quoted(name: &str) -> String {
    match name {
        "" => "no name".to_owned(),
        name => format!("the name `{name}`"),
    }
}

/// A port for which there are only addresses that are names.
fn named(service: ServiceLink<'_>, port: &ServicePort, object: &Object, place: Span) -> Diagnostic {
    let message = format!(
        "port `{}` of Service `{}` leads nowhere: kube-proxy has no use for addresses of type FQDN",
        port.display(),
        service.name()
    );
    Diagnostic::new(RULE.id, Severity::Error, place, message)
        .label("names are not looked up")
        .related(service.object().name, "no endpoints")
        .help("make it a Service of type ExternalName, or write the IP addresses")
        .object(&object.identity)
}

fn missing(
    service: ServiceLink<'_>,
    port: &ServicePort,
    own: &[(&Object, &Endpoints)],
    all: &[(&Object, &EndpointPort)],
) -> Diagnostic {
    let (wanted, protocol) = (name(port), port.protocol.as_str());
    let message = format!(
        "port `{}` of Service `{}` leads nowhere: no port of its endpoints has {} and protocol \
         {protocol}",
        port.display(),
        service.name(),
        quoted(wanted),
    );
    let place = port.name_place();
    // The port that was meant: of this name, or the only one.
    let meant = all.iter().find(|(_, own)| own.name == wanted);
    let meant = meant.or(all.first().filter(|_| all.len() == 1));
    let Some((object, meant)) = meant else {
        let (object, endpoints) = own[0];
        let declared: Vec<String> = all.iter().map(|(_, own)| quoted(&own.name)).collect();
        let text = if declared.is_empty() {
            "no ports here".to_owned()
        } else {
            format!("ports with {}", declared.join(", "))
        };
        return Diagnostic::new(RULE.id, Severity::Error, endpoints.ports_key, message)
            .label(text)
            .related(
                place,
                "kube-proxy joins both by name and protocol, not by number",
            )
            .help(format!(
                "add a port with {} and protocol {protocol}",
                quoted(wanted)
            ))
            .object(&object.identity);
    };
    let found = Diagnostic::new(RULE.id, Severity::Error, meant.span, message)
        .related(
            place,
            "kube-proxy joins both by name and protocol, not by number",
        )
        .object(&object.identity);
    if meant.name != wanted {
        let help = match wanted {
            "" => "leave the name out, as the Service does".to_owned(),
            name => format!("write `name: {}`", as_yaml(name)),
        };
        return found
            .label(format!("this port has {}", quoted(&meant.name)))
            .help(help);
    }
    if meant.number.is_none() {
        return found
            .label("no number, so nothing is sent here")
            .help("add `port` with the number that the address listens on");
    }
    found
        .label(format!("{} here", meant.protocol.as_str()))
        .help(format!("write `protocol: {protocol}`"))
}
