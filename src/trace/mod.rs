//! Where the traffic goes: the way from what sends it, by a Service and its ports, to the pods,
//! right or wrong. The links are those that the rules read; what is wrong with a step is what the
//! rules found there.

mod address;
mod branch;
mod code;
mod entries;
mod model;
mod policy;
mod question;
mod remarks;
mod service;

pub use address::Address;
pub use code::CODES;
pub use model::{Ask, Branch, End, Hop, HopKind, Named, Policy, Step, Trace, Verdict};
pub use question::{ObjectName, Question, ServiceName};

use crate::diagnostic::Diagnostic;
use crate::link::{Backend, Link, Links, ServiceLink};
use crate::text::similar::nearest;
use crate::unit::Namespace;
use entries::Entries;
use remarks::Remarks;
use service::Follow;

/// What there is to say to a question.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The ways of the traffic, in the order of the units.
    pub traces: Vec<Trace>,
    /// What is asked for and not in the input.
    pub missing: Option<Missing>,
}

/// Something that is asked for and not in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it is, in words.
    pub what: String,
    /// The name of what was probably meant.
    pub near: Option<String>,
}

/// Answers a question by the links of a run, and by what its rules found.
pub fn trace<'f>(
    links: &Links,
    findings: impl IntoIterator<Item = &'f Diagnostic>,
    question: &Question,
) -> Answer {
    let remarks = Remarks::of(findings);
    let mut traces = Vec::new();
    for unit in &links.units {
        let follow = Follow {
            links,
            unit,
            remarks: &remarks,
            entries: &Entries::of(links, unit),
        };
        traces.extend(follow.answer(question));
    }
    let missing = traces
        .is_empty()
        .then(|| missing(links, question))
        .flatten();
    Answer { traces, missing }
}

impl<'i> Follow<'i, '_> {
    fn answer(&self, question: &Question) -> Vec<Trace> {
        let (links, unit) = (self.links, self.unit);
        match question {
            Question::Services => {
                let services = links.services(unit);
                services
                    .flat_map(|own| self.service(own, None, None))
                    .collect()
            }
            Question::All => {
                let backends = links.backends(unit);
                let flows = backends.flat_map(|from| {
                    let services = links.services(unit);
                    services.flat_map(move |own| self.service(own, None, Some(from)))
                });
                flows.collect()
            }
            Question::Address(address) => self.address(address),
            Question::Service(name) => {
                let services = self.called(name);
                let ways = services.flat_map(|own| self.service(own, name.port.as_ref(), None));
                ways.collect()
            }
            Question::Workload(name) => {
                let backends = links.backends(unit).filter(|own| is_called(*own, name));
                backends.flat_map(|own| self.to_workload(own)).collect()
            }
            Question::Flow(from, to) => {
                let clients = links.backends(unit).filter(|own| is_called(*own, from));
                let flows = clients.flat_map(|client| {
                    let home = client.namespace();
                    let services = self.called(to);
                    let services = services
                        .filter(|own| to.namespace.is_some() || own.namespace().may_be(home));
                    services.flat_map(move |own| self.service(own, to.port.as_ref(), Some(client)))
                });
                flows.collect()
            }
        }
    }

    /// The Services of the unit that a name means.
    fn called(&self, name: &ServiceName) -> impl Iterator<Item = ServiceLink<'i>> {
        let services = self.links.services(self.unit);
        services.filter(move |own| {
            own.name() == name.name && is_in(own.namespace(), name.namespace.as_deref())
        })
    }

    /// The ways that lead to one workload.
    fn to_workload(&self, backend: Backend<'i>) -> Vec<Trace> {
        let services = backend.services();
        let mut traces: Vec<Trace> = services
            .flat_map(|own| self.service(own, None, None))
            .collect();
        let place = backend.object().name;
        for trace in &mut traces {
            trace.branches.retain(|own| own.object.place == place);
            let verdicts = trace.branches.iter().map(|own| own.verdict);
            trace.verdict = Verdict::of(verdicts).unwrap_or(trace.verdict);
        }
        traces
    }
}

fn is_in(own: &Namespace, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| own.name == wanted)
}

fn is_called(backend: Backend<'_>, name: &ObjectName) -> bool {
    let identity = &backend.object().identity;
    identity.kind == name.kind
        && identity.name == name.name
        && is_in(backend.namespace(), name.namespace.as_deref())
}

/// What is not there, and what is called almost so.
fn missing(links: &Links, question: &Question) -> Option<Missing> {
    let units = || links.units.iter();
    let services = || units().flat_map(|unit| links.services(unit).map(Link::name));
    let of_kind = |kind: &str| {
        let all = units().flat_map(|unit| links.backends(unit));
        let all = all.filter(move |own| own.object().identity.kind == kind);
        all.map(Link::name).collect::<Vec<_>>()
    };
    let workload = |name: &ObjectName| {
        let near = nearest(&name.name, of_kind(&name.kind));
        let what = format!(
            "{} `{}`",
            name.kind,
            with_namespace(name.namespace.as_deref(), &name.name)
        );
        (what, near.map(ToOwned::to_owned))
    };
    let service = |name: &ServiceName| {
        let near = nearest(&name.name, services());
        let what = format!(
            "Service `{}`",
            with_namespace(name.namespace.as_deref(), &name.name)
        );
        (what, near.map(ToOwned::to_owned))
    };
    let is_there = |name: &ObjectName| {
        let mut all = units().flat_map(|unit| links.backends(unit));
        all.any(|own| is_called(own, name))
    };
    let (what, near) = match question {
        Question::Services | Question::All => return None,
        Question::Address(address) => {
            let address = format!("{}{}", address.host, address.path);
            let what = format!("an Ingress or HTTPRoute for `{address}`");
            (what, None)
        }
        Question::Service(name) => service(name),
        Question::Workload(name) if is_there(name) => return None,
        Question::Workload(name) => workload(name),
        Question::Flow(from, to) if is_there(from) => service(to),
        Question::Flow(from, _) => workload(from),
    };
    Some(Missing { what, near })
}

fn with_namespace(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

impl Named {
    /// An object with its place.
    fn of<T: Copy>(link: Link<'_, T>) -> Self {
        Self {
            identity: link.object().identity.clone(),
            namespace: link.namespace().name.clone(),
            place: link.object().name,
        }
    }
}
