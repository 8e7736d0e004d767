//! The way from a port of a Service to pods.

use super::branch::BranchTracer;
use super::code;
use super::context::Context;
use super::entries::Entries;
use super::labels::written;
use super::model::{Branch, Clients, Hop, HopKind, Located, Query, Reason, Step, Trace, Verdict};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{PortRef, ServicePort};
use crate::link::{Backend, Membership, Named, ServiceLink};
use crate::rules::AllEndpoints;
use crate::unit::Doubt;

/// Follows the traffic of a unit from Services to pods.
pub(super) struct ServiceTracer<'i, 'f> {
    pub(super) context: Context<'i, 'f>,
    pub(super) entries: &'f Entries<'i>,
    pub(super) endpoints: &'f AllEndpoints<'i>,
}

/// A way, and what it is about.
pub(super) struct Way<'i> {
    pub(super) trace: Trace,
    /// The Service that pods are behind: at the end of aliases.
    pub(super) service: ServiceLink<'i>,
    /// The workloads of its branches.
    pub(super) backends: Vec<Backend<'i>>,
}

/// A way that ends before any pods.
struct Ending {
    step: Step,
    verdict: Verdict,
    doubt: Option<Reason>,
}

impl<'i> ServiceTracer<'i, '_> {
    /// The ways from the ports of a Service, or from the one that is asked for.
    pub(super) fn ways(&self, service: ServiceLink<'i>, wanted: Option<&PortRef>) -> Vec<Way<'i>> {
        if let Some(target) = self.stands_for(service) {
            let ways = self.ways(target, wanted).into_iter();
            return ways.map(|way| self.by_alias(way, service)).collect();
        }
        let is_meant = |port: &&ServicePort| wanted.is_none_or(|wanted| port.is(wanted));
        let ports = service.service().ports.iter().filter(is_meant);
        let mut ways: Vec<Way<'_>> = ports
            .map(|port| self.way(service, Query::of(service, port), Some(port)))
            .collect();
        ways.extend(self.dead_ends(service, wanted));
        if ways.is_empty() {
            ways.push(self.without_port(service, wanted));
        }
        ways
    }

    /// The way from one port, or from a Service that needs none.
    pub(super) fn way(
        &self,
        service: ServiceLink<'i>,
        ask: Query,
        port: Option<&'i ServicePort>,
    ) -> Way<'i> {
        if let Some(ending) = self.ending(service) {
            return self.ends(service, ask, port, ending);
        }
        let tracer = BranchTracer::new(self.context, service, port);
        let backends: Vec<Backend<'_>> = service.backends().collect();
        let branches: Vec<Branch> = backends.iter().map(|own| tracer.branch(*own)).collect();
        let verdicts = branches.iter().map(|own| own.verdict);
        let doubt = service.may_select_more().then_some(Doubt::Placeholder);
        let place = Some(service.service().selector_key);
        let step = Step::plain(code::SELECTS, &selector(service), place);
        let verdict = Verdict::of(verdicts).unwrap_or(Verdict::Unknown);
        // Pods that nobody can name may get what these do not.
        let may_be_more = doubt.is_some() && branches.iter().all(Branch::is_absent);
        let trace = Trace {
            unit: self.context.unit.name.clone(),
            hops: self.hops(service, port, step),
            ask,
            verdict: if may_be_more {
                Verdict::Unknown
            } else {
                verdict
            },
            branches,
            doubts: doubt.iter().map(Reason::of).collect(),
        };
        Way {
            trace,
            service,
            backends,
        }
    }

    /// Where the way ends, if a Service selects no pods.
    fn ending(&self, service: ServiceLink<'i>) -> Option<Ending> {
        if let Some(found) = self.context.findings.refusal(service.object()) {
            return Some(Ending::of(service, found));
        }
        let rules = [
            ids::SERVICE_SELECTOR_NO_MATCH,
            ids::SERVICE_SELECTOR_NAMESPACE_MISMATCH,
        ];
        let mut found = rules
            .iter()
            .filter_map(|rule| self.context.findings.of_object(service.object(), rule))
            .filter(|found| found.severity > Severity::Info);
        if let Some(found) = found.next() {
            return Some(Ending::of(service, found));
        }
        let doubt = match service.membership() {
            Membership::Matched => return None,
            Membership::None => return Some(self.without_selector(service)),
            Membership::Unverified(doubt) => doubt.clone(),
            Membership::OtherNamespace { .. } => Doubt::Namespace,
            Membership::NearMiss(_) | Membership::Absent => Doubt::NoEvidence,
            Membership::Elsewhere => Doubt::Faulty("what it selects".to_owned()),
        };
        let place = Some(service.service().selector_key);
        Some(Ending {
            step: Step::plain(doubt.code(), &selector(service), place),
            verdict: Verdict::Unknown,
            doubt: Some(Reason::of(&doubt)),
        })
    }

    /// A Service that has no selector.
    fn without_selector(&self, service: ServiceLink<'i>) -> Ending {
        let own = service.service();
        if !service.routes() {
            let host = own.setting("externalName").map(|own| &own.value);
            let name = host.map_or("", |host| host.value.as_str());
            return Ending {
                step: Step::plain(code::EXTERNAL_NAME, name, host.map(|host| host.span)),
                verdict: Verdict::Unknown,
                doubt: Some(Reason::not_here(format!(
                    "where `{name}` leads is not written down here"
                ))),
            };
        }
        let rule = ids::SELECTORLESS_SERVICE_WITHOUT_ENDPOINTS;
        let found = self.context.findings.of_object(service.object(), rule);
        if let Some(found) = found.filter(|found| found.severity > Severity::Info) {
            return Ending::of(service, found);
        }
        let mut all = self.endpoints.of_service(service);
        let Some((object, endpoints)) = all.next() else {
            return Ending {
                step: Step::plain(code::ENDPOINTS, "not here", Some(own.selector_key)),
                verdict: Verdict::Unknown,
                doubt: Some(Reason::not_here(
                    "it has no selector, and what gives it addresses is not here".to_owned(),
                )),
            };
        };
        let ports = endpoints.ports.iter().filter_map(|own| own.number);
        let ports: Vec<String> = ports.map(|number| number.to_string()).collect();
        let value = match ports.as_slice() {
            [] => object.identity.to_string(),
            ports => format!("{} port {}", object.identity, ports.join(", ")),
        };
        Ending {
            step: Step::plain(code::ENDPOINTS, &value, Some(object.name)),
            verdict: Verdict::Unknown,
            doubt: Some(Reason::not_here(
                "who has these addresses is not written down here".to_owned(),
            )),
        }
    }

    /// The Service whose name in the cluster a Service of type `ExternalName` stands for.
    fn stands_for(&self, service: ServiceLink<'i>) -> Option<ServiceLink<'i>> {
        // All aliases are looked through, and most Services are none.
        if service.routes() {
            return None;
        }
        let mut aliases = self.context.links.aliases(self.context.unit);
        let alias = aliases.find(|alias| alias.service.is(service))?;
        let is_refused = self.context.findings.refusal(service.object()).is_some();
        match alias.named() {
            Named::Found(services) if !is_refused => {
                services.into_iter().find(|service| service.routes())
            }
            _ => None,
        }
    }

    /// The way of another Service, by a name that stands for it.
    fn by_alias(&self, way: Way<'i>, alias: ServiceLink<'i>) -> Way<'i> {
        let host = alias.service().setting("externalName");
        let name = host.map_or("", |own| own.value.value.as_str());
        let step = Step::plain(code::EXTERNAL_NAME, name, host.map(|own| own.value.span));
        let mut trace = way.trace;
        let behind = trace.hops.into_iter();
        let behind = behind.filter(|hop| hop.kind == HopKind::Service);
        let hops = self.hops(alias, None, step);
        trace.hops = hops.into_iter().chain(behind).collect();
        trace.ask.to = Located::of(alias);
        Way { trace, ..way }
    }

    /// References to ports that a Service does not have.
    fn dead_ends(&self, service: ServiceLink<'i>, wanted: Option<&PortRef>) -> Vec<Way<'i>> {
        let mut ways: Vec<Way<'_>> = Vec::new();
        for (port, hop, severity) in self.entries.astray(service, self.context.findings) {
            if wanted.is_some_and(|wanted| *wanted != port) {
                continue;
            }
            let ask = Query::asked(service, Some(&port));
            let same = ways.iter_mut().find(|way| {
                let own = &way.trace.ask;
                own.port == ask.port && own.port_name == ask.port_name
            });
            if let Some(way) = same {
                way.trace.hops.insert(0, hop);
                continue;
            }
            let verdict = match severity {
                Severity::Error => Verdict::Broken,
                _ => Verdict::Unknown,
            };
            let step = Step::plain(code::NO_PORT, &ports(service), Some(service.object().name));
            let ending = Ending {
                step,
                verdict,
                doubt: None,
            };
            let mut way = self.ends(service, ask, None, ending);
            way.trace.hops.retain(|hop| hop.kind == HopKind::Service);
            way.trace.hops.insert(0, hop);
            ways.push(way);
        }
        ways
    }

    /// A Service that has no such port, or none at all. Only one that pods are looked up by, or
    /// that stands for a host, needs none (`ValidateService`).
    pub(super) fn without_port(
        &self,
        service: ServiceLink<'i>,
        wanted: Option<&PortRef>,
    ) -> Way<'i> {
        let ask = Query::asked(service, wanted);
        let own = service.service();
        let is_any = own.ports.is_empty() && own.headless.is_some() && !own.ports_unreadable;
        if is_any || !service.routes() || self.context.findings.refusal(service.object()).is_some()
        {
            return self.way(service, ask, None);
        }
        let place = Some(own.selector_key);
        let ending = if service.are_ports_known() {
            let fault = match ports(service).as_str() {
                "" => format!("{} has no ports", service.display()),
                ports => format!("{} has no such port, but {ports}", service.display()),
            };
            Ending {
                step: Step {
                    fault: Some(fault),
                    ..Step::plain(code::NO_PORT, &ports(service), Some(service.object().name))
                },
                verdict: Verdict::Broken,
                doubt: None,
            }
        } else {
            let doubt = Doubt::Kustomize(format!(
                "the ports of {} may not all be written here",
                service.display()
            ));
            Ending {
                step: Step::plain(doubt.code(), &selector(service), place),
                verdict: Verdict::Unknown,
                doubt: Some(Reason::of(&doubt)),
            }
        };
        let mut way = self.ends(service, ask, None, ending);
        // What sends to other ports does not send here.
        way.trace.hops.retain(|hop| hop.kind == HopKind::Service);
        way
    }

    /// The way ends at the Service.
    fn ends(
        &self,
        service: ServiceLink<'i>,
        ask: Query,
        port: Option<&ServicePort>,
        ending: Ending,
    ) -> Way<'i> {
        let trace = Trace {
            unit: self.context.unit.name.clone(),
            hops: self.hops(service, port, ending.step),
            ask,
            branches: Vec::new(),
            verdict: ending.verdict,
            doubts: ending.doubt.into_iter().collect(),
        };
        Way {
            trace,
            service,
            backends: Vec::new(),
        }
    }

    /// What sends to a port of a Service, and the Service.
    fn hops(&self, service: ServiceLink<'i>, port: Option<&ServicePort>, step: Step) -> Vec<Hop> {
        let mut hops = self.entries.to(service, port, self.context.findings);
        hops.push(Hop {
            kind: HopKind::Service,
            step,
            object: Some(Located::of(service)),
        });
        hops
    }
}

