//! Where requests for a host and a path go: which rules of Ingresses, routes and `VirtualService`s
//! take them, and what these send them to.

use super::code;
use super::entries::hop;
use super::findings::Findings;
use super::model::{Hop, HopKind, Located, Query, Reason, Step, Trace, Verdict};
use super::routing::Routed;
use super::service::ServiceTracer;
use crate::catalogue::ids;
use crate::diagnostic::{Identity, Severity};
use crate::kinds::{PathMatch, Requests};
use crate::link::{Attachment, GatewayLink, Named, NamedPort, ParentLink, Reference, meet};
use crate::rules::virtual_services;
use crate::text::hash::HashMap;
use crate::text::source::Span;
use crate::unit::Doubt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A host and a path, as somebody asks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host, in lower case.
    pub host: String,
    /// The path; `/` if none is written.
    pub path: String,
}

impl Address {
    /// Reads what has a scheme, or whose first part has a dot: no name of a Service has one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let scheme = text.split_once("://").filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        });
        let rest = scheme.map_or(text, |(_, rest)| rest);
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        let host = host.split(':').next().unwrap_or(host);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let is_address = scheme.is_some() || host.contains('.');
        (is_address && !host.is_empty()).then(|| Self {
            host: host.to_ascii_lowercase(),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
        })
    }
}

/// How well a rule fits: the host counts more than the path, what is exact more than what is
/// longer (K `networking/v1` `types.go`, `IngressRule` and `HTTPIngressPath`; gateway-api
/// `apis/v1/httproute_types.go`, `HTTPRouteRule.Matches`).
type Rank = ((u8, usize), (u8, usize));

/// A rule that may take the requests.
struct Taker<'i> {
    object: Located,
    host: String,
    requests: &'i Requests,
    rank: Rank,
    /// By what of a Gateway they come in.
    attachment: Option<Step>,
    verdict: Verdict,
    doubts: Vec<Reason>,
}

