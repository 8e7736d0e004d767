//! What a trace says: plain data, which the reports only have to write.

use super::code;
use crate::diagnostic::{Diagnostic, Identity, Label};
use crate::kinds::Protocol;
use crate::link::Link;
use crate::text::source::Span;
use crate::unit::Doubt;
use std::fmt;
use std::sync::Arc;

/// The way of the traffic to one port of a Service.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What is applied together, by its name.
    pub unit: String,
    /// What was asked.
    pub ask: Query,
    /// The steps before the pods, in the order of the traffic.
    pub hops: Vec<Hop>,
    /// The pods behind the Service: one branch for each workload.
    pub branches: Vec<Branch>,
    /// What becomes of the traffic.
    pub verdict: Verdict,
    /// Why part of it cannot be known.
    pub doubts: Vec<Reason>,
}

/// From where to where.
#[derive(Clone, Debug)]
pub struct Query {
    /// The address that is asked for: a host with a path.
    pub address: Option<String>,
    /// Who opens the connection; nobody if nobody in particular does.
    pub from: Clients,
    /// The Service.
    pub to: Located,
    /// `port` of the Service; none if it has no such port, or cannot be read.
    pub port: Option<i64>,
    /// The name of the port.
    pub port_name: Option<String>,
    /// Its protocol; none if it has no such port.
    pub protocol: Option<Protocol>,
}

/// Workloads that open connections of which the same becomes: sets of those that network policies
/// cannot tell apart, which the ways to many Services share.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    sets: Vec<Arc<[Located]>>,
}

impl Clients {
    /// One of them.
    pub(super) fn one(client: Located) -> Self {
        Self {
            sets: vec![Arc::new([client])],
        }
    }

    /// Adds a set.
    pub(super) fn add(&mut self, set: &Arc<[Located]>) {
        self.sets.push(Arc::clone(set));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Located> {
        self.sets.iter().flat_map(|set| set.iter())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sets.iter().map(|set| set.len()).sum()
    }

    /// Whether nobody in particular opens the connection.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}

/// An object, where it goes, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Located {
    /// Kind and name.
    pub identity: Arc<Identity>,
    /// The namespace that it goes to.
    pub namespace: String,
    /// Where its name stands.
    pub place: Span,
}

impl Located {
    /// An object with its place.
    pub(super) fn of<T: Copy>(link: Link<'_, T>) -> Self {
        Self {
            identity: link.object().identity.clone(),
            namespace: link.namespace().name.clone(),
            place: link.object().name,
        }
    }

    /// Namespace and name: `shop/web`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.namespace, self.identity.name)
    }
}

/// `Deployment shop/web`
impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.identity.kind, self.full_name())
    }
}

/// Why something cannot be known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// One of [`Doubt::CODES`].
    pub code: &'static str,
    /// A sentence without a full stop.
    pub detail: String,
}

impl Reason {
    /// Why nobody knows which pods there are.
    pub(super) fn of(doubt: &Doubt) -> Self {
        Self {
            code: doubt.code(),
            detail: doubt.detail(),
        }
    }

    /// What it leads to is not in the input: a sentence says what.
    pub(super) fn not_here(detail: String) -> Self {
        let doubt = Doubt::NotHere(String::new());
        Self {
            code: doubt.code(),
            detail,
        }
    }

    /// Why nobody knows which Service a reference means.
    pub(super) fn of_reference(doubt: &Doubt) -> Self {
        Self {
            code: doubt.code(),
            detail: doubt.detail_of_reference(),
        }
    }

    /// Why nobody knows whether a route is let in.
    pub(super) fn of_parent(doubt: &Doubt) -> Self {
        Self {
            code: doubt.code(),
            detail: doubt.detail_of_parent(),
        }
    }

    /// Why nobody knows where a port leads.
    pub(super) fn of_port(doubt: &Doubt) -> Self {
        Self {
            code: doubt.code(),
            detail: doubt.detail_of_port(),
        }
    }

    /// Why nobody knows what network policies say.
    pub(super) fn of_policy(doubt: &Doubt) -> Self {
        Self {
            code: doubt.code(),
            detail: doubt.detail_of_policy(),
        }
    }
}

/// What becomes of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// There is none: the pods that would get it, or send it, are not there or have no such port.
    Absent,
    /// It arrives, as far as nobody in particular sends it.
    Ok,
    /// It arrives.
    Allowed,
    /// Nobody can know.
    Unknown,
    /// Some of it is lost for certain.
    Mixed,
    /// A network policy stops it.
    Blocked,
    /// It has nowhere to go.
    Broken,
}

impl Verdict {
    /// All of them, from the best to the worst.
    pub const ALL: [Self; 7] = [
        Self::Absent,
        Self::Ok,
        Self::Allowed,
        Self::Unknown,
        Self::Mixed,
        Self::Blocked,
        Self::Broken,
    ];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Ok => "ok",
            Self::Allowed => "allowed",
            Self::Unknown => "unknown",
            Self::Mixed => "mixed",
            Self::Blocked => "blocked",
            Self::Broken => "broken",
        }
    }

    /// Whether traffic is lost for certain.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Mixed | Self::Blocked | Self::Broken)
    }

    /// The verdict on several ways that the traffic may take. Pods that get none take no part in
    /// it, unless there are no others.
    pub(super) fn of(branches: impl IntoIterator<Item = Self>) -> Option<Self> {
        let all: Vec<Self> = branches.into_iter().collect();
        let worst = *all.iter().max()?;
        let arrives = |own: &Self| matches!(own, Self::Ok | Self::Allowed | Self::Mixed);
        let may_arrive = |own: &Self| arrives(own) || *own == Self::Unknown;
        Some(match worst {
            Self::Absent => Self::Broken,
            worst if worst.is_bad() && all.iter().any(may_arrive) => Self::Mixed,
            worst => worst,
        })
    }
}