impl Ending {
    /// It ends where a rule finds something wrong.
    fn of(service: ServiceLink<'_>, found: &Diagnostic) -> Self {
        let place = Some(service.service().selector_key);
        Self {
            step: Step::wrong(&selector(service), place, found),
            verdict: Verdict::Broken,
            doubt: None,
        }
    }
}

impl Query {
    /// To a port of a Service.
    pub(super) fn of(service: ServiceLink<'_>, port: &ServicePort) -> Self {
        Self {
            address: None,
            from: Clients::default(),
            to: Located::of(service),
            port: port.port.as_ref().map(|own| own.value),
            port_name: port.name.as_ref().map(|own| own.value.clone()),
            protocol: Some(port.protocol),
        }
    }

    /// To a port that a Service does not list.
    fn asked(service: ServiceLink<'_>, wanted: Option<&PortRef>) -> Self {
        Self::wanting(Located::of(service), wanted)
    }

    /// To a port of whatever there is.
    pub(super) fn wanting(to: Located, wanted: Option<&PortRef>) -> Self {
        let (port, port_name) = match wanted {
            Some(PortRef::Number(number)) => (Some(*number), None),
            Some(PortRef::Name(name)) => (None, Some(name.clone())),
            Some(PortRef::Unknown) | None => (None, None),
        };
        Self {
            address: None,
            from: Clients::default(),
            to,
            port,
            port_name,
            protocol: None,
        }
    }
}

/// The selector, as labels are written on the command line: `app=web,tier=front`.
fn selector(service: ServiceLink<'_>) -> String {
    let selector = service.service().selector.as_ref();
    selector.map_or_else(String::new, |own| written(&own.labels))
}

/// The ports of a Service, by their names or numbers.
fn ports(service: ServiceLink<'_>) -> String {
    let ports = service.service().ports.iter().map(ServicePort::display);
    ports.collect::<Vec<_>>().join(", ")
}