impl<'i> ServiceTracer<'i, '_> {
    /// The ways of requests for an address.
    pub(super) fn address(&self, address: &Address) -> Vec<Trace> {
        let mut doors: BTreeMap<String, Vec<Taker<'i>>> = BTreeMap::new();
        self.of_ingresses(address, &mut doors);
        self.of_routes(address, &mut doors);
        self.of_openshift(address, &mut doors);
        self.of_virtual_services(address, &mut doors);
        let takers = doors.into_values().flat_map(best);
        let takers: Vec<Taker<'i>> = takers.collect();
        if takers.is_empty() {
            return Vec::new();
        }
        let references = self.context.links.references(self.context.unit);
        let references = references.map(|own| (own.target().name.span, own));
        let references: HashMap<Span, Reference<'i>> = references.collect();
        let routed = Routed::all(self.context.links, self.context.unit);
        let routed = routed.map(|own| (own.destination.host.span, own));
        let routed: HashMap<Span, Routed<'i>> = routed.collect();
        let ways = takers.iter().flat_map(|taker| {
            let services = taker.requests.services.iter();
            services.flat_map(|span| {
                let sent = references
                    .get(span)
                    .map(|own| self.sent(taker, *own, address));
                let routed = routed.get(span);
                let routed = routed.map(|own| self.routed(taker, *own, address));
                sent.into_iter().chain(routed).flatten()
            })
        });
        ways.collect()
    }

    /// The rules of Ingresses, by the controllers that serve them.
    fn of_ingresses(&self, address: &Address, doors: &mut BTreeMap<String, Vec<Taker<'i>>>) {
        for member in &self.context.unit.objects {
            let object = self.context.links.object(member.id);
            let Some(ingress) = object.ingress() else {
                continue;
            };
            let class = ingress.class.as_ref();
            let class = class.map_or("", |class| class.value.as_str());
            for (host, requests) in &ingress.requests {
                let Some((rank, doubt)) = rank(host, requests, address, is_one_label_below) else {
                    continue;
                };
                doors
                    .entry(format!("Ingress {class}"))
                    .or_default()
                    .push(Taker {
                        object: Located {
                            identity: object.identity.clone(),
                            namespace: member.namespace.name.clone(),
                            place: object.name,
                        },
                        host: host.clone(),
                        requests,
                        rank,
                        attachment: None,
                        verdict: Verdict::Ok,
                        doubts: doubt.iter().map(Reason::of).collect(),
                    });
            }
        }
    }

    /// The rules of routes, by what they attach to.
    fn of_routes(&self, address: &Address, doors: &mut BTreeMap<String, Vec<Taker<'i>>>) {
        for parent in self.context.links.parents(self.context.unit) {
            let Some(route) = parent.route() else {
                continue;
            };
            let hosts: Vec<&str> = match route.hostnames.as_slice() {
                [] => vec![""],
                hosts => hosts.iter().map(|own| own.value.as_str()).collect(),
            };
            for requests in &route.requests {
                let ranks = hosts.iter().filter_map(|host| {
                    let (rank, doubt) = rank(host, requests, address, meet)?;
                    Some((rank, doubt, *host))
                });
                let Some((rank, doubt, host)) = ranks.max_by_key(|(rank, ..)| *rank) else {
                    continue;
                };
                let findings = self.context.findings;
                let Some((step, verdict, why)) = attachment(parent, Some(&address.host), findings)
                else {
                    continue;
                };
                let door = format!("{} {}", step.value, parent.parent_namespace().name);
                doors.entry(door).or_default().push(Taker {
                    object: Located::of(parent),
                    host: host.to_owned(),
                    requests,
                    rank,
                    attachment: Some(step),
                    verdict,
                    doubts: doubt.iter().map(Reason::of).chain(why).collect(),
                });
            }
        }
    }

    /// Routes of `OpenShift`, which all serve one router.
    fn of_openshift(&self, address: &Address, doors: &mut BTreeMap<String, Vec<Taker<'i>>>) {
        for member in &self.context.unit.objects {
            let object = self.context.links.object(member.id);
            let Some(route) = object.openshift_route() else {
                continue;
            };
            let host = route.host.as_deref();
            let requests = &route.requests;
            let rank = host.and_then(|host| rank(host, requests, address, is_one_label_below));
            let Some((rank, _)) = rank else { continue };
            doors.entry("Route".to_owned()).or_default().push(Taker {
                object: Located {
                    identity: object.identity.clone(),
                    namespace: member.namespace.name.clone(),
                    place: object.name,
                },
                host: host.unwrap_or_default().to_owned(),
                requests,
                rank,
                attachment: None,
                verdict: Verdict::Ok,
                doubts: Vec::new(),
            });
        }
    }

    /// The rules of `VirtualService`s, by the gateways that they are for. Of the rules for one host
    /// the first that takes the requests counts.
    fn of_virtual_services(&self, address: &Address, doors: &mut BTreeMap<String, Vec<Taker<'i>>>) {
        for (link, routes) in virtual_services(self.context.links, self.context.unit) {
            let gateways = routes.gateways.iter().map(|own| own.value.as_str());
            let gateways = gateways.collect::<Vec<_>>().join(" ");
            let hosts = routes.hosts.iter().map(|own| own.value.as_str());
            let hosts: Vec<&str> = hosts
                .map(|host| if host == "*" { "" } else { host })
                .collect();
            for requests in &routes.requests {
                let ranks = hosts.iter().filter_map(|host| {
                    let (rank, doubt) = rank(host, requests, address, meet)?;
                    let first = usize::MAX - requests.rule;
                    Some(((rank.0, (0, first)), doubt, *host))
                });
                let Some((rank, doubt, host)) = ranks.max_by_key(|(rank, ..)| *rank) else {
                    continue;
                };
                let door = format!("VirtualService {gateways}");
                doors.entry(door).or_default().push(Taker {
                    object: Located::of(link),
                    host: host.to_owned(),
                    requests,
                    rank,
                    attachment: None,
                    verdict: Verdict::Ok,
                    doubts: doubt.iter().map(Reason::of).collect(),
                });
            }
        }
    }

    /// The ways from a rule of a `VirtualService` to one of the Services that it sends to.
    fn routed(&self, taker: &Taker<'i>, routed: Routed<'i>, address: &Address) -> Vec<Trace> {
        let port = routed.destination.port.as_ref().map(|own| &own.value);
        let services = routed.services().into_iter();
        let ways = services.flat_map(|service| self.ways(service, port));
        let mut traces: Vec<Trace> = ways.map(|way| way.trace).collect();
        for trace in &mut traces {
            taker.lead(trace, Some(routed.hop(self.context.findings)), address);
        }
        traces
    }

    /// The ways from a rule to one of the Services that it sends to.
    fn sent(&self, taker: &Taker<'i>, target: Reference<'i>, address: &Address) -> Vec<Trace> {
        let ways = match (target.port(), target.named()) {
            (Some(NamedPort::Found(service, port) | NamedPort::Unfit(service, port, _)), _) => {
                vec![self.way(service, Query::of(service, port), Some(port))]
            }
            (Some(NamedPort::Missing(service, wanted)), _) => {
                vec![self.without_port(service, Some(&wanted.value))]
            }
            (None, Named::Found(services)) => {
                let services = services.into_iter();
                services.flat_map(|own| self.ways(own, None)).collect()
            }
            (None, named) => {
                let mut trace = self.without_service(target, named.into_doubt());
                taker.lead(&mut trace, None, address);
                return vec![trace];
            }
        };
        let mut traces: Vec<Trace> = ways.into_iter().map(|way| way.trace).collect();
        for trace in &mut traces {
            taker.lead(trace, Some(hop(target, self.context.findings)), address);
        }
        traces
    }

    /// The way from what sends to a Service that is not there, or may not be.
    pub(super) fn to_no_service(&self, reference: Reference<'i>, doubt: Option<Doubt>) -> Trace {
        let mut trace = self.without_service(reference, doubt);
        let port = reference.target().port.as_ref();
        trace.ask = Query::wanting(trace.ask.to, port.map(|own| &own.value));
        trace.hops.insert(0, hop(reference, self.context.findings));
        trace
    }

    /// A Service that is not there, or may not be.
    fn without_service(&self, target: Reference<'i>, doubt: Option<Doubt>) -> Trace {
        let own = target.target();
        let found = self.context.findings.gravest([own.name.span]);
        let found = found.filter(|found| found.severity >= Severity::Warning);
        let identity = Identity {
            api_version: "v1".to_owned(),
            kind: "Service".to_owned(),
            namespace: own.namespace.as_ref().map(|own| own.value.clone()),
            name: own.name.value.clone(),
        };
        let doubt = doubt.unwrap_or_else(|| Doubt::NotHere(identity.name.clone()));
        let to = Located {
            identity: Arc::new(identity),
            namespace: target.namespace().name.clone(),
            place: own.name.span,
        };
        let service = Hop {
            kind: HopKind::Service,
            step: match found {
                Some(found) => Step::wrong("not here", Some(own.name.span), found),
                None => Step::plain(doubt.code(), "not here", Some(own.name.span)),
            },
            object: Some(to.clone()),
        };
        let doubts = found.is_none().then(|| Reason::of_reference(&doubt));
        Trace {
            unit: self.context.unit.name.clone(),
            ask: Query::wanting(to, None),
            hops: vec![service],
            branches: Vec::new(),
            verdict: match found {
                Some(_) => Verdict::Broken,
                None => Verdict::Unknown,
            },
            doubts: doubts.into_iter().collect(),
        }
    }
}

