//! What becomes of the traffic of one client: its way, and what network policies make of it.

use super::code;
use super::model::{
    DecidingPolicy, Hop, HopKind, Located, PolicySide, Reason, Step, Trace, Verdict,
};
use super::service::{ServiceTracer, Way};
use crate::kinds::{Direction, Protocol};
use crate::link::{Admission, Backend, Flow, Links, PolicyLink};
use crate::unit::{Doubt, Unit};

/// Whether a network policy of one end stops the traffic for certain, and why that is not known.
type Judged = (PolicySide, Option<Doubt>);

impl<'i> ServiceTracer<'i, '_> {
    /// The same way for somebody in particular, who opens the connection.
    pub(super) fn for_client(&self, way: &Way<'i>, client: Backend<'i>) -> Trace {
        let mut trace = way.trace.clone();
        trace.hops.retain(|hop| hop.kind != HopKind::Entry);
        trace.ask.from = Some(Located::of(client));
        if let Some((step, verdict)) = self.without_client(client) {
            let hop = Hop {
                kind: HopKind::Client,
                step,
                object: Some(Located::of(client)),
            };
            trace.hops.insert(0, hop);
            trace.branches.clear();
            trace.verdict = verdict;
            return trace;
        }
        for (branch, backend) in trace.branches.iter_mut().zip(&way.backends) {
            if matches!(branch.verdict, Verdict::Broken | Verdict::Absent) {
                continue;
            }
            let Some(flow) = way.flow(client, *backend, branch.pod_port) else {
                branch.verdict = Verdict::Unknown;
                branch.doubts.push(Reason::of_port(&Doubt::PortOfClient));
                continue;
            };
            let [egress, ingress] = [Direction::Egress, Direction::Ingress]
                .map(|direction| judge(self.context.links, self.context.unit, flow, direction));
            branch.verdict = verdict(branch.verdict, [&egress, &ingress]);
            let doubts = [&egress.1, &ingress.1].into_iter().flatten();
            branch.doubts.extend(doubts.map(Reason::of_policy));
            branch.egress = Some(egress.0);
            branch.ingress = Some(ingress.0);
        }
        let verdicts = trace.branches.iter().map(|own| own.verdict);
        trace.verdict = Verdict::of(verdicts).unwrap_or(trace.verdict);
        trace
    }

    /// Why nobody opens the connection, if that is so.
    fn without_client(&self, client: Backend<'i>) -> Option<(Step, Verdict)> {
        if let Some(found) = self.context.findings.refusal(client.object()) {
            let step = Step {
                fault: Some(found.message.clone()),
                ..Step::plain(found.rule, "", Some(found.primary.span))
            };
            return Some((step, Verdict::Broken));
        }
        let none = client.workload().replicas.as_ref();
        let none = none.filter(|own| own.value == 0 && !self.context.may_be_scaled(client))?;
        let step = Step::plain(code::NO_PODS, "0 replicas", Some(none.span));
        Some((step, Verdict::Absent))
    }
}

impl<'i> Way<'i> {
    /// The traffic that policies see; none if nobody knows to which port it goes.
    fn flow(&self, from: Backend<'i>, to: Backend<'i>, pod_port: Option<i64>) -> Option<Flow<'i>> {
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

/// What the policies of one end say, and why they may not be all.
fn judge(links: &Links, unit: &Unit, flow: Flow<'_>, direction: Direction) -> Judged {
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
