//! What becomes of the traffic of a client: its way, and what network policies make of it.

use super::code;
use super::model::{
    Branch, Clients, DecidingPolicy, Hop, HopKind, Located, PolicySide, Reason, Step, Trace,
    Verdict,
};
use super::service::{ServiceTracer, Way};
use crate::kinds::{Direction, Protocol};
use crate::link::{Admission, Backend, Flow, PolicyLink};
use crate::unit::Doubt;

/// What the network policies of both ends make of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Decision {
    egress: Judged,
    ingress: Judged,
}

/// Whether a network policy of one end stops the traffic for certain, and why that is not known.
type Judged = (PolicySide, Option<Doubt>);

impl<'i> ServiceTracer<'i, '_> {
    /// The same way for somebody in particular, who opens the connection.
    pub(super) fn for_client(&self, way: &Way<'i>, client: Backend<'i>) -> Trace {
        let own = Located::of(client);
        if let Some(why) = self.without_client(client) {
            return way.without(own, why);
        }
        let decisions = way.targets().map(|(target, pod_port)| {
            let flow = way.flow(client, target, pod_port)?;
            Some(self.decide(flow))
        });
        let decisions: Vec<Option<Decision>> = decisions.collect();
        let decisions: Vec<Option<&Decision>> = decisions.iter().map(Option::as_ref).collect();
        way.with(Clients::one(own), &decisions)
    }

    /// Why nobody opens the connection, if that is so.
    pub(super) fn without_client(&self, client: Backend<'i>) -> Option<(Step, Verdict)> {
        if let Some(found) = self.context.findings.refusal(client.object()) {
            let step = Step::wrong("", Some(found.primary.span), found);
            return Some((step, Verdict::Broken));
        }
        let none = client.workload().replicas.as_ref();
        let none = none.filter(|own| own.value == 0 && !self.context.may_be_scaled(client))?;
        let step = Step::plain(code::NO_PODS, "0 replicas", Some(none.span));
        Some((step, Verdict::Absent))
    }

    /// What the policies of both ends make of a flow.
    pub(super) fn decide(&self, flow: Flow<'i>) -> Decision {
        Decision {
            egress: self.judge(flow, Direction::Egress),
            ingress: self.judge(flow, Direction::Ingress),
        }
    }

    /// What the policies of one end say, and why they may not be all.
    fn judge(&self, flow: Flow<'_>, direction: Direction) -> Judged {
        let (links, unit) = (self.context.links, self.context.unit);
        let admission = flow.admission(direction);
        let doubt = match &admission {
            Admission::Unknown(doubt) => Some(doubt.clone()),
            Admission::Loopback => None,
            _ if links.may_have_other_policies(unit) => Some(Doubt::OtherPolicies),
            Admission::Denied(_) if !links.is_closed(unit) => Some(Doubt::PolicyElsewhere),
            _ => None,
        };
        (written(admission), doubt)
    }
}

impl<'i> Way<'i> {
    /// The workloads that may get the traffic, and the ports of their pods.
    pub(super) fn targets(&self) -> impl Iterator<Item = (Backend<'i>, Option<i64>)> {
        let live = self.trace.branches.iter().zip(&self.backends);
        let live = live.filter(|(own, _)| is_open(own));
        live.map(|(branch, backend)| (*backend, branch.pod_port))
    }

    /// The traffic that policies see; none if nobody knows to which port it goes.
    pub(super) fn flow(
        &self,
        from: Backend<'i>,
        to: Backend<'i>,
        pod_port: Option<i64>,
    ) -> Option<Flow<'i>> {
        // A client of a headless Service connects to the pods themselves.
        let is_direct = self.service.service().headless.is_some();
        let dialled = self.trace.ask.port;
        Some(Flow {
            from,
            to,
            protocol: self.trace.ask.protocol.unwrap_or(Protocol::Tcp),
            port: if is_direct { dialled? } else { pod_port? },
            service_port: dialled.filter(|_| !is_direct),
        })
    }

    /// The way of clients, by what policies make of their traffic to each of the targets; none
    /// where nobody knows the port.
    pub(super) fn with(&self, from: Clients, decisions: &[Option<&Decision>]) -> Trace {
        let mut trace = self.trace.clone();
        trace
            .hops
            .retain(|hop| matches!(hop.kind, HopKind::Rollout | HopKind::Service));
        trace.ask.from = from;
        let open = trace.branches.iter_mut().filter(|own| is_open(own));
        for (branch, decision) in open.zip(decisions) {
            branch.decided(*decision);
        }
        let verdicts = trace.branches.iter().map(|own| own.verdict);
        trace.verdict = Verdict::of(verdicts).unwrap_or(trace.verdict);
        trace
    }

    /// The way of a client that opens no connection.
    pub(super) fn without(&self, client: Located, (step, verdict): (Step, Verdict)) -> Trace {
        let mut trace = self.trace.clone();
        trace
            .hops
            .retain(|hop| matches!(hop.kind, HopKind::Rollout | HopKind::Service));
        let hop = Hop {
            kind: HopKind::Client,
            step,
            object: Some(client.clone()),
        };
        trace.hops.insert(0, hop);
        trace.ask.from = Clients::one(client);
        trace.branches.clear();
        trace.verdict = verdict;
        trace
    }
}

impl Branch {
    fn decided(&mut self, decision: Option<&Decision>) {
        let Some(Decision { egress, ingress }) = decision else {
            self.verdict = Verdict::Unknown;
            self.doubts.push(Reason::of_port(&Doubt::PortOfClient));
            return;
        };
        self.verdict = verdict(self.verdict, [egress, ingress]);
        let doubts = [&egress.1, &ingress.1].into_iter().flatten();
        self.doubts.extend(doubts.map(Reason::of_policy));
        self.egress = Some(egress.0.clone());
        self.ingress = Some(ingress.0.clone());
    }
}

/// Whether traffic may get as far as to the policies.
fn is_open(branch: &Branch) -> bool {
    !matches!(branch.verdict, Verdict::Broken | Verdict::Absent)
}

/// One side that surely stops the traffic stops it, whatever else is not known.
fn verdict(before: Verdict, sides: [&Judged; 2]) -> Verdict {
    let mut denials = sides.iter();
    let is_blocked = denials.any(|(side, doubt)| side.code == code::DENIED && doubt.is_none());
    let is_known = sides.iter().all(|(_, doubt)| doubt.is_none());
    match (is_blocked, is_known) {
        (true, _) => Verdict::Blocked,
        (false, true) if before != Verdict::Unknown => Verdict::Allowed,
        (false, _) => Verdict::Unknown,
    }
}

fn written(admission: Admission<'_>) -> PolicySide {
    let side = |code, policies| PolicySide { code, policies };
    match admission {
        Admission::Loopback => side(code::LOOPBACK, Vec::new()),
        Admission::NoPolicy => side(code::NO_POLICY, Vec::new()),
        Admission::Unknown(_) => side(code::DOUBTFUL, Vec::new()),
        Admission::Admitted(rules) => {
            let rules = rules.into_iter();
            let policies = rules.map(|(link, rule)| deciding(link, Some(rule), None));
            side(code::ADMITTED, policies.collect())
        }
        Admission::Denied(denials) => {
            let denials = denials.into_iter();
            let policies = denials.map(|own| deciding(own.policy, None, Some(own.why.code())));
            side(code::DENIED, policies.collect())
        }
    }
}

fn deciding(
    link: PolicyLink<'_>,
    rule: Option<usize>,
    why: Option<&'static str>,
) -> DecidingPolicy {
    DecidingPolicy {
        object: Located::of(link),
        rule,
        why,
    }
}