impl Taker<'_> {
    /// Puts what takes the requests in front of the way from the Service, and the step from there
    /// to it.
    fn lead(&self, trace: &mut Trace, backend: Option<Hop>, address: &Address) {
        let host = if self.host.is_empty() {
            "*"
        } else {
            &self.host
        };
        let more = if self.requests.is_conditional {
            " with conditions"
        } else {
            ""
        };
        let entry = Hop {
            kind: HopKind::Entry,
            step: Step::plain(
                code::TAKES,
                &format!("{host}{}{more}", self.requests.path),
                Some(self.requests.place),
            ),
            object: Some(self.object.clone()),
        };
        let attachment = self.attachment.clone().map(|step| Hop {
            kind: HopKind::Attach,
            step,
            object: None,
        });
        trace.hops.retain(|hop| hop.kind != HopKind::Entry);
        let backend = backend.map(|hop| Hop {
            kind: HopKind::Backend,
            ..hop
        });
        let backend = backend.filter(|hop| !hop.step.value.is_empty());
        if backend.as_ref().is_some_and(|hop| hop.step.fault.is_some()) {
            // The rule says the same in better words.
            for hop in trace
                .hops
                .iter_mut()
                .filter(|hop| hop.step.code == code::NO_PORT)
            {
                hop.step.fault = None;
            }
        }
        let before = [entry].into_iter().chain(attachment).chain(backend);
        trace.hops.splice(0..0, before);
        trace.ask.address = Some(format!("{}{}", address.host, address.path));
        trace.doubts.extend(self.doubts.iter().cloned());
        trace.verdict = match self.verdict {
            Verdict::Broken => Verdict::Broken,
            _ if trace.verdict == Verdict::Ok && !self.doubts.is_empty() => Verdict::Unknown,
            _ => trace.verdict,
        };
    }
}

