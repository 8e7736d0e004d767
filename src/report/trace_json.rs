//! Traces for programs. The shape is version 1; within a version fields and words are only added.
//! Every `code` is a word of [`CODES`](crate::trace::CODES), the id of a rule, or the code of a
//! doubt.

use super::json::Location;
use super::json_text;
use crate::kinds::Protocol;
use crate::run::Report;
use crate::text::hash::HashMap;
use crate::text::printable::masked;
use crate::text::source::Span;
use crate::trace::{
    Answer, Branch, DecidingPolicy, Hop, Located, PolicySide, Query, Reason, Step, Trace,
};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::cell::RefCell;
use std::io;

/// The version of the shape.
const VERSION: u32 = 1;

/// Writes the traces as one JSON object. `is_closed` says whether nothing exists but the input.
///
/// # Errors
/// When the writer fails.
pub fn trace_json(
    report: &Report,
    answer: &Answer,
    is_closed: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let places = RefCell::default();
    let document = DocumentJson {
        version: VERSION,
        tool: Tool::default(),
        world: if is_closed { "closed" } else { "open" },
        traces: Traces {
            all: &answer.traces,
            places: &places,
        },
        locations: Locations {
            report,
            places: &places,
        },
    };
    json_text::write(&document, out)
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    version: u32,
    tool: Tool,
    world: &'static str,
    traces: Traces<'a>,
    /// The places, each once: others name them by their position here.
    locations: Locations<'a>,
}

/// The traces, of which only one at a time is made: one for each client.
struct Traces<'a> {
    all: &'a [Trace],
    places: &'a RefCell<Places>,
}

impl Serialize for Traces<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for trace in self.all {
            let mut places = self.places.borrow_mut();
            let mut own = TraceJson::of(&mut places, trace);
            if trace.ask.from.is_empty() {
                list.serialize_element(&own)?;
            }
            for client in trace.ask.from.iter() {
                own.ask.from = Some(ObjectJson::of(&mut places, client));
                list.serialize_element(&own)?;
            }
        }
        list.end()
    }
}

/// The places that were named before.
struct Locations<'a> {
    report: &'a Report,
    places: &'a RefCell<Places>,
}

impl Serialize for Locations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let places = self.places.borrow();
        let all = places.all.iter();
        serializer.collect_seq(all.map(|place| Location::of(self.report, *place)))
    }
}

/// The places that traces name.
#[derive(Default)]
pub(super) struct Places {
    pub(super) all: Vec<Span>,
    known: HashMap<Span, usize>,
}

impl Places {
    /// The position of a place.
    pub(super) fn at(&mut self, place: Span) -> usize {
        let all = &mut self.all;
        *self.known.entry(place).or_insert_with(|| {
            all.push(place);
            all.len() - 1
        })
    }
}

/// Who has written it.
#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

#[derive(Serialize)]
struct TraceJson<'a> {
    unit: &'a str,
    ask: QueryJson<'a>,
    verdict: &'static str,
    hops: Vec<HopJson<'a>>,
    backends: Vec<BackendJson<'a>>,
    doubts: Vec<ReasonJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QueryJson<'a> {
    address: Option<&'a str>,
    /// Filled in for each client.
    from: Option<ObjectJson<'a>>,
    to: ObjectJson<'a>,
    port: Option<i64>,
    port_name: Option<&'a str>,
    protocol: Option<&'static str>,
}

#[derive(Serialize)]
struct ObjectJson<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    location: usize,
}

#[derive(Serialize)]
struct HopJson<'a> {
    hop: &'static str,
    object: Option<ObjectJson<'a>>,
    #[serde(flatten)]
    link: StepJson<'a>,
}

#[derive(Serialize)]
pub(super) struct StepJson<'a> {
    code: &'static str,
    value: Cow<'a, str>,
    fault: Option<Cow<'a, str>>,
    near: Vec<NearJson<'a>>,
    location: Option<usize>,
}

#[derive(Serialize)]
struct NearJson<'a> {
    text: Cow<'a, str>,
    location: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BackendJson<'a> {
    object: ObjectJson<'a>,
    replicas: Option<i64>,
    pods: Option<StepJson<'a>>,
    port: StepJson<'a>,
    container: Option<&'a str>,
    pod_port: Option<i64>,
    ready: StepJson<'a>,
    egress: Option<SideJson<'a>>,
    ingress: Option<SideJson<'a>>,
    verdict: &'static str,
    blocked_at: Option<&'static str>,
    doubts: Vec<ReasonJson<'a>>,
}