/// Which step of the way a hop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopKind {
    /// The workload that opens the connection, where it cannot.
    Client,
    /// Something that sends to the Service from outside, or on the way.
    Entry,
    /// What a route attaches to.
    Attach,
    /// What a rule for an address sends to: the port, and its part of the traffic.
    Backend,
    /// A Rollout, which points the Service at one of its versions.
    Rollout,
    /// A workload whose pods are told of the Service by a name.
    Told,
    /// The Service.
    Service,
}

impl HopKind {
    /// All of them, in the order of the traffic.
    pub const ALL: [Self; 7] = [
        Self::Client,
        Self::Entry,
        Self::Attach,
        Self::Backend,
        Self::Rollout,
        Self::Told,
        Self::Service,
    ];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Entry => "entry",
            Self::Attach => "attach",
            Self::Backend => "backend",
            Self::Rollout => "rollout",
            Self::Told => "told",
            Self::Service => "service",
        }
    }
}

/// A step before the pods.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Which one.
    pub kind: HopKind,
    /// What it is, and what is said of it.
    pub step: Step,
    /// The object that makes it.
    pub object: Option<Located>,
}

/// What links one thing with the next.
#[derive(Clone, Debug)]
pub struct Step {
    /// One of [`super::code::CODES`], the id of a rule, or the code of a doubt.
    pub code: &'static str,
    /// What links them: a port, a selector, a probe.
    pub value: String,
    /// Where that is written.
    pub place: Option<Span>,
    /// What is wrong with it, if something is: a sentence without a full stop.
    pub fault: Option<String>,
    /// Places that tell more of that: what was probably meant, first.
    pub near: Vec<Label>,
}

impl Step {
    /// A step that nothing is wrong with.
    pub(super) fn plain(code: &'static str, value: &str, place: Option<Span>) -> Self {
        Self {
            code,
            value: value.to_owned(),
            place,
            fault: None,
            near: Vec::new(),
        }
    }

    /// A step that a rule finds wrong.
    pub(super) fn wrong(value: &str, place: Option<Span>, found: &Diagnostic) -> Self {
        Self {
            fault: Some(found.message.clone()),
            near: found.related.clone(),
            ..Self::plain(found.rule, value, place)
        }
    }
}

/// The pods of one workload.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The workload.
    pub object: Located,
    /// The labels of its pods, as they are written on the command line: `app=web,tier=front`.
    pub labels: String,
    /// `spec.replicas`; 1 for a Pod. None where it is not written.
    pub replicas: Option<i64>,
    /// Why it has no pods, or may have none.
    pub pods: Option<Step>,
    /// How the port of the Service leads to one of the pods.
    pub port: Step,
    /// The container that has it, if one declares it.
    pub container: Option<String>,
    /// The port of the pods.
    pub pod_port: Option<i64>,
    /// How the pods get ready for traffic.
    pub ready: Step,
    /// What the policies of the client say; none where nobody in particular is the client.
    pub egress: Option<PolicySide>,
    /// What the policies of the pods say; none where nobody in particular is the client.
    pub ingress: Option<PolicySide>,
    /// What becomes of its traffic.
    pub verdict: Verdict,
    /// Why it cannot be known.
    pub doubts: Vec<Reason>,
}

impl Branch {
    /// Whether there are no pods that could get traffic.
    pub(super) fn is_absent(&self) -> bool {
        self.verdict == Verdict::Absent
    }

    /// Which ends block the traffic: `egress`, `ingress` or `both`.
    pub fn blocked_at(&self) -> Option<&'static str> {
        let denies =
            |side: &Option<PolicySide>| side.as_ref().is_some_and(|own| own.code == code::DENIED);
        match (denies(&self.egress), denies(&self.ingress)) {
            _ if self.verdict != Verdict::Blocked => None,
            (true, true) => Some("both"),
            (true, false) => Some("egress"),
            (false, _) => Some("ingress"),
        }
    }
}

/// What the network policies of one end of the traffic say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolicySide {
    /// One of the codes of an end, or `doubtful`.
    pub code: &'static str,
    /// The policies that decide.
    pub policies: Vec<DecidingPolicy>,
}

/// A network policy that decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DecidingPolicy {
    /// The policy.
    pub object: Located,
    /// The rule that lets the traffic through, counted from 0.
    pub rule: Option<usize>,
    /// Why none does.
    pub why: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Absent, Allowed, Blocked, Broken, Mixed, Ok, Unknown};
    use super::*;

    #[test]
    fn a_verdict_on_several_ways_is_that_of_what_gets_traffic() {
        for (branches, expected) in [
            (&[Ok, Ok][..], Ok),
            (&[Ok, Unknown], Unknown),
            (&[Ok, Broken], Mixed),
            (&[Allowed, Blocked], Mixed),
            // What may arrive is not lost for certain.
            (&[Blocked, Unknown], Mixed),
            // None of it arrives.
            (&[Broken, Blocked], Broken),
            (&[Blocked, Blocked], Blocked),
            // A canary without pods takes nothing away from the others.
            (&[Ok, Absent], Ok),
            (&[Absent, Unknown], Unknown),
            (&[Absent, Blocked], Blocked),
            // Nobody is left who could get it.
            (&[Absent, Absent], Broken),
            (&[Absent, Broken], Broken),
        ] {
            assert_eq!(
                Verdict::of(branches.iter().copied()),
                Some(expected),
                "{branches:?}"
            );
        }
        assert_eq!(Verdict::of([]), None);
    }
}