/// Of the rules behind one door, those that take the requests: the one that fits best, and those
/// that go before it where more is met than a path.
fn best(mut takers: Vec<Taker<'_>>) -> Vec<Taker<'_>> {
    let plain = takers.iter().filter(|own| !own.requests.is_conditional);
    let highest = plain.map(|own| own.rank).max();
    takers.retain(|own| match highest {
        Some(highest) if own.requests.is_conditional => own.rank >= highest,
        Some(highest) => own.rank == highest,
        None => true,
    });
    takers
}

/// How well a rule fits an address, and why that cannot be known; none if it does not.
fn rank(
    host: &str,
    requests: &Requests,
    address: &Address,
    is_below: impl Fn(&str, &str) -> bool,
) -> Option<(Rank, Option<Doubt>)> {
    let host = match host {
        "" => (0, 0),
        host if host.eq_ignore_ascii_case(&address.host) => (2, host.len()),
        host if host.starts_with('*') && is_below(host, &address.host) => (1, host.len()),
        _ => return None,
    };
    let (own, asked) = (requests.path.as_str(), address.path.as_str());
    let (path, doubt) = match requests.path_match {
        PathMatch::Exact => (own == asked).then_some(((2, own.len()), None))?,
        PathMatch::Prefix => is_prefix(own, asked).then_some(((1, own.len()), None))?,
        PathMatch::Text => asked.starts_with(own).then_some(((1, own.len()), None))?,
        PathMatch::Implementation if own.is_empty() || own == "/" => ((1, 0), None),
        PathMatch::Implementation => {
            let doubt = Doubt::Implementation(format!("path `{own}`"));
            ((1, own.len()), (!is_prefix(own, asked)).then_some(doubt))
        }
    };
    Some(((host, path), doubt))
}

/// Whether a path begins with the elements of another one.
fn is_prefix(own: &str, asked: &str) -> bool {
    let own = own.trim_end_matches('/');
    let rest = asked.strip_prefix(own);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A wildcard of an Ingress stands for one label (K `networking/v1` `types.go`,
/// `IngressRule.Host`).
fn is_one_label_below(pattern: &str, host: &str) -> bool {
    let rest = host.split_once('.').map(|(_, rest)| rest);
    pattern.strip_prefix("*.") == rest
}

/// What becomes of a route at one of its parents; none if it serves others than the host that is
/// asked for.
pub(super) fn attachment(
    parent: ParentLink<'_>,
    host: Option<&str>,
    findings: &Findings<'_>,
) -> Option<(Step, Verdict, Option<Reason>)> {
    let own = parent.parent();
    let place = own.name.span;
    let value = format!("{} {}", own.kind, own.name.value);
    let step = |code| Step::plain(code, &value, Some(place));
    let unknown = |doubt: &Doubt| {
        let why = Reason::of_parent(doubt);
        (step(doubt.code()), Verdict::Unknown, Some(why))
    };
    Some(match parent.attachment() {
        Attachment::Accepted if host.is_some_and(|host| !serves(parent, host)) => return None,
        Attachment::Accepted => (step(code::ATTACHED), Verdict::Ok, None),
        Attachment::Refused(_) => {
            let found = findings.at(place, ids::ROUTE_NOT_ACCEPTED);
            let no_listener = || format!("no listener of {} takes it", parent.display_parent());
            let step = Step {
                fault: Some(found.map_or_else(no_listener, |found| found.message.clone())),
                near: found.map_or_else(Vec::new, |found| found.related.clone()),
                ..step(ids::ROUTE_NOT_ACCEPTED)
            };
            (step, Verdict::Broken, None)
        }
        Attachment::Unverified(doubt) => unknown(&doubt),
        Attachment::Elsewhere => unknown(&Doubt::Listeners(parent.display_parent())),
    })
}

/// Whether a listener that takes the route has the host.
fn serves(parent: ParentLink<'_>, host: &str) -> bool {
    let gateways = parent.gateways().into_iter();
    let mut listeners = gateways.filter_map(GatewayLink::listeners).flatten();
    listeners.any(|own| {
        let hostname = own.listener().hostname.as_ref();
        let has_it = hostname.is_none_or(|own| meet(&own.value, host));
        has_it && parent.would_be_taken_by(own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_one_of_elements() {
        for (own, asked, expected) in [
            ("/", "/", true),
            ("/", "/cart", true),
            ("/cart", "/cart", true),
            ("/cart/", "/cart", true),
            ("/cart", "/cart/items", true),
            ("/cart", "/carts", false),
            ("/cart", "/", false),
        ] {
            assert_eq!(is_prefix(own, asked), expected, "{own} {asked}");
        }
    }

    #[test]
    fn a_wildcard_of_an_ingress_is_one_label() {
        assert!(is_one_label_below("*.example.com", "shop.example.com"));
        assert!(!is_one_label_below("*.example.com", "a.shop.example.com"));
        assert!(!is_one_label_below("*.example.com", "example.com"));
    }
}