#[derive(Serialize)]
struct SideJson<'a> {
    code: &'static str,
    policies: Vec<PolicyJson<'a>>,
}

#[derive(Serialize)]
struct PolicyJson<'a> {
    namespace: &'a str,
    name: &'a str,
    rule: Option<usize>,
    why: Option<&'static str>,
    location: usize,
}

#[derive(Serialize)]
pub(super) struct ReasonJson<'a> {
    code: &'static str,
    detail: &'a str,
}

impl<'a> TraceJson<'a> {
    fn of(places: &mut Places, trace: &'a Trace) -> Self {
        let branches = trace.branches.iter();
        Self {
            unit: &trace.unit,
            ask: QueryJson::of(places, &trace.ask),
            verdict: trace.verdict.as_str(),
            hops: trace
                .hops
                .iter()
                .map(|own| HopJson::of(places, own))
                .collect(),
            backends: branches.map(|own| BackendJson::of(places, own)).collect(),
            doubts: trace.doubts.iter().map(ReasonJson::of).collect(),
        }
    }
}

impl<'a> QueryJson<'a> {
    fn of(places: &mut Places, ask: &'a Query) -> Self {
        Self {
            address: ask.address.as_deref(),
            from: None,
            to: ObjectJson::of(places, &ask.to),
            port: ask.port,
            port_name: ask.port_name.as_deref(),
            protocol: ask.protocol.map(Protocol::as_str),
        }
    }
}

impl<'a> ObjectJson<'a> {
    fn of(places: &mut Places, named: &'a Located) -> Self {
        Self {
            kind: &named.identity.kind,
            namespace: &named.namespace,
            name: &named.identity.name,
            location: places.at(named.place),
        }
    }
}

impl<'a> HopJson<'a> {
    fn of(places: &mut Places, hop: &'a Hop) -> Self {
        Self {
            hop: hop.kind.as_str(),
            object: hop.object.as_ref().map(|own| ObjectJson::of(places, own)),
            link: StepJson::of(places, &hop.step),
        }
    }
}

impl<'a> StepJson<'a> {
    pub(super) fn of(places: &mut Places, step: &'a Step) -> Self {
        Self {
            code: step.code,
            value: masked(&step.value),
            fault: step.fault.as_deref().map(masked),
            near: step
                .near
                .iter()
                .map(|own| NearJson {
                    text: masked(&own.text),
                    location: places.at(own.span),
                })
                .collect(),
            location: step.place.map(|place| places.at(place)),
        }
    }
}

impl<'a> BackendJson<'a> {
    fn of(places: &mut Places, branch: &'a Branch) -> Self {
        Self {
            object: ObjectJson::of(places, &branch.object),
            replicas: branch.replicas,
            pods: branch.pods.as_ref().map(|own| StepJson::of(places, own)),
            port: StepJson::of(places, &branch.port),
            container: branch.container.as_deref(),
            pod_port: branch.pod_port,
            ready: StepJson::of(places, &branch.ready),
            egress: branch.egress.as_ref().map(|own| SideJson::of(places, own)),
            ingress: branch.ingress.as_ref().map(|own| SideJson::of(places, own)),
            verdict: branch.verdict.as_str(),
            blocked_at: branch.blocked_at(),
            doubts: branch.doubts.iter().map(ReasonJson::of).collect(),
        }
    }
}

impl<'a> SideJson<'a> {
    fn of(places: &mut Places, end: &'a PolicySide) -> Self {
        let policies = end.policies.iter();
        Self {
            code: end.code,
            policies: policies.map(|own| PolicyJson::of(places, own)).collect(),
        }
    }
}

impl<'a> PolicyJson<'a> {
    fn of(places: &mut Places, policy: &'a DecidingPolicy) -> Self {
        let object = &policy.object;
        Self {
            namespace: &object.namespace,
            name: &object.identity.name,
            rule: policy.rule,
            why: policy.why,
            location: places.at(object.place),
        }
    }
}

impl<'a> ReasonJson<'a> {
    pub(super) fn of(reason: &'a Reason) -> Self {
        Self {
            code: reason.code,
            detail: &reason.detail,
        }
    }
}
