//! Traces for programs. The shape is version 1; within a version fields and words are only added.
//! Every `code` is a word of [`CODES`](crate::trace::CODES), the id of a rule, or the code of a
//! doubt.

use super::json::Location;
use super::json_text;
use crate::run::Report;
use crate::text::printable::masked;
use crate::trace::{Answer, Ask, Branch, End, Hop, Named, Policy, Step, Trace};
use crate::unit::Doubt;
use serde::Serialize;
use std::borrow::Cow;
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
    let traces = answer.traces.iter();
    let document = Document {
        version: VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        world: if is_closed { "closed" } else { "open" },
        traces: traces.map(|trace| Way::of(report, trace)).collect(),
    };
    json_text::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    world: &'static str,
    traces: Vec<Way<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Way<'a> {
    unit: &'a str,
    ask: Question<'a>,
    verdict: &'static str,
    hops: Vec<Passed<'a>>,
    backends: Vec<Backend<'a>>,
    doubts: Vec<Why>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    address: Option<&'a str>,
    from: Option<Object<'a>>,
    to: Object<'a>,
    port: Option<i64>,
    port_name: Option<&'a str>,
    protocol: &'static str,
}

#[derive(Serialize)]
struct Object<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Passed<'a> {
    hop: &'static str,
    object: Option<Object<'a>>,
    #[serde(flatten)]
    link: Linked<'a>,
}

#[derive(Serialize)]
struct Linked<'a> {
    code: &'static str,
    value: Cow<'a, str>,
    fault: Option<Cow<'a, str>>,
    location: Option<Location<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Backend<'a> {
    object: Object<'a>,
    replicas: Option<i64>,
    port: Linked<'a>,
    container: Option<&'a str>,
    pod_port: Option<i64>,
    ready: Linked<'a>,
    egress: Option<Side<'a>>,
    ingress: Option<Side<'a>>,
    verdict: &'static str,
    blocked_at: Option<&'static str>,
    doubts: Vec<Why>,
}

#[derive(Serialize)]
struct Side<'a> {
    code: &'static str,
    policies: Vec<Deciding<'a>>,
}

#[derive(Serialize)]
struct Deciding<'a> {
    namespace: &'a str,
    name: &'a str,
    rule: Option<usize>,
    why: Option<&'static str>,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Why {
    code: &'static str,
    detail: String,
}

impl<'a> Way<'a> {
    fn of(report: &'a Report, trace: &'a Trace) -> Self {
        let branches = trace.branches.iter();
        Self {
            unit: &trace.unit,
            ask: Question::of(report, &trace.ask),
            verdict: trace.verdict.as_str(),
            hops: trace
                .hops
                .iter()
                .map(|own| Passed::of(report, own))
                .collect(),
            backends: branches.map(|own| Backend::of(report, own)).collect(),
            doubts: trace.doubts.iter().map(Why::of).collect(),
        }
    }
}

impl<'a> Question<'a> {
    fn of(report: &'a Report, ask: &'a Ask) -> Self {
        Self {
            address: ask.address.as_deref(),
            from: ask.from.as_ref().map(|own| Object::of(report, own)),
            to: Object::of(report, &ask.to),
            port: ask.port,
            port_name: ask.port_name.as_deref(),
            protocol: ask.protocol.as_str(),
        }
    }
}

impl<'a> Object<'a> {
    fn of(report: &'a Report, named: &'a Named) -> Self {
        Self {
            kind: &named.identity.kind,
            namespace: &named.namespace,
            name: &named.identity.name,
            location: Location::of(report, named.place),
        }
    }
}

impl<'a> Passed<'a> {
    fn of(report: &'a Report, hop: &'a Hop) -> Self {
        Self {
            hop: hop.kind.as_str(),
            object: hop.object.as_ref().map(|own| Object::of(report, own)),
            link: Linked::of(report, &hop.step),
        }
    }
}

impl<'a> Linked<'a> {
    fn of(report: &'a Report, step: &'a Step) -> Self {
        Self {
            code: step.code,
            value: masked(&step.value),
            fault: step.fault.as_deref().map(masked),
            location: step.place.map(|place| Location::of(report, place)),
        }
    }
}

impl<'a> Backend<'a> {
    fn of(report: &'a Report, branch: &'a Branch) -> Self {
        let side = |end: &'a Option<End>| end.as_ref().map(|own| Side::of(report, own));
        Self {
            object: Object::of(report, &branch.object),
            replicas: branch.replicas,
            port: Linked::of(report, &branch.port),
            container: branch.container.as_deref(),
            pod_port: branch.pod_port,
            ready: Linked::of(report, &branch.ready),
            egress: side(&branch.egress),
            ingress: side(&branch.ingress),
            verdict: branch.verdict.as_str(),
            blocked_at: branch.blocked_at(),
            doubts: branch.doubts.iter().map(Why::of).collect(),
        }
    }
}

impl<'a> Side<'a> {
    fn of(report: &'a Report, end: &'a End) -> Self {
        let policies = end.policies.iter();
        Self {
            code: end.code,
            policies: policies.map(|own| Deciding::of(report, own)).collect(),
        }
    }
}

impl<'a> Deciding<'a> {
    fn of(report: &'a Report, policy: &'a Policy) -> Self {
        let object = &policy.object;
        Self {
            namespace: &object.namespace,
            name: &object.identity.name,
            rule: policy.rule,
            why: policy.why,
            location: Location::of(report, object.place),
        }
    }
}

impl Why {
    fn of(doubt: &Doubt) -> Self {
        Self {
            code: doubt.code(),
            detail: doubt.detail(),
        }
    }
}
