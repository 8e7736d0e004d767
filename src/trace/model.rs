//! What a trace says: plain data, which the reports only have to write.

use crate::diagnostic::Identity;
use crate::kinds::Protocol;
use crate::text::source::Span;
use crate::unit::Doubt;
use std::sync::Arc;

/// The way of the traffic to one port of a Service.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What is applied together, by its name.
    pub unit: String,
    /// What was asked.
    pub ask: Ask,
    /// The steps before the pods, in the order of the traffic.
    pub hops: Vec<Hop>,
    /// The pods behind the Service: one branch for each workload.
    pub branches: Vec<Branch>,
    /// What becomes of the traffic.
    pub verdict: Verdict,
    /// Why part of it cannot be known.
    pub doubts: Vec<Doubt>,
}

/// From where to where.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The address that is asked for: a host with a path.
    pub address: Option<String>,
    /// Who opens the connection; none if nobody in particular does.
    pub from: Option<Named>,
    /// The Service.
    pub to: Named,
    /// `port` of the Service; none if it has no such port, or cannot be read.
    pub port: Option<i64>,
    /// The name of the port.
    pub port_name: Option<String>,
    /// Its protocol.
    pub protocol: Protocol,
}

/// An object, where it goes, and where it is written.
#[derive(Clone, Debug)]
pub struct Named {
    /// Kind and name.
    pub identity: Arc<Identity>,
    /// The namespace that it goes to.
    pub namespace: String,
    /// Where its name stands.
    pub place: Span,
}

/// What becomes of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It arrives, as far as nobody in particular sends it.
    Ok,
    /// It arrives.
    Allowed,
    /// Nobody can know.
    Unknown,
    /// Some of it arrives.
    Mixed,
    /// A network policy stops it.
    Blocked,
    /// It has nowhere to go.
    Broken,
}

impl Verdict {
    /// All of them, from the best to the worst.
    pub const ALL: [Self; 6] = [
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

    /// The verdict on several ways that the traffic may take.
    pub(super) fn of(branches: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut all = branches.into_iter();
        let first = all.next()?;
        Some(all.fold(first, |whole, own| match (whole, own) {
            (whole, own) if whole == own => whole,
            (whole, own) if whole.is_bad() || own.is_bad() => Self::Mixed,
            _ => Self::Unknown,
        }))
    }
}

/// Which step of the way a hop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopKind {
    /// Something that sends to the Service from outside, or on the way.
    Entry,
    /// What a route attaches to.
    Attach,
    /// The Service.
    Service,
}

impl HopKind {
    /// All of them, in the order of the traffic.
    pub const ALL: [Self; 3] = [Self::Entry, Self::Attach, Self::Service];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Attach => "attach",
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
    pub object: Option<Named>,
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
}

/// The pods of one workload.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The workload.
    pub object: Named,
    /// `spec.replicas`; 1 for a Pod. None where it is not written, or another number decides.
    pub replicas: Option<i64>,
    /// How the port of the Service leads to one of the pods.
    pub port: Step,
    /// The container that has it, if one declares it.
    pub container: Option<String>,
    /// The port of the pods.
    pub pod_port: Option<i64>,
    /// How the pods get ready for traffic.
    pub ready: Step,
    /// What the policies of the client say; none where nobody in particular is the client.
    pub egress: Option<End>,
    /// What the policies of the pods say; none where nobody in particular is the client.
    pub ingress: Option<End>,
    /// What becomes of its traffic.
    pub verdict: Verdict,
    /// Why it cannot be known.
    pub doubts: Vec<Doubt>,
}

impl Branch {
    /// Which ends block the traffic: `egress`, `ingress` or `both`.
    pub fn blocked_at(&self) -> Option<&'static str> {
        let denies = |end: &Option<End>| end.as_ref().is_some_and(|own| own.code == "denied");
        match (denies(&self.egress), denies(&self.ingress)) {
            _ if self.verdict != Verdict::Blocked => None,
            (true, true) => Some("both"),
            (true, false) => Some("egress"),
            (false, _) => Some("ingress"),
        }
    }
}

/// What the network policies of one end of the traffic say.
#[derive(Clone, Debug)]
pub struct End {
    /// One of the codes of an end, or `doubtful`.
    pub code: &'static str,
    /// The policies that decide.
    pub policies: Vec<Policy>,
}

/// A network policy that decides.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The policy.
    pub object: Named,
    /// The rule that lets the traffic through, counted from 0.
    pub rule: Option<usize>,
    /// Why none does.
    pub why: Option<&'static str>,
}
