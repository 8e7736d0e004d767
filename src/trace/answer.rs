//! Which ways answer a question.

use super::model::{Trace, Verdict};
use super::question::{ObjectName, Question, ServiceName};
use super::service::{ServiceTracer, Way};
use crate::link::{Backend, ServiceLink};
use crate::unit::Namespace;

impl<'i> ServiceTracer<'i, '_> {
    /// The ways of the unit that answer a question. Where nothing in particular is asked for, they
    /// are those of the Services in the files that are named.
    pub(super) fn answer(&self, question: &Question) -> Vec<Trace> {
        let backends = || self.context.links.backends(self.context.unit);
        match question {
            Question::Services => traces(self.reported().flat_map(|own| self.ways(own, None))),
            Question::Namespace(name) => {
                let services = self.of_namespace(name);
                traces(services.flat_map(|own| self.ways(own, None)))
            }
            Question::All(None) => {
                let ways = self.reported().flat_map(|own| self.ways(own, None));
                self.for_everybody(&ways.collect::<Vec<_>>())
            }
            Question::All(Some(name)) => {
                let services = self.of_namespace(name);
                let ways = services.flat_map(|own| self.ways(own, None));
                self.for_everybody(&ways.collect::<Vec<_>>())
            }
            Question::Address(address) => self.address(address),
            Question::Service(name) => {
                let services = self.called(name);
                traces(services.flat_map(|own| self.ways(own, name.port.as_ref())))
            }
            Question::Workload(name) => {
                let meant = backends().filter(|own| is_called(*own, name));
                meant.flat_map(|own| self.to_workload(own)).collect()
            }
            Question::Flow(from, to) => {
                let clients = backends().filter(|own| is_called(*own, from));
                clients.flat_map(|client| self.flows(client, to)).collect()
            }
        }
    }

    /// The Services in the texts that findings are reported in.
    fn reported(&self) -> impl Iterator<Item = ServiceLink<'i>> {
        let (links, services) = (
            self.context.links,
            self.context.links.services(self.context.unit),
        );
        services.filter(move |own| links.is_reported(own.source()))
    }

    /// The Services of the unit in a namespace.
    fn of_namespace(&self, name: &str) -> impl Iterator<Item = ServiceLink<'i>> {
        let services = self.context.links.services(self.context.unit);
        services.filter(move |own| own.namespace().name == name)
    }

    /// The Services of the unit that a name means.
    fn called(&self, name: &ServiceName) -> impl Iterator<Item = ServiceLink<'i>> {
        let services = self.context.links.services(self.context.unit);
        services.filter(move |own| {
            own.name() == name.name && is_in(own.namespace(), name.namespace.as_deref())
        })
    }

    /// The ways of a client. Without a namespace the name is one of its own.
    fn flows(&self, client: Backend<'i>, to: &ServiceName) -> Vec<Trace> {
        let home = client.namespace();
        let services = self.called(to);
        let services =
            services.filter(|own| to.namespace.is_some() || own.namespace().may_be(home));
        let ways = services.flat_map(|own| self.ways(own, to.port.as_ref()));
        ways.map(|way| self.for_client(&way, client)).collect()
    }

    /// The ways that lead to one workload.
    fn to_workload(&self, backend: Backend<'i>) -> Vec<Trace> {
        let services = backend.services();
        let mut traces = traces(services.flat_map(|own| self.ways(own, None)));
        let place = backend.object().name;
        traces.retain_mut(|trace| {
            let has_pods = !trace.branches.is_empty();
            trace.branches.retain(|own| own.object.place == place);
            let verdicts = trace.branches.iter().map(|own| own.verdict);
            trace.verdict = Verdict::of(verdicts).unwrap_or(trace.verdict);
            !has_pods || !trace.branches.is_empty()
        });
        traces
    }
}

fn traces<'i>(ways: impl Iterator<Item = Way<'i>>) -> Vec<Trace> {
    ways.map(|way| way.trace).collect()
}

pub(super) fn is_in(own: &Namespace, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| own.name == wanted)
}

pub(super) fn is_called(backend: Backend<'_>, name: &ObjectName) -> bool {
    let identity = &backend.object().identity;
    identity.kind == name.kind
        && identity.name == name.name
        && is_in(backend.namespace(), name.namespace.as_deref())
}
