//! The pod templates of a unit: what traffic may go to.

use super::links::{Backend, Link, Links, ServiceLink};
use super::resolve::{Resolution, resolve};
use crate::kinds::parts::config_source::ConfigSource;
use crate::kinds::{Autoscaler, Kind, PortRef, ServicePort, Workload};
use crate::object::Object;
use crate::unit::Unit;

impl Links {
    /// The pod templates of a unit.
    pub fn backends<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = Backend<'i>> + 'i {
        let nodes = self.view(unit).templates();
        nodes.map(|node| Link { links: self, node })
    }

    pub(super) fn backend<'i>(&'i self, unit: &'i Unit, at: usize) -> Backend<'i> {
        Link {
            links: self,
            node: self.view(unit).template(at),
        }
    }

    /// What changes the replicas of a workload when it is needed: a KEDA `ScaledObject`, a Flagger
    /// `Canary`, a Rollout that took its template. A plain autoscaler leaves 0 replicas at 0.
    pub fn scaler_of<'i>(&'i self, unit: &'i Unit, backend: Backend<'i>) -> Option<&'i Object> {
        let own = &backend.object().identity;
        self.scalers(unit, backend).find(|object| {
            let target = object.target.as_ref();
            target.is_some_and(|(kind, name)| *kind == own.kind && *name == own.name)
        })
    }

    /// The plain autoscaler of a workload.
    pub fn autoscaler_of<'i>(
        &'i self,
        unit: &'i Unit,
        backend: Backend<'i>,
    ) -> Option<&'i Autoscaler> {
        let own = &backend.object().identity;
        let mut autoscalers = self.scalers(unit, backend).filter_map(Object::autoscaler);
        autoscalers.find(|found| found.kind.value == own.kind && found.name.value == own.name)
    }

    /// What may scale a workload, by its name and its namespace.
    fn scalers<'i>(
        &'i self,
        unit: &'i Unit,
        backend: Backend<'i>,
    ) -> impl Iterator<Item = &'i Object> {
        let named = &self.view(unit).symbols.scalers_by_target;
        let named = named.get(backend.name()).into_iter().flatten();
        let members = named.map(|&at| &unit.objects[at]);
        let beside = members.filter(move |own| own.namespace.may_be(backend.namespace()));
        beside.map(|member| self.object(member.id))
    }
}

impl<'i> Backend<'i> {
    /// The workload.
    pub fn workload(self) -> &'i Workload {
        self.node.what
    }

    /// The Services that select it, in the order of the unit.
    pub fn services(self) -> impl Iterator<Item = ServiceLink<'i>> + 'i {
        let (links, unit) = (self.links, self.unit());
        let services = links.selections(unit).services_of(self.node.at);
        services.into_iter().map(move |at| links.service(unit, at))
    }

    /// Whether the text tells all containers and ports of its pods: a workload of a known kind,
    /// nothing injected, nothing unreadable. What patches change is asked of the unit.
    pub fn is_fully_known(self) -> bool {
        let workload = self.workload();
        workload.kind != Kind::Custom
            && !workload.template.injected
            && !workload.template.unreadable
            && !workload.template.containers.is_empty()
    }

    /// Where a port of a Service leads in its pods.
    pub fn resolve(self, port: &ServicePort) -> Resolution<'i> {
        let template = &self.workload().template;
        resolve(template, port, self.links.options.kube_version)
    }

    /// Whether what its pods are told mentions a port: arguments, environment, probes, and the
    /// config maps that they read.
    pub fn mentions(self, port: i64) -> bool {
        let template = &self.workload().template;
        template.mentions(port) || template.configs.iter().any(|own| self.is_told(own, port))
    }

    fn is_told(self, source: &ConfigSource, port: i64) -> bool {
        let Ok(port) = u16::try_from(port) else {
            return false;
        };
        let mut named = self.links.called(self.unit(), &source.name.value);
        named.any(|member| {
            let is_read = member.namespace.may_be(self.namespace())
                && self.unit().is_together(self.source(), member.source);
            let map = self.links.object(member.id).config_map();
            let mut entries = map.into_iter().flat_map(|map| &map.hosts);
            let is_it = |key: &str, numbers: &[u16]| {
                source.takes(key) && numbers.binary_search(&port).is_ok()
            };
            is_read && entries.any(|entry| is_it(&entry.key, &entry.numbers))
        })
    }

    /// Whether a patch of the unit declares a port of this name or number, in any container.
    pub fn may_be_patched(self, target: &PortRef) -> bool {
        self.unit().has_patched_port(target)
    }
}
