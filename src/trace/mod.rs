//! Where the traffic goes: the way from what sends it, by a Service and its ports, to the pods,
//! right or wrong. The links are those that the rules read; what is wrong with a step is what the
//! rules found there.

mod address;
mod addresses;
mod answer;
mod branch;
mod changes;
mod clients;
mod code;
mod context;
mod entries;
mod findings;
mod flow;
mod graph;
mod labels;
mod missing;
mod model;
mod paths;
mod question;
mod routing;
mod service;
mod told;
mod unread;

pub use address::Address;
pub use changes::{Changed, Units, changes};
pub use code::{CODES, ENDPOINTS, EXTERNAL_NAME, NO_PORT};
pub use findings::{Found, RULES};
pub use graph::{Edge, Graph, Node, NodeRole};
pub use missing::Missing;
pub use model::{
    Branch, Clients, DecidingPolicy, Hop, HopKind, Located, PolicySide, Query, Reason, Step, Trace,
    Verdict,
};
pub use paths::{Attached, Change, Entry, Path, PathId, PathState, Paths, Reached};
pub use question::{ObjectName, Question, ServiceName};
pub use unread::Unread;

use crate::link::Links;
use crate::rules::AllEndpoints;
use context::Context;
use entries::Entries;
use findings::Findings;
use paths::PathFinder;
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

/// Answers a question by the links of a run, and by what its rules found.
pub fn trace(links: &Links, found: &Found, question: &Question) -> Answer {
    let traces = in_units(links, found, |tracer| tracer.answer(question));
    Answer {
        unread: Unread::of(links),
        missing: traces.is_empty().then(|| Missing::of(links, question)),
        traces,
    }
}

/// The same, as the paths from where traffic comes in.
pub fn paths(links: &Links, found: &Found, question: &Question) -> Paths {
    let all = in_units(links, found, |tracer| {
        PathFinder::new(tracer).find(question)
    });
    Paths {
        unread: Unread::of(links),
        missing: all.is_empty().then(|| Missing::of(links, question)),
        all,
    }
}

/// What there is to say of each unit, one after another.
fn in_units<T>(
    links: &Links,
    found: &Found,
    say: impl Fn(&ServiceTracer<'_, '_>) -> Vec<T>,
) -> Vec<T> {
    let units = links.units.iter();
    let said = units.flat_map(|unit| {
        say(&ServiceTracer {
            context: Context {
                links,
                unit,
                findings: &Findings::of(found, unit.at),
            },
            entries: &Entries::of(links, unit),
            endpoints: &AllEndpoints::of(links, unit),
        })
    });
    said.collect()
}
