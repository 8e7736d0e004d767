//! The way from a port of a Service.

use super::branch::Walk;
use super::code;
use super::entries::Entries;
use super::model::{Ask, Branch, Hop, HopKind, Named, Step, Trace, Verdict};
use super::remarks::Remarks;
use crate::catalogue::ids;
use crate::kinds::{PortRef, ServicePort};
use crate::link::{Backend, Links, Membership, ServiceLink};
use crate::unit::{Doubt, Unit};

/// Follows the traffic from Services to pods.
pub(super) struct Follow<'i, 'f> {
    pub(super) links: &'i Links,
    pub(super) unit: &'i Unit,
    pub(super) remarks: &'f Remarks<'f>,
    pub(super) entries: &'f Entries<'i>,
}

impl<'i> Follow<'i, '_> {
    /// The ways from the ports of a Service, or from the one that is asked for.
    pub(super) fn service(
        &self,
        service: ServiceLink<'i>,
        wanted: Option<&PortRef>,
        from: Option<Backend<'i>>,
    ) -> Vec<Trace> {
        let ports = service.service().ports.iter();
        let meant = ports.filter(|port| wanted.is_none_or(|wanted| port.is(wanted)));
        let found: Vec<Trace> = meant.map(|port| self.port(service, port, from)).collect();
        if found.is_empty() {
            return vec![self.without_port(service, wanted, from)];
        }
        found
    }

    /// The way from one port.
    pub(super) fn port(
        &self,
        service: ServiceLink<'i>,
        port: &'i ServicePort,
        from: Option<Backend<'i>>,
    ) -> Trace {
        let ask = Ask {
            address: None,
            from: from.map(Named::of),
            to: Named::of(service),
            port: port.port.as_ref().map(|own| own.value),
            port_name: port.name.as_ref().map(|own| own.value.clone()),
            protocol: port.protocol,
        };
        if let Some((rule, message)) = self.remarks.refusal(service.object()) {
            let step = broken(rule, service, message);
            return self.ends(ask, service, step, Verdict::Broken, None);
        }
        if let Err((step, verdict, doubt)) = self.membership(service) {
            return self.ends(ask, service, step, verdict, doubt);
        }
        let walk = Walk {
            links: self.links,
            unit: self.unit,
            remarks: self.remarks,
            service,
            port,
            from,
        };
        let branches: Vec<Branch> = service.backends().map(|own| walk.branch(own)).collect();
        let doubts = service.may_select_more().then_some(Doubt::Placeholder);
        let verdicts = branches.iter().map(|own| own.verdict);
        let step = Step {
            code: code::SELECTS,
            value: selector(service),
            place: Some(service.service().selector_key),
            fault: None,
        };
        Trace {
            unit: self.unit.name.clone(),
            hops: self.hops(service, step, &ask),
            ask,
            verdict: Verdict::of(verdicts).unwrap_or(Verdict::Unknown),
            branches,
            doubts: doubts.into_iter().collect(),
        }
    }

    /// Why a Service sends to no pods here, and whether that is wrong.
    fn membership(&self, service: ServiceLink<'i>) -> Result<(), (Step, Verdict, Option<Doubt>)> {
        let said = |rule: &'static str| {
            let found = self.remarks.of_object(service.object(), rule);
            found.map_or_else(
                || format!("{} selects no pods", service.display()),
                |found| found.message.clone(),
            )
        };
        let fails = |rule| Err((broken(rule, service, said(rule)), Verdict::Broken, None));
        match service.membership() {
            Membership::Matched => Ok(()),
            Membership::NearMiss(_) | Membership::Absent | Membership::Elsewhere => {
                fails(ids::SERVICE_SELECTOR_NO_MATCH)
            }
            Membership::OtherNamespace { .. } => fails(ids::SERVICE_SELECTOR_NAMESPACE_MISMATCH),
            Membership::Unverified(doubt) => {
                let step = Step {
                    code: doubt.code(),
                    value: selector(service),
                    place: Some(service.service().selector_key),
                    fault: Some(doubt.detail()),
                };
                Err((step, Verdict::Unknown, Some(doubt.clone())))
            }
            Membership::None => Err(self.without_selector(service)),
        }
    }

    /// A Service that has no selector.
    fn without_selector(&self, service: ServiceLink<'i>) -> (Step, Verdict, Option<Doubt>) {
        let own = service.service();
        if !service.routes() {
            let host = own.settings.iter().find(|own| own.name == "externalName");
            let value = host.map_or(String::new(), |own| own.value.value.clone());
            let step = Step {
                code: code::EXTERNAL_NAME,
                place: host.map(|own| own.value.span),
                value: value.clone(),
                fault: None,
            };
            return (step, Verdict::Unknown, Some(Doubt::NotHere(value)));
        }
        let rule = ids::SELECTORLESS_SERVICE_WITHOUT_ENDPOINTS;
        if let Some(found) = self.remarks.of_object(service.object(), rule) {
            let step = broken(rule, service, found.message.clone());
            return (step, Verdict::Broken, None);
        }
        let step = Step {
            code: code::ENDPOINTS,
            value: "addresses that are written down".to_owned(),
            place: Some(own.selector_key),
            fault: None,
        };
        let doubt = Doubt::NotHere(service.name().to_owned());
        (step, Verdict::Unknown, Some(doubt))
    }

    /// What sends to the Service, unless somebody in particular does, and the Service.
    fn hops(&self, service: ServiceLink<'i>, step: Step, ask: &Ask) -> Vec<Hop> {
        let mut hops = match ask.from {
            Some(_) => Vec::new(),
            None => self.entries.to(service),
        };
        hops.push(Hop {
            kind: HopKind::Service,
            step,
            object: Some(Named::of(service)),
        });
        hops
    }

    /// The way ends at the Service.
    fn ends(
        &self,
        ask: Ask,
        service: ServiceLink<'i>,
        step: Step,
        verdict: Verdict,
        doubt: Option<Doubt>,
    ) -> Trace {
        Trace {
            unit: self.unit.name.clone(),
            hops: self.hops(service, step, &ask),
            ask,
            branches: Vec::new(),
            verdict,
            doubts: doubt.into_iter().collect(),
        }
    }

    /// A port that a Service does not have.
    pub(super) fn without_port(
        &self,
        service: ServiceLink<'i>,
        wanted: Option<&PortRef>,
        from: Option<Backend<'i>>,
    ) -> Trace {
        let ports: Vec<String> = service
            .service()
            .ports
            .iter()
            .map(ServicePort::display)
            .collect();
        let fault = match (wanted, ports.as_slice()) {
            (None, _) | (_, []) => format!("{} has no ports", service.display()),
            (Some(_), ports) => {
                format!(
                    "{} has no such port, but {}",
                    service.display(),
                    ports.join(", ")
                )
            }
        };
        let number = match wanted {
            Some(PortRef::Number(number)) => Some(*number),
            _ => None,
        };
        let name = match wanted {
            Some(PortRef::Name(name)) => Some(name.clone()),
            _ => None,
        };
        let ask = Ask {
            address: None,
            from: from.map(Named::of),
            to: Named::of(service),
            port: number,
            port_name: name,
            protocol: crate::kinds::Protocol::Tcp,
        };
        let step = broken(code::NO_PORT, service, fault);
        self.ends(ask, service, step, Verdict::Broken, None)
    }
}

fn broken(rule: &'static str, service: ServiceLink<'_>, message: String) -> Step {
    Step {
        code: rule,
        value: selector(service),
        place: Some(service.service().selector_key),
        fault: Some(message),
    }
}

/// The selector, as labels are written on the command line: `app=web,tier=front`.
fn selector(service: ServiceLink<'_>) -> String {
    let selector = service.service().selector.as_ref();
    let pairs = selector.into_iter().flat_map(|own| &own.labels.pairs);
    let pairs = pairs.map(|pair| format!("{}={}", pair.key.value, pair.value.value));
    pairs.collect::<Vec<_>>().join(",")
}
