//! Where the traffic goes: the way from what sends it, by a Service and its ports, to the pods,
//! right or wrong. The links are those that the rules read; what is wrong with a step is what the
//! rules found there.

mod address;
mod answer;
mod branch;
mod code;
mod context;
mod entries;
mod findings;
mod flow;
mod missing;
mod model;
mod question;
mod service;

pub use address::Address;
pub use code::{CODES, ENDPOINTS, EXTERNAL_NAME, NO_PORT};
pub use findings::{Found, RULES};
pub use missing::Missing;
pub use model::{
    Branch, DecidingPolicy, Hop, HopKind, Located, PolicySide, Query, Reason, Step, Trace, Verdict,
};
pub use question::{ObjectName, Question, ServiceName};

use crate::link::Links;
use crate::rules::AllEndpoints;
use crate::text::source::Span;
use context::Context;
use entries::Entries;
use findings::Findings;
use service::ServiceTracer;

/// What there is to say to a question.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The ways of the traffic, in the order of the units.
    pub traces: Vec<Trace>,
    /// Why there are none.
    pub missing: Option<Missing>,
    /// The documents that could not be read: what they hold has no part in it.
    pub unread: Vec<Unread>,
}

/// A document that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The id of the rule that says why.
    pub rule: &'static str,
    /// Where it stands.
    pub place: Span,
}

/// Answers a question by the links of a run, and by what its rules found.
pub fn trace(links: &Links, found: &Found, question: &Question) -> Answer {
    let units = links.units.iter();
    let traces: Vec<Trace> = units
        .flat_map(|unit| {
            let tracer = ServiceTracer {
                context: Context {
                    links,
                    unit,
                    findings: &Findings::of(found, unit.at),
                },
                entries: &Entries::of(links, unit),
                endpoints: &AllEndpoints::of(links, unit),
            };
            tracer.answer(question)
        })
        .collect();
    let is_empty = traces.is_empty();
    let unread = links.documents.iter().filter_map(|document| {
        let problem = document.hiding()?;
        Some(Unread {
            rule: problem.rule,
            place: problem.span,
        })
    });
    Answer {
        unread: unread.collect(),
        missing: is_empty.then(|| Missing::of(links, question)),
        traces,
    }
}
